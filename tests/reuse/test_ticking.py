"""The clock: reminders, the guide, absences, disturbed contacts, and how an organisation answers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from marketplace.catalogue.drafts.models import EntryContact
from marketplace.catalogue.kinds import Kind
from marketplace.core import clock, db
from marketplace.core.clock import BERLIN
from marketplace.core.db import Database
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.curation import desk
from marketplace.mail.models import OutboxMail
from marketplace.mail.signals import mail_undeliverable
from marketplace.notifications.models import Notice
from marketplace.reuse import absences, contacts, queries, service, ticking
from marketplace.reuse.models import ReuseDraft, ReuseRequest
from marketplace.reuse.statistics import Answering, Asked, find_answering, measure
from marketplace.reuse.workflow import State
from tests.factories.accounts import add_domain
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.people import actor_of, add_person
from tests.factories.reuse import MONDAY, World, make_world, send_request
from tests.support.client import PageClient


def at(day: date, hour: int = 8) -> datetime:
    """A moment in Germany."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN)


def tick(database: Database, moment: datetime) -> None:
    db.commit(db.session())
    with clock.stopped_at(moment):
        ticking.tick(database)
    db.session().expire_all()


def names(request: ReuseRequest) -> list[str]:
    return [event.action for event in queries.list_events(request)]


@pytest.fixture
def world(session: Session) -> Iterator[World]:
    with clock.stopped_at(MONDAY):
        yield make_world()


@pytest.fixture
def request_(world: World) -> ReuseRequest:
    return send_request(world)


def test_reminded_after_five_and_handed_on_after_ten_working_days(
    database: Database, session: Session, world: World, request_: ReuseRequest
) -> None:
    for day, expected in (
        (date(2026, 11, 9), []),
        (date(2026, 11, 10), ["clock.reminded"]),
        (date(2026, 11, 16), ["clock.reminded"]),
        (date(2026, 11, 17), ["clock.reminded", "clock.escalated"]),
        (date(2026, 12, 31), ["clock.reminded", "clock.escalated"]),
    ):
        for _ in range(2):
            tick(database, at(day))
        assert names(request_) == ["request.sent", *expected], day
    assert request_.state == State.REQUESTED
    told = {(each.account_id, each.kind) for each in session.exec(select(Notice))}
    assert {(world.answers.id, "anfrage-frist"), (world.guide.id, "anfrage-lotse")} <= told
    assert (world.asks.id, "anfrage-neues") in told


def test_the_day_of_the_giving_town_counts(database: Database, session: Session) -> None:
    berlin, munich = add_organisation("11000000", "Berlin"), add_organisation("09162000", "München")
    taker = add_organisation("01054056", "Husum")
    add_domain(taker, "husum.example")
    asks, sent = add_person("Hauke Deich", member_of=taker), {}
    with clock.stopped_at(at(date(2026, 12, 30))):
        for town in (berlin, munich):
            add_person(f"Person {town.key}", member_of=town)
            entry = add_entry(Kind.SOLUTION, f"aus-{town.key}", organisation=town.key)
            sent[town.name] = send_request(
                World(taker, town, entry, asks, asks, asks), token=town.name
            )  # fmt: skip
    # Epiphany is free in Bavaria only.
    tick(database, at(date(2027, 1, 15)))
    assert (sent["Berlin"].escalated_at is None, sent["München"].escalated_at is None) == (False, True)
    tick(database, at(date(2027, 1, 16)))
    assert sent["München"].escalated_at is not None


def test_the_hour_that_is_there_twice_moves_no_deadline(database: Database, session: Session) -> None:
    with clock.stopped_at(datetime(2026, 10, 19, 21, 59, tzinfo=UTC)):  # Monday, a minute to midnight, summer time
        request = send_request(make_world())
    # The fifth working day is Monday the 26th; it ends at 23:00 UTC, as winter time has begun.
    tick(database, datetime(2026, 10, 26, 22, 59, tzinfo=UTC))
    assert request.reminded_at is None
    tick(database, datetime(2026, 10, 26, 23, 0, tzinfo=UTC))
    assert request.reminded_at is not None


def test_after_an_answer_the_clock_is_silent(database: Database, world: World, request_: ReuseRequest) -> None:
    service.write(request_, "Gern.", token="a", actor=actor_of(world.answers))
    tick(database, at(date(2026, 12, 31)))
    assert request_.reminded_at is None
    assert request_.escalated_at is None


def test_an_absence_lets_the_clock_stand_still(database: Database, world: World, request_: ReuseRequest) -> None:
    absences.announce(world.giver, date(2026, 11, 3), date(2026, 11, 13), actor=actor_of(world.answers))
    deadlines = queries.find_deadlines(request_, world.giver)
    assert deadlines is not None
    assert deadlines.answer_until == date(2026, 11, 27)
    tick(database, at(date(2026, 11, 17)))
    assert request_.reminded_at is None
    tick(database, at(date(2026, 11, 28)))
    assert request_.escalated_at is not None


def test_what_cannot_be_announced(session: Session, world: World) -> None:
    actor = actor_of(world.answers)
    for first, last in ((3, 2), (-1, 2), (1, 60), (400, 401)):
        with pytest.raises(DomainError):
            absences.announce(
                world.giver, clock.today() + timedelta(days=first), clock.today() + timedelta(days=last), actor=actor
            )
    with pytest.raises(ForbiddenError):
        absences.announce(world.giver, date(2026, 11, 3), date(2026, 11, 4), actor=actor_of(world.asks))
    absence = absences.announce(world.giver, clock.today(), date(2026, 11, 20), actor=actor)
    with pytest.raises(DomainError, match="schon eine Abwesenheit"):
        absences.announce(world.giver, date(2026, 11, 20), date(2026, 11, 21), actor=actor)
    absences.end(absence.id or 0, actor=actor)
    assert queries.find_present_absence(world.giver.id) is None


def test_a_nudge_and_a_close_by_the_guide(database: Database, world: World, request_: ReuseRequest) -> None:
    tick(database, at(date(2026, 11, 17)))
    service.act("request.nudge", request_, actor=actor_of(world.guide))
    assert request_.state == State.REQUESTED
    service.act("request.close", request_, actor=actor_of(world.guide), note="Dort ist niemand mehr.")
    assert (request_.state, request_.waiting_since) == (State.RESTING, None)


def test_overdue_and_disturbed_requests_stand_at_the_desk_of_whom_they_concern(
    database: Database, session: Session, world: World, request_: ReuseRequest
) -> None:
    tick(database, at(date(2026, 11, 17)))
    mail_undeliverable.send(None, recipient=world.answers.mail, name="notifications/notice")
    lars = actor_of(add_person("Lars Lotse", remits=(("01", ""),)))
    for kind in ("anfragen-ueberfaellig", "kontakte-gestoert"):
        source = desk.find_source(kind)
        assert source is not None
        mine = actor_of(world.guide).remits
        assert (source.count(mine), source.count(lars.remits), source.count(desk.EVERYWHERE)) == (1, 0, 1)
        assert [task.link for task in source.page(mine, 0, 10)] == [f"/anfragen/{request_.public_id}"]


def test_mail_that_comes_back_marks_the_contact_once_until_somebody_writes(
    session: Session, world: World, request_: ReuseRequest
) -> None:
    for _ in range(2):
        mail_undeliverable.send(None, recipient=world.answers.mail.upper(), name="notifications/notice")
    assert names(request_) == ["request.sent", "contact.disturbed"]
    service.write(request_, "Wir sind da.", token="a", actor=actor_of(world.answers))
    assert request_.disturbed_at is None
    assert names(request_)[-1] == "contact.restored"


def test_mail_to_the_contact_of_an_entry_that_comes_back(session: Session, world: World) -> None:
    add_organisation("01054056", "Husum")
    deich = add_entry(Kind.SOLUTION, "deich", organisation="01054056")
    session.add(EntryContact(entry_id=deich.id, mail="technik@husum.example"))
    request = send_request(world, entry=deich, target=queries.list_targets(deich)[0])
    mail_undeliverable.send(None, recipient="technik@husum.example", name="reuse/contact")
    assert request.disturbed_at is not None
    with pytest.raises(ForbiddenError):
        contacts.mark_contact_fine(request, actor=actor_of(world.asks))
    contacts.mark_contact_fine(request, actor=actor_of(world.guide))
    assert request.disturbed_at is None


def test_other_mail_that_comes_back_marks_nothing(session: Session, world: World, request_: ReuseRequest) -> None:
    mail_undeliverable.send(None, recipient=world.answers.mail, name="accounts/invitation")
    mail_undeliverable.send(None, recipient=world.asks.mail, name="notifications/notice")
    assert request_.disturbed_at is None


def test_figures_from_three_settled_requests_on() -> None:
    day = timedelta(days=1)
    answered = Asked(MONDAY, MONDAY + 4 * day, None)
    late, open_ = Asked(MONDAY, None, MONDAY + 15 * day), Asked(MONDAY, None, None)
    assert measure([answered, answered, open_]) is None
    assert measure([answered, Asked(MONDAY, MONDAY + 8 * day, None), late]) == Answering(3, 2, 6)
    assert measure([late, late, late]) == Answering(3, 0, None)


def test_figures_of_an_organisation(database: Database, session: Session, world: World, client: PageClient) -> None:
    requests = []
    for number in range(3):
        entry = add_entry(Kind.SOLUTION, f"loesung-{number}", organisation="07312000")
        requests.append(send_request(world, entry=entry, token=f"f{number}"))
    with clock.stopped_at(MONDAY + timedelta(days=3)):
        service.write(requests[0], "Gern.", token="a", actor=actor_of(world.answers))
        service.act("request.decline", requests[1], actor=actor_of(world.answers), note="Leider nein.")
    tick(database, at(date(2026, 11, 17)))
    assert find_answering(world.giver.id or 0) == Answering(3, 2, 3)
    assert find_answering(world.taker.id or 0) is None
    assert "67 % von 3 beantwortet" in client.get_page("/kommunen/07312000").text
    assert "beantwortet" not in client.get_page("/kommunen/09572164").text


def test_what_is_old_goes(session: Session, world: World, request_: ReuseRequest) -> None:
    service.act("request.withdraw", request_, actor=actor_of(world.asks), note="Doch nicht.")
    running = send_request(world, token="zweite")
    session.add(
        ReuseDraft(
            public_id="x" * 22, mail="neu@ort.example", entry_id=world.solution.id or 0, created_at=MONDAY,
            updated_at=MONDAY,
        )
    )  # fmt: skip
    session.flush()
    with clock.stopped_at(MONDAY + timedelta(days=31)):
        assert ticking.forget_old() == 1
    with clock.stopped_at(MONDAY + timedelta(days=3 * 365 + 1)):
        assert ticking.forget_old() == 1
    assert list(session.exec(select(ReuseRequest.id).order_by(col(ReuseRequest.id)))) == [running.id]


def test_reminders_to_a_contact_without_account_leave_once(
    app: Flask, database: Database, session: Session, world: World
) -> None:
    add_organisation("01054056", "Husum")
    deich = add_entry(Kind.SOLUTION, "deich", organisation="01054056")
    session.add(EntryContact(entry_id=deich.id, mail="technik@husum.example"))
    send_request(world, entry=deich, target=queries.list_targets(deich)[0])
    for _ in range(3):
        tick(database, at(date(2026, 11, 10)))
    sent = session.exec(select(OutboxMail).where(OutboxMail.recipient == "technik@husum.example")).all()
    assert len(sent) == 2
