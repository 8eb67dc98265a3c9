"""When two entries become one, requests go on with the one that stays."""

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.reuse import queries
from marketplace.reuse.models import ReuseDraft, ReuseRequest
from marketplace.reuse.workflow import OPEN, State


def follow_merge(losing: Entry, winning: Entry) -> None:
    """Let requests name the entry that stays; an open one beside another open one stays where it is, and readable."""
    session = db.session()
    statement = select(ReuseRequest).where(ReuseRequest.entry_id == losing.id).order_by(col(ReuseRequest.id))
    for request in session.exec(statement):
        is_open = State(request.state) in OPEN
        if not (is_open and queries.find_open(winning.id or 0, request.taker_id)):
            request.entry_id = winning.id or 0
            session.flush()
    moved = sa.update(ReuseRequest).where(col(ReuseRequest.via_entry_id) == losing.id)
    session.execute(moved.values(via_entry_id=winning.id))
    # A draft for the other entry would be a second one of the same person.
    own = select(ReuseDraft.account_id).where(
        ReuseDraft.entry_id == winning.id, col(ReuseDraft.account_id).is_not(None)
    )
    kept = list(session.exec(own))
    drafts = sa.update(ReuseDraft).where(
        col(ReuseDraft.entry_id) == losing.id,
        sa.or_(col(ReuseDraft.account_id).is_(None), col(ReuseDraft.account_id).not_in(kept)),
    )
    session.execute(drafts.values(entry_id=winning.id))
    session.flush()
