"""What readers may report of an entry, what becomes of it, and when a machine holds a report. Plain."""

import re
from datetime import timedelta

from marketplace.core.labels import Labelled


class ReportReason(Labelled):
    """What is wrong with an entry."""

    WRONG = "falsch", "Eine Angabe stimmt nicht"
    OUTDATED = "veraltet", "Eine Angabe ist veraltet"
    DEAD_LINK = "link", "Ein Link führt ins Leere"
    PERSONAL_DATA = "personen", "Persönliche Daten stehen im Eintrag"
    RIGHTS = "rechte", "Ein Text oder ein Bild verletzt Rechte"
    UNFIT = "unpassend", "Werbung oder etwas, das nicht hierher gehört"
    OTHER = "anderes", "Etwas anderes"


class ReportState(Labelled):
    """Where a report stands."""

    HELD = "angehalten", "Angehalten"
    OPEN = "offen", "Offen"
    ANSWERED = "beantwortet", "Beantwortet"
    DISMISSED = "verworfen", "Kein Anliegen"


class ReportOutcome(Labelled):
    """What a person decided about a report."""

    CORRECTED = "berichtigt", "Der Eintrag ist oder wird berichtigt"
    HIDDEN = "ausgeblendet", "Der Eintrag ist nicht mehr zu sehen"
    UNCHANGED = "unveraendert", "Der Eintrag bleibt, wie er ist"


MAX_TEXT = 2000
MAX_ANSWER = 2000

MANY_ADDRESSES = 2
"""Web addresses beyond which a text is held."""
MANY_AT_ONCE = 5
"""Reports of one entry within an hour, beyond which further ones are held."""

HELD_FOR = timedelta(days=30)
"""How long a held report waits for somebody to release it."""
ADDRESS_KEPT_FOR = timedelta(days=90)
"""How long after the answer the address of the reporter is kept."""
KEPT_FOR = timedelta(days=730)
"""How long after the decision a report is kept."""

_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)


def suspicions(text: str, *, is_bait_taken: bool, is_too_fast: bool, recent: int) -> list[str]:
    """Why a report is held, in German for the guide; empty if it goes to the desk at once.

    The first two are what ``web/guard.py`` says of the form, ``recent`` is the number of reports of this entry within
    the last hour.
    """
    found = {
        "Das unsichtbare Feld war ausgefüllt.": is_bait_taken,
        "Das Formular kam nicht von dieser Website oder schneller, als ein Mensch schreibt.": is_too_fast,
        "Im Text stehen viele Webadressen.": len(_ADDRESS.findall(text)) > MANY_ADDRESSES,
        "Zu diesem Eintrag kamen viele Meldungen auf einmal.": recent >= MANY_AT_ONCE,
    }
    return [sentence for sentence, holds in found.items() if holds]
