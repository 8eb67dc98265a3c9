"""The closed lists of the catalogue. Values stand in addresses and front matter and never change."""

from marketplace.core.labels import Labelled


class ActionField(Labelled):
    """The 19 Handlungsfelder (Trendreport Digitaler Staat 2025)."""

    WASTE = "abfall-emissionen", "Abfall & Emissionen"
    WORK = "arbeit", "Arbeit"
    HOUSING = "bauen-wohnen", "Bauen & Wohnen"
    EDUCATION = "bildung-wissenschaft", "Bildung & Wissenschaft"
    DATA = "datenmanagement", "Datenmanagement"
    PLANNING = "digitale-stadtplanung", "Digitale Stadtplanung"
    ENERGY = "energie", "Energie"
    HEALTH = "gesundheit-pflege", "Gesundheit & Pflege"
    INFRASTRUCTURE = "infrastruktur", "Infrastruktur"
    CLIMATE_ADAPTATION = "klimaanpassung", "Klimaanpassung"
    CULTURE = "kultur-freizeit", "Kultur & Freizeit"
    MOBILITY = "mobilitaet", "Mobilität"
    SAFETY = "sicherheit", "Sicherheit"
    INCLUSION = "soziale-inklusion", "Soziale Inklusion"
    TOURISM = "tourismus", "Tourismus"
    ENVIRONMENT = "umwelt-klimaschutz", "Umwelt & Klimaschutz"
    ADMINISTRATION = "verwaltung", "Verwaltung"
    WATER = "wasser", "Wasser"
    ECONOMY = "wirtschaft", "Wirtschaft"


class Phase(Labelled):
    """The three-phase model (Trendreport Digitaler Staat 2025)."""

    EXPERIMENT = "experimentieren", "Experimentieren"
    TRANSFER = "transferieren", "Transferieren"
    ESTABLISH = "etablieren", "Etablieren"


class Maturity(Labelled):
    """Reifegrad in three steps (Digital-Gipfel-Handreichung 2017, 4.3)."""

    CONCEPT = "1", "1: Konzept oder Prototyp"
    BETA = "2", "2: Beta im Test"
    OPERATION = "3", "3: im Betrieb"


class Challenge(Labelled):
    """The ten challenges of smart city projects (Trendreport Digitaler Staat 2025)."""

    SUPPORT = "rueckhalt", "Rückhalt in Verwaltung, Politik oder Bevölkerung"
    MONEY = "finanzen", "Finanzielle Mittel der Kommune"
    COOPERATION = "zusammenarbeit", "Zusammenarbeit der Fachbereiche"
    STAFF = "personal", "Fehlendes oder wechselndes Personal"
    SKILLS = "kompetenzen", "Kompetenzen in Projektmanagement, Technik, Daten"
    TRANSFERABILITY = "uebertragbarkeit", "Übertragbarkeit auf andere Kommunen"
    TRANSLATION = "anwendungsfaelle", "Neue Technik in kommunale Verfahren übersetzen"
    PROCUREMENT = "vergabe", "Vergabeverfahren für Neues"
    FUNDING_RULES = "foerdervorgaben", "Vorgaben von Förderprogrammen"
    EXTERNAL = "externe-huerden", "Externe Hürden (Lieferketten, Inflation, Baukosten)"


class Licence(Labelled):
    """Under which terms a solution may be reused."""

    EUPL = "eupl-1.2", "EUPL 1.2"
    AGPL = "agpl-3.0", "GNU AGPL 3.0"
    GPL = "gpl-3.0", "GNU GPL 3.0"
    LGPL = "lgpl-3.0", "GNU LGPL 3.0"
    MPL = "mpl-2.0", "Mozilla Public License 2.0"
    APACHE = "apache-2.0", "Apache License 2.0"
    MIT = "mit", "MIT"
    BSD = "bsd-3-clause", "BSD (3 Klauseln)"
    CC0 = "cc0-1.0", "Creative Commons Zero 1.0"
    CC_BY = "cc-by-4.0", "Creative Commons Namensnennung 4.0"
    CC_BY_SA = "cc-by-sa-4.0", "Creative Commons Namensnennung, gleiche Bedingungen 4.0"
    DL_DE_BY = "dl-de-by-2.0", "Datenlizenz Deutschland Namensnennung 2.0"
    DL_DE_ZERO = "dl-de-zero-2.0", "Datenlizenz Deutschland Zero 2.0"
    PROPRIETARY = "proprietaer", "Proprietär"


class ProjectState(Labelled):
    """Where a project stands; a stopped project is worth as much to a reader as a finished one."""

    PLANNED = "geplant", "Geplant"
    RUNNING = "laufend", "Läuft"
    FINISHED = "abgeschlossen", "Abgeschlossen"
    CONTINUED = "verstetigt", "Abgeschlossen und verstetigt"
    STOPPED = "abgebrochen", "Abgebrochen"


class SolutionType(Labelled):
    """Four types of solution (Trendreport Digitaler Staat 2025)."""

    INFRASTRUCTURE = "infrastruktur", "Digitale Infrastruktur"
    APPLICATION = "anwendung", "Anwendungsszenario"
    OFFER = "angebot", "Angebot und Werkzeug"
    PARTICIPATION = "beteiligung", "Beteiligung"


class OperatorModel(Labelled):
    """Who runs a solution."""

    OWN = "eigenbetrieb", "Kommune betreibt selbst"
    MUNICIPAL_COMPANY = "kommunales-unternehmen", "Kommunales Unternehmen (z. B. Stadtwerke)"
    IT_PROVIDER = "it-dienstleister", "Kommunaler IT-Dienstleister"
    JOINT = "interkommunal", "Mehrere Kommunen gemeinsam"
    PARTNERSHIP = "oepp", "Öffentlich-private Partnerschaft"
    VENDOR = "anbieter", "Anbieter als Dienst (SaaS)"
    COMMUNITY = "ehrenamt", "Verein oder Ehrenamt"


class DataLocation(Labelled):
    """Where the data of a solution is kept."""

    OWN = "eigene-technik", "Eigene Technik der Kommune"
    PUBLIC_CENTRE = "oeffentliches-rechenzentrum", "Öffentliches Rechenzentrum"
    GERMANY = "deutschland", "Rechenzentrum in Deutschland"
    EU = "eu", "Rechenzentrum in der EU"
    OUTSIDE_EU = "ausserhalb-eu", "Außerhalb der EU"
    NO_DATA = "keine-daten", "Keine Datenhaltung"


class ProcurementRoute(Labelled):
    """How a municipality gets the solution."""

    NONE = "keine-vergabe", "Keine Vergabe nötig (z. B. freie Software im Eigenbetrieb)"
    DIRECT = "direktauftrag", "Direktauftrag"
    NEGOTIATED = "verhandlungsvergabe", "Verhandlungsvergabe"
    OPEN = "ausschreibung", "Öffentliche Ausschreibung"
    INHOUSE = "inhouse", "Inhouse-Vergabe"
    COOPERATION = "kooperation", "Öffentlich-öffentliche Zusammenarbeit"
    FRAMEWORK = "rahmenvertrag", "Rahmenvertrag oder Einkaufsgemeinschaft"
    INNOVATION = "innovationspartnerschaft", "Innovationspartnerschaft"


class FunderLevel(Labelled):
    """On which level a funding programme is run."""

    EU = "eu", "Europäische Union"
    FEDERAL = "bund", "Bund"
    STATE = "land", "Land"
    FOUNDATION = "stiftung", "Stiftung"
    ASSOCIATION = "verband", "Verband oder Wirtschaft"


class Applicant(Labelled):
    """Who may apply for a funding programme."""

    MUNICIPALITIES = "kommunen", "Städte und Gemeinden"
    DISTRICTS = "kreise", "Kreise"
    ASSOCIATIONS = "verbuende", "Kommunale Verbünde"
    MUNICIPAL_COMPANIES = "kommunale-unternehmen", "Kommunale Unternehmen"
    RESEARCH = "wissenschaft", "Wissenschaftliche Einrichtungen"
    COMPANIES = "unternehmen", "Unternehmen"
    CIVIL_SOCIETY = "zivilgesellschaft", "Vereine und Zivilgesellschaft"


class LessonType(Labelled):
    """What kind of experience is told."""

    SUCCESS = "erfolg", "Was funktioniert hat"
    OBSTACLE = "hindernis", "Was im Weg stand"
    FAILURE = "misserfolg", "Was nicht funktioniert hat"
    STOPPED = "abbruch", "Abgebrochenes Vorhaben"
    RECOMMENDATION = "empfehlung", "Empfehlung"
    OBSERVATION = "beobachtung", "Beobachtung über viele Vorhaben"


class LessonBasis(Labelled):
    """What an experience rests on, so that readers can weigh it."""

    PRACTICE = "praxis", "Eigene Praxis einer Kommune"
    SURVEY = "befragung", "Befragung oder Auswertung mehrerer Kommunen"
    EXPERTISE = "fachmeinung", "Einschätzung von Fachleuten"
    OUTLOOK = "szenario", "These oder Zukunftsbild, kein belegter Befund"


class ProgrammeStatus(Labelled):
    """Whether one can apply now; computed from dates, never typed in."""

    OPEN = "offen", "Offen"
    CLOSING_SOON = "bald-endend", "Frist endet bald"
    PLANNED = "geplant", "Geplant"
    UNKNOWN = "unbekannt", "Unbekannt"
    CLOSED = "geschlossen", "Geschlossen"


class ConfirmedBy(Labelled):
    """Who said that the facts of an entry still hold; the label follows „von“."""

    CONTACT = "ansprechstelle", "der Ansprechstelle"
    MEMBER = "organisation", "der Organisation selbst"
    GUIDE = "lotse", "einer Regionallotsin oder einem Regionallotsen"
    SITE = "website", "der Verwaltung der Website"
