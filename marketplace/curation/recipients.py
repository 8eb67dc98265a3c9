"""Who is asked whether an entry still holds: its contact, else those who administer its organisation. Never public."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, select

from marketplace.accounts.models import Account, Membership
from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.accounts.tokens import hash_token, normalise_mail
from marketplace.catalogue.drafts.models import EntryContact
from marketplace.catalogue.models import Entry
from marketplace.catalogue.vocabulary import ConfirmedBy
from marketplace.core import db


@dataclass(frozen=True)
class Recipient:
    """An address and for whom it speaks."""

    mail: str
    speaks_as: ConfirmedBy

    @property
    def hash(self) -> str:
        """What is kept of the address."""
        return hash_token(self.mail)


def recipients_of(entry_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Whom to ask about each of these entries; nobody stands in it who cannot be written to."""
    found: dict[int, list[Recipient]] = {entry_id: [] for entry_id in entry_ids}
    contacts = (
        select(EntryContact).where(col(EntryContact.entry_id).in_(entry_ids)).order_by(col(EntryContact.entry_id))
    )
    for contact in db.session().exec(contacts):
        if mail := normalise_mail(contact.mail):
            found[contact.entry_id or 0].append(Recipient(mail, ConfirmedBy.CONTACT))
    without = [entry_id for entry_id, those in found.items() if not those]
    admins = (
        select(Entry.id, Account)
        .join(Membership, col(Membership.organisation_id) == col(Entry.organisation_id))
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(
            col(Entry.id).in_(without),
            Membership.status == MembershipStatus.CONFIRMED,
            Membership.role == MemberRole.ADMIN,
        )
        .order_by(col(Entry.id), col(Account.id))
    )
    for entry_id, account in db.session().exec(admins):
        if account.can_sign_in:
            found[entry_id or 0].append(Recipient(account.mail, ConfirmedBy.MEMBER))
    return found
