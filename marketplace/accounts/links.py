"""Tokens in links of mails, and of sign-ins half done: made once, used once."""

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account, AccountToken
from marketplace.accounts.roles import LIFETIMES, TokenPurpose
from marketplace.accounts.tokens import hash_token, new_token
from marketplace.core import clock, db
from marketplace.core.errors import DomainError


class StaleLinkError(DomainError):
    """The link was used, is too old, or never existed; which of these is nobody's business."""

    status = 410

    def __init__(self) -> None:
        super().__init__("Dieser Link gilt nicht mehr. Er wurde schon benutzt, ist abgelaufen oder unvollständig.")


def issue(account: Account, purpose: TokenPurpose, *, new_mail: str | None = None, is_only_one: bool = True) -> str:
    """A new token; earlier ones of the same purpose stop working, unless there may be several."""
    if is_only_one:
        revoke(account, purpose)
    token, now = new_token(), clock.now()
    db.session().add(
        AccountToken(
            account_id=account.id or 0,
            purpose=purpose,
            token_hash=hash_token(token),
            new_mail=new_mail,
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    return token


def look_at(token: str, *purposes: TokenPurpose) -> tuple[AccountToken, Account]:
    """What a link is good for, without using it; raises StaleLinkError."""
    statement = select(AccountToken, Account).where(
        AccountToken.token_hash == hash_token(token),
        col(AccountToken.purpose).in_(purposes),
        AccountToken.expires_at > clock.now(),
        AccountToken.account_id == Account.id,
    )
    row = db.session().exec(statement).first()
    if row is None or row[1].disabled_at is not None:
        raise StaleLinkError
    return row


def use(token: str, *purposes: TokenPurpose) -> tuple[AccountToken, Account]:
    """Use a link up; of two who try at once, one succeeds and the other gets StaleLinkError."""
    row, account = look_at(token, *purposes)
    # Not by its number: SQLite gives that of a deleted token to the next one, of the same change perhaps.
    result = db.session().execute(
        sa.delete(AccountToken)
        .where(col(AccountToken.token_hash) == row.token_hash)
        .execution_options(synchronize_session=False)
    )
    if not result.rowcount:  # type: ignore[attr-defined]
        raise StaleLinkError
    db.session().expunge(row)
    return row, account


def revoke(account: Account, *purposes: TokenPurpose) -> None:
    """Let links of an account stop working."""
    db.session().execute(
        sa.delete(AccountToken).where(
            col(AccountToken.account_id) == account.id, col(AccountToken.purpose).in_(purposes)
        )
    )


def delete_expired() -> int:
    """Drop what no longer works; returns how many."""
    result = db.session().execute(sa.delete(AccountToken).where(col(AccountToken.expires_at) <= clock.now()))
    return int(result.rowcount)  # type: ignore[attr-defined]
