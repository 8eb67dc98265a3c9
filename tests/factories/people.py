"""People for tests: accounts that are confirmed at once, as members, guides or administration."""

from flask.testing import FlaskClient

from marketplace.accounts import sessions
from marketplace.accounts.models import Account, GuideRemit, Membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.organisations.models import Organisation


def add_person(
    name: str = "Kim Beispiel",
    *,
    member_of: Organisation | None = None,
    pending_in: Organisation | None = None,
    remits: tuple[tuple[str, str], ...] = (),
    is_site_admin: bool = False,
) -> Account:
    """An account in the current session; remits are pairs of area and action field."""
    now = clock.now()
    account = Account(
        mail=f"{name.lower().replace(' ', '.')}@example.org", name=name, is_site_admin=is_site_admin, created_at=now,
        confirmed_at=now, last_seen_at=now,
    )  # fmt: skip
    session = db.session()
    session.add(account)
    session.flush()
    for organisation, status in ((member_of, MembershipStatus.CONFIRMED), (pending_in, MembershipStatus.PENDING)):
        if organisation is not None:
            session.add(
                Membership(
                    account_id=account.id or 0, organisation_id=organisation.id or 0, status=status, requested_at=now
                )
            )
    for area, field in remits:
        session.add(GuideRemit(account_id=account.id or 0, area=area, action_field=field))
    session.flush()
    return account


def actor_of(account: Account) -> Actor:
    """What the person is in a request."""
    return sessions.load_actor(account)


def sign_in(client: FlaskClient, account: Account) -> str:
    """Let a client be signed in as somebody; returns the token of the session. The current session is committed."""
    token = sessions.start(account, device="Test")
    db.commit(db.session())
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return token
