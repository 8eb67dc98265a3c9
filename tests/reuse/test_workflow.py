"""The table of steps, tried at random: whatever people and the calendar do, certain things always hold."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.core.errors import DomainError
from marketplace.reuse import queries, service, ticking
from marketplace.reuse.models import ReuseEvent, ReuseMessage, ReuseRequest
from marketplace.reuse.permissions import parts_of
from marketplace.reuse.queries import Target
from marketplace.reuse.workflow import ACTIONS, ENDED, OPEN, State, actions_from, explain_refusal
from tests.factories.catalogue import add_organisation
from tests.factories.people import actor_of, add_person
from tests.factories.reuse import MONDAY, make_world, send_request

WHO = st.sampled_from(["asks", "colleague", "answers", "guide", "stranger"])
CLOCK = ("clock.reminded", "clock.escalated")


class Requests(RuleBasedStateMachine):
    """One request between two towns, a guide, a stranger, and the days that pass."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.session = database.open_session()
        self.token = db.enter(self.session)
        self.now = MONDAY
        self.written: list[str] = []
        self.count = 0

    @initialize(is_known=st.booleans())
    def begin(self, is_known: bool) -> None:
        with clock.stopped_at(self.now):
            world = make_world(is_known=is_known)
            self.people = {
                "asks": world.asks, "answers": world.answers, "guide": world.guide,
                "colleague": add_person("Karla Kollegin", member_of=world.taker), "stranger": add_person("Frida Fremd"),
            }  # fmt: skip
            self.other = Target(add_organisation("09276121", "Frauenau"))
            self.request = send_request(world)

    def _try(self, act: Any) -> bool:
        """Whether it could be done; if not, nothing has changed."""
        before = self._all()
        try:
            with clock.stopped_at(self.now), self.session.begin_nested():
                act()
        except DomainError:
            self.session.refresh(self.request)
            assert self._all() == before
            return False
        return True

    def _all(self) -> tuple[Any, ...]:
        return (
            self.request.model_dump(),
            [event.id for event in self._events()],
            [message.text for message in self._messages()],
        )

    def _events(self) -> list[ReuseEvent]:
        return list(self.session.exec(select(ReuseEvent).order_by(col(ReuseEvent.id))))

    def _messages(self) -> list[ReuseMessage]:
        return list(self.session.exec(select(ReuseMessage).order_by(col(ReuseMessage.id))))

    @rule(name=st.sampled_from(list(ACTIONS)), who=WHO, note=st.sampled_from(["", "Weil."]), age=st.integers(0, 1))
    def act(self, name: str, who: str, note: str, age: int) -> None:
        actor, state = actor_of(self.people[who]), State(self.request.state)
        could = name in actions_from(state, parts_of(actor, queries.sides_of(self.request)))
        refusal = explain_refusal(name, state, note, ended_at=self.request.ended_at, now=self.now)
        last = self._events()[-1]
        repeated = age == 1 and (last.action, last.account_id) == (name, actor.account_id)
        done = self._try(
            lambda: service.act(
                name, self.request, actor=actor, note=note, seen_revision=self.request.revision - age,
                target=self.other, token=f"act{self.count}",
            )
        )  # fmt: skip
        self.count += 1
        if done and not repeated:
            assert could
            assert refusal is None
            assert age == 0
            if name == "request.answer":
                self.written.append(note)

    @rule(who=WHO)
    def write(self, who: str) -> None:
        self.count += 1
        text = f"Nachricht {self.count}"
        actor = actor_of(self.people[who])
        if self._try(lambda: service.write(self.request, text, token=text, actor=actor)):
            assert who != "stranger"
            self.written.append(text)

    @rule(days=st.integers(1, 12), runs=st.integers(1, 3))
    def let_days_pass(self, days: int, runs: int) -> None:
        self.now += timedelta(days=days)
        with clock.stopped_at(self.now):
            for _ in range(runs):
                if self.request.state == State.REQUESTED and self.request.escalated_at is None:
                    ticking.tick_one(self.request.id or 0)

    @invariant()
    def every_state_has_its_event(self) -> None:
        events = self._events()
        assert events[0].action == "request.sent"
        assert events[-1].to == self.request.state
        for earlier, later in pairwise(events):
            assert later.since == earlier.to
            if later.action in ACTIONS:
                assert later.since in ACTIONS[later.action].since
            else:
                assert later.since == later.to
        assert self.request.revision == 1 + sum(event.action in ACTIONS for event in events)

    @invariant()
    def the_clock_strikes_once(self) -> None:
        struck: list[str] = []
        for event in self._events():
            if event.action in ACTIONS and event.to == State.REQUESTED and event.action not in (
                "request.nudge", "request.propose",
            ):  # fmt: skip
                struck = []
            if event.action in CLOCK:
                assert event.to == State.REQUESTED
                assert event.action not in struck
                struck.append(event.action)
        assert (self.request.waiting_since is not None) == (self.request.state == State.REQUESTED)

    @invariant()
    def no_message_is_lost(self) -> None:
        assert [message.text for message in self._messages()] == self.written

    @invariant()
    def ends_have_a_moment_and_a_reason(self) -> None:
        ended = State(self.request.state) in ENDED
        assert ended == (self.request.ended_at is not None)
        assert ended == (self.request.state_before is not None)
        if ended:
            last = [event for event in self._events() if event.action in ACTIONS][-1]
            assert last.note

    def teardown(self) -> None:
        db.leave(self.token)
        self.session.rollback()
        self.session.close()


def test_whatever_happens_certain_things_hold(app: Flask, database: Database) -> None:
    with app.app_context():
        run_state_machine_as_test(
            lambda: Requests(database),
            settings=settings(
                max_examples=25, stateful_step_count=25, deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            ),
        )  # fmt: skip


def test_every_state_can_be_left_or_is_meant_to_last() -> None:
    left = {state for action in ACTIONS.values() for state in action.since}
    assert set(State) - left == {State.LIVE}


def test_every_state_can_be_reached() -> None:
    reached = {action.to for action in ACTIONS.values()} | {State.CHECKING, State.REQUESTED}
    assert set(State) <= reached


@pytest.mark.parametrize("name", [name for name, action in ACTIONS.items() if action.to in ENDED])
def test_every_end_has_a_reason(name: str) -> None:
    assert ACTIONS[name].needs_note
    assert ACTIONS[name].since <= OPEN


def test_requests_are_found_by_their_whole_address_only() -> None:
    assert queries.is_public_id("a" * 22)
    for text in ("", "1", "a" * 33, "../../etc/passwd-oder-so", "ä" * 22):
        assert not queries.is_public_id(text)
    assert ReuseRequest.model_fields["public_id"]
