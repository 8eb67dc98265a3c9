"""Mail is promised in the transaction of the change and sent after it, at least once.

What may happen in between: a crash before the sending (the row waits), one while sending (the row is due again after a
while), one after the server took the mail over (it comes once more, with the same Message-ID, by which many servers and
mail programs know it), two processes at work (each row is claimed by one of them).
"""

import secrets
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from marketplace.config import Settings
from marketplace.core import clock, db
from marketplace.mail.compose import compose
from marketplace.mail.models import MailStatus, OutboxMail

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

ERASED: dict[str, Any] = {"recipient": None, "subject": None, "text": None, "html": None, "headers": {}}
"""Columns of a mail whose personal data is gone."""

_NOBODY = "niemand@beispiel.example"
"""Stands for a recipient while a mail is made that is not sent."""


def send_mail(name: str, recipient: str, /, *, key: str | None = None, unsubscribe: str = "", **facts: Any) -> bool:
    """Promise the mail ``name`` with these facts; it leaves after the commit and never if there is none.

    The same ``key`` makes one mail only, however often and by however many it is asked for; False if there was one.
    """
    return _write(name, recipient, key, unsubscribe, facts, is_meant=True)


def pretend_mail(name: str, /, **facts: Any) -> None:
    """Do all the work of a mail that nobody gets: how long an answer takes must not tell whether there was one."""
    _write(name, _NOBODY, None, "", facts, is_meant=False)


def _write(
    name: str, recipient: str, key: str | None, unsubscribe: str, facts: dict[str, Any], *, is_meant: bool
) -> bool:
    message = compose(name, recipient, unsubscribe=unsubscribe, **facts)
    settings: Settings = current_app.config["SETTINGS"]
    token, now = secrets.token_urlsafe(24), clock.now()
    row = {
        "key": key or f"{name}:{token}",
        "name": name,
        "message_id": f"<{token}@{settings.mail_from.rpartition('@')[2]}>",
        "recipient": message.recipient,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "headers": message.headers,
        "status": MailStatus.WAITING.value,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }
    if not is_meant:
        row |= {**ERASED, "status": MailStatus.CANCELLED.value, "finished_at": now}
    session = db.session()
    insert = _INSERT[session.get_bind().dialect.name](OutboxMail).values(row)
    once = insert.on_conflict_do_nothing(index_elements=["key"]).returning(col(OutboxMail.id))
    is_new = bool(session.execute(once).all())
    if is_new and not session.info.get("mail_waits"):
        session.info["mail_waits"] = True
        db.after_commit(_wake_after_commit)
    return is_new


def _wake_after_commit() -> None:
    db.session().info.pop("mail_waits", None)
    current_app.extensions["courier"].wake()


def erase_recipient(address: str) -> int:
    """Take a person's address and all that was written to it out of the outbox; what waits is not sent any more.

    For the deletion of an account. Returns the number of mails.
    """
    session = db.session()
    mine = sa.func.lower(col(OutboxMail.recipient)) == address.strip().lower()
    waiting = mine & (col(OutboxMail.status) == MailStatus.WAITING)
    session.execute(
        sa.update(OutboxMail).where(waiting).values(status=MailStatus.CANCELLED.value, finished_at=clock.now())
    )
    result = session.execute(sa.update(OutboxMail).where(mine).values(**ERASED))
    return int(result.rowcount)  # type: ignore[attr-defined]
