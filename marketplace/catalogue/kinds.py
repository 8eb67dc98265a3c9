"""The four kinds of entry and all their fields: the only description of a kind.

Front matter, importer, export, entry page and search document are derived from the schemas here; a new field is
one declaration. The fields follow ``docs/glossary.md``; the eleven reflection questions are those of the
Trendreport Digitaler Staat 2025.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from marketplace.catalogue.fields import (
    Cost,
    Figure,
    Line,
    Paragraphs,
    Part,
    PartialDate,
    PersonDays,
    Slug,
    Source,
    Topic,
    WebAddress,
    WebLink,
    Year,
    described,
    yaml_scalar_to_text,
)
from marketplace.catalogue.vocabulary import (
    ActionField,
    Applicant,
    Challenge,
    DataLocation,
    FunderLevel,
    LessonBasis,
    LessonType,
    Licence,
    Maturity,
    OperatorModel,
    Phase,
    ProcurementRoute,
    ProjectState,
    SolutionType,
)
from marketplace.core.labels import Label, Labelled
from marketplace.organisations.places import State

Tag = Annotated[str, Field(min_length=2, max_length=40)]
SearchWord = Annotated[str, Field(min_length=2, max_length=60)]
"""What somebody types who does not know the proper word: a word, a problem, half a question."""

OrganisationKey = Annotated[
    str, Field(min_length=2, max_length=80, pattern=r"^(\d{2}|\d{5}|\d{8}|\d{9}|[a-z0-9]+(-[a-z0-9]+)*)$")
]


class Kind(Labelled):
    """The four kinds of entry; the value is that of ``art=`` in addresses and front matter."""

    PROJECT = "projekt", "Projekt"
    SOLUTION = "loesung", "Lösung"
    PROGRAMME = "foerderprogramm", "Förderprogramm"
    LESSON = "erfahrung", "Erfahrung"

    @property
    def path(self) -> str:
        """First part of the public address and name of the folder in ``content/``."""
        return _PATHS[self]

    @property
    def plural(self) -> str:
        """German plural for headings."""
        return _PLURALS[self]

    @property
    def schema(self) -> "type[Details]":
        """Schema of the fields that only this kind has."""
        return _SCHEMAS[self]


class EntryLinkField(Part):
    """A link to another entry, as written in front matter."""

    role: Slug = Field(alias="rolle", title="Rolle")
    target: Slug = Field(alias="ziel", title="Ziel")
    note: Line | None = Field(None, alias="hinweis", title="Hinweis")


class SharedFields(Part):
    """What every entry has, whatever its kind."""

    kind: Kind = described(
        "art", "Art", topic=Topic.BASICS, help="Eine der vier Arten.", example="projekt", required=True
    )
    slug: Slug = described(
        "id", "Kennung", topic=Topic.BASICS, required=True, example="weisendorf-digitaler-zwilling",
        help="Dauerhaft und einmalig über alle Arten; zugleich letzter Teil der Adresse.",
    )  # fmt: skip
    title: Annotated[str, Field(min_length=5, max_length=140)] = described(
        "titel", "Titel", topic=Topic.BASICS, required=True, example="Digitaler Zwilling im Markt Weisendorf",
        help="Worum es geht, in höchstens 140 Zeichen, möglichst mit Ort oder Gegenstand.",
    )  # fmt: skip
    summary: Annotated[str, Field(min_length=40, max_length=400)] = described(
        "kurz", "Kurzfassung", topic=Topic.BASICS, required=True,
        example="Eine kleine Gemeinde baut ihr GIS zu drei digitalen Zwillingen aus.",
        help="Ein bis drei Sätze, die allein verständlich sind (40 bis 400 Zeichen, kein Markdown).",
    )  # fmt: skip
    plain_summary: Annotated[str, Field(min_length=1, max_length=800)] | None = described(
        "einfach", "In einfacher Sprache", topic=Topic.BASICS, searchable=True,
        example="Die Gemeinde hat eine Karte im Computer. Alle arbeiten mit den gleichen Daten.",
        help="Zwei bis vier kurze Sätze in Einfacher Sprache.",
    )  # fmt: skip
    organisation: OrganisationKey | None = described(
        "organisation", "Organisation", topic=Topic.PLACE, example="09572164",
        help="Schlüssel der Organisation, die dahintersteht: AGS (8 Ziffern), Kreis (5), Land (2) oder Kennung aus "
        "content/register/organisationen.csv; immer in Anführungszeichen.",
    )  # fmt: skip
    participants: list[OrganisationKey] = described(
        "beteiligte", "Weitere Beteiligte", topic=Topic.PLACE, example=["09572"], default_factory=list,
        help="Schlüssel weiterer Kommunen und Organisationen im Verzeichnis.", max_length=60,
    )  # fmt: skip
    states: list[State] = described(
        "laender", "Bundesländer", topic=Topic.PLACE, example=["bayern"], default_factory=list,
        help="Nur wenn es von den Ländern der Organisationen abweicht; ohne Angabe und ohne Organisation gilt der "
        "Eintrag bundesweit.", max_length=16,
    )  # fmt: skip
    country: Line | None = described(
        "staat", "Staat", topic=Topic.PLACE, example="Österreich", searchable=True,
        help="Nur bei Einträgen aus dem Ausland; sie gelten nicht als bundesweit.",
    )  # fmt: skip
    action_fields: list[ActionField] = described(
        "handlungsfelder", "Handlungsfelder", topic=Topic.PLACE, example=["datenmanagement"], required=True,
        help="Ein bis fünf der 19 Handlungsfelder, das wichtigste zuerst.", min_length=1, max_length=5,
    )  # fmt: skip
    phase: Phase | None = described(
        "phase", "Phase", topic=Topic.PLACE, example="experimentieren",
        help="Phase im Drei-Phasen-Modell, wenn die Quelle sie erkennen lässt.",
    )  # fmt: skip
    maturity: Annotated[Maturity | None, BeforeValidator(yaml_scalar_to_text)] = described(
        "reifegrad", "Reifegrad", topic=Topic.PLACE, example="3",
        help="1 Konzept oder Prototyp, 2 Beta im Test, 3 im Betrieb; in Anführungszeichen.",
    )  # fmt: skip
    challenges: list[Challenge] = described(
        "herausforderungen", "Herausforderungen", topic=Topic.PLACE, example=["personal"], default_factory=list,
        help="Welche der zehn Herausforderungen eine Rolle spielten.", max_length=10,
    )  # fmt: skip
    licence: Licence | None = described(
        "lizenz", "Lizenz", topic=Topic.PLACE, example="eupl-1.2",
        help="Bedingungen der Nachnutzung, wenn sie in der Quelle stehen.",
    )  # fmt: skip
    tags: list[Tag] = described(
        "schlagworte", "Schlagworte", topic=Topic.PLACE, example=["GIS", "Baumkontrolle"], default_factory=list,
        help="Bis zu zehn freie Schlagworte.", max_length=10,
    )  # fmt: skip
    search_words: list[SearchWord] = described(
        "suchworte", "Auch gesucht als", topic=Topic.PLACE, default_factory=list, max_length=20,
        example=["voller Mülleimer", "unnötige Leerungsfahrten"],
        help="Wonach jemand sucht, der das Fachwort nicht kennt: Worte aus dem Alltag, das Problem, die Frage. Die "
        "Suche findet den Eintrag damit; auf seiner Seite stehen sie nicht.",
    )  # fmt: skip
    links: list[EntryLinkField] = described(
        "verknuepfungen", "Verknüpfte Einträge", topic=Topic.PLACE, default_factory=list, max_length=40,
        example=[{"rolle": "nutzt", "ziel": "gis-als-grundlage"}],
        help="Andere Einträge mit Rolle: nutzt, gefoerdert-durch, gemacht-mit, baut-auf, folgt-auf, siehe-auch.",
    )  # fmt: skip
    editorial_note: Paragraphs | None = described(
        "einordnung", "Einordnung der Redaktion", topic=Topic.EVIDENCE, searchable=True,
        example="Die Einsparwerte nennen keine Bezugsgröße; sie lassen sich nicht addieren.",
        help="Vorbehalte und Ableitungen der Redaktion, erkennbar getrennt von dem, was die Quelle sagt.",
    )  # fmt: skip
    sources: list[Source] = described(
        "quellen", "Quellen", topic=Topic.EVIDENCE, required=True, min_length=1, max_length=20,
        example=[{"dokument": "Trendreport Digitaler Staat 2025", "stelle": "Kapitel 3", "jahr": 2025}],
        help="Jede Tatsache des Eintrags steht in einer dieser Quellen.",
    )  # fmt: skip
    further_links: list[WebLink] = described(
        "weblinks", "Mehr im Netz", topic=Topic.EVIDENCE, default_factory=list, max_length=20,
        example=[{"titel": "Projektseite", "adresse": "https://www.example.org/"}],
        help="Seiten zum Vorhaben selbst, wie in der Quelle genannt.",
    )  # fmt: skip
    as_of: Year = described(
        "stand", "Stand der Angaben", topic=Topic.EVIDENCE, example=2025, required=True,
        help="Jahr, von dem die Tatsachen sprechen (nicht das Jahr des Eintrags).",
    )  # fmt: skip

    @field_validator("participants", "states", "action_fields", "challenges", "tags", "search_words")
    @classmethod
    def _no_value_twice(cls, values: list[str]) -> list[str]:
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise ValueError(f"„{twice}“ steht doppelt in der Liste.")
        return values

    @field_validator("links")
    @classmethod
    def _no_link_twice(cls, links: list[EntryLinkField]) -> list[EntryLinkField]:
        pairs = [(link.role, link.target) for link in links]
        twice = next((pair for pair in pairs if pairs.count(pair) > 1), None)
        if twice is not None:
            raise ValueError(f"Die Verknüpfung „{twice[0]}“ mit „{twice[1]}“ steht doppelt in der Liste.")
        return links


class Details(Part):
    """Base of what only one kind has; stored as JSON under the English names."""


class ProjectDetails(Details):
    """What a municipality did, with the reflection questions answered honestly."""

    state: ProjectState | None = described(
        "projektstand", "Projektstand", topic=Topic.BASICS, example="laufend",
        help="Wo das Vorhaben zum Stand der Angaben stand.",
    )  # fmt: skip
    start: PartialDate | None = described(
        "beginn", "Beginn", topic=Topic.COURSE, example="2019-04", help="Jahr, Monat oder Tag."
    )
    end: PartialDate | None = described(
        "ende", "Ende", topic=Topic.COURSE, example="2023", help="Jahr, Monat oder Tag, auch geplant."
    )
    operator: Line | None = described(
        "traeger", "Träger", topic=Topic.BASICS, example="Stadtwerke Heidelberg", searchable=True,
        help="Wer das Vorhaben betreibt, wenn es nicht die Kommune selbst ist.",
    )  # fmt: skip
    partners: list[Line] = described(
        "partner", "Partner", topic=Topic.COURSE, example=["EnBW AG"], default_factory=list, searchable=True,
        help="Organisationen, keine Personen.", max_length=40,
    )  # fmt: skip
    solution_types: list[SolutionType] = described(
        "loesungstypen", "Art der Lösung", topic=Topic.BASICS, example=["infrastruktur"], default_factory=list,
        help="Infrastruktur, Anwendung, Angebot oder Beteiligung.", max_length=4,
    )  # fmt: skip
    figures: list[Figure] = described(
        "kennzahlen", "Kennzahlen", topic=Topic.RESULT, default_factory=list, max_length=20, searchable=True,
        example=[{"wert": "mehr als 1.000", "bezeichnung": "Leuchten"}],
        help="Zahlen genau so, wie die Quelle sie nennt, mit ihren Vorbehalten.",
    )  # fmt: skip
    total_cost: Cost | None = described(
        "gesamtkosten", "Gesamtkosten", decisive=3, topic=Topic.COST, example={"von": 250000, "jahr": 2020},
        help="Betrag in Euro oder Spanne, mit Jahr.",
    )  # fmt: skip
    funding_received: Cost | None = described(
        "foerderung", "Erhaltene Förderung", topic=Topic.COST, example={"von": 200000, "jahr": 2020},
        help="Betrag in Euro oder Spanne, mit Jahr.",
    )  # fmt: skip
    planned: Paragraphs | None = described(
        "vorhaben", "Was hatte sich die Kommune vorgenommen?", topic=Topic.REFLECTION, searchable=True,
        example="Flächen sparen und den Flächennutzungsplan neu aufstellen.", help="Ziele und Erwartungen am Anfang.",
    )  # fmt: skip
    achieved: Paragraphs | None = described(
        "ergebnisse", "Welche Ergebnisse wurden erreicht?", decisive=2, topic=Topic.REFLECTION, searchable=True,
        example="Drei Zwillinge sind in Betrieb.", help="Was heute da ist und wirkt.",
    )  # fmt: skip
    approach: Paragraphs | None = described(
        "vorgehen", "Wie wurde vorgegangen?", topic=Topic.REFLECTION, searchable=True,
        example="Zuerst wurde das GIS im Haus ausgebaut.", help="Schritte, Reihenfolge, Zusammenarbeit.",
    )  # fmt: skip
    assessment: Paragraphs | None = described(
        "bewertung", "Wie fällt die Bewertung gegen Planung und eingesetzte Mittel aus?", topic=Topic.REFLECTION,
        searchable=True, example="Der Aufwand lag über dem Plan, der Nutzen auch.",
        help="Ergebnis im Verhältnis zu Plan, Geld und Zeit.",
    )  # fmt: skip
    continued: Paragraphs | None = described(
        "fortfuehrung", "Welche Ergebnisse sind so wertvoll, dass der Haushalt sie künftig trägt?",
        topic=Topic.REFLECTION, searchable=True, example="Das GIS wird aus dem Haushalt bezahlt.",
        help="Was bleibt, wenn die Förderung endet.",
    )  # fmt: skip
    differently: Paragraphs | None = described(
        "rueckblick", "Was würde man wieder tun, was ändern?", decisive=2, topic=Topic.REFLECTION, searchable=True,
        example="Früher mit dem Personalrat sprechen.", help="Auch was schiefging.",
    )  # fmt: skip
    changes: Paragraphs | None = described(
        "aenderungen", "Welche strategischen, strukturellen, prozessualen Änderungen folgen daraus?",
        topic=Topic.REFLECTION, searchable=True, example="Daten entstehen jetzt im Außendienst.",
        help="Folgen für Strategie, Aufbau und Abläufe.",
    )  # fmt: skip
    reusable_by_others: Paragraphs | None = described(
        "nachnutzbar", "Was können andere nachnutzen?", decisive=3, topic=Topic.REFLECTION, searchable=True,
        example="Das Datenmodell der Baumkontrolle.", help="Software, Daten, Vorlagen, Verträge, Vorgehen.",
    )  # fmt: skip
    learnable_by_others: Paragraphs | None = described(
        "lernbar", "Was können andere vom Vorgehen lernen?", topic=Topic.REFLECTION, searchable=True,
        example="Mit einem kleinen Schritt anfangen.", help="Übertragbares über den Ort hinaus.",
    )  # fmt: skip
    wished_to_know: Paragraphs | None = described(
        "vorher-gewusst", "Was hätte man vorher gern von anderen gewusst?", topic=Topic.REFLECTION, searchable=True,
        example="Wie viel Pflege die Daten brauchen.", help="Der Rat, den man selbst gebraucht hätte.",
    )  # fmt: skip
    spread_internally: Paragraphs | None = described(
        "verbreitung", "Wie wurde das Wissen in der eigenen Kommune verbreitet?", topic=Topic.REFLECTION,
        searchable=True, example="Alle Beschäftigten haben ein Tablet und eine Einführung.",
        help="Schulungen, Rundgänge, Handbücher.",
    )  # fmt: skip


REFLECTION_QUESTIONS = (
    "planned", "achieved", "approach", "assessment", "continued", "differently", "changes", "reusable_by_others",
    "learnable_by_others", "wished_to_know", "spread_internally",
)  # fmt: skip


class SolutionDetails(Details):
    """Something reusable: infrastructure, application, offer or participation format."""

    solution_types: list[SolutionType] = described(
        "loesungstypen", "Art der Lösung", topic=Topic.BASICS, example=["infrastruktur"], required=True,
        help="Infrastruktur, Anwendung, Angebot oder Beteiligung.", min_length=1, max_length=4,
    )  # fmt: skip
    benefits: list[Line] = described(
        "nutzen", "Was es bringt", topic=Topic.BASICS, default_factory=list, max_length=10, searchable=True,
        example=["Gießbedarf wird gemeldet, Wasser gespart"], help="Wirkungen, wie die Quelle sie nennt.",
    )  # fmt: skip
    limits: list[Line] = described(
        "grenzen", "Grenzen und Risiken", topic=Topic.BASICS, default_factory=list, max_length=10, searchable=True,
        example=["Ohne laufende Pflege veralten die Daten"], help="Wofür es nicht taugt, was schiefgehen kann.",
        decisive=2,
    )  # fmt: skip
    figures: list[Figure] = described(
        "kennzahlen", "Kennzahlen", topic=Topic.RESULT, default_factory=list, max_length=20, searchable=True,
        example=[{"wert": "bis 60 %", "bezeichnung": "weniger Strom", "hinweis": "laut Betreiber"}],
        help="Zahlen genau so, wie die Quelle sie nennt, mit ihren Vorbehalten.",
    )  # fmt: skip
    operator_model: OperatorModel | None = described(
        "betreibermodell", "Betreibermodell", decisive=1, topic=Topic.TECHNOLOGY, example="interkommunal",
        help="Wer die Lösung betreibt.",
    )  # fmt: skip
    operator: Line | None = described(
        "betreiber", "Betreiber", topic=Topic.TECHNOLOGY, example="Stadtwerke Kaiserslautern", searchable=True,
        help="Organisation, die die Lösung betreibt.",
    )  # fmt: skip
    components: list[Line] = described(
        "bausteine", "Bausteine", topic=Topic.TECHNOLOGY, default_factory=list, max_length=20, searchable=True,
        example=["Bodensensoren", "LoRaWAN-Netz"], help="Woraus die Lösung besteht.",
    )  # fmt: skip
    interfaces: list[Line] = described(
        "schnittstellen", "Schnittstellen und Standards", topic=Topic.TECHNOLOGY, default_factory=list, max_length=20,
        example=["LoRaWAN", "DIN SPEC 91357"], help="Schnittstellen, Formate, Normen.", searchable=True,
    )  # fmt: skip
    data_location: DataLocation | None = described(
        "datenhaltung", "Ort der Daten", decisive=1, topic=Topic.TECHNOLOGY, example="oeffentliches-rechenzentrum",
        help="Wo die Daten liegen.",
    )  # fmt: skip
    privacy: Paragraphs | None = described(
        "datenschutz", "Datenschutz", topic=Topic.TECHNOLOGY, searchable=True,
        example="Gemessen wird nur der Füllstand, keine Person.", help="Was beim Datenschutz zu klären ist.",
    )  # fmt: skip
    cost_once: Cost | None = described(
        "kosten-einmalig", "Einmalige Kosten", topic=Topic.COST, example={"von": 5000, "bis": 12000, "jahr": 2021},
        decisive=3, help="Betrag in Euro oder Spanne, mit Jahr.",
    )  # fmt: skip
    cost_yearly: Cost | None = described(
        "kosten-jaehrlich", "Laufende Kosten im Jahr", topic=Topic.COST, example={"von": 1200, "jahr": 2021},
        decisive=3, help="Betrag in Euro je Jahr oder Spanne, mit Jahr.",
    )  # fmt: skip
    person_days: PersonDays | None = described(
        "personentage", "Eigener Aufwand in Personentagen", topic=Topic.COST, example={"von": 10, "bis": 20},
        decisive=2, help="Arbeitstage eigener Beschäftigter bis zum Start.",
    )  # fmt: skip
    prerequisites: list[Line] = described(
        "voraussetzungen", "Voraussetzungen", topic=Topic.PROCUREMENT, default_factory=list, max_length=12,
        decisive=2, example=["Funknetz in der Nähe"], help="Was vorhanden sein muss.", searchable=True,
    )  # fmt: skip
    procurement_route: ProcurementRoute | None = described(
        "vergabeweg", "Vergabeweg", decisive=1, topic=Topic.PROCUREMENT, example="direktauftrag",
        help="Wie andere die Lösung beschafft haben.",
    )  # fmt: skip
    source_code: WebAddress | None = described(
        "quellcode", "Quellcode", topic=Topic.PROCUREMENT, example="https://gitlab.example.org/projekt",
        help="Adresse des öffentlichen Quellcodes.",
    )  # fmt: skip


class ProgrammeDetails(Details):
    """Who pays what to whom until when; the status is computed, never typed."""

    level: FunderLevel = described(
        "ebene", "Ebene", topic=Topic.FUNDING, example="bund", required=True, help="Wer das Programm auflegt."
    )
    funder: Line = described(
        "foerdergeber", "Fördergeber", topic=Topic.FUNDING, example="Freistaat Bayern", required=True, searchable=True,
        help="Ministerium, Land, EU oder Stiftung.",
    )  # fmt: skip
    purpose: Line | None = described(
        "gegenstand", "Was gefördert wird", topic=Topic.FUNDING, searchable=True,
        example="Digitale Zwillinge in Kommunen", help="Gegenstand in einem Satz.",
    )  # fmt: skip
    applicants: list[Applicant] = described(
        "antragsberechtigt", "Wer darf beantragen", topic=Topic.FUNDING, example=["kommunen"], default_factory=list,
        decisive=3, help="Wen die Quelle als antragsberechtigt nennt.", max_length=7,
    )  # fmt: skip
    own_share: Line | None = described(
        "eigenanteil", "Eigenanteil oder Förderquote", topic=Topic.FUNDING, example="Förderquote bis 65 %",
        decisive=2, help="Wie viel die Kommune selbst trägt.",
    )  # fmt: skip
    amount: Line | None = described(
        "foerderhoehe", "Förderhöhe je Vorhaben", topic=Topic.FUNDING, example="2,5 bis 17,5 Mio. Euro",
        decisive=2, help="Betrag oder Spanne je Vorhaben, wie die Quelle sie nennt.",
    )  # fmt: skip
    budget: Line | None = described(
        "gesamtmittel", "Mittel insgesamt", topic=Topic.FUNDING, example="rund 820 Mio. Euro",
        help="Umfang des Programms.",
    )  # fmt: skip
    opens_on: PartialDate | None = described(
        "antrag-ab", "Anträge ab", topic=Topic.FUNDING, example="2026-01-15", help="Erster möglicher Zeitpunkt."
    )
    closes_on: PartialDate | None = described(
        "antrag-bis", "Anträge bis", topic=Topic.FUNDING, example="2026-06-30", decisive=3,
        help="Letzter Tag der Frist.",
    )  # fmt: skip
    rolling: bool = described(
        "laufend", "Laufende Antragstellung", topic=Topic.FUNDING, example=True, default_factory=lambda: False,
        help="Ja, wenn jederzeit beantragt werden kann.",
    )  # fmt: skip
    runs_from: PartialDate | None = described(
        "laufzeit-ab", "Laufzeit ab", topic=Topic.FUNDING, example="2019", help="Beginn des Programms."
    )
    runs_until: PartialDate | None = described(
        "laufzeit-bis", "Laufzeit bis", topic=Topic.FUNDING, example="2027", help="Ende des Programms."
    )
    ended: bool = described(
        "beendet", "Nimmt keine Anträge mehr an", topic=Topic.FUNDING, example=True, default_factory=lambda: False,
        help="Ja, wenn die Quelle das Ende nennt, aber kein Datum.",
    )  # fmt: skip
    call_link: WebAddress | None = described(
        "aufruf", "Förderaufruf", topic=Topic.FUNDING, example="https://www.example.org/aufruf",
        help="Adresse des Aufrufs oder der Richtlinie.",
    )  # fmt: skip


class LessonDetails(Details):
    """An experience in full rank: what happened, why, and what others can take from it."""

    lesson_type: LessonType = described(
        "erfahrungsart", "Art der Erfahrung", topic=Topic.LESSON, example="hindernis", required=True,
        help="Erfolg, Hindernis, Misserfolg, Abbruch, Empfehlung oder Beobachtung.",
    )  # fmt: skip
    basis: LessonBasis = described(
        "grundlage", "Worauf sie beruht", topic=Topic.LESSON, example="praxis", required=True,
        help="Eigene Praxis, Befragung, Fachmeinung oder Zukunftsbild.",
    )  # fmt: skip
    core: Annotated[str, Field(min_length=20, max_length=300)] = described(
        "kernaussage", "Die Lehre in einem Satz", topic=Topic.LESSON, required=True, searchable=True,
        example="Wer vor Ort ist, gewinnt Vertrauen; in der Umsetzung hilft Fachwissen mehr als Gebietskenntnis.",
        help="Ein Satz, der für sich stehen kann (20 bis 300 Zeichen).",
    )  # fmt: skip
    causes: list[Line] = described(
        "ursachen", "Ursachen", decisive=1, topic=Topic.LESSON, default_factory=list, max_length=10, searchable=True,
        example=["Zuständigkeit war ungeklärt"], help="Warum es so kam.",
    )  # fmt: skip
    advice: list[Line] = described(
        "rat", "Was andere daraus machen können", topic=Topic.LESSON, default_factory=list, max_length=10,
        decisive=2, example=["Zuerst klären, wer entscheidet"], help="Konkrete Schritte.", searchable=True,
    )  # fmt: skip
    figures: list[Figure] = described(
        "kennzahlen", "Kennzahlen", topic=Topic.RESULT, default_factory=list, max_length=20, searchable=True,
        example=[{"wert": "10", "bezeichnung": "Verbandsgemeinden und Städte"}],
        help="Zahlen genau so, wie die Quelle sie nennt, mit ihren Vorbehalten.",
    )  # fmt: skip


_PATHS = {
    Kind.PROJECT: "projekte",
    Kind.SOLUTION: "loesungen",
    Kind.PROGRAMME: "foerderprogramme",
    Kind.LESSON: "erfahrungen",
}
_PLURALS = {
    Kind.PROJECT: Label("Projekte"),
    Kind.SOLUTION: Label("Lösungen"),
    Kind.PROGRAMME: Label("Förderprogramme"),
    Kind.LESSON: Label("Erfahrungen"),
}
_SCHEMAS: dict[Kind, type[Details]] = {
    Kind.PROJECT: ProjectDetails,
    Kind.SOLUTION: SolutionDetails,
    Kind.PROGRAMME: ProgrammeDetails,
    Kind.LESSON: LessonDetails,
}


def find_kind_of_path(path: str) -> Kind | None:
    """The kind whose public address begins with this path, or None."""
    return next((kind for kind, its_path in _PATHS.items() if its_path == path), None)
