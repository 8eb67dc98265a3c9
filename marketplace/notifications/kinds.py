"""What people are told about, and how often mail tells them; a new kind is one line in each list."""

from marketplace.core.labels import Labelled


class Frequency(Labelled):
    """When mail tells about a notice. The notice itself stands on the site at once."""

    INSTANT = "sofort", "sofort"
    DAILY = "taeglich", "einmal am Tag gesammelt"
    WEEKLY = "woechentlich", "einmal in der Woche gesammelt"
    NEVER = "nie", "keine E-Mail"


DIGESTS = (Frequency.DAILY, Frequency.WEEKLY)


class NoticeKind(Labelled):
    """What a notice is about."""

    MEMBERSHIP_REQUEST = "mitglied-anfrage", "Jemand möchte zu einer Organisation gehören, für die ich entscheide"
    MEMBERSHIP_DECISION = "mitglied-entscheidung", "Über meine Mitgliedschaft ist entschieden"
    MAIL_UNDELIVERABLE = "unzustellbar", "Eine E-Mail dieser Website kam nicht an"
    DRAFT_SUBMITTED = "entwurf-eingereicht", "Ein Entwurf wartet auf meine Prüfung"
    DRAFT_DECIDED = "entwurf-entscheidung", "Zu meinem Entwurf gibt es eine Rückfrage oder Entscheidung"
    FOLLOWED_ENTRY = "gefolgt-eintrag", "Zu einem Eintrag, dem ich folge, gibt es Neues"
    FOLLOWED_SCOPE = "gefolgt-suche", "Zu einer Kommune, einem Handlungsfeld oder einer Suche gibt es neue Einträge"
    REPORT_RECEIVED = "meldung-eingegangen", "Zu einem Eintrag in meinem Gebiet wurde ein Fehler gemeldet"
    REPORT_ANSWERED = "meldung-beantwortet", "Ein Fehler, den ich gemeldet habe, ist beantwortet"
    ENTRY_DECIDED = "eintrag-entscheidung", "Über einen Eintrag meiner Organisation wurde entschieden"
    REUSE_QUESTION = "nachnutzung-frage", "Zu einer Nachnutzung fehlt eine Antwort meiner Organisation"
    REUSE_COSTS = "nachnutzung-kosten", "Was eine Nachnutzung meiner Organisation wirklich gekostet hat"
    NEED_MATCH = "gesuch-eintrag", "Zu einem Gesuch, bei dem ich mitsuche, gibt es einen neuen Eintrag"
    NEED_NEWS = "gesuch-neues", "Bei einem Gesuch, das mich angeht, gibt es Neues"
    QUESTION_ASKED = "frage-gestellt", "Zu einem Eintrag, für den ich antworten kann, gibt es eine Frage"
    QUESTION_ANSWERED = "frage-beantwortet", "Zu einer Frage von mir gibt es eine Antwort oder eine Entscheidung"
    REQUEST_RECEIVED = "anfrage-neu", "Eine Kommune möchte eine Lösung meiner Organisation nachnutzen"
    REQUEST_DUE = "anfrage-frist", "Eine Anfrage an meine Organisation wartet auf Antwort"
    REQUEST_NEWS = "anfrage-neues", "In einer Anfrage zur Nachnutzung gibt es Neues"
    REQUEST_GUIDED = "anfrage-lotse", "Eine Anfrage zur Nachnutzung in meinem Gebiet braucht Hilfe"


DEFAULTS = {
    NoticeKind.MEMBERSHIP_REQUEST: Frequency.DAILY,
    NoticeKind.MEMBERSHIP_DECISION: Frequency.INSTANT,
    NoticeKind.MAIL_UNDELIVERABLE: Frequency.DAILY,
    NoticeKind.DRAFT_SUBMITTED: Frequency.DAILY,
    NoticeKind.DRAFT_DECIDED: Frequency.INSTANT,
    NoticeKind.FOLLOWED_ENTRY: Frequency.DAILY,
    NoticeKind.FOLLOWED_SCOPE: Frequency.DAILY,
    NoticeKind.REPORT_RECEIVED: Frequency.DAILY,
    NoticeKind.REPORT_ANSWERED: Frequency.INSTANT,
    NoticeKind.ENTRY_DECIDED: Frequency.INSTANT,
    NoticeKind.REUSE_QUESTION: Frequency.INSTANT,
    NoticeKind.REUSE_COSTS: Frequency.DAILY,
    NoticeKind.NEED_MATCH: Frequency.DAILY,
    NoticeKind.NEED_NEWS: Frequency.DAILY,
    NoticeKind.QUESTION_ASKED: Frequency.DAILY,
    NoticeKind.QUESTION_ANSWERED: Frequency.INSTANT,
    NoticeKind.REQUEST_RECEIVED: Frequency.INSTANT,
    NoticeKind.REQUEST_DUE: Frequency.INSTANT,
    NoticeKind.REQUEST_NEWS: Frequency.INSTANT,
    NoticeKind.REQUEST_GUIDED: Frequency.DAILY,
}
"""What holds as long as somebody has chosen nothing."""
