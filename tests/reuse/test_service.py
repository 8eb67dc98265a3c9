"""Steps and messages: who may, what follows, and what becomes of two at once."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from marketplace.accounts.memberships import decide_membership, end_membership
from marketplace.accounts.queries import find_membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.catalogue.drafts.models import EntryContact
from marketplace.catalogue.kinds import Kind
from marketplace.core import clock
from marketplace.core.actor import ANONYMOUS
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.permissions import is_allowed
from marketplace.ledger import service as ledger
from marketplace.ledger.rules import ReuseStage, Side
from marketplace.ledger.service import Words
from marketplace.notifications.models import Notice
from marketplace.reuse import asking, drafting, moving, queries, recipients, service, threads
from marketplace.reuse.alternatives import list_alternatives
from marketplace.reuse.errors import StepRefusedError, TooManyError
from marketplace.reuse.models import ReuseMessage
from marketplace.reuse.queries import Target
from marketplace.reuse.workflow import ACTIONS, Part, State
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.people import actor_of, add_person
from tests.factories.reuse import MONDAY, World, make_world, send_request


def actors(world: World) -> dict[str, object]:
    """Everybody who may come along, by what they are."""
    return {
        "ohne Konto": ANONYMOUS,
        "fremd": actor_of(add_person("Frida Fremd")),
        "andere Kommune": actor_of(add_person("Otto Ort", member_of=add_organisation("01054056", "Husum"))),
        "anfragend": actor_of(world.asks),
        "gebend": actor_of(world.answers),
        "Lotsin": actor_of(world.guide),
        "Lotse anderswo": actor_of(add_person("Lars Lotse", remits=(("01", ""),))),
        "Verwaltung": actor_of(add_person("Ada Admin", is_site_admin=True)),
    }


WHO: dict[Part, set[str]] = {
    Part.TAKER: {"anfragend"},
    Part.GIVER: {"gebend"},
    Part.COMPANION: set(),
    Part.GUIDE: {"Lotsin", "Verwaltung"},
    Part.SITE: set(),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_who_may_do_what(session: Session, name: str) -> None:
    world = make_world()
    request = send_request(world)
    sides, allowed = queries.sides_of(request), set().union(*(WHO[part] for part in ACTIONS[name].by))
    everybody = actors(world)
    assert {who for who, actor in everybody.items() if is_allowed(name, sides, actor=actor)} == allowed  # type: ignore[arg-type]
    for who in set(everybody) - allowed:
        with pytest.raises(ForbiddenError):
            service.act(name, request, actor=everybody[who], note="Grund")  # type: ignore[arg-type]


def test_who_may_read_and_write(session: Session) -> None:
    world = make_world()
    request, everybody = send_request(world), actors(world)
    for action in ("request.view", "request.write"):
        allowed = {
            who for who, actor in everybody.items() if is_allowed(action, queries.sides_of(request), actor=actor)
        }  # type: ignore[arg-type]
        assert allowed == {"anfragend", "gebend", "Lotsin", "Verwaltung"}


def test_before_the_guide_has_looked_the_giving_side_knows_nothing(session: Session) -> None:
    world = make_world(is_known=False)
    request = send_request(world)
    assert not is_allowed("request.view", queries.sides_of(request), actor=actor_of(world.answers))


def test_a_guide_does_not_guide_the_own_town(session: Session) -> None:
    world = make_world(is_known=False)
    both = add_person("Greta Beides", member_of=world.taker, remits=(("09", ""),))
    with pytest.raises(ForbiddenError):
        service.act("request.forward", send_request(world, by=both), actor=actor_of(both))


def test_who_leaves_the_organisation_sees_nothing_from_then_on(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    membership = find_membership(world.asks.id or 0, world.taker.id or 0)
    assert membership is not None
    end_membership(membership.id or 0, actor=actor_of(world.asks))
    assert not is_allowed("request.view", queries.sides_of(request), actor=actor_of(world.asks))
    colleague = add_person("Karla Kollegin", member_of=world.taker)
    assert is_allowed("request.view", queries.sides_of(request), actor=actor_of(colleague))


def test_the_first_message_of_the_giving_side_is_the_answer(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    service.write(request, "Ein Jahr.", token="a", actor=actor_of(world.answers), seen_revision=1)
    assert (request.state, request.waiting_since) == (State.TALKING, None)
    assert request.answered_at is not None
    assert [message.text for message in session.exec(select(ReuseMessage))] == ["Ein Jahr."]


def test_a_message_sent_twice_stands_there_once(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    for who in (world.answers, world.asks):
        for _ in range(2):
            service.write(request, "Ja.", token=f"t{who.id}", actor=actor_of(who), seen_revision=1)
    assert len(session.exec(select(ReuseMessage)).all()) == 2


def test_an_unread_notice_is_not_repeated(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    for number in range(5):
        service.write(request, "Noch etwas.", token=f"n{number}", actor=actor_of(world.asks))
    kinds = [each.kind for each in session.exec(select(Notice)) if each.account_id == world.answers.id]
    assert kinds == ["anfrage-neu", "anfrage-neues"]


def test_a_step_on_what_was_seen_before_is_refused_and_says_so(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    service.act("request.withdraw", request, actor=actor_of(world.asks), note="Doch nicht.", seen_revision=1)
    with pytest.raises(StepRefusedError, match="Zurückgezogen"):
        service.act("request.decline", request, actor=actor_of(world.answers), note="Keine Zeit.", seen_revision=1)
    with pytest.raises(StepRefusedError, match="zu Ende"):
        service.write(request, "Gern!", token="a", actor=actor_of(world.answers), seen_revision=1)


def test_a_step_done_twice_by_the_same_person_changes_nothing(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    for _ in range(2):
        service.act("request.withdraw", request, actor=actor_of(world.asks), note="Doch nicht.", seen_revision=1)
    assert [event.action for event in queries.list_events(request)] == ["request.sent", "request.withdraw"]


def test_an_end_needs_a_reason(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    for name, who in (("request.decline", world.answers), ("request.withdraw", world.asks)):
        with pytest.raises(StepRefusedError, match="einige Worte"):
            service.act(name, request, actor=actor_of(who), note="  \u200b ")


def test_reopening_leads_back_and_ends_after_ninety_days(session: Session) -> None:
    world = make_world()
    with clock.stopped_at(MONDAY):
        request = send_request(world)
        service.write(request, "Ja.", token="a", actor=actor_of(world.answers))
        service.act("request.agree", request, actor=actor_of(world.asks), note="Unterlagen im Mai.")
        service.act("request.rest", request, actor=actor_of(world.asks), note="Haushaltssperre")
    with clock.stopped_at(MONDAY + timedelta(days=90)):
        service.act("request.resume", request, actor=actor_of(world.asks))
        assert (request.state, request.ended_at) == (State.AGREED, None)
        service.act("request.rest", request, actor=actor_of(world.asks), note="Haushaltssperre")
    with clock.stopped_at(MONDAY + timedelta(days=181)), pytest.raises(StepRefusedError, match="90 Tagen"):
        service.act("request.resume", request, actor=actor_of(world.asks))


def test_a_reopened_request_starts_its_clock_anew(session: Session) -> None:
    world = make_world()
    with clock.stopped_at(MONDAY):
        request = send_request(world)
        service.act("request.withdraw", request, actor=actor_of(world.asks), note="Doch nicht.")
    with clock.stopped_at(MONDAY + timedelta(days=20)):
        service.act("request.renew", request, actor=actor_of(world.asks))
        assert request.waiting_since == clock.now()
        assert request.forwarded_at == MONDAY


def test_reopening_beside_another_open_request_is_refused(session: Session) -> None:
    world = make_world()
    first = send_request(world)
    service.act("request.withdraw", first, actor=actor_of(world.asks), note="Doch nicht.")
    send_request(world, token="zweite")
    with pytest.raises(StepRefusedError, match="andere offene Anfrage"):
        service.act("request.renew", first, actor=actor_of(world.asks))


def test_who_reuses_it_can_be_proposed_and_is_asked_without_the_contact_of_the_first(session: Session) -> None:
    world = make_world()
    third = add_organisation("01054056", "Husum")
    helper = add_person("Hanne Husum", member_of=third)
    reuse = ledger.declare(world.solution, third.id or 0, ReuseStage.RUNNING, Words(), actor=actor_of(helper))
    session.add(EntryContact(entry_id=world.solution.id, mail="technik@kl.example"))
    request = send_request(world)
    assert list_alternatives(request) == []
    ledger.act("confirm", reuse, Side.GIVER, actor=actor_of(world.answers))
    (target,) = list_alternatives(request)
    assert (target.organisation.name, target.is_reuser) == ("Husum", True)
    assert "von beiden Seiten bestätigt" in asking.describe(target)
    service.act("request.propose", request, actor=actor_of(world.guide), note="Fragen Sie dort.", target=target)
    service.act("request.follow_proposal", request, actor=actor_of(world.asks))
    assert (request.giver_id, request.via_entry_id) == (third.id, None)
    assert recipients.contact_mail(request) is None
    assert recipients.people_of(request, Part.GIVER) == [helper.id]


def test_a_guide_proposes_another_town_and_the_asking_side_decides(session: Session) -> None:
    world = make_world()
    third = add_organisation("09276121", "Frauenau")
    request = send_request(world)
    with pytest.raises(DomainError, match="andere Kommune"):
        service.act("request.propose", request, actor=actor_of(world.guide), note="x", target=world.target)
    service.act("request.propose", request, actor=actor_of(world.guide), note="Fragen Sie dort.", target=Target(third))
    assert request.giver_id == world.giver.id
    service.act("request.follow_proposal", request, actor=actor_of(world.asks))
    assert (request.giver_id, request.proposed_giver_id, request.state) == (third.id, None, State.REQUESTED)
    assert not is_allowed("request.view", queries.sides_of(request), actor=actor_of(world.answers))


def test_contact_data_are_shared_by_the_person_alone(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    message = service.share_contact(request, "Wiebke, 09135 0", token="k", actor=actor_of(world.asks))
    assert message.is_contact
    assert "contact.shared" in [event.action for event in queries.list_events(request)]


def test_too_many_messages_wait(session: Session) -> None:
    world = make_world()
    with clock.stopped_at(MONDAY):
        request = send_request(world)
        for number in range(40):
            service.write(request, "Noch etwas.", token=f"n{number}", actor=actor_of(world.asks))
        with pytest.raises(TooManyError, match="11:00 Uhr"):
            service.write(request, "Noch etwas.", token="n41", actor=actor_of(world.asks))


def test_who_waits_for_the_membership_reads_why_the_request_was_not_forwarded(session: Session) -> None:
    world = make_world()
    new = add_person("Nuri Neu", pending_in=world.taker)
    request = send_request(world, by=new)
    service.act("request.turn_down", request, actor=actor_of(world.guide), note="Bitte rufen Sie mich an.")
    assert is_allowed("request.view", queries.sides_of(request), actor=actor_of(new))
    assert [row.title for row in threads.list_own(actor_of(new), ended=True, page=1).rows] == ["Pegelmelder für Bäche"]
    assert new.id in {each.account_id for each in session.exec(select(Notice))}


def test_a_membership_that_must_be_confirmed_anew_gives_no_access_meanwhile(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    membership = find_membership(world.asks.id or 0, world.taker.id or 0)
    assert membership is not None
    membership.status = MembershipStatus.PENDING
    session.flush()
    assert not is_allowed("request.view", queries.sides_of(request), actor=actor_of(world.asks))
    assert threads.list_own(actor_of(world.asks), ended=False, page=1).rows == []


def test_a_new_member_hears_of_requests_that_wait(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    new = add_person("Nina Neu", pending_in=world.giver)
    membership = find_membership(new.id or 0, world.giver.id or 0)
    assert membership is not None
    admin = add_person("Ada Admin", is_site_admin=True)
    decide_membership(membership.id or 0, confirm=True, actor=actor_of(admin))
    links = [each.link for each in session.exec(select(Notice)) if each.account_id == new.id]
    assert f"/anfragen/{request.public_id}" in links


def test_requests_follow_an_entry_that_becomes_one_with_another(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    other = add_entry(Kind.SOLUTION, "pegel-zwei", organisation="07312000")
    second = send_request(world, entry=other, token="zwei")
    drafting.save_draft(world.solution, None, {"question": "?"}, actor=actor_of(world.answers))
    moving.follow_merge(world.solution, other)
    assert (request.entry_id, second.entry_id) == (world.solution.id, other.id)
    assert drafting.find_own(other, actor_of(world.answers)) is not None
    service.act("request.withdraw", request, actor=actor_of(world.asks), note="Doppelt.")
    moving.follow_merge(world.solution, other)
    assert request.entry_id == other.id
