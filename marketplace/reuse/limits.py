"""How many requests and messages there may be, and when the next one can go. Plain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.core import clock
from marketplace.core.clock import BERLIN
from marketplace.core.labels import Label
from marketplace.reuse.errors import TooManyError


@dataclass(frozen=True)
class Limit:
    """At most so many within a period."""

    times: int
    period: timedelta
    who: str
    """Of whom the sentence speaks."""


OF_PERSON = Limit(10, timedelta(days=1), Label("Sie haben"))
OF_ORGANISATION = Limit(25, timedelta(days=7), Label("Ihre Organisation hat"))
OF_TARGET = Limit(20, timedelta(days=1), Label("Diese Kommune hat"))
"""Requests that one organisation gets; a model project that was in the news shall not drown."""
OF_MESSAGES = Limit(40, timedelta(hours=1), Label("Sie haben"))


def free_again_at(limit: Limit, moments: Sequence[datetime], now: datetime) -> datetime | None:
    """When the next one can go, or None if it can go now; ``moments`` are those of the earlier ones."""
    recent = sorted(moment for moment in moments if moment > now - limit.period)
    return recent[len(recent) - limit.times] + limit.period if len(recent) >= limit.times else None


def refuse_flood(limit: Limit, moments: Sequence[datetime], what: str) -> None:
    """Raise TooManyError, with the moment from which on it goes again, if there were too many of late."""
    if again := free_again_at(limit, moments, clock.now()):
        at = f"{again.astimezone(BERLIN):%d.%m.%Y um %H:%M} Uhr"
        raise TooManyError(
            Label(
                "%(who)s in kurzer Zeit sehr viele %(what)s. Weiter geht es am %(at)s; Ihr Text bleibt stehen.",
                who=limit.who,
                what=what,
                at=at,
            )
        )
