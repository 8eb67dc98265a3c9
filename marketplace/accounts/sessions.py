"""Who is signed in where. A session lives on the server; the cookie holds only its random token."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account, AccountSession, GuideCover, GuideRemit, Membership
from marketplace.accounts.roles import SESSION_IDLE, SESSION_LONGEST, MemberRole, MembershipStatus
from marketplace.accounts.tokens import hash_token, new_token
from marketplace.core import clock, db
from marketplace.core.actor import Actor, Remit
from marketplace.core.labels import Label

TOUCH_EVERY = timedelta(minutes=10)
"""How exactly the last use of a session is known."""
NEW_FOR = timedelta(minutes=10)
"""How long nobody who has just signed in is asked for the password again to link another way in."""


def start(account: Account, *, device: str) -> str:
    """Begin a session for an account and return its token; whoever calls has checked the person."""
    token, now = new_token(), clock.now()
    account.last_seen_at, account.warned_at = now, None
    db.session().add(
        AccountSession(
            account_id=account.id or 0, token_hash=hash_token(token), device=device, created_at=now, last_seen_at=now
        )
    )
    db.session().flush()
    return token


def find(token: str) -> tuple[AccountSession, Account] | None:
    """The session of a token and its account, if it has not ended and the account may sign in."""
    statement = select(AccountSession, Account).where(
        AccountSession.token_hash == hash_token(token), AccountSession.account_id == Account.id
    )
    row = db.session().exec(statement).first()
    return row if row and _is_running(row[0]) and row[1].can_sign_in else None


def _is_running(session: AccountSession) -> bool:
    now = clock.now()
    return session.last_seen_at > now - SESSION_IDLE and session.created_at > now - SESSION_LONGEST


def list_running(account_id: int) -> list[AccountSession]:
    """All sessions of an account that have not ended, the one used last first."""
    statement = (
        select(AccountSession)
        .where(AccountSession.account_id == account_id)
        .order_by(col(AccountSession.last_seen_at).desc(), col(AccountSession.id).desc())
    )
    return [session for session in db.session().exec(statement) if _is_running(session)]


def touch(session_id: int, account_id: int) -> None:
    """Note that a session was used just now."""
    now = clock.now()
    connection = db.session()
    connection.execute(sa.update(AccountSession).where(col(AccountSession.id) == session_id).values(last_seen_at=now))
    connection.execute(sa.update(Account).where(col(Account.id) == account_id).values(last_seen_at=now, warned_at=None))


def is_due(session: AccountSession) -> bool:
    """Whether its last use is to be noted again."""
    return session.last_seen_at < clock.now() - TOUCH_EVERY


def is_new(session_id: int) -> bool:
    """Whether somebody signed in just now."""
    session = db.session().get(AccountSession, session_id)
    return session is not None and session.created_at > clock.now() - NEW_FOR


def end(session_id: int, *, account_id: int) -> None:
    """End one session of an account; nothing happens if it is not one of theirs."""
    _delete(col(AccountSession.id) == session_id, col(AccountSession.account_id) == account_id)


def end_all(account_id: int, *, but: int | None = None) -> None:
    """End all sessions of an account, or all but one."""
    _delete(col(AccountSession.account_id) == account_id, col(AccountSession.id) != (but or 0))


def delete_ended() -> int:
    """Drop what has ended; returns how many."""
    now = clock.now()
    return _delete(
        sa.or_(
            col(AccountSession.last_seen_at) <= now - SESSION_IDLE,
            col(AccountSession.created_at) <= now - SESSION_LONGEST,
        )
    )


def _delete(*conditions: sa.ColumnElement[bool]) -> int:
    result = db.session().execute(sa.delete(AccountSession).where(*conditions))
    return int(result.rowcount)  # type: ignore[attr-defined]


def load_actor(account: Account) -> Actor:
    """What an account is, as a value: confirmed memberships, remits, site administration."""
    account_id = account.id or 0
    memberships = db.session().exec(
        select(Membership.organisation_id, Membership.role).where(
            Membership.account_id == account_id, Membership.status == MembershipStatus.CONFIRMED
        )
    )
    roles = dict(memberships.all())
    return Actor(
        account_id=account_id,
        name=account.name,
        organisation_ids=frozenset(roles),
        admin_of=frozenset(id_ for id_, role in roles.items() if role == MemberRole.ADMIN),
        remits=_remits_today(account_id),
        is_site_admin=account.is_site_admin,
    )


def _remits_today(account_id: int) -> tuple[Remit, ...]:
    """What a guide answers for, with the remits of those for whom they stand in today."""
    today = clock.today()
    absent = select(GuideCover.absent_id).where(
        GuideCover.stand_in_id == account_id, GuideCover.first_day <= today, GuideCover.last_day >= today
    )
    mine = sa.or_(col(GuideRemit.account_id) == account_id, col(GuideRemit.account_id).in_(absent))
    rows = db.session().exec(select(GuideRemit).where(mine).order_by(GuideRemit.area, GuideRemit.action_field))
    return tuple(dict.fromkeys(Remit(row.area, row.action_field) for row in rows))


def describe_device(user_agent: str) -> str:
    """Browser and system in a few words; all else of the browser's own description is dropped."""
    browsers = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {
        "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS",
        "Linux": "Linux",
    }  # fmt: skip
    browser = next((name for mark, name in browsers.items() if mark in user_agent), Label("Unbekannter Browser"))
    system = next((name for mark, name in systems.items() if mark in user_agent), "")
    return f"{browser}, {system}" if system else browser
