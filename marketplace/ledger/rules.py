"""When a reuse proves something, who may do what with it and when to ask again: dates and decisions, nothing else.

All days are calendar days in Germany (``clock.today()``), so that neither holidays nor daylight saving play a part.

    declared, or from a request     the missing side is asked at once and after 14 days; silent after 6 weeks
    both sides confirmed            evidence, as long as it is being built or runs
    the taker's word + 18 months    asked 4 weeks before and on the day; from the next day on „nicht bestätigt seit …“
    four weeks later                a guide's task
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from marketplace.core.errors import DomainError
from marketplace.core.labels import Label, Labelled
from marketplace.curation.freshness import add_months

VALID_MONTHS = 18
"""How long the word of the taking side holds."""

ASKED_BEFORE = (timedelta(weeks=4), timedelta(0))
"""How long before the end the taking side is asked, and reminded."""

REMINDED_AFTER = (timedelta(0), timedelta(days=14))
"""When a side is asked, and reminded, that has not confirmed yet."""

GUIDE_AFTER = timedelta(weeks=4)
"""How long after the last mail a reuse without an answer becomes a guide's task."""

LINK_LIFETIME = timedelta(weeks=8)
"""How long the link in a mail works."""

MAX_REASON = 500
MAX_VARIANT = 200
MAX_TEXT = 1_000
MAX_OPEN = 30
"""Reuses that an organisation has declared and that the other side has not confirmed yet: more are no help to it."""


class ReuseStage(Labelled):
    """How far a reuse has come."""

    AGREED = "vereinbart", "Vereinbart"
    BUILDING = "in-umsetzung", "In Umsetzung"
    RUNNING = "im-betrieb", "Im Betrieb"
    STOPPED = "beendet", "Beendet"


class Side(Labelled):
    """Who speaks: those who gave, or those who took."""

    GIVER = "gebend", "Gebende Seite"
    TAKER = "nehmend", "Nachnutzende Seite"

    @property
    def other(self) -> "Side":
        """The side across."""
        return Side.TAKER if self is Side.GIVER else Side.GIVER


class Purpose(Labelled):
    """What a side is asked."""

    FIRST = "bestaetigen", "Stimmt das?"
    RENEW = "erneuern", "Läuft das noch?"


ACTIVE = frozenset({ReuseStage.AGREED, ReuseStage.BUILDING, ReuseStage.RUNNING})
COUNTED = frozenset({ReuseStage.BUILDING, ReuseStage.RUNNING})
"""Stages that prove something. What is only agreed upon is an intention."""

_BOTH = frozenset(Side)
_TAKER = frozenset({Side.TAKER})


@dataclass(frozen=True)
class Act:
    """One thing that can be done with a reuse."""

    label: str
    past: str
    since: frozenset[ReuseStage]
    by: frozenset[Side]
    to: ReuseStage | None = None
    """The stage that follows; None if it stays."""
    needs_reason: bool = False


ACTS: Mapping[str, Act] = {
    "confirm": Act(Label("Stimmt"), Label("Die Nachnutzung ist für Ihre Seite bestätigt"), ACTIVE, _BOTH),
    "deny": Act(Label("Stimmt nicht"), Label("Der Widerspruch ist vermerkt"), ACTIVE, _BOTH, needs_reason=True),
    "begin": Act(
        Label("Umsetzung hat begonnen"), Label("Die Umsetzung ist vermerkt"), frozenset({ReuseStage.AGREED}), _TAKER,
        ReuseStage.BUILDING,
    ),
    "go_live": Act(
        Label("Ist in Betrieb"), Label("Der Betrieb ist vermerkt"),
        frozenset({ReuseStage.AGREED, ReuseStage.BUILDING}), _TAKER, ReuseStage.RUNNING,
    ),
    "stop": Act(Label("Beenden"), Label("Das Ende ist vermerkt"), ACTIVE, _BOTH, ReuseStage.STOPPED, needs_reason=True),
    "resume": Act(
        Label("Wieder aufnehmen"), Label("Die Nachnutzung läuft wieder"),
        frozenset({ReuseStage.STOPPED}), _TAKER, ReuseStage.RUNNING,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class ReuseState:
    """What the ledger knows of a reuse, as far as it decides anything."""

    stage: ReuseStage
    since: date
    """Day on which the present stage began."""
    giver_confirmed_on: date | None = None
    taker_confirmed_on: date | None = None
    denied_by: Side | None = None
    reason: str = ""
    """Why it ended, or why a side denies it."""

    def confirmed_on(self, side: Side) -> date | None:
        """Day of the last confirmation by a side."""
        return self.giver_confirmed_on if side is Side.GIVER else self.taker_confirmed_on

    @property
    def is_confirmed(self) -> bool:
        """Whether both sides have given their word."""
        return self.giver_confirmed_on is not None and self.taker_confirmed_on is not None


_DENIED: Mapping[Side, Label] = {
    Side.GIVER: Label("Die gebende Seite hat inzwischen widersprochen."),
    Side.TAKER: Label("Die nachnutzende Seite hat inzwischen widersprochen."),
}


class ReuseRefusedError(DomainError):
    """Not possible as it stands now; the sentence tells what happened meanwhile."""

    status = 409


def explain_refusal(name: str, state: ReuseState, side: Side | None) -> str | None:
    """German sentence why something cannot be done with a reuse as it stands; None if it can.

    ``side`` is None for a guide, who may end a reuse about which nobody answers and nothing else.
    """
    act = ACTS[name]
    if side not in act.by and not (side is None and name == "stop"):
        return Label("Das kann nur die andere Seite tun.")
    if state.stage not in act.since:
        return Label(
            "Das geht nicht mehr: Diese Nachnutzung steht inzwischen auf „%(label)s“.", label=state.stage.label
        )
    if state.denied_by is not None and name != "stop" and state.denied_by is not side:
        return _DENIED[state.denied_by]
    return None


def apply(name: str, state: ReuseState, side: Side | None, today: date, reason: str = "") -> ReuseState:
    """The state after an act; raises ReuseRefusedError, and DomainError without a reason that is needed."""
    if refusal := explain_refusal(name, state, side):
        raise ReuseRefusedError(refusal)
    act, reason = ACTS[name], reason.strip()
    if act.needs_reason:
        check_reason(reason)
    if name == "deny" and side is not None:
        return _spoken(replace(state, denied_by=side, reason=reason), side, None)
    if name == "stop":
        return replace(state, stage=ReuseStage.STOPPED, since=today, denied_by=None, reason=reason)
    if name == "resume":
        # What was true before the end need not be true of what begins anew: the giving side is asked again.
        state = replace(state, giver_confirmed_on=None)
    if act.to is not None:
        state = replace(state, stage=act.to, since=today)
    return _spoken(replace(state, denied_by=None, reason=""), side or Side.TAKER, today)


def moved(state: ReuseState, stage: ReuseStage, side: Side | None, today: date) -> ReuseState:
    """The state after a request went on to a stage; ``side`` is the one whose word that is.

    What had ended or was denied begins anew: no word of before counts for it.
    """
    if state.stage not in ACTIVE or state.denied_by is not None:
        state = ReuseState(stage, today)
    if state.stage is not stage:
        state = replace(state, stage=stage, since=today)
    return state if side is None else _spoken(state, side, today)


def check_reason(reason: str) -> None:
    """Refuse an end or a denial without a word about it."""
    if not reason:
        raise DomainError("Bitte schreiben Sie in einem Satz, warum.")
    if len(reason) > MAX_REASON:
        raise DomainError(
            Label(
                "Bitte höchstens %(max_reason)s Zeichen; jetzt sind es %(reason)s.",
                max_reason=MAX_REASON,
                reason=len(reason),
            )
        )


def _spoken(state: ReuseState, side: Side, day: date | None) -> ReuseState:
    if side is Side.GIVER:
        return replace(state, giver_confirmed_on=day)
    return replace(state, taker_confirmed_on=day)


def valid_until(state: ReuseState) -> date | None:
    """Last day on which the word of both sides holds; None without it, and for what has ended."""
    if state.stage not in ACTIVE or not state.is_confirmed or state.taker_confirmed_on is None or state.denied_by:
        return None
    return add_months(state.taker_confirmed_on, VALID_MONTHS)


def is_evidence(state: ReuseState, today: date) -> bool:
    """Whether a reuse counts: both sides confirmed it, it is being built or runs, and the word is not too old."""
    until = valid_until(state)
    return until is not None and today <= until and state.stage in COUNTED


def unconfirmed_since(state: ReuseState, today: date) -> date | None:
    """Day on which a renewal was due that did not come."""
    until = valid_until(state)
    return until if until is not None and today > until else None


@dataclass(frozen=True)
class OpenQuestion:
    """What is to be asked about a reuse, of whom, and on which days."""

    purpose: Purpose
    sides: tuple[Side, ...]
    days: tuple[date, ...]

    @property
    def silent_from(self) -> date:
        """Day from which a guide looks after it."""
        return self.days[-1] + GUIDE_AFTER

    def number_due(self, sent: int, today: date) -> int:
        """Number of the mail that must leave today after ``sent`` ones, 0 for none.

        The first is always the question. Of reminders that were missed while no job ran, only the last is sent.
        """
        reached = sum(today >= day for day in self.days)
        if reached <= sent or (sent and today >= self.silent_from):
            return 0
        return reached if sent else 1

    def next_day(self, sent: int) -> date | None:
        """Day of the next mail after ``sent`` ones; None if there is none."""
        return self.days[sent] if sent < len(self.days) else None


def open_question(state: ReuseState, waiting_since: date) -> OpenQuestion | None:
    """The question that is open about a reuse; None for what has ended or is denied."""
    if state.stage not in ACTIVE or state.denied_by is not None:
        return None
    until = valid_until(state)
    if until is not None:
        return OpenQuestion(Purpose.RENEW, (Side.TAKER,), tuple(until - before for before in ASKED_BEFORE))
    missing = tuple(side for side in Side if state.confirmed_on(side) is None)
    return OpenQuestion(Purpose.FIRST, missing, tuple(waiting_since + after for after in REMINDED_AFTER))


def explain_wrong_sides(giver_id: int | None, owner_id: int | None, taker_id: int) -> str | None:
    """German sentence why nobody can reuse this from there; None if they can.

    ``giver_id`` is who gave it, ``owner_id`` the organisation behind the entry.
    """
    if giver_id is None or owner_id is None:
        return Label(
            "Hinter diesem Eintrag steht keine Organisation, die eine Nachnutzung bestätigen könnte. "
            "Bitte melden Sie über „Fehler melden“, wer es ist."
        )
    if taker_id in (giver_id, owner_id):
        return Label("Was man selbst weitergibt, kann man nicht nachnutzen.")
    return None


def break_cycles(via: Mapping[int, int | None]) -> set[int]:
    """Reuses whose ``via`` must be dropped so that no chain leads back into itself."""
    broken: set[int] = set()
    for start in sorted(via):
        seen, current = {start}, via[start]
        while current is not None and current not in broken:
            if current in seen:
                broken.add(start)
                break
            seen.add(current)
            current = via.get(current)
    return broken
