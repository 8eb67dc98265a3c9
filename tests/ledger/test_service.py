"""The ledger against a database: what counts stands at the entry, whoever does what in whatever order."""

import contextlib
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from marketplace.catalogue import merging
from marketplace.catalogue.kinds import Kind
from marketplace.core import clock
from marketplace.core.actor import Actor, Remit
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.personal_data import Person, erase, export
from marketplace.curation.desk import EVERYWHERE
from marketplace.ledger import counting, queries, service, showing, telling
from marketplace.ledger.asking import MAIL
from marketplace.ledger.models import Reuse, ReuseCosts, ReuseQuestion
from marketplace.ledger.rules import ACTS, ReuseRefusedError, ReuseStage, Side, is_evidence
from marketplace.ledger.service import Words
from marketplace.mail.models import OutboxMail
from marketplace.mail.signals import mail_undeliverable
from marketplace.search.documents import document_of
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.curation import on
from tests.factories.ledger import GIVER, TAKER, THIRD, World, add_evidence, add_world, declare, ledger_number
from tests.factories.people import actor_of

DAY = date(2026, 3, 10)


@pytest.fixture
def world(session: Session) -> World:
    return add_world()


def test_it_counts_once_both_sides_have_confirmed_and_search_knows(world: World) -> None:
    reuse = declare(world)
    assert (reuse.is_counted, world.entry.confirmed_reuses) == (False, 0)
    service.act("confirm", reuse, Side.GIVER, actor=world.actor(GIVER))
    assert (reuse.is_counted, world.entry.confirmed_reuses) == (True, 1)
    assert document_of(world.entry, {}).reuses == 1
    assert [row.taker.name for row in showing.list_of_entry(world.entry)] == ["Weisendorf"]
    assert [card.slug for card in showing.list_proven(3)] == [world.entry.slug]


def test_the_giving_side_may_begin_too(world: World) -> None:
    reuse = declare(world, by=GIVER)
    assert (reuse.declared_by, reuse.giver_confirmed_on is not None, reuse.taker_confirmed_on) == ("gebend", True, None)
    service.act("confirm", reuse, Side.TAKER, actor=world.actor(TAKER))
    assert world.entry.confirmed_reuses == 1


@pytest.mark.parametrize(
    ("name", "who", "side"),
    [
        ("confirm", GIVER, Side.TAKER),
        ("confirm", THIRD, Side.GIVER),
        ("confirm", THIRD, Side.TAKER),
        ("deny", GIVER, Side.TAKER),
        ("begin", GIVER, Side.GIVER),
        ("go_live", GIVER, Side.TAKER),
        ("resume", THIRD, Side.TAKER),
        ("stop", THIRD, None),
        ("stop", GIVER, Side.TAKER),
    ],
)
def test_nobody_speaks_for_another_side(world: World, name: str, who: str, side: Side | None) -> None:
    reuse = declare(world)
    with pytest.raises(ForbiddenError):
        service.act(name, reuse, side, actor=world.actor(who), reason="Grund")


def test_strangers_declare_nothing(world: World) -> None:
    with pytest.raises(ForbiddenError):
        declare(world, by=THIRD)


def test_guides_and_site_administration_confirm_nothing(world: World) -> None:
    reuse = declare(world)
    for actor in (actor_of(add_guide(Remit("07"))), Actor(account_id=99, is_site_admin=True)):
        with pytest.raises(ForbiddenError):
            service.act("confirm", reuse, Side.GIVER, actor=actor)


def test_one_person_in_both_organisations_is_not_two_sides(world: World) -> None:
    add_membership(world.people[TAKER], world.giver)
    reuse = declare(world)
    with pytest.raises(ReuseRefusedError, match="Dieselbe Person"):
        service.act("confirm", reuse, Side.GIVER, actor=world.actor(TAKER))
    assert world.entry.confirmed_reuses == 0


def test_it_stands_there_once_and_nobody_reuses_their_own(world: World) -> None:
    declare(world)
    with pytest.raises(ReuseRefusedError, match="steht schon"):
        declare(world, by=GIVER)
    with pytest.raises(DomainError, match="selbst weitergibt"):
        declare(world, by=GIVER, taker=world.giver)


def test_what_has_no_organisation_or_is_no_solution_cannot_be_reused(world: World) -> None:
    world.entry = add_entry(Kind.LESSON, "eine-erfahrung", organisation=world.giver.key)
    with pytest.raises(DomainError, match="Lösungen und Projekte"):
        declare(world)
    world.entry = add_entry(Kind.SOLUTION, "ohne-ort")
    with pytest.raises(DomainError, match="keine Organisation"):
        declare(world)


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2026, 3, 11)])
def test_it_began_neither_in_the_future_nor_before_all_this(world: World, day: date) -> None:
    with on(DAY), pytest.raises(DomainError, match="Bitte einen Tag zwischen"):
        declare(world, since=day)


def test_nobody_floods_the_ledger(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_OPEN", 1)
    declare(world)
    with pytest.raises(ReuseRefusedError, match="Es warten schon 1"):
        service.declare(
            add_entry(Kind.SOLUTION, "zweite-loesung", organisation=world.giver.key), world.taker.id or 0,
            ReuseStage.RUNNING, Words(), actor=world.actor(TAKER),
        )  # fmt: skip


def test_a_reuse_of_a_reuse_counts_for_the_origin(world: World) -> None:
    first = add_evidence(world)
    second = service.declare(
        world.entry, world.third.id or 0, ReuseStage.RUNNING, Words(), actor=world.actor(THIRD), via=first
    )
    assert second.giver_id == world.taker.id
    with pytest.raises(ForbiddenError):
        service.act("confirm", second, Side.GIVER, actor=world.actor(GIVER))
    service.act("confirm", second, Side.GIVER, actor=world.actor(TAKER))
    assert world.entry.confirmed_reuses == 2
    assert showing.count_given_by(world.giver.id or 0) == 2
    assert showing.count_given_by(world.taker.id or 0) == 1
    service.act("stop", first, Side.TAKER, actor=world.actor(TAKER), reason="Umgestellt.")
    assert world.entry.confirmed_reuses == 1, "What was passed on goes on."
    rows = showing.list_of_entry(world.entry)
    assert [(row.taker.name, row.via.name if row.via else None, row.is_over) for row in rows] == [
        ("Husum", "Weisendorf", False), ("Weisendorf", None, True),
    ]  # fmt: skip


def test_18_months_later_it_no_longer_counts_and_comes_back_with_a_word(app: Flask, world: World) -> None:
    with on(DAY):
        reuse = add_evidence(world)
    last = date(2027, 9, 10)
    with on(last):
        assert is_evidence(reuse.state, clock.today())
    with on(last + timedelta(days=1)):
        counting.refresh(reuse)
        counting.recount([reuse.entry_id])
        assert world.entry.confirmed_reuses == 0
        (row,) = showing.list_of_entry(world.entry)
        assert row.unconfirmed_since == last
        service.act("confirm", reuse, Side.TAKER, actor=world.actor(TAKER))
        assert world.entry.confirmed_reuses == 1


def test_what_was_never_evidence_is_shown_to_nobody(world: World) -> None:
    reuse = declare(world)
    service.act("stop", reuse, Side.TAKER, actor=world.actor(TAKER), reason="Doch nicht.")
    assert showing.list_of_entry(world.entry) == []


def test_a_denied_reuse_disappears_until_that_side_comes_back(world: World) -> None:
    reuse = add_evidence(world)
    service.act("deny", reuse, Side.GIVER, actor=world.actor(GIVER), reason="Das war nur ein Gespräch.")
    assert (world.entry.confirmed_reuses, showing.list_of_entry(world.entry)) == (0, [])
    service.act("confirm", reuse, Side.GIVER, actor=world.actor(GIVER))
    assert world.entry.confirmed_reuses == 1


STEPS = st.tuples(
    st.sampled_from([*ACTS, "declare", "job"]), st.sampled_from([TAKER, THIRD]), st.sampled_from([*Side]),
    st.integers(0, 300),
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
def test_the_number_at_the_entry_is_always_that_of_the_ledger(
    app: Flask, session: Session, steps: list[tuple[str, str, Side, int]]
) -> None:
    with session.begin_nested() as point:
        world, day = add_world(slug="eigenschaft"), DAY
        reuses: dict[str, Reuse] = {}
        for name, who, side, days in steps:
            day += timedelta(days=days)
            with on(day):
                _do(world, reuses, name, who, side)
                for reuse in reuses.values():
                    counting.refresh(reuse)
                counting.recount([world.entry.id or 0])
                assert world.entry.confirmed_reuses == ledger_number(world.entry)
                assert all(reuse.state.is_confirmed for reuse in reuses.values() if reuse.is_counted)
        point.rollback()


def _do(world: World, reuses: dict[str, Reuse], name: str, who: str, side: Side) -> None:
    taker = world.taker if who == TAKER else world.third
    if name == "job":
        return
    if name == "declare":
        if who not in reuses:
            reuses[who] = declare(world, by=who if side is Side.TAKER else GIVER, taker=taker)
        return
    if who not in reuses:
        return
    actor = world.actor(who if side is Side.TAKER else GIVER)
    # What may not be done changes nothing; the numbers are compared after it, too.
    with contextlib.suppress(ForbiddenError, ReuseRefusedError):
        service.act(name, reuses[who], side, actor=actor, reason="Grund")


# Merging


def test_reuses_move_with_a_merged_entry_and_an_organisation_counts_once(world: World) -> None:
    losing = world.entry
    world.entry = winning = add_entry(Kind.SOLUTION, "bleibt", organisation=world.giver.key)
    kept = add_evidence(world)
    world.entry = losing
    twice = add_evidence(world)
    moved = add_evidence(world, THIRD, world.third, via=twice)
    merging.merge_entries(losing, winning, author="Test", note="")
    assert (winning.confirmed_reuses, losing.confirmed_reuses) == (2, 0)
    assert queries.find_between(losing, world.taker.id or 0) is None
    assert queries.get_reuse(moved.public_id).entry_id == winning.id
    assert queries.get_reuse(moved.public_id).via_id == kept.id


def test_of_two_rows_the_one_that_counts_stays_with_all_costs(world: World) -> None:
    losing = world.entry
    world.entry = winning = add_entry(Kind.SOLUTION, "bleibt", organisation=world.giver.key)
    declare(world)
    world.entry = losing
    counted = add_evidence(world)
    telling.tell(counted, {"one_off": 5}, is_named=True, actor=world.actor(TAKER))
    merging.merge_entries(losing, winning, author="Test", note="")
    assert winning.confirmed_reuses == 1
    assert [case.one_off for case in telling.list_cases(winning)] == [5]


def test_what_the_winning_organisation_took_itself_is_no_reuse_any_more(world: World) -> None:
    losing = world.entry
    add_evidence(world)
    winning = add_entry(Kind.SOLUTION, "bleibt", organisation=world.taker.key)
    merging.merge_entries(losing, winning, author="Test", note="")
    assert winning.confirmed_reuses == 0


# Costs


def test_costs_are_told_by_the_taking_side_alone_and_named_ones_are_read_at_once(world: World) -> None:
    reuse = add_evidence(world)
    for who in (GIVER, THIRD):
        with pytest.raises(ForbiddenError):
            telling.tell(reuse, {"one_off": 1}, is_named=True, actor=world.actor(who))
    telling.tell(reuse, {"one_off": 12_500, "again": "ja"}, is_named=True, actor=world.actor(TAKER))
    (case,) = telling.list_cases(world.entry)
    assert (case.organisation, case.inhabitants, case.one_off) == ("Weisendorf", 6_800, 12_500)


def test_told_again_it_replaces_what_was_told_about_the_same_moment(world: World) -> None:
    with on(DAY):
        reuse = add_evidence(world)
        for amount in (1, 2):
            telling.tell(reuse, {"one_off": amount}, is_named=True, actor=world.actor(TAKER))
    with on(DAY + timedelta(days=365)):
        telling.tell(reuse, {"yearly": 3}, is_named=True, actor=world.actor(TAKER))
    assert [(case.one_off, case.yearly) for case in telling.list_cases(world.entry)] == [(None, 3), (2, None)]


def test_without_the_name_a_guide_of_neither_side_looks_first(world: World) -> None:
    reuse = add_evidence(world)
    costs = telling.tell(reuse, {"wish_known": "Bei uns in W. regnet es."}, is_named=False, actor=world.actor(TAKER))
    assert telling.list_cases(world.entry) == []
    assert [task.link for task in telling.list_waiting(EVERYWHERE, 0, 9)] == [f"/lotsen/kosten/{costs.public_id}"]
    task = telling.get_task(costs.public_id)
    insider = add_guide(Remit("09"), mail="innen@by.example")
    add_membership(insider, world.taker)
    far = add_guide(Remit("03"), mail="fern@ni.example")
    for actor in (actor_of(insider), actor_of(far), world.actor(GIVER), world.actor(TAKER)):
        with pytest.raises(ForbiddenError):
            telling.release(task, actor=actor)
    guide = actor_of(add_guide(Remit("09"), mail="lotse@by.example"))
    telling.release(task, actor=guide)
    (case,) = telling.list_cases(world.entry)
    assert (case.organisation, case.key) == (None, None)
    with pytest.raises(ReuseRefusedError, match="inzwischen entschieden"):
        telling.give_back(task, "Zu spät", actor=guide)


def test_costs_of_what_is_not_confirmed_are_not_read(world: World) -> None:
    telling.tell(declare(world), {"one_off": 1}, is_named=True, actor=world.actor(TAKER))
    assert telling.list_cases(world.entry) == []


# People


def test_who_is_deleted_leaves_no_trace_and_the_reuse_stays(world: World, session: Session) -> None:
    reuse = add_evidence(world)
    telling.tell(reuse, {"one_off": 1}, is_named=True, actor=world.actor(TAKER))
    account = world.people[TAKER]
    reuse.note = f"Eingeführt von {account.name}"
    person = Person(account.id or 0, account.mail)
    data = export(person)
    assert [len(data[name]) for name in ("reuse", "reuse_costs")] == [1, 1]
    erase(person)
    session.expire_all()
    assert queries.get_reuse(reuse.public_id).taker_account_id is None
    assert queries.get_reuse(reuse.public_id).note == "Eingeführt von (ehemaliges Konto)"
    assert session.exec(select(ReuseCosts.account_id)).all() == [None]
    assert session.exec(select(ReuseQuestion).where(ReuseQuestion.side == "nehmend")).all() == []
    assert queries.get_reuse(reuse.public_id).is_counted


def test_what_is_said_about_a_reuse_tells_nobody_s_address(world: World) -> None:
    reuse = add_evidence(world)
    with pytest.raises(DomainError, match="it@frauenau"):
        service.describe(reuse, Words(note="Fragen an it@frauenau.example"), actor=world.actor(TAKER))


def test_what_nobody_answers_lies_on_the_desk_of_both_places(world: World) -> None:
    with on(DAY):
        declare(world)
    with on(DAY + timedelta(days=41)):
        assert queries.count_silent(EVERYWHERE) == 0
    with on(DAY + timedelta(days=42)):
        for remit, number in ((Remit("07"), 1), (Remit("09"), 1), (Remit("01"), 0), (Remit("", "verwaltung"), 1)):
            assert queries.count_silent([remit]) == number, remit
        (task,) = queries.list_silent(EVERYWHERE, 0, 5)
        assert task.title == "Titel von eine-loesung: Weisendorf"
        assert task.note == "Nachnutzung nicht bestätigt"


def test_a_guide_reminds_or_ends_it(world: World) -> None:
    with on(DAY):
        reuse = declare(world)
    guide = actor_of(add_guide(Remit("09")))
    with on(DAY + timedelta(days=42)):
        with pytest.raises(ForbiddenError):
            service.remind(reuse, actor=world.actor(TAKER))
        assert service.remind(reuse, actor=guide) == 1
        assert queries.count_silent(EVERYWHERE) == 0
    with on(DAY + timedelta(days=56)):
        assert queries.count_silent(EVERYWHERE) == 1
        service.act("stop", reuse, None, actor=guide, reason="Niemand antwortet.")
        assert queries.count_silent(EVERYWHERE) == 0


def test_who_has_nobody_to_ask_comes_to_the_desk_all_the_same(world: World) -> None:
    nobody = add_organisation("05111000", "Düsseldorf")
    world.entry = add_entry(Kind.SOLUTION, "zweite-loesung", organisation=nobody.key)
    person = add_account("zweite@weisendorf.example")
    add_membership(person, world.taker)
    with on(DAY):
        service.declare(world.entry, world.taker.id or 0, ReuseStage.RUNNING, Words(), actor=actor_of(person))
    with on(DAY + timedelta(days=42)):
        assert queries.count_silent(EVERYWHERE) == 1


def test_an_address_that_takes_no_mail_makes_it_a_guides_task_at_once(world: World) -> None:
    with on(DAY):
        declare(world)
        mail_undeliverable.send(None, recipient="anders@kaiserslautern.example", name=MAIL)
        assert queries.count_silent(EVERYWHERE) == 0
        mail_undeliverable.send(None, recipient=GIVER, name="accounts/confirm")
        assert queries.count_silent(EVERYWHERE) == 0
        mail_undeliverable.send(None, recipient=GIVER, name=MAIL)
        assert queries.count_silent(EVERYWHERE) == 1


def test_yes_and_no_by_turns_fills_no_mailbox_and_the_first_link_still_works(world: World, session: Session) -> None:
    with on(DAY):
        reuse = declare(world)
        for name in ("deny", "confirm", "stop", "resume", "confirm", "deny", "confirm"):
            service.act(name, reuse, Side.TAKER, actor=world.actor(TAKER), reason="Grund")
    mails = session.exec(select(OutboxMail).where(OutboxMail.recipient == GIVER)).all()
    assert len(mails) == 1
    (question,) = session.exec(select(ReuseQuestion).where(ReuseQuestion.side == "gebend")).all()
    assert question.round == reuse.round, "It stands for what is asked now."
    with on(DAY + timedelta(days=4)):
        service.act("confirm", reuse, Side.TAKER, actor=world.actor(TAKER))
    assert len(session.exec(select(OutboxMail).where(OutboxMail.recipient == GIVER)).all()) == 2
