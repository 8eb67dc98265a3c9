"""Requests that were written before it was known for whom: sent of themselves once it is known, never without a yes.

Who writes without an account, or without an organisation, says on the summary that the request shall be sent. That
alone could be said in the name of any address; therefore the person with the proven address sees it once more where
they say for whom they work, and agrees by saying so. It is sent in the transaction that makes them belong, or wait:
to the other side where the town hall is known, else to a guide. Whatever stands against it keeps it as a draft.
"""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from marketplace.accounts.models import Account, Membership
from marketplace.accounts.queries import get_account, get_organisation
from marketplace.accounts.roles import MembershipStatus
from marketplace.accounts.sessions import load_actor
from marketplace.accounts.signals import Announced
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.service import notify
from marketplace.organisations.models import Organisation
from marketplace.reuse import drafting, notices, queries, sending, service
from marketplace.reuse.models import ReuseDraft, ReuseRequest
from marketplace.reuse.workflow import State

_SITE = Actor(program="reuse")


def want(draft: ReuseDraft) -> None:
    """Note that the author wants it sent as soon as it is known for whom."""
    draft.wanted_at, draft.held_back = clock.now(), ""
    db.session().flush()


def list_announced(mail: str) -> list[Announced]:
    """Complete drafts of the person with this proven address that are sent once they say for whom they work."""
    return [
        Announced(draft.public_id, drafting.title_of(draft), typed.question, f"/nachnutzen/{draft.public_id}")
        for draft in _list_wanted(mail)
        if (typed := drafting.read_typed(draft.fields)) is not None
    ]


def agree(mail: str, keys: Collection[str]) -> None:
    """The person saw these drafts and goes on; from now on nobody else can change them."""
    for draft in _list_wanted(mail):
        if draft.public_id in keys and _claim(draft, mail):
            draft.agreed_at = clock.now()
    db.session().flush()


def _list_wanted(mail: str) -> list[ReuseDraft]:
    own = select(Account.id).where(Account.mail == mail)
    theirs = sa.or_(
        col(ReuseDraft.account_id).in_(own),
        sa.and_(col(ReuseDraft.account_id).is_(None), col(ReuseDraft.mail) == mail),
    )
    statement = select(ReuseDraft).where(theirs, col(ReuseDraft.wanted_at).is_not(None))
    return list(db.session().exec(statement.order_by(col(ReuseDraft.id)))) if mail else []


def _claim(draft: ReuseDraft, mail: str) -> bool:
    """Let it be the draft of the account of this address alone, unless that has another one for the same solution."""
    account_id = db.session().exec(select(Account.id).where(Account.mail == mail)).first()
    if draft.account_id is not None or account_id is None:
        return True
    try:
        with db.session().begin_nested():
            draft.account_id = account_id
    except IntegrityError:
        return False
    return True


def send_agreed(membership: Membership) -> None:
    """Send what the person agreed to, now that it is known for whom."""
    account = get_account(membership.account_id)
    for draft in _list_wanted(account.mail):
        if draft.agreed_at is not None:
            _send(draft, get_organisation(membership.organisation_id), account)


def _send(draft: ReuseDraft, taker: Organisation, account: Account) -> None:
    title = drafting.title_of(draft)
    try:
        with db.session().begin_nested():
            draft.fields = {**draft.fields, "taker": taker.key}
            request = sending.send(draft, actor=load_actor(account))
    except DomainError as error:
        draft.wanted_at, draft.agreed_at, draft.held_back = None, None, error.message
        subject = _("Ihre Anfrage ist noch nicht gesendet: %(title)s", title=title)
        notify(account.id or 0, NoticeKind.REQUEST_NEWS, subject, link=f"/nachnutzen/{draft.public_id}")
        db.session().flush()
        return
    subject = _("Ihre Anfrage ist gesendet: %(title)s", title=title)
    notify(account.id or 0, NoticeKind.REQUEST_NEWS, subject, link=notices.link_to(request))


def forward_checked(membership: Membership) -> None:
    """Somebody belongs to a known town hall from now on: what waited for that alone goes to the other side."""
    account, organisation = get_account(membership.account_id), get_organisation(membership.organisation_id)
    if not queries.is_trusted(account, membership, organisation):
        return
    waiting = select(ReuseRequest).where(
        ReuseRequest.requester_id == account.id,
        ReuseRequest.taker_id == organisation.id,
        ReuseRequest.state == State.CHECKING,
    )
    for request in list(db.session().exec(waiting.order_by(col(ReuseRequest.id)))):
        service.act("request.forward", request, actor=_SITE)


def find_next(membership: Membership) -> str | None:
    """Where somebody goes on who has just said for whom they work: what was held back, what was sent, other drafts."""
    drafts = drafting.list_waiting(get_account(membership.account_id))
    held_back = next((draft for draft in drafts if draft.held_back), None)
    if held_back is None and (sent := _find_sent(membership)):
        return notices.link_to(sent)
    waiting = held_back or next(iter(drafts), None)
    return f"/nachnutzen/{waiting.public_id}" if waiting else None


def _find_sent(membership: Membership) -> ReuseRequest | None:
    statement = select(ReuseRequest).where(
        ReuseRequest.requester_id == membership.account_id,
        ReuseRequest.taker_id == membership.organisation_id,
        col(ReuseRequest.created_at) >= membership.requested_at,
    )
    return db.session().exec(statement.order_by(col(ReuseRequest.id).desc())).first()


def settle(membership: Membership) -> None:
    """What follows once it is decided that somebody belongs to an organisation."""
    if membership.status == MembershipStatus.CONFIRMED:
        notices.tell_new_member(membership.organisation_id, membership.account_id)
        forward_checked(membership)
        send_agreed(membership)
