"""The one source of time, so that tests can set it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
PRESSED_TWICE = timedelta(minutes=1)
"""Who sends the same again within this time pressed a button twice, and wants it once."""

_source: ContextVar[Callable[[], datetime] | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Current moment, aware, in UTC."""
    source = _source.get()
    return source() if source else datetime.now(UTC)


def today() -> date:
    """Current calendar day in Germany; deadlines end with it."""
    return now().astimezone(BERLIN).date()


def start_of(day: date) -> datetime:
    """The moment at which a calendar day begins in Germany."""
    return datetime.combine(day, time(), BERLIN)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Let ``now`` answer one moment within the block; for tests and reproducible benchmarks."""
    token = _source.set(lambda: moment)
    try:
        yield
    finally:
        _source.reset(token)
