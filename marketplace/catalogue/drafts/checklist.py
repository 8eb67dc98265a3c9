"""What a reviewer looks at before an entry is published: a closed list, and what the machine knows about each point.

The machine only points at something. A point counts as looked at when a person ticked it, never otherwise.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.completeness import assess_draft
from marketplace.catalogue.kinds import REFLECTION_QUESTIONS, Kind
from marketplace.core.labels import Label, Labelled


class CheckPoint(Labelled):
    """One point of the list, as a question; ``SHORT`` and ``HELP`` say more."""

    UNDERSTANDABLE = "verstaendlich", "Verstehen es auch Menschen, die nicht dabei waren?"
    HONEST = "ehrlich", "Steht auch da, was schwierig war oder nicht geklappt hat?"
    SOURCES = "belegt", "Sind die Angaben belegt?"
    CONTACT = "ansprechstelle", "Erreicht man unter der Ansprechstelle jemanden?"
    RIGHTS = "rechte", "Ist klar, was andere nutzen dürfen?"
    ACCESSIBLE = "anlagen", "Sind die Anlagen für alle zugänglich?"


SHORT = {
    CheckPoint.UNDERSTANDABLE: Label("verständlich"),
    CheckPoint.HONEST: Label("ehrlich über Probleme"),
    CheckPoint.SOURCES: "belegt",
    CheckPoint.CONTACT: Label("Ansprechstelle erreichbar"),
    CheckPoint.RIGHTS: Label("Rechte geklärt"),
    CheckPoint.ACCESSIBLE: Label("Anlagen zugänglich"),
}
"""How records name a point that somebody ticked."""

HELP = {
    CheckPoint.UNDERSTANDABLE: Label("Titel und Kurzfassung stehen für sich. Abkürzungen sind erklärt, Werbung fehlt."),
    CheckPoint.HONEST: Label("Hindernisse, Abbrüche und Mehrkosten ersparen anderen denselben Fehler."),
    CheckPoint.SOURCES: Label("Zahlen und Ergebnisse lassen sich an der genannten Stelle nachlesen."),
    CheckPoint.CONTACT: Label("Ein Funktionspostfach bleibt, wenn Menschen wechseln. Im Zweifel kurz anschreiben."),
    CheckPoint.RIGHTS: Label("Lizenz von Software, Daten und Unterlagen; Rechte an Bildern und Texten."),
    CheckPoint.ACCESSIBLE: Label("Bilder sind beschrieben, Dokumente haben echten Text und Überschriften."),
}

_PROBLEM_FIELDS = {
    Kind.PROJECT: ("rueckblick", "aenderungen", "bewertung"),
    Kind.SOLUTION: ("grenzen",),
    Kind.LESSON: ("ursachen", "rat"),
    Kind.PROGRAMME: (),
}
"""Where entries of each kind say what was difficult."""

_LONG_SENTENCE = 35
"""Words; beyond this German style guides for authorities speak of a hard sentence."""


@dataclass(frozen=True)
class MachineHint:
    """What a machine found about a point; a warning asks to look twice."""

    text: str
    is_warning: bool = False


@dataclass(frozen=True)
class Known:
    """What is known around a draft besides its fields."""

    has_contact: bool
    files: int = 0
    images_without_text: int = 0
    dead_addresses: tuple[str, ...] = ()


def hints_about(kind: Kind, values: Mapping[str, Any], known: Known) -> dict[CheckPoint, list[MachineHint]]:
    """What the machine can say about each point of a draft, by its fields as they were typed."""
    return {
        CheckPoint.UNDERSTANDABLE: _about_words(kind, values),
        CheckPoint.HONEST: _about_problems(kind, values),
        CheckPoint.SOURCES: _about_sources(values, known.dead_addresses),
        CheckPoint.CONTACT: [_either(known.has_contact, Label("Eine Ansprechstelle ist angegeben."), _NO_CONTACT)],
        CheckPoint.RIGHTS: [_either(bool(values.get("lizenz")), Label("Eine Lizenz ist angegeben."), _NO_LICENCE)],
        CheckPoint.ACCESSIBLE: _about_files(known),
    }


_NO_LICENCE = Label("Eine Lizenz ist nicht angegeben.")
_NO_CONTACT = Label("Ohne Ansprechstelle: Fragen gehen an die Organisation.")


def _either(is_good: bool, good: str, bad: str) -> MachineHint:
    return MachineHint(good) if is_good else MachineHint(bad, is_warning=True)


def _about_words(kind: Kind, values: Mapping[str, Any]) -> list[MachineHint]:
    has_plain = bool(values.get("einfach"))
    hints = [
        MachineHint(
            Label("Mit Fassung in einfacher Sprache.") if has_plain else Label("Ohne Fassung in einfacher Sprache.")
        )
    ]
    summary = str(values.get("kurz") or "").replace("!", ".").replace("?", ".")
    if any(len(sentence.split()) > _LONG_SENTENCE for sentence in summary.split(".")):
        text = Label(
            "In der Kurzfassung ist ein Satz länger als %(long_sentence)s Wörter.", long_sentence=_LONG_SENTENCE
        )
        hints.append(MachineHint(text, is_warning=True))
    missing = [fact.label for fact in assess_draft(kind, values).missing]
    if missing:
        hints.append(
            MachineHint(
                Label("Es fehlt, wonach andere entscheiden: %(missing)s.", missing=", ".join(missing)), is_warning=True
            )
        )
    return hints


def _about_problems(kind: Kind, values: Mapping[str, Any]) -> list[MachineHint]:
    labels = {field.alias: field.title or "" for field in kind.schema.model_fields.values()}
    hints = [
        _either(
            bool(values.get(key)),
            Label("„%(question)s“ ist beantwortet.", question=labels[key]),
            Label("„%(question)s“ ist leer.", question=labels[key]),
        )
        for key in _PROBLEM_FIELDS[kind]
    ]
    if kind is Kind.PROJECT:
        answered = sum(1 for name in REFLECTION_QUESTIONS if values.get(kind.schema.model_fields[name].alias or name))
        hints.append(MachineHint(f"{answered} von {len(REFLECTION_QUESTIONS)} Leitfragen sind beantwortet."))
    return hints


def _about_sources(values: Mapping[str, Any], dead: tuple[str, ...]) -> list[MachineHint]:
    sources = values.get("quellen") or []
    number = (
        Label("Eine Quelle ist genannt.")
        if len(sources) == 1
        else Label("%(number)s Quellen sind genannt.", number=len(sources))
    )
    hints = [_either(bool(sources), number, Label("Keine Quelle ist genannt."))]
    if sources and not any(source.get("link") for source in sources):
        hints.append(MachineHint(Label("Keine Quelle hat einen Link."), is_warning=True))
    return hints + [
        MachineHint(Label("Antwortet nicht mehr: %(address)s", address=address), is_warning=True) for address in dead
    ]


def _about_files(known: Known) -> list[MachineHint]:
    if not known.files:
        return [MachineHint(Label("Es gibt keine Anlagen."))]
    number = Label("Eine Anlage.") if known.files == 1 else Label("%(number)s Anlagen.", number=known.files)
    if not known.images_without_text:
        return [MachineHint(f"{number} Alle Bilder sind beschrieben.")]
    return [MachineHint(f"{number} Bilder ohne Beschreibung: {known.images_without_text}.", is_warning=True)]


def read_ticked(values: Iterable[str]) -> frozenset[CheckPoint]:
    """The points of a sent form; what is no point of the list does not count."""
    return frozenset(point for value in values if (point := CheckPoint.find_value(value)))


def explain_open(ticked: Collection[CheckPoint], note: str) -> str | None:
    """German sentence why a draft cannot be published with these points ticked; None if it can."""
    unticked = [SHORT[point] for point in CheckPoint if point not in ticked]
    if not unticked or note.strip():
        return None
    return Label(
        "Nicht abgehakt: %(unticked)s. Bitte haken Sie ab, was Sie angesehen haben, oder schreiben "
        "Sie, warum der Eintrag trotzdem erscheinen soll.",
        unticked=", ".join(unticked),
    )


def in_words(values: Iterable[str]) -> tuple[list[str], list[str]]:
    """Which points a record says were ticked and which were not, each in its short form."""
    ticked = read_ticked(values)
    return (
        [SHORT[point] for point in CheckPoint if point in ticked],
        [SHORT[point] for point in CheckPoint if point not in ticked],
    )
