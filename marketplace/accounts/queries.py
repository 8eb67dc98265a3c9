"""Reads of accounts: people, memberships, invitations, domains."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import (
    Account,
    GuideCover,
    GuideRemit,
    Invitation,
    MailDomain,
    Membership,
    OrganisationProposal,
)
from marketplace.accounts.permissions import MembershipOf, place_key
from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.accounts.tokens import domain_of, hash_token
from marketplace.core import clock, db
from marketplace.core.actor import Actor, Remit
from marketplace.core.errors import NotFoundError
from marketplace.core.permissions import is_allowed
from marketplace.organisations.models import Organisation

PEOPLE_SHOWN = 200


@dataclass(frozen=True)
class MembershipRow:
    """A membership with the person and the organisation."""

    membership: Membership
    account: Account
    organisation: Organisation

    @property
    def thing(self) -> MembershipOf:
        """What permissions are asked about."""
        return MembershipOf(self.membership, self.organisation)

    @property
    def mail_domain(self) -> str:
        """Where the person's address is; the address itself is shown to nobody."""
        return domain_of(self.account.mail)


@dataclass(frozen=True)
class PersonRow:
    """A person as the site administration sees them."""

    account: Account
    organisations: list[tuple[Membership, Organisation]]
    remits: list[Remit]

    @property
    def mail_domain(self) -> str:
        """Where the person's address is."""
        return domain_of(self.account.mail)


def find_account_by_mail(mail: str) -> Account | None:
    """The account with this (normalised) address."""
    return db.session().exec(select(Account).where(Account.mail == mail)).first()


def get_account(account_id: int) -> Account:
    """The account with this id; raises NotFoundError."""
    account = db.session().get(Account, account_id)
    if account is None:
        raise NotFoundError("Dieses Konto gibt es nicht.")
    return account


def get_organisation(organisation_id: int) -> Organisation:
    """The organisation with this id; raises NotFoundError."""
    organisation = db.session().get(Organisation, organisation_id)
    if organisation is None:
        raise NotFoundError("Diese Organisation gibt es nicht.")
    return organisation


def get_membership(membership_id: int) -> MembershipRow:
    """A membership with person and organisation; raises NotFoundError."""
    rows = _memberships(col(Membership.id) == membership_id)
    if not rows:
        raise NotFoundError("Diese Mitgliedschaft gibt es nicht.")
    return rows[0]


def find_membership(account_id: int, organisation_id: int) -> Membership | None:
    """The membership of a person in an organisation, whatever its state."""
    statement = select(Membership).where(
        Membership.account_id == account_id, Membership.organisation_id == organisation_id
    )
    return db.session().exec(statement).first()


def list_memberships_of(account_id: int) -> list[MembershipRow]:
    """All memberships of a person, by name of the organisation."""
    return _memberships(col(Membership.account_id) == account_id)


def list_members(organisation_id: int) -> list[MembershipRow]:
    """Confirmed members of an organisation, by name."""
    rows = _memberships(
        col(Membership.organisation_id) == organisation_id, col(Membership.status) == MembershipStatus.CONFIRMED
    )
    return sorted(rows, key=lambda row: row.account.name.casefold())


def list_pending(actor: Actor) -> list[MembershipRow]:
    """Memberships that wait for a decision of this person, the oldest first."""
    rows = _memberships(col(Membership.status) == MembershipStatus.PENDING)
    mine = [row for row in rows if is_allowed("membership.decide", row.thing, actor=actor)]
    return sorted(mine, key=lambda row: row.membership.requested_at)


def _memberships(*conditions: sa.ColumnElement[bool]) -> list[MembershipRow]:
    statement = (
        select(Membership, Account, Organisation)
        .where(Membership.account_id == Account.id, Membership.organisation_id == Organisation.id, *conditions)
        .order_by(col(Organisation.search_name), col(Membership.id))
    )
    return [MembershipRow(*row) for row in db.session().exec(statement)]


def list_open_invitations(organisation_id: int) -> list[Invitation]:
    """Invitations of an organisation that still hold, the newest first."""
    statement = (
        select(Invitation)
        .where(Invitation.organisation_id == organisation_id, Invitation.expires_at > clock.now())
        .order_by(col(Invitation.created_at).desc(), col(Invitation.id).desc())
    )
    return list(db.session().exec(statement))


def list_invitations_to(mail: str) -> list[Invitation]:
    """Open invitations to a (normalised) address."""
    statement = select(Invitation).where(Invitation.mail == mail).order_by(col(Invitation.id))
    return list(db.session().exec(statement))


def get_invitation(invitation_id: int) -> Invitation:
    """An invitation by its id; raises NotFoundError."""
    invitation = db.session().get(Invitation, invitation_id)
    if invitation is None:
        raise NotFoundError("Diese Einladung gibt es nicht mehr.")
    return invitation


def find_invitation_by_token(token: str) -> Invitation | None:
    """The invitation to which the link in a mail belongs, while it holds."""
    statement = select(Invitation).where(
        Invitation.token_hash == hash_token(token), Invitation.expires_at > clock.now()
    )
    return db.session().exec(statement).first()


def list_proposals(account_id: int | None = None) -> list[OrganisationProposal]:
    """Organisations that people miss, of one person or of all, the oldest first."""
    statement = select(OrganisationProposal).order_by(col(OrganisationProposal.id))
    if account_id is not None:
        statement = statement.where(OrganisationProposal.account_id == account_id)
    return list(db.session().exec(statement))


def get_proposal(proposal_id: int) -> OrganisationProposal:
    """A proposal; raises NotFoundError."""
    proposal = db.session().get(OrganisationProposal, proposal_id)
    if proposal is None:
        raise NotFoundError("Diese Meldung ist schon beantwortet.")
    return proposal


def list_site_admins() -> list[Account]:
    """Site admins who can sign in."""
    admins = db.session().exec(select(Account).where(col(Account.is_site_admin)).order_by(col(Account.id)))
    return [account for account in admins if account.can_sign_in]


def owns_domain(organisation_id: int, domain: str) -> bool:
    """Whether a mail domain is listed for an organisation."""
    return db.session().get(MailDomain, (domain, organisation_id)) is not None


def list_deciders(organisation: Organisation) -> list[Account]:
    """Whom to tell that a membership waits: the organisation's admins, without any the guides, then the site admins."""
    admins = (
        select(Account)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(
            Membership.organisation_id == organisation.id,
            Membership.status == MembershipStatus.CONFIRMED,
            Membership.role == MemberRole.ADMIN,
        )
    )
    guides = select(Account).where(col(Account.id).in_(_guides_of(organisation)))
    site_admins = select(Account).where(col(Account.is_site_admin))
    for statement in (admins, guides, site_admins):
        found = [each for each in db.session().exec(statement.order_by(col(Account.id))) if each.can_sign_in]
        if found:
            return found
    return []


def _guides_of(organisation: Organisation) -> Collection[int]:
    key = place_key(organisation)
    rows = db.session().exec(select(GuideRemit))
    own = {row.account_id for row in rows if Remit(row.area, row.action_field).covers(key)}
    today = clock.today()
    stand_ins = select(GuideCover.stand_in_id).where(
        col(GuideCover.absent_id).in_(own), GuideCover.first_day <= today, GuideCover.last_day >= today
    )
    return own | set(db.session().exec(stand_ins))


def list_people(text: str = "") -> list[PersonRow]:
    """Confirmed accounts for the site administration, by name: all, or those whose name or whole address fits."""
    statement = select(Account).where(col(Account.confirmed_at).is_not(None))
    words = " ".join("".join(char if char.isprintable() else " " for char in text[:254]).split())
    if words:
        by_name = sa.func.lower(Account.name).contains(words.lower(), autoescape=True)
        statement = statement.where(sa.or_(by_name, col(Account.mail) == words.lower()))
    ordered = statement.order_by(sa.func.lower(Account.name), col(Account.id)).limit(PEOPLE_SHOWN)
    return [describe_person(account) for account in db.session().exec(ordered)]


def describe_person(account: Account) -> PersonRow:
    """A person with memberships and remits."""
    rows = list_memberships_of(account.id or 0)
    return PersonRow(account, [(row.membership, row.organisation) for row in rows], list_remits(account.id or 0))


def list_remits(account_id: int) -> list[Remit]:
    """What a guide answers for."""
    statement = (
        select(GuideRemit)
        .where(GuideRemit.account_id == account_id)
        .order_by(col(GuideRemit.area), col(GuideRemit.action_field))
    )
    return [Remit(row.area, row.action_field) for row in db.session().exec(statement)]


def count_site_admins() -> int:
    """Site admins who can sign in."""
    return len(list_site_admins())
