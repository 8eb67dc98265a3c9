"""Requests that lead somewhere: what was agreed upon stands in the ledger, and goes on there as the request goes on."""

from datetime import date

from sqlmodel import col, select

from marketplace.catalogue.models import Entry
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.ledger import asking, counting, queries
from marketplace.ledger.models import Reuse
from marketplace.ledger.rules import ACTIVE, MAX_REASON, ReuseStage, ReuseState, Side, explain_wrong_sides, moved
from marketplace.ledger.service import begin_round, new_reuse, note_account
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.workflow import State

_STAGES = {
    State.AGREED: ReuseStage.AGREED,
    State.ROLLING_OUT: ReuseStage.BUILDING,
    State.LIVE: ReuseStage.RUNNING,
}
_ENDS = (State.RESTING, State.DECLINED, State.WITHDRAWN)


def follow(request: ReuseRequest, to: State, actor: Actor, note: str) -> Reuse | None:
    """Let the ledger say what a request has led to; None if it led to nothing yet.

    Whoever moved the request has given the word of their side by it; the other side is asked.
    """
    known = _find(request)
    if to in _ENDS:
        return _end(known, to, actor, note) if known is not None and known.request_id == request.id else None
    stage = _STAGES.get(to)
    if stage is None or not _makes_sense(request):
        return None
    side = _side_of(request, actor)
    reuse = known or _begin(request, stage, side or Side.TAKER)
    if known is not None and known.stage not in ACTIVE:
        reuse.request_id = request.id
    state = moved(reuse.state, stage, _spoken_by(reuse, side, actor), clock.today())
    if side is not None and state.confirmed_on(side) == clock.today():
        note_account(reuse, side, actor)
    begin_round(reuse)
    counting.write(reuse, state)
    audit.record("reuse.followed", f"reuse:{reuse.public_id}", actor=actor.reference, stage=stage.value)
    asking.ask_if_due(reuse)
    asking.ask_costs_if_due(reuse)
    return reuse


def _find(request: ReuseRequest) -> Reuse | None:
    statement = select(Reuse.id).where(Reuse.entry_id == request.entry_id, Reuse.taker_id == request.taker_id)
    reuse_id = db.session().exec(statement.order_by(col(Reuse.id))).first()
    return asking.take(reuse_id) if reuse_id is not None else None


def _makes_sense(request: ReuseRequest) -> bool:
    entry = db.session().get_one(Entry, request.entry_id)
    owner_id = entry.organisation_id or request.giver_id
    return explain_wrong_sides(request.giver_id, owner_id, request.taker_id) is None


def _side_of(request: ReuseRequest, actor: Actor) -> Side | None:
    if actor.belongs_to(request.taker_id):
        return Side.TAKER
    return Side.GIVER if actor.belongs_to(request.giver_id) else None


def _begin(request: ReuseRequest, stage: ReuseStage, side: Side) -> Reuse:
    entry, giver_id = db.session().get_one(Entry, request.entry_id), request.giver_id or 0
    passed_on = queries.find_between(entry, giver_id) if giver_id != entry.organisation_id else None
    reuse = new_reuse(entry, giver_id, request.taker_id, stage, side, via_id=passed_on.id if passed_on else None)
    reuse.request_id = request.id
    return reuse


def _spoken_by(reuse: Reuse, side: Side | None, actor: Actor) -> Side | None:
    """The side whose word this is; nobody's, if the same person has spoken for the other side already."""
    if side is None:
        return None
    other_id = reuse.taker_account_id if side is Side.GIVER else reuse.giver_account_id
    is_same = other_id is not None and other_id == actor.account_id and reuse.state.confirmed_on(side.other) is not None
    return None if is_same else side


def _end(reuse: Reuse, to: State, actor: Actor, note: str) -> Reuse:
    """What a request that goes no further had led to ends, unless it runs by now or has ended already."""
    if reuse.state.stage in (ReuseStage.RUNNING, ReuseStage.STOPPED):
        return reuse
    state, today = reuse.state, clock.today()
    reason = (note.strip() or to.label)[:MAX_REASON]
    begin_round(reuse)
    counting.write(reuse, _stopped(state, today, reason))
    audit.record("reuse.stop", f"reuse:{reuse.public_id}", actor=actor.reference, side="")
    return reuse


def _stopped(state: ReuseState, today: date, reason: str) -> ReuseState:
    return ReuseState(ReuseStage.STOPPED, today, state.giver_confirmed_on, state.taker_confirmed_on, reason=reason)
