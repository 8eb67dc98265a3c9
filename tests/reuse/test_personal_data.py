"""What a person gets and what is left when they delete their account."""

from sqlmodel import Session, select

from marketplace.accounts.personal_data import erase_account, export_person
from marketplace.core.actor import program
from marketplace.reuse import drafting, queries, service
from marketplace.reuse.models import ReuseDraft, ReuseMessage, ReuseReading
from marketplace.reuse.personal_data import GONE
from tests.factories.catalogue import add_entry
from tests.factories.people import actor_of
from tests.factories.reuse import make_world, send_request


def test_a_person_gets_what_is_theirs(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    service.write(request, "Meine Nachricht", token="a", actor=actor_of(world.asks))
    service.write(request, "Fremde Antwort", token="b", actor=actor_of(world.answers))
    found = export_person(world.asks.id or 0, actor=actor_of(world.asks))
    assert [row["text"] for row in found["reuse_message"]] == ["Meine Nachricht"]
    assert [row["public_id"] for row in found["reuse_request"]] == [request.public_id]
    assert "token_hash" not in found["reuse_message"][0]


def test_after_the_deletion_nothing_names_the_person(session: Session) -> None:
    world = make_world()
    request = send_request(world)
    mail, name = world.asks.mail, world.asks.name
    service.write(request, f"Rufen Sie {name} an.", token="a", actor=actor_of(world.asks))
    service.share_contact(request, f"{name}\n{mail}", token="k", actor=actor_of(world.asks))
    service.write(request, f"Liebe {name}, gern.", token="b", actor=actor_of(world.answers))
    service.act("request.rest", request, actor=actor_of(world.asks), note=f"{mail} ist nicht mehr da.")
    drafting.save_draft(add_entry(slug="andere"), None, {"question": "?"}, actor=actor_of(world.asks))
    anonymous = ReuseDraft(
        public_id="x" * 22, mail=mail, entry_id=world.solution.id or 0, created_at=request.created_at,
        updated_at=request.created_at,
    )  # fmt: skip
    session.add_all(
        [anonymous, ReuseReading(request_id=request.id, account_id=world.asks.id or 0, read_at=request.created_at)]
    )
    session.flush()
    erase_account(world.asks, actor=program("test"))
    session.expire_all()
    texts = [message.text for message in session.exec(select(ReuseMessage).order_by(ReuseMessage.id))]  # type: ignore[arg-type]
    notes = [event.note for event in queries.list_events(request)]
    assert not any(name in text or mail in text for text in (*texts, *notes))
    assert texts[1] == GONE
    assert request.requester_id is None
    assert session.exec(select(ReuseDraft)).all() == []
