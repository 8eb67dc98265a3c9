"""Requests written before it was known for whom: sent of themselves, never without a yes, never twice."""

from flask import Flask
from sqlmodel import Session, select

from marketplace.accounts import memberships, proposals
from marketplace.accounts.models import Account, Membership
from marketplace.accounts.roles import MemberRole
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.core import db
from marketplace.core.actor import ANONYMOUS
from marketplace.notifications.models import Notice
from marketplace.organisations.places import OrganisationKind
from marketplace.reuse import drafting, queries, service, waiting
from marketplace.reuse.models import ReuseDraft, ReuseRequest
from marketplace.reuse.workflow import State
from tests.factories.accounts import PASSWORD, add_account, add_membership
from tests.factories.catalogue import add_entry
from tests.factories.people import actor_of, add_person
from tests.factories.reuse import World, make_world, send_request
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import link_in_last_mail

FIELDS = {"wishes": ["gespraech"], "when": "jahr", "inhabitants": 4200, "question": "Wie?", "taker": "", "target": ""}
MAIL = "neu@weisendorf.example"


def write(world: World, *, mail: str = MAIL) -> ReuseDraft:
    """Somebody without an account writes a request and leaves an address."""
    draft = drafting.save_draft(world.solution, None, FIELDS, actor=ANONYMOUS)
    drafting.note_mail(draft, mail)
    waiting.want(draft)
    return draft


def join(world: World, person: Account, *keys: str) -> Membership:
    """Say for whom the person works, having seen these drafts."""
    waiting.agree(person.mail, keys)
    return memberships.request_membership(world.taker, actor=actor_of(person))


def requests(session: Session) -> list[ReuseRequest]:
    return list(session.exec(select(ReuseRequest)))


def subjects(session: Session, person: Account) -> list[str]:
    return [each.subject for each in session.exec(select(Notice).where(Notice.account_id == person.id))]


def test_a_known_address_sends_it_to_the_other_side(session: Session) -> None:
    world = make_world()
    draft, person = write(world), add_account(MAIL)
    assert [each.words for each in waiting.list_announced(MAIL)] == ["Wie?"]
    membership = join(world, person, draft.public_id)
    (request,) = requests(session)
    assert (request.state, request.requester_id, request.taker_id) == (State.REQUESTED, person.id, world.taker.id)
    assert session.exec(select(ReuseDraft)).all() == []
    assert waiting.find_next(membership) == f"/anfragen/{request.public_id}"
    assert subjects(session, person) == ["Ihre Anfrage ist gesendet: Pegelmelder für Bäche"]


def test_of_two_drafts_the_one_that_was_seen_is_sent_and_led_to(session: Session) -> None:
    world = make_world()
    draft, person = write(world), add_account(MAIL)
    other = add_entry(Kind.SOLUTION, "zweite", organisation="07312000")
    drafting.note_mail(drafting.save_draft(other, None, FIELDS, actor=ANONYMOUS), MAIL)
    membership = join(world, person, draft.public_id)
    (request,) = requests(session)
    assert request.entry_id == world.solution.id
    assert waiting.find_next(membership) == f"/anfragen/{request.public_id}"


def test_an_unknown_town_goes_to_the_guide_with_the_person(session: Session) -> None:
    world = make_world(is_known=False)
    draft, person = write(world), add_account(MAIL)
    join(world, person, draft.public_id)
    (request,) = requests(session)
    assert request.state == State.CHECKING
    service.act("request.forward", request, actor=actor_of(world.guide))
    assert request.state == State.REQUESTED
    assert actor_of(person).belongs_to(world.taker.id)
    assert [each.action for each in queries.list_events(request)] == ["request.sent", "request.forward"]


def test_nothing_is_sent_without_a_yes_of_the_person_with_the_address(session: Session) -> None:
    world = make_world()
    draft, person = write(world), add_account(MAIL)
    membership = join(world, person)
    assert requests(session) == []
    assert waiting.find_next(membership) == f"/nachnutzen/{draft.public_id}"


def test_nobody_agrees_for_another_address(session: Session) -> None:
    world = make_world()
    draft, other = write(world), add_account("andere@weisendorf.example")
    join(world, other, draft.public_id)
    assert requests(session) == []
    assert draft.account_id is None


def test_what_was_taken_back_is_not_sent(session: Session) -> None:
    world = make_world()
    draft, person = write(world), add_account(MAIL)
    key = draft.public_id
    drafting.discard(draft)
    join(world, person, key)
    assert requests(session) == []


def test_the_confirmation_of_the_membership_lets_it_pass_in_a_known_town(session: Session) -> None:
    world = make_world()
    draft, person = write(world, mail="neu@gmx.example"), add_account("neu@gmx.example")
    membership = join(world, person, draft.public_id)
    (request,) = requests(session)
    assert request.state == State.CHECKING
    head = add_person("Hanna Haupt")
    add_membership(head, world.taker, role=MemberRole.ADMIN)
    memberships.decide_membership(membership.id or 0, confirm=True, actor=actor_of(head))
    session.refresh(request)
    assert request.state == State.REQUESTED
    assert request.waiting_since is not None


def test_a_refusal_keeps_the_draft_and_says_why(session: Session) -> None:
    world = make_world()
    send_request(world)
    draft, person = write(world), add_account(MAIL)
    membership = join(world, person, draft.public_id)
    assert membership.id is not None
    assert len(requests(session)) == 1
    assert "schon eine offene Anfrage" in draft.held_back
    assert waiting.list_announced(MAIL) == []
    assert "Ihre Anfrage ist noch nicht gesendet: Pegelmelder für Bäche" in subjects(session, person)


def test_a_solution_that_is_gone_by_then_is_not_asked_for(session: Session) -> None:
    world = make_world()
    draft, person = write(world), add_account(MAIL)
    world.solution.status = Status.ARCHIVED
    session.flush()
    join(world, person, draft.public_id)
    assert requests(session) == []
    assert "nicht mehr veröffentlicht" in draft.held_back


def test_an_organisation_that_was_missing_is_waited_for(session: Session) -> None:
    world = make_world()
    draft, person = write(world), add_account(MAIL)
    admin = add_person("Ada Betrieb", is_site_admin=True)
    waiting.agree(MAIL, [draft.public_id])
    proposal = proposals.propose(OrganisationKind.MUNICIPAL_COMPANY, "Werke Neu", actor=actor_of(person))
    assert drafting.find_draft(draft.public_id, actor=ANONYMOUS) is None, "Ab jetzt ändert sie niemand sonst."
    place = proposals.accept(
        proposal.id or 0, OrganisationKind.MUNICIPAL_COMPANY, "Werke Neu", key="", ags="", website="",
        actor=actor_of(admin),
    )  # fmt: skip
    (request,) = requests(session)
    assert (request.taker_id, request.state) == (place.id, State.CHECKING)


def test_an_invitation_sends_what_stands_beside_it(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    write(world)
    head = add_person("Hanna Haupt")
    add_membership(head, world.taker, role=MemberRole.ADMIN)
    db.commit(session)
    memberships.invite(world.taker, MAIL, MemberRole.MEMBER, actor=actor_of(head))
    db.commit(session)
    app.extensions["courier"].deliver()
    page = client.get_page(link_in_last_mail(app, MAIL))
    assert "Danach wird Ihre Anfrage gesendet" in page.text
    typed = {"name": "Nuri Neu", "password": PASSWORD}
    answer = forms.send(client, page, "Konto einrichten und annehmen", typed)
    (request,) = requests(session)
    assert answer.headers["Location"] == f"/anfragen/{request.public_id}"
    assert request.state == State.REQUESTED
