"""What an answer says about an address, when to look again, and when a person must. Plain.

A machine never calls an address dead at once. What a server says for good (404, 410, no such host) must be said twice,
a week apart; what may pass (time-outs, errors of the server, certificates) four times, so over three weeks. A server
that answers but not to us (401, 403, 429 and the like) tells nothing about the page: many refuse every program.
Readers may well see it, so nobody is bothered.
"""

from dataclasses import dataclass
from datetime import timedelta

from marketplace.core.labels import Labelled
from marketplace.core.safe_http import Reason

POINTS_UNTIL_DEAD = 4
WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
LATER = timedelta(days=1)
NIGHT = range(1, 5)
"""Hours in Germany in which addresses are checked: 1:00 to 4:59."""


class LinkState(Labelled):
    """How an address does."""

    UNCHECKED = "ungeprueft", "noch nicht abgerufen"
    ALIVE = "erreichbar", "erreichbar"
    FAILING = "gestoert", "antwortet gerade nicht wie erwartet"
    DEAD = "tot", "führt seit Längerem ins Leere"
    CLOSED = "nicht-pruefbar", "lässt sich nicht von selbst prüfen"


class LinkDecision(Labelled):
    """What somebody decided about a dead address in an entry."""

    GONE = "weg", "Die Seite gibt es nicht mehr"
    IGNORED = "ignoriert", "So lassen"


class Verdict(Labelled):
    """What one check showed."""

    FINE = "gut", "erreichbar"
    GONE = "weg", "gibt es nicht"
    TROUBLE = "stoerung", "Störung"
    REFUSED = "verweigert", "antwortet uns nicht"
    BUSY = "beschaeftigt", "will später gefragt werden"


_POINTS = {Verdict.GONE: 2, Verdict.TROUBLE: 1}
_GONE = frozenset({404, 410})
_BUSY = frozenset({429, 503})
_NO_FAULT_OF_THE_PAGE = frozenset({401, 402, 403, 405, 406, 407, 451, 501, 999})


@dataclass(frozen=True)
class Health:
    """How an address does and what speaks against it so far."""

    state: LinkState
    points: int = 0


def verdict_of_status(status: int) -> Verdict:
    """What a status of HTTP shows."""
    if status in _GONE:
        return Verdict.GONE
    if status in _BUSY:
        return Verdict.BUSY
    if status in _NO_FAULT_OF_THE_PAGE:
        return Verdict.REFUSED
    return Verdict.FINE if status < 400 else Verdict.TROUBLE


def verdict_of_failure(reason: Reason) -> Verdict:
    """What it shows that there was no answer."""
    gone = (Reason.UNKNOWN_HOST, Reason.FORBIDDEN, Reason.BAD_ADDRESS)
    return Verdict.GONE if reason in gone else Verdict.TROUBLE


def needs_second_look(status: int) -> bool:
    """Whether a HEAD request must be repeated as GET: many servers answer it wrongly."""
    return status >= 400 and status not in _BUSY


def judge(before: Health, verdict: Verdict) -> tuple[Health, timedelta]:
    """How the address does after this check, and how long until the next."""
    if verdict is Verdict.FINE:
        return Health(LinkState.ALIVE), MONTH
    if verdict is Verdict.REFUSED:
        return Health(LinkState.CLOSED), MONTH
    if verdict is Verdict.BUSY:
        return before, LATER
    points = min(before.points + _POINTS[verdict], POINTS_UNTIL_DEAD)
    return Health(LinkState.DEAD if points >= POINTS_UNTIL_DEAD else LinkState.FAILING, points), WEEK
