"""Who is asked about a reuse for each side: the contact of the entry, else those who administer the organisation."""

from dataclasses import dataclass

from sqlmodel import col, select

from marketplace.accounts.models import Account, Membership
from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.accounts.tokens import hash_token, normalise_mail
from marketplace.catalogue.drafts.models import EntryContact
from marketplace.core import db
from marketplace.ledger.models import Reuse
from marketplace.ledger.rules import Side


@dataclass(frozen=True)
class Recipient:
    """An address, and the account that it belongs to, if there is one."""

    mail: str
    account_id: int | None = None

    @property
    def hash(self) -> str:
        """What is kept of the address."""
        return hash_token(self.mail)


def recipients_of(reuse: Reuse, side: Side) -> list[Recipient]:
    """Whom to ask for a side; nobody stands in it who cannot be written to."""
    members = list_members(reuse.organisation_id(side))
    contact = _contact_of(reuse) if side is Side.GIVER and reuse.via_id is None else None
    if contact is not None and all(each.mail != contact for each in members):
        return [Recipient(contact)]
    return members if contact is None else [each for each in members if each.mail == contact]


def list_members(organisation_id: int) -> list[Recipient]:
    """Those who administer an organisation, without any all its members; who cannot sign in is left out."""
    statement = (
        select(Account, Membership.role)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(Membership.organisation_id == organisation_id, Membership.status == MembershipStatus.CONFIRMED)
        .order_by(col(Account.id))
    )
    rows = [(account, role) for account, role in db.session().exec(statement) if account.can_sign_in]
    admins = [account for account, role in rows if role == MemberRole.ADMIN]
    return [Recipient(account.mail, account.id) for account in admins or [account for account, _role in rows]]


def _contact_of(reuse: Reuse) -> str | None:
    contact = db.session().exec(select(EntryContact).where(EntryContact.entry_id == reuse.entry_id)).first()
    return normalise_mail(contact.mail) if contact else None
