"""Carries mail from the outbox to the sender: one row after the other, each in two short transactions."""

import logging
import threading
from datetime import datetime, timedelta
from email.utils import format_datetime

import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, col

from marketplace.config import Environment, Settings
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.mail import signals
from marketplace.mail.models import MailStatus, OutboxMail
from marketplace.mail.outbox import ERASED
from marketplace.mail.port import (
    MailError,
    MailSender,
    Message,
    RecipientRefusedError,
    RefusedError,
    ServerUnavailableError,
)
from marketplace.mail.retry import LEASE, next_attempt
from marketplace.mail.senders import create_sender

ROWS_KEPT_FOR = timedelta(days=365)
"""How long the outbox tells that something was sent, without saying to whom."""

_log = logging.getLogger("blaupause.mail")


def init_app(app: Flask, settings: Settings) -> None:
    """Choose the sender and have a courier waiting."""
    # In a test everything is done when the request is.
    in_background = settings.environment != Environment.TEST
    app.extensions["courier"] = Courier(
        app.extensions["database"], create_sender(settings), in_background=in_background
    )


class Courier:
    """Delivers what is due. As many as like may work at the same time, in one process or several."""

    def __init__(self, database: Database, sender: MailSender, *, in_background: bool) -> None:
        self.database = database
        self.sender = sender
        self._in_background = in_background
        self._lock = threading.Lock()
        self._running = False
        self._called_again = False

    def wake(self) -> threading.Thread | None:
        """Deliver soon; returns the thread if one was started.

        Nobody waits for a mail server, and how long an answer takes tells nothing about whether there was a mail.
        """
        if not self._in_background:
            self._deliver_quietly()
            return None
        with self._lock:
            self._called_again = True
            if self._running:
                return None
            self._running = True
        # Not a daemon: a command ends when its mail is on its way. A dead server ends the round at its first mail.
        thread = threading.Thread(target=self._run, name="courier")
        thread.start()
        return thread

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._called_again:
                    self._running = False
                    return
                self._called_again = False
            self._deliver_quietly()

    def _deliver_quietly(self) -> None:
        try:
            self.deliver()
        except sa.exc.SQLAlchemyError:
            # The promise is safe in the outbox; the next mail or ``jobs run`` finds it again.
            _log.exception("The outbox could not be read")

    def deliver(self) -> int:
        """Send all that is due now; returns how many mails the server took over."""
        started, number = clock.now(), 0
        while (mail := self._claim(until=started)) is not None:
            try:
                self.sender.send(_message_of(mail), message_id=mail.message_id, date=format_datetime(mail.created_at))
            except ServerUnavailableError as error:
                self._note_failure(mail, error)
                break
            except MailError as error:
                self._note_failure(mail, error)
            else:
                self._finish(mail, MailStatus.SENT)
                number += 1
        return number

    def _claim(self, until: datetime) -> OutboxMail | None:
        """The next mail, kept from all others for a while. One statement: on SQLite it cannot be divided anyway."""
        due = (
            sa.select(col(OutboxMail.id))
            .where(col(OutboxMail.status) == MailStatus.WAITING, col(OutboxMail.due_at) <= until)
            .order_by(col(OutboxMail.due_at), col(OutboxMail.id))
            .limit(1)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claim = (
            sa.update(OutboxMail)
            .where(col(OutboxMail.id).in_(sa.select(due.c.id)))
            .values(due_at=clock.now() + LEASE, attempts=col(OutboxMail.attempts) + 1)
            .returning(OutboxMail)
            .execution_options(synchronize_session=False)
        )
        with self.database.unit_of_work() as session:
            mail = session.execute(claim).scalar_one_or_none()
            if mail is not None:
                session.expunge(mail)
            return mail

    def _note_failure(self, mail: OutboxMail, error: MailError) -> None:
        facts = {"mail": mail.id, "name": mail.name, "error": type(error).__name__, "answer": str(error)}
        _log.warning("mail not sent", extra={"facts": facts})
        if isinstance(error, RefusedError):
            refused = isinstance(error, RecipientRefusedError)
            self._finish(mail, MailStatus.UNDELIVERABLE if refused else MailStatus.FAILED, str(error))
            return
        due = next_attempt(mail.created_at, mail.attempts, clock.now())
        if due is None:
            self._finish(mail, MailStatus.FAILED, str(error))
            return
        with self.database.unit_of_work() as session:
            _change(session, mail, due_at=due, last_error=str(error)[:120])

    def _finish(self, mail: OutboxMail, status: MailStatus, error: str | None = None) -> None:
        """Note how it ended. What was written goes at once: a link in a mail can open an account."""
        written: dict[str, object] = {} if self.sender.keeps_mail else {"text": None, "html": None, "headers": {}}
        with self.database.unit_of_work() as session:
            is_mine = _change(
                session,
                mail,
                status=status.value,
                finished_at=clock.now(),
                last_error=error[:120] if error else None,
                **written,
            )
            if is_mine and status is MailStatus.UNDELIVERABLE:
                signals.mail_undeliverable.send(None, recipient=mail.recipient, name=mail.name)


def forget(database: Database, settings: Settings) -> int:
    """Erase whom finished mail went to, after the days of the settings; returns how many mails."""
    now = clock.now()
    finished = col(OutboxMail.finished_at)
    old = (finished <= now - timedelta(days=settings.mail_retention_days)) & col(OutboxMail.recipient).is_not(None)
    with database.unit_of_work() as session:
        result = session.execute(sa.update(OutboxMail).where(old).values(**ERASED))
        session.execute(sa.delete(OutboxMail).where(finished <= now - ROWS_KEPT_FOR))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _message_of(mail: OutboxMail) -> Message:
    return Message(mail.recipient or "", mail.subject or "", mail.text or "", mail.html or "", dict(mail.headers))


def _change(session: Session, mail: OutboxMail, **values: object) -> bool:
    """Change a mail unless somebody else claimed or cancelled it meanwhile."""
    still_mine = (
        (col(OutboxMail.id) == mail.id)
        & (col(OutboxMail.attempts) == mail.attempts)
        & (col(OutboxMail.status) == MailStatus.WAITING)
    )
    result = session.execute(sa.update(OutboxMail).where(still_mine).values(**values))
    return bool(result.rowcount)  # type: ignore[attr-defined]
