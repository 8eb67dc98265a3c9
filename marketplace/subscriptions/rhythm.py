"""How often a subscription tells what is new, and up to which moment news is gathered for it."""

from datetime import datetime, timedelta

from marketplace.core.labels import Labelled
from marketplace.notifications.kinds import Frequency
from marketplace.notifications.schedule import last_due


class Rhythm(Labelled):
    """When news of a search goes out. A notice stands on the site at once and is mailed as notices are."""

    SOON = "sofort", "sofort, höchstens einmal in der Stunde"
    DAILY = "taeglich", "einmal am Tag, morgens um 7 Uhr"
    WEEKLY = "woechentlich", "einmal in der Woche, montags um 7 Uhr"
    NOTICE = "mitteilung", "als Mitteilung auf der Website"


BY_MAIL = (Rhythm.SOON, Rhythm.DAILY, Rhythm.WEEKLY)
"""What can be chosen without an account, too."""

SOON_PAUSE = timedelta(hours=1)
"""Between two mails of one subscription; what comes up meanwhile is gathered."""

_FREQUENCIES = {Rhythm.DAILY: Frequency.DAILY, Rhythm.WEEKLY: Frequency.WEEKLY}


def gathered_until(rhythm: Rhythm, now: datetime) -> datetime:
    """News that was noticed before this moment, or at it, is due now; always seven o'clock in Germany for digests."""
    frequency = _FREQUENCIES.get(rhythm)
    return last_due(frequency, now) if frequency else now


def is_rested(rhythm: Rhythm, mailed_at: datetime | None, now: datetime) -> bool:
    """Whether the last mail of a subscription is long enough ago for another one."""
    return rhythm is not Rhythm.SOON or mailed_at is None or mailed_at <= now - SOON_PAUSE
