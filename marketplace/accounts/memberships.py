"""Belonging to an organisation: asked for, decided, invited, ended."""

import sqlalchemy as sa
from sqlmodel import col

from marketplace.accounts import mails, queries, signals, throttle
from marketplace.accounts.models import Account, Invitation, Membership
from marketplace.accounts.permissions import InvitationOf
from marketplace.accounts.registration import check_new_password, create_unconfirmed, set_up
from marketplace.accounts.roles import INVITATION_LIFETIME, Grounds, MemberRole, MembershipStatus
from marketplace.accounts.tokens import domain_of, hash_token, new_token
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError, NotFoundError
from marketplace.core.permissions import authorize
from marketplace.organisations.models import Organisation

MAX_PENDING = 5
"""Organisations that one person may wait for at once."""
_DECIDED = "Über diese Mitgliedschaft ist schon entschieden."


def request_membership(organisation: Organisation, *, actor: Actor) -> Membership:
    """Ask to belong to an organisation; an address in one of its mail domains settles it at once."""
    authorize("membership.request", organisation, actor=actor)
    account = queries.get_account(actor.account_id or 0)
    if organisation.dissolved_on:
        raise DomainError("Diese Kommune gibt es nicht mehr. Bitte wählen Sie ihre Nachfolgerin.")
    membership = queries.find_membership(account.id or 0, organisation.id or 0)
    if membership and membership.status != MembershipStatus.DECLINED:
        raise DomainError("Zu dieser Organisation gehören Sie schon, oder Ihre Anfrage wartet noch.")
    waiting = [
        row for row in queries.list_memberships_of(account.id or 0) if row.membership.status == MembershipStatus.PENDING
    ]
    if len(waiting) >= MAX_PENDING:
        raise DomainError("Es warten schon mehrere Anfragen von Ihnen. Bitte warten Sie deren Bestätigung ab.")
    if membership is None:
        membership = Membership(
            account_id=account.id or 0, organisation_id=organisation.id or 0, requested_at=clock.now()
        )
        db.session().add(membership)
    membership.status, membership.requested_at, membership.decided_at = MembershipStatus.PENDING, clock.now(), None
    db.session().flush()
    audit.record("membership.requested", _subject(membership), actor=actor.reference)
    if queries.owns_domain(organisation.id or 0, domain_of(account.mail)):
        _settle(membership, MembershipStatus.CONFIRMED, grounds=Grounds.MAIL_DOMAIN, actor=actor)
        return membership
    signals.membership_requested.send(None, membership=membership)
    return membership


def decide_membership(membership_id: int, *, confirm: bool, actor: Actor) -> queries.MembershipRow:
    """Confirm or decline somebody who asked; the person hears of it."""
    row = queries.get_membership(membership_id)
    authorize("membership.decide", row.thing, actor=actor)
    if row.membership.status != MembershipStatus.PENDING:
        raise DomainError(_DECIDED)
    status = MembershipStatus.CONFIRMED if confirm else MembershipStatus.DECLINED
    _settle(row.membership, status, grounds=Grounds.DECISION, actor=actor)
    return row


def set_member_role(membership_id: int, role: MemberRole, *, actor: Actor) -> queries.MembershipRow:
    """Let a member administer the organisation, or no longer."""
    row = queries.get_membership(membership_id)
    authorize("membership.set_role", row.thing, actor=actor)
    other = sa.update(Membership).where(col(Membership.id) == membership_id, col(Membership.role) != role.value)
    if not db.has_hit(other.values(role=role.value)):
        return row
    db.session().refresh(row.membership)
    audit.record("membership.role_set", _subject(row.membership), actor=actor.reference, role=role.value)
    return row


def end_membership(membership_id: int, *, actor: Actor) -> queries.MembershipRow:
    """Leave an organisation, or remove somebody from it."""
    row = queries.get_membership(membership_id)
    authorize("membership.end", row.thing, actor=actor)
    if not db.has_hit(sa.delete(Membership).where(col(Membership.id) == membership_id)):
        raise NotFoundError("Diese Mitgliedschaft gibt es nicht mehr.")
    db.session().expunge(row.membership)
    audit.record("membership.ended", _subject(row.membership), actor=actor.reference)
    return row


def review_after_address_change(account: Account) -> None:
    """What an address had proven is proven no longer once it is another one."""
    for row in queries.list_memberships_of(account.id or 0):
        by_domain = row.membership.grounds == Grounds.MAIL_DOMAIN
        if by_domain and not queries.owns_domain(row.organisation.id or 0, domain_of(account.mail)):
            row.membership.status, row.membership.grounds = MembershipStatus.PENDING, None
            row.membership.role = MemberRole.MEMBER
            audit.record("membership.reopened", _subject(row.membership), actor=f"account:{account.id}")
    db.session().flush()


def invite(organisation: Organisation, mail: str, role: MemberRole, *, actor: Actor) -> None:
    """Invite an address; an earlier invitation to it is replaced. Whether it has an account makes no difference."""
    authorize("invitation.send", organisation, actor=actor)
    throttle.check(throttle.MAIL_CLIENT, "invitation", str(actor.account_id))
    throttle.check(throttle.MAIL_ADDRESS, mail)
    session, token, now = db.session(), new_token(), clock.now()
    just_sent = sa.and_(
        col(Invitation.role) == role.value,
        col(Invitation.invited_by_id) == actor.account_id,
        col(Invitation.created_at) > now - clock.PRESSED_TWICE,
    )
    to_it = sa.and_(col(Invitation.organisation_id) == organisation.id, col(Invitation.mail) == mail)
    session.execute(sa.delete(Invitation).where(to_it, sa.not_(just_sent)))
    if session.execute(sa.select(col(Invitation.id)).where(to_it)).first() is not None:
        # The button was pressed twice: one mail is enough.
        return
    session.add(
        Invitation(
            organisation_id=organisation.id or 0, mail=mail, role=role, token_hash=hash_token(token),
            invited_by_id=actor.account_id, created_at=now, expires_at=now + INVITATION_LIFETIME,
        )
    )  # fmt: skip
    session.flush()
    mails.send_invitation(mail, organisation, token)
    audit.record("invitation.sent", f"organisation:{organisation.key}", actor=actor.reference, role=role.value)


def withdraw_invitation(invitation_id: int, *, actor: Actor) -> Organisation:
    """Take an invitation back; its link stops working."""
    invitation = queries.get_invitation(invitation_id)
    organisation = queries.get_organisation(invitation.organisation_id)
    authorize("invitation.withdraw", InvitationOf(invitation, organisation), actor=actor)
    if not db.has_hit(sa.delete(Invitation).where(col(Invitation.id) == invitation_id)):
        raise NotFoundError("Diese Einladung gibt es nicht mehr.")
    db.session().expunge(invitation)
    audit.record("invitation.withdrawn", f"organisation:{organisation.key}", actor=actor.reference)
    return organisation


def accept_invitation(token: str, *, actor: Actor) -> Organisation:
    """Accept with the account that is signed in; it must be that of the invited address."""
    account = queries.get_account(actor.account_id or 0)
    return _accept(token, account)


def accept_with_new_account(token: str, *, name: str, password: str) -> Account:
    """Accept without an account yet: holding the link proves the address as well."""
    invitation = _get_invitation(token)
    account = queries.find_account_by_mail(invitation.mail)
    if account and account.confirmed_at:
        raise DomainError("Zu dieser Adresse gibt es schon ein Konto. Bitte melden Sie sich damit an.")
    check_new_password(password, invitation.mail, name)
    account = set_up(account or create_unconfirmed(invitation.mail), name=name, password=password)
    _accept(token, account)
    return account


def _accept(token: str, account: Account) -> Organisation:
    invitation = _get_invitation(token)
    if invitation.mail != account.mail:
        raise DomainError("Diese Einladung ging an eine andere Adresse. Bitte melden Sie sich mit deren Konto an.")
    organisation = queries.get_organisation(invitation.organisation_id)
    membership = queries.find_membership(account.id or 0, organisation.id or 0)
    if membership is None:
        membership = Membership(
            account_id=account.id or 0, organisation_id=organisation.id or 0, requested_at=clock.now()
        )
        db.session().add(membership)
    if membership.status != MembershipStatus.CONFIRMED or invitation.role == MemberRole.ADMIN:
        membership.role = invitation.role
    inviter = f"account:{invitation.invited_by_id}" if invitation.invited_by_id else "invitation"
    db.session().delete(invitation)
    db.session().flush()
    person = Actor(account_id=account.id)
    _settle(membership, MembershipStatus.CONFIRMED, grounds=Grounds.INVITATION, actor=person, inviter=inviter)
    return organisation


def _get_invitation(token: str) -> Invitation:
    invitation = queries.find_invitation_by_token(token)
    if invitation is None:
        raise DomainError("Diese Einladung gilt nicht mehr. Bitte lassen Sie sich noch einmal einladen.")
    return invitation


def _settle(membership: Membership, status: MembershipStatus, *, grounds: Grounds, actor: Actor, **facts: str) -> None:
    as_read = sa.update(Membership).where(
        col(Membership.id) == membership.id, col(Membership.status) == membership.status
    )
    decider = actor.account_id if grounds is Grounds.DECISION else None
    decision = {"status": status, "grounds": grounds, "decided_at": clock.now(), "decided_by_id": decider}
    db.session().flush()
    if not db.has_hit(as_read.values(**decision)):
        raise DomainError(_DECIDED)
    db.session().refresh(membership)
    action = "membership.confirmed" if status is MembershipStatus.CONFIRMED else "membership.declined"
    audit.record(action, _subject(membership), actor=actor.reference, grounds=grounds.value, **facts)
    signals.membership_decided.send(None, membership=membership)


def _subject(membership: Membership) -> str:
    return f"membership:{membership.id}:account:{membership.account_id}:organisation:{membership.organisation_id}"
