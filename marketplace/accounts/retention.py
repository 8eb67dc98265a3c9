"""What goes by itself after a while; called by ``blaupause jobs run``, as often as one likes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts import covers, kept, links, mails, sessions, throttle
from marketplace.accounts.models import Account, Invitation
from marketplace.accounts.oidc import service as identities
from marketplace.accounts.personal_data import erase_account
from marketplace.core import clock, db
from marketplace.core.actor import program
from marketplace.core.clock import BERLIN

UNCONFIRMED = timedelta(days=14)
INACTIVE = timedelta(days=3 * 365)
NOTICE = timedelta(days=30)
BATCH = 200

_JOB = program("job:retention")


@dataclass
class RetentionReport:
    """How much went."""

    unconfirmed: int = 0
    warned: int = 0
    inactive: int = 0
    ended: int = 0

    def __str__(self) -> str:
        return (
            f"Konten gelöscht: {self.unconfirmed} unbestätigte, {self.inactive} ungenutzte; {self.warned} Hinweise "
            f"verschickt; {self.ended} abgelaufene Anmeldungen, Links, Einladungen und Zähler gelöscht."
        )


def apply_retention() -> RetentionReport:
    """Delete what has had its time and warn those whose account will be next."""
    report, now = RetentionReport(), clock.now()
    for account in _accounts(col(Account.confirmed_at).is_(None), col(Account.created_at) <= now - UNCONFIRMED):
        erase_account(account, actor=_JOB)
        report.unconfirmed += 1
    for account in _accounts(*_inactive(now), col(Account.warned_at) <= now - NOTICE):
        erase_account(account, actor=_JOB)
        report.inactive += 1
    for account in _accounts(*_inactive(now + NOTICE), col(Account.warned_at).is_(None)):
        account.warned_at = now
        mails.send_deletion_notice(account, f"{(now + NOTICE).astimezone(BERLIN):%d.%m.%Y}")
        report.warned += 1
    report.ended = sessions.delete_ended() + links.delete_expired() + throttle.delete_expired() + _expired_invitations()
    report.ended += identities.delete_expired() + covers.forget_past() + kept.delete_old()
    return report


def _inactive(now: datetime) -> list[sa.ColumnElement[bool]]:
    """Not used for three years. Whoever administers the site stays: somebody must be able to."""
    return [
        col(Account.confirmed_at).is_not(None),
        col(Account.is_site_admin).is_(False),
        col(Account.last_seen_at) <= now - INACTIVE,
    ]


def _accounts(*conditions: sa.ColumnElement[bool]) -> list[Account]:
    return list(db.session().exec(select(Account).where(*conditions).order_by(col(Account.id)).limit(BATCH)))


def _expired_invitations() -> int:
    result = db.session().execute(sa.delete(Invitation).where(col(Invitation.expires_at) <= clock.now()))
    return int(result.rowcount)  # type: ignore[attr-defined]
