"""People for tests: few defaults; a test states what matters to it."""

from functools import cache
from typing import Any

from marketplace.accounts import passwords
from marketplace.accounts.models import Account, GuideRemit, MailDomain, Membership
from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.core import clock, db
from marketplace.core.actor import Remit
from marketplace.organisations.models import Organisation

PASSWORD = "Fünf Störche am Teich"


@cache
def password_hash() -> str:
    """Hash of PASSWORD; made once, because that takes a while on purpose."""
    return passwords.hash_password(PASSWORD)


def add_account(mail: str = "erika@weisendorf.example", name: str = "Erika Beispiel", **columns: Any) -> Account:
    """A confirmed account whose password is PASSWORD, in the current session."""
    now = clock.now()
    account = Account(
        mail=mail,
        name=name,
        **{
            "password_hash": password_hash(),
            "created_at": now,
            "confirmed_at": now,
            "last_seen_at": now,
            **columns,
        },
    )
    db.session().add(account)
    db.session().flush()
    return account


def add_membership(
    account: Account,
    organisation: Organisation,
    status: MembershipStatus = MembershipStatus.CONFIRMED,
    role: MemberRole = MemberRole.MEMBER,
) -> Membership:
    """A membership, confirmed unless said otherwise."""
    membership = Membership(
        account_id=account.id or 0,
        organisation_id=organisation.id or 0,
        status=status,
        role=role,
        requested_at=clock.now(),
    )
    db.session().add(membership)
    db.session().flush()
    return membership


def add_guide(*remits: Remit, mail: str = "lotse@land.example", name: str = "Lotte Lotsin") -> Account:
    """An account with remits."""
    account = add_account(mail, name)
    for remit in remits:
        db.session().add(GuideRemit(account_id=account.id or 0, area=remit.area, action_field=remit.action_field))
    db.session().flush()
    return account


def add_domain(organisation: Organisation, domain: str = "weisendorf.example") -> None:
    """A mail domain that belongs to an organisation."""
    db.session().add(MailDomain(domain=domain, organisation_id=organisation.id or 0))
    db.session().flush()
