"""When to try again: soon at first, then ever more rarely, and after five days no more."""

from datetime import datetime, timedelta

LEASE = timedelta(minutes=5)
"""How long one attempt may take; after that the process that made it counts as dead."""

_PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
GIVE_UP_AFTER = timedelta(days=5)


def next_attempt(created_at: datetime, attempts: int, now: datetime) -> datetime | None:
    """When to try next after this many attempts, or None for never."""
    due = now + _PAUSES[min(attempts, len(_PAUSES)) - 1]
    return due if due <= created_at + GIVE_UP_AFTER else None
