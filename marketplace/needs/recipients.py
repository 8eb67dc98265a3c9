"""Who hears what is new about a Gesuch, for each municipality that looks for it."""

from collections.abc import Collection

from sqlmodel import col, select

from marketplace.accounts.models import Account, Membership
from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.core import db
from marketplace.needs import queries
from marketplace.needs.models import Need


def seekers_of(need: Need, *, without: Collection[int] = ()) -> dict[int, list[int]]:
    """Accounts to tell by organisation, without these organisations."""
    rows = [row for row in queries.list_seekers(need) if row.organisation.id not in without]
    return {row.organisation.id or 0: people_of(row.organisation.id or 0, row.seeker.account_id) for row in rows}


def people_of(organisation_id: int, account_id: int | None) -> list[int]:
    """The person who spoke for an organisation, as long as they belong to it; else those who administer it."""
    statement = (
        select(Membership, Account)
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(Membership.organisation_id == organisation_id, Membership.status == MembershipStatus.CONFIRMED)
        .order_by(col(Account.id))
    )
    members = [(row[0].role, row[1].id or 0) for row in db.session().exec(statement) if row[1].can_sign_in]
    if account_id in {member for _role, member in members}:
        return [account_id or 0]
    return [member for role, member in members if role == MemberRole.ADMIN]
