"""When digests leave: at seven in the morning, German time; the weekly one on Mondays."""

from datetime import datetime, time, timedelta

from marketplace.core.clock import BERLIN
from marketplace.notifications.kinds import Frequency

HOUR = time(7)
MONDAY = 0


def last_due(frequency: Frequency, now: datetime) -> datetime:
    """The latest moment, not after now, at which this digest was due.

    Counted in days of the calendar: a day with 23 or 25 hours has one seven o'clock like any other.
    """
    day = now.astimezone(BERLIN).date()
    if frequency is Frequency.WEEKLY:
        day -= timedelta(days=(day.weekday() - MONDAY) % 7)
    due = datetime.combine(day, HOUR, BERLIN)
    if due <= now:
        return due
    days = 7 if frequency is Frequency.WEEKLY else 1
    return datetime.combine(day - timedelta(days=days), HOUR, BERLIN)


def occasion(frequency: Frequency, account_id: int, due: datetime) -> str:
    """Names one digest of one person, so that it is never made twice."""
    return f"notifications/digest:{account_id}:{frequency.value}:{due:%Y-%m-%d}"
