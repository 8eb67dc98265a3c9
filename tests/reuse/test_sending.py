"""From a draft to a request: by whom, to whom, once, and by way of a guide where the town is not known."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from marketplace.accounts.models import MailDomain
from marketplace.catalogue.drafts.models import EntryContact
from marketplace.catalogue.kinds import Kind
from marketplace.core import clock
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.mail.models import OutboxMail
from marketplace.notifications.models import Notice
from marketplace.reuse import drafting, queries, sending, service
from marketplace.reuse.errors import OpenRequestError, TooManyError
from marketplace.reuse.models import ReuseDraft, ReuseEvent
from marketplace.reuse.workflow import State
from tests.factories.catalogue import add_entry, add_organisation, link
from tests.factories.people import actor_of, add_person
from tests.factories.reuse import MONDAY, make_world, send_request

FIELDS = {"wishes": ["gespraech"], "when": "jahr", "inhabitants": 4200, "question": "Wie?"}


def test_a_request_of_a_known_town_goes_to_the_other_side_at_once(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    assert (request.state, request.giver_id, request.requester_id) == (
        State.REQUESTED, world.giver.id, world.asks.id,
    )  # fmt: skip
    assert request.waiting_since is not None
    notices = session.exec(select(Notice)).all()
    assert [(each.account_id, each.link) for each in notices] == [(world.answers.id, f"/anfragen/{request.public_id}")]


def test_the_mail_says_only_that_there_is_something(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    mail = session.exec(select(OutboxMail)).one()
    assert request.question not in (mail.text or "")
    assert "Wiebke" not in (mail.text or "")
    assert f"/anfragen/{request.public_id}" in (mail.text or "")


def test_an_unknown_town_goes_to_the_guide_first(session: Session) -> None:
    world = make_world(is_known=False)
    request = send_request(world)
    assert (request.state, request.waiting_since) == (State.CHECKING, None)
    assert {each.account_id for each in session.exec(select(Notice))} == {world.guide.id}
    service.act("request.forward", request, actor=actor_of(world.guide))
    assert request.state == State.REQUESTED
    assert world.answers.id in {each.account_id for each in session.exec(select(Notice))}


def test_once_a_guide_has_looked_the_town_is_known(session: Session) -> None:
    world = make_world(is_known=False)
    service.act("request.forward", send_request(world), actor=actor_of(world.guide))
    other = add_entry(Kind.SOLUTION, "zweite", organisation="07312000")
    assert send_request(world, entry=other, token="zwei").state == State.REQUESTED


def test_whoever_waits_for_the_membership_goes_to_the_guide_who_confirms_both(session: Session) -> None:
    world = make_world()
    new = add_person("Nuri Neu", pending_in=world.taker)
    request = send_request(world, by=new)
    assert request.state == State.CHECKING
    service.act("request.forward", request, actor=actor_of(world.guide))
    assert actor_of(new).belongs_to(world.taker.id)


def test_nobody_asks_for_an_organisation_of_others(session: Session) -> None:
    world = make_world()
    with pytest.raises(ForbiddenError):
        send_request(world, by=add_person("Frida Fremd"))


def test_nobody_asks_their_own_organisation(session: Session) -> None:
    world = make_world()
    with pytest.raises(DomainError, match="eigenen Organisation"):
        send_request(world, by=world.answers, taker=world.giver)


def test_one_open_request_per_solution_and_organisation(session: Session) -> None:
    world = make_world()
    first = send_request(world)
    colleague = add_person("Karla Kollegin", member_of=world.taker)
    with pytest.raises(OpenRequestError) as error:
        send_request(world, by=colleague, token="anderes")
    assert error.value.public_id == first.public_id
    service.act("request.withdraw", first, actor=actor_of(colleague), note="Doch nicht.")
    assert send_request(world, token="drittes").state == State.REQUESTED


def test_a_form_sent_twice_makes_one_request(session: Session) -> None:
    world = make_world()
    draft = drafting.save_draft(world.solution, None, FIELDS, actor=actor_of(world.asks))
    first = sending.send(draft, actor=actor_of(world.asks))
    assert session.exec(select(ReuseDraft)).all() == []
    assert queries.find_by_token_hash(first.token_hash) == first
    assert len(session.exec(select(ReuseEvent)).all()) == 1


def test_an_incomplete_draft_is_not_sent(session: Session) -> None:
    world = make_world()
    draft = drafting.save_draft(world.solution, None, {**FIELDS, "wishes": []}, actor=actor_of(world.asks))
    with pytest.raises(DomainError, match="fehlt noch etwas"):
        sending.send(draft, actor=actor_of(world.asks))


def test_from_a_project_the_request_goes_to_the_town_of_the_project(session: Session) -> None:
    world = make_world()
    third = add_organisation("09276121", "Frauenau")
    project = add_entry(slug="bachprojekt", organisation="09276121")
    link(project, "nutzt", world.solution)
    assert [target.organisation.name for target in queries.list_targets(world.solution)] == [
        "Kaiserslautern", "Frauenau",
    ]  # fmt: skip
    draft = drafting.save_draft(world.solution, project, FIELDS, actor=actor_of(world.asks))
    request = sending.send(draft, actor=actor_of(world.asks))
    assert (request.giver_id, request.via_entry_id) == (third.id, project.id)


def test_without_anybody_to_ask_the_guide_is_brought_in_at_once(session: Session) -> None:
    world = make_world()
    orphan = add_entry(Kind.SOLUTION, "ohne-kommune")
    request = send_request(world, entry=orphan, target=None)
    assert request.escalated_at is not None
    assert "contact.missing" in [event.action for event in queries.list_events(request)]


def test_where_nobody_has_an_account_the_contact_of_the_entry_is_written_to(session: Session) -> None:
    world = make_world()
    add_organisation("01054056", "Husum")
    deich = add_entry(Kind.SOLUTION, "deich", titel="Deich\r\nBcc: alle@example.org", organisation="01054056")
    session.add(EntryContact(entry_id=deich.id, mail="technik@husum.example"))
    request = send_request(world, entry=deich, target=queries.list_targets(deich)[0])
    assert request.escalated_at is None
    mail = session.exec(select(OutboxMail)).one()
    assert (mail.recipient, mail.name) == ("technik@husum.example", "reuse/contact")
    assert "\n" not in (mail.subject or "")
    assert request.question not in (mail.text or "")


def test_limits_name_the_moment_from_which_on_it_goes_again(session: Session) -> None:
    world = make_world()
    with clock.stopped_at(MONDAY):
        for number in range(10):
            entry = add_entry(Kind.SOLUTION, f"loesung-{number}", organisation="07312000")
            send_request(world, entry=entry, token=f"f{number}")
        with pytest.raises(TooManyError, match=r"03\.11\.2026 um 10:00 Uhr"):
            send_request(world, token="zu-viel")
    with clock.stopped_at(MONDAY + timedelta(days=1, minutes=1)):
        send_request(world, token="zu-viel")


def test_a_target_is_not_flooded_by_many(session: Session) -> None:
    world = make_world()
    entries = [add_entry(Kind.SOLUTION, f"loesung-{n}", organisation="07312000") for n in range(21)]
    for number, entry in enumerate(entries):
        town = add_organisation(f"0957{number:04}", f"Ort {number}")
        session.add(MailDomain(domain=f"ort{number}.example", organisation_id=town.id or 0))
        person = add_person(f"Person {number}", member_of=town)
        if number < 20:
            send_request(world, by=person, taker=town, entry=entry, token=f"f{number}")
            continue
        with pytest.raises(TooManyError, match="Diese Kommune hat"):
            send_request(world, by=person, taker=town, entry=entry, token=f"f{number}")
