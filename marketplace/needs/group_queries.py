"""Reads of groups: what was written, page by page, and the request to the giving side."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import db
from marketplace.needs.models import Need, NeedGroup, NeedMessage, NeedSeeker
from marketplace.organisations.models import Organisation
from marketplace.reuse import companions
from marketplace.reuse import queries as requests
from marketplace.reuse.models import ReuseMessage, ReuseRequest
from marketplace.reuse.queries import Around
from marketplace.reuse.workflow import OPEN

PAGE_SIZE = 50


@dataclass(frozen=True)
class MessageRow:
    """A message and for whom it was written; None for a guide."""

    message: NeedMessage | ReuseMessage
    organisation: Organisation | None


@dataclass(frozen=True)
class MessagePage:
    """One page of what was written, the oldest first; the last one is shown first."""

    rows: list[MessageRow]
    page: int
    pages: int
    total: int


def list_messages(need: Need, page: int | None = None) -> MessagePage:
    """A page of the messages; the last one, if none or one that does not exist is asked for."""
    mine = NeedMessage.need_id == need.id
    total = db.session().exec(select(sa.func.count()).select_from(NeedMessage).where(mine)).one()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page or pages), pages)
    statement = (
        select(NeedMessage, Organisation)
        .outerjoin(Organisation, col(Organisation.id) == col(NeedMessage.organisation_id))
        .where(mine)
        .order_by(col(NeedMessage.id))
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return MessagePage([MessageRow(*row) for row in db.session().exec(statement)], page, pages, total)


def find_running(group: NeedGroup) -> ReuseRequest | None:
    """The open request of a group, or None."""
    request = db.session().get(ReuseRequest, group.request_id) if group.request_id else None
    return request if request is not None and request.state in OPEN else None


@dataclass(frozen=True)
class SharedRequest:
    """The request of a group as its members see it: where it stands, and what was written, without contact data."""

    around: Around
    messages: list[MessageRow]
    is_running: bool


def find_shared(group: NeedGroup) -> SharedRequest | None:
    """The newest request of a group, or None."""
    request = db.session().get(ReuseRequest, group.request_id) if group.request_id else None
    if request is None:
        return None
    statement = (
        select(ReuseMessage, Organisation)
        .outerjoin(Organisation, col(Organisation.id) == col(ReuseMessage.organisation_id))
        .where(ReuseMessage.request_id == request.id, col(ReuseMessage.is_contact).is_(False))
        .order_by(col(ReuseMessage.id).desc())
        .limit(PAGE_SIZE)
    )
    messages = [MessageRow(*row) for row in db.session().exec(statement)]
    return SharedRequest(requests.get_around(request), messages[::-1], request.state in OPEN)


def asking_together() -> sa.Select[tuple[int, int]]:
    """Organisations that take part in the request of their group: those who looked for it when it was sent.

    Who joins later reads along on the page of the group; what was written to some is not opened to others by it.
    """
    return (
        sa.select(
            col(NeedGroup.request_id).label("request_id"), col(NeedSeeker.organisation_id).label("organisation_id")
        )
        .join(NeedSeeker, col(NeedSeeker.need_id) == col(NeedGroup.need_id))
        .join(ReuseRequest, col(ReuseRequest.id) == col(NeedGroup.request_id))
        .where(col(NeedSeeker.joined_at) <= col(ReuseRequest.created_at))
    )


companions.register(asking_together)
