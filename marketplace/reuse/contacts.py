"""When the mail server says that an address takes no mail: requests that wait there are marked for a guide."""

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account, Membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.accounts.tokens import normalise_mail
from marketplace.catalogue.drafts.models import EntryContact
from marketplace.core import clock, db
from marketplace.core.actor import program
from marketplace.reuse import service
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.workflow import OPEN, Part, State

MAIL = "reuse/contact"
"""Folder of the templates of the mail to a contact without an account."""
NOTICE = "notifications/notice"

_JOB = program("mail")


def mark_disturbed(address: str, name: str) -> int:
    """Mark open requests whose giving side has this address; returns how many."""
    mail = normalise_mail(address) or ""
    if name not in (MAIL, NOTICE) or not mail:
        return 0
    states = [state.value for state in OPEN if state is not State.CHECKING]
    statement = select(ReuseRequest).where(
        col(ReuseRequest.state).in_(states), col(ReuseRequest.disturbed_at).is_(None), _reached_at(mail, name)
    )
    found = list(db.session().exec(statement.order_by(col(ReuseRequest.id))))
    return sum(_mark(request) for request in found)


def _reached_at(mail: str, name: str) -> sa.ColumnElement[bool]:
    if name == MAIL:
        contacts = select(EntryContact.entry_id).where(sa.func.lower(EntryContact.mail) == mail)
        asked = sa.func.coalesce(col(ReuseRequest.via_entry_id), col(ReuseRequest.entry_id))
        return asked.in_(contacts)
    organisations = (
        select(Membership.organisation_id)
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(Account.mail == mail, Membership.status == MembershipStatus.CONFIRMED)
    )
    return col(ReuseRequest.giver_id).in_(organisations)


def _mark(request: ReuseRequest) -> bool:
    statement = (
        sa.update(ReuseRequest)
        .where(col(ReuseRequest.id) == request.id, col(ReuseRequest.disturbed_at).is_(None))
        .values(disturbed_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    marked = bool(db.session().execute(statement).rowcount)  # type: ignore[attr-defined]
    if marked:
        db.session().refresh(request)
        service.add_event(request, "contact.disturbed", Part.SITE, actor=_JOB)
    return marked
