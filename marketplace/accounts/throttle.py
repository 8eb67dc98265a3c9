"""Counts tries per account and per client in the database, so that nobody guesses passwords or floods mailboxes.

Nothing here names anybody: keys are hashes with a secret that changes daily, and the rows are gone after their period.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from marketplace.accounts.models import Throttle
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label
from marketplace.web.rate_limit import client_key as client_key  # noqa: PLC0414 -- views know it by this place


class ThrottledError(DomainError):
    """Too many tries in too short a time."""

    status = 429

    def __init__(self, wait: str = Label("eine Viertelstunde")) -> None:
        super().__init__(Label("Das waren zu viele Versuche in kurzer Zeit. Bitte warten Sie %(wait)s.", wait=wait))


@dataclass(frozen=True)
class Limit:
    """How often something may be tried within a period, counted from the first try."""

    name: str
    times: int
    period: timedelta
    wait: str = Label("eine Viertelstunde")
    """How long somebody is asked to wait."""


SIGN_IN_PAIR = Limit("sign-in-pair", 10, timedelta(minutes=15))
"""One client at one account. Tight, because it cannot lock out anybody but the one who guesses."""
SIGN_IN_ACCOUNT = Limit("sign-in-account", 50, timedelta(hours=1))
"""All clients at one account."""
SIGN_IN_CLIENT = Limit("sign-in-client", 60, timedelta(minutes=15))
"""One client at all accounts; a whole town hall may stand behind one address."""
MAIL_CLIENT = Limit("mail-client", 30, timedelta(hours=1))
"""Mails that one client can set off."""
MAIL_ADDRESS = Limit("mail-address", 5, timedelta(hours=1))
"""Mails to one address."""
MAIL_AGAIN = Limit("mail-again", 1, clock.PRESSED_TWICE)
"""The same mail to one address: a button pressed twice would make the link of the first mail stale."""
JOIN = Limit("join", 20, timedelta(hours=24), "bis morgen")
"""Organisations that one person asks to belong to; each time somebody there gets mail."""
PASSWORD_CHECK = Limit("password-check", 10, timedelta(minutes=15))
"""Asking again for the password of somebody who is signed in."""
SECOND_FACTOR = Limit("second-factor", 5, timedelta(minutes=15))
"""Codes of the app for one account, whoever sends them: three of a million are right at any time."""
SECOND_FACTOR_DAY = Limit("second-factor-day", 30, timedelta(hours=24), Label("bis morgen"))
"""The same for a patient guesser. Who knows the password can shut the app out for a day, but not the recovery codes."""
RECOVERY_CODE = Limit("recovery-code", 10, timedelta(minutes=15))
"""Recovery codes for one account; they are too long to be guessed."""
OIDC_ANSWER = Limit("oidc-answer", 1, timedelta(hours=1))
"""One answer of another service: each is good for one sign-in."""


def take(limit: Limit, *parts: str) -> bool:
    """Count one try and say whether it is still within the limit.

    Written in a transaction of its own: a try counts even if the request fails, and two at once both count.
    """
    key, now = _key(limit, parts), clock.now()
    database: Database = current_app.extensions["database"]
    with database.unit_of_work() as session:
        session.execute(sa.delete(Throttle).where(col(Throttle.key) == key, col(Throttle.expires_at) <= now))
        if not _count(key):
            try:
                with session.begin_nested():
                    session.add(Throttle(key=key, count=1, expires_at=now + limit.period))
            except IntegrityError:
                _count(key)
        number = session.execute(sa.select(col(Throttle.count)).where(col(Throttle.key) == key)).scalar_one()
    return bool(number <= limit.times)


def _count(key: str) -> bool:
    statement = sa.update(Throttle).where(col(Throttle.key) == key).values(count=Throttle.count + 1)
    return bool(db.session().execute(statement).rowcount)  # type: ignore[attr-defined]


def check(limit: Limit, *parts: str) -> None:
    """Count one try; raise ThrottledError if it is one too many."""
    if not take(limit, *parts):
        raise ThrottledError(limit.wait)


def forgive(limit: Limit, *parts: str) -> None:
    """Start counting anew, after a try that succeeded."""
    database: Database = current_app.extensions["database"]
    with database.unit_of_work() as session:
        session.execute(sa.delete(Throttle).where(col(Throttle.key) == _key(limit, parts)))


def delete_expired() -> int:
    """Drop what no longer counts; returns how many."""
    result = db.session().execute(sa.delete(Throttle).where(col(Throttle.expires_at) <= clock.now()))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _key(limit: Limit, parts: tuple[str, ...]) -> str:
    secret = f"{current_app.config['SECRET_KEY']}:{clock.now():%Y-%m-%d}".encode()
    return hmac.new(secret, "\0".join((limit.name, *parts)).encode(), hashlib.sha256).hexdigest()
