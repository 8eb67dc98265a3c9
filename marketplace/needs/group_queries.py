"""Reads of groups: what was written, page by page, and the request to the giving side."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import db
from marketplace.needs.models import Need, NeedGroup, NeedMessage
from marketplace.organisations.models import Organisation
from marketplace.reuse.models import ReuseRequest

PAGE_SIZE = 50


@dataclass(frozen=True)
class MessageRow:
    """A message and for whom it was written; None for a guide."""

    message: NeedMessage
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


def request_path(group: NeedGroup) -> str:
    """Address of the shared request without the host; empty without one."""
    request = db.session().get(ReuseRequest, group.request_id) if group.request_id else None
    return f"/anfragen/{request.public_id}" if request else ""
