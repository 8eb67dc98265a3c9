"""A request that leads somewhere stands in the ledger; whoever moves it gives the word of their side."""

from typing import Any

import pytest
from sqlmodel import Session, select

from marketplace.catalogue.kinds import Kind
from marketplace.core import clock, db
from marketplace.ledger.models import Reuse
from marketplace.ledger.rules import ReuseStage
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.service import act
from marketplace.reuse.signals import request_moved
from marketplace.reuse.workflow import State
from tests.factories.accounts import add_membership
from tests.factories.catalogue import add_entry
from tests.factories.ledger import GIVER, TAKER, THIRD, World, add_evidence, add_world, declare
from tests.factories.people import actor_of
from tests.factories.reuse import make_world, send_request


@pytest.fixture
def world(session: Session) -> World:
    return add_world()


def add_request(world: World, taker: Any = None, giver: Any = None, **more: Any) -> ReuseRequest:
    now = clock.now()
    request = ReuseRequest(
        public_id=f"anfrage-{len(db.session().exec(select(ReuseRequest)).all())}-{'x' * 12}",
        entry_id=world.entry.id or 0, taker_id=(taker or world.taker).id or 0, giver_id=(giver or world.giver).id,
        token_hash=str(len(db.session().exec(select(ReuseRequest)).all())), created_at=now, updated_at=now, **more,
    )  # fmt: skip
    db.session().add(request)
    db.session().flush()
    return request


def move(request: ReuseRequest, to: State, actor: Any, note: str = "") -> Reuse | None:
    """What the workflow of requests does."""
    since, request.state = State(request.state), to
    db.session().flush()
    request_moved.send(None, request=request, action="test", since=since, to=to, actor=actor, note=note)
    return (
        db.session()
        .exec(select(Reuse).where(Reuse.entry_id == request.entry_id, Reuse.taker_id == request.taker_id))
        .first()
    )


def test_from_an_agreement_to_a_number_on_the_entry(world: World) -> None:
    request = add_request(world)
    for state in (State.REQUESTED, State.TALKING, State.RESTING, State.TALKING):
        assert move(request, state, world.actor(GIVER)) is None
    reuse = move(request, State.AGREED, world.actor(GIVER))
    assert reuse is not None
    assert (reuse.stage, reuse.request_id, reuse.state.is_confirmed) == (ReuseStage.AGREED, request.id, False)
    move(request, State.ROLLING_OUT, world.actor(TAKER))
    assert (reuse.stage, reuse.state.is_confirmed, world.entry.confirmed_reuses) == (ReuseStage.BUILDING, True, 1)
    move(request, State.LIVE, world.actor(TAKER))
    assert (reuse.stage, reuse.live_from, reuse.costs_asked) == (ReuseStage.RUNNING, clock.today(), 1)
    assert world.entry.confirmed_reuses == 1


def test_a_guide_moves_it_and_gives_nobodys_word(world: World) -> None:
    reuse = move(add_request(world), State.AGREED, world.actor(THIRD))
    assert reuse is not None
    assert (reuse.giver_confirmed_on, reuse.taker_confirmed_on) == (None, None)


def test_one_person_in_both_organisations_gives_one_word(world: World) -> None:
    request = add_request(world)
    move(request, State.AGREED, world.actor(GIVER))
    add_membership(world.people[GIVER], world.taker)
    reuse = move(request, State.LIVE, world.actor(GIVER))
    assert reuse is not None
    assert not reuse.state.is_confirmed
    assert world.entry.confirmed_reuses == 0


@pytest.mark.parametrize("end", [State.RESTING, State.WITHDRAWN, State.DECLINED])
def test_what_goes_no_further_ends_and_may_begin_anew(world: World, end: State) -> None:
    request = add_request(world)
    move(request, State.AGREED, world.actor(GIVER))
    reuse = move(request, State.ROLLING_OUT, world.actor(TAKER))
    assert reuse is not None
    move(request, end, world.actor(TAKER), "Der Haushalt reicht nicht.")
    assert (reuse.stage, reuse.reason) == (ReuseStage.STOPPED, "Der Haushalt reicht nicht.")
    assert world.entry.confirmed_reuses == 0
    move(request, State.ROLLING_OUT, world.actor(TAKER))
    assert (reuse.stage, reuse.giver_confirmed_on) == (ReuseStage.BUILDING, None), "The giving side is asked again."


def test_what_runs_is_not_ended_by_a_request(world: World) -> None:
    reuse = add_evidence(world)
    move(add_request(world), State.WITHDRAWN, world.actor(TAKER), "Nicht nötig")
    assert reuse.stage == ReuseStage.RUNNING


def test_a_request_goes_on_with_what_was_declared(world: World) -> None:
    known = declare(world, stage=ReuseStage.AGREED)
    reuse = move(add_request(world), State.LIVE, world.actor(GIVER))
    assert reuse is known
    assert (known.stage, world.entry.confirmed_reuses) == (ReuseStage.RUNNING, 1)


def test_from_a_project_that_uses_it_the_project_gives_and_the_origin_counts(world: World) -> None:
    first = add_evidence(world)
    project = add_entry(Kind.PROJECT, "ein-projekt", organisation=world.taker.key)
    request = add_request(world, world.third, world.taker, via_entry_id=project.id)
    move(request, State.AGREED, world.actor(TAKER))
    reuse = move(request, State.LIVE, world.actor(THIRD))
    assert reuse is not None
    assert (reuse.giver_id, reuse.via_id) == (world.taker.id, first.id)
    assert world.entry.confirmed_reuses == 2


def test_without_a_giving_side_there_is_nothing_to_confirm(world: World) -> None:
    request = add_request(world)
    request.giver_id = None
    assert move(request, State.AGREED, world.actor(TAKER)) is None


def test_the_workflow_of_requests_itself_leads_to_a_number(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    for name, who in (
        ("request.answer", world.answers), ("request.agree", world.answers), ("request.roll_out", world.asks),
        ("request.go_live", world.asks),
    ):  # fmt: skip
        act(name, request, actor=actor_of(who), note="Ja, gern.")
    reuse = session.exec(select(Reuse)).one()
    assert (reuse.stage, reuse.request_id, reuse.is_counted) == (ReuseStage.RUNNING, request.id, True)
    assert world.solution.confirmed_reuses == 1
