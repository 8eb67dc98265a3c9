"""Rows that a request gathers: messages, and the steps of its timeline. Whoever calls has authorised."""

from sqlmodel import select

from marketplace.accounts.tokens import hash_token
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.reuse.companions import companions_of
from marketplace.reuse.models import ReuseEvent, ReuseMessage, ReuseRequest
from marketplace.reuse.workflow import Part, State


def find_message(token: str) -> ReuseMessage | None:
    """The message that the form with this token made, or None."""
    statement = select(ReuseMessage).where(ReuseMessage.token_hash == hash_token(token))
    return db.session().exec(statement).first() if token else None


def add_message(
    request: ReuseRequest, text: str, part: Part, *, token: str, actor: Actor, is_contact: bool = False
) -> ReuseMessage:
    """Store a message; whoever calls has authorised and tells the others."""
    message = ReuseMessage(
        request_id=request.id or 0, account_id=actor.account_id, organisation_id=organisation_of(request, part, actor),
        part=part, text=text, is_contact=is_contact, token_hash=hash_token(token) if token else None, at=clock.now(),
    )  # fmt: skip
    db.session().add(message)
    db.session().flush()
    return message


def add_event(
    request: ReuseRequest, action: str, part: Part, *, actor: Actor, since: State | None = None, note: str = ""
) -> None:
    """Add a step to the timeline."""
    db.session().add(
        ReuseEvent(
            request_id=request.id or 0, action=action, since=since or request.state, to=request.state, part=part,
            account_id=actor.account_id, organisation_id=organisation_of(request, part, actor), note=note,
            revision=request.revision, at=clock.now(),
        )
    )  # fmt: skip
    db.session().flush()


def organisation_of(request: ReuseRequest, part: Part, actor: Actor) -> int | None:
    """For whom somebody in this part speaks."""
    if part is Part.COMPANION:
        return min(actor.organisation_ids & companions_of(request), default=None)
    return {Part.TAKER: request.taker_id, Part.GIVER: request.giver_id}.get(part)


def subject_of(request: ReuseRequest) -> str:
    """How audit records name a request."""
    return f"request:{request.public_id}"
