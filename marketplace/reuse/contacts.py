"""How the giving side is reached: marks of mail that comes back, and the guide where nobody can be told."""

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account, Membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.accounts.tokens import normalise_mail
from marketplace.catalogue.drafts.models import EntryContact
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.actor import Actor, program
from marketplace.core.permissions import authorize
from marketplace.reuse import notices, queries, recipients, recording
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
        owner = sa.select(col(Entry.organisation_id)).where(col(Entry.id) == asked).scalar_subquery()
        return asked.in_(contacts) & (col(ReuseRequest.giver_id) == owner)
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
        recording.add_event(request, "contact.disturbed", Part.SITE, actor=_JOB)
    return marked


def mark_contact_fine(request: ReuseRequest, *, actor: Actor) -> None:
    """Say as a guide that the giving side can be reached again."""
    authorize("request.restore_contact", queries.sides_of(request), actor=actor)
    if request.disturbed_at is not None:
        restore_contact(request, Part.GUIDE, actor=actor)


def restore_contact(request: ReuseRequest, part: Part, *, actor: Actor) -> None:
    """Take the mark of a disturbed contact away."""
    request.disturbed_at = None
    db.session().flush()
    recording.add_event(request, "contact.restored", part, actor=actor)


def bring_in_guide_if_nobody_answers(request: ReuseRequest) -> None:
    """Where nobody on the giving side can be told, waiting ten days would help nobody."""
    if recipients.is_reachable(request):
        return
    request.escalated_at = clock.now()
    db.session().flush()
    recording.add_event(request, "contact.missing", Part.SITE, actor=Actor(program="reuse"))
    notices.tell_guides(request)
