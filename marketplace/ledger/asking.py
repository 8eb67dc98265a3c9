"""Asks by mail, and on the site, whether a reuse holds: at once when it is declared, and when its time is over.

A question is there once for each address, round and number, so that jobs may run twice at once or stop anywhere:
nothing is asked twice, nothing is left out.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from marketplace.accounts.tokens import hash_token, new_token
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.core.labels import in_german
from marketplace.ledger.costs import asked_by, next_asking
from marketplace.ledger.models import Reuse, ReuseQuestion
from marketplace.ledger.recipients import Recipient, list_members, recipients_of
from marketplace.ledger.rules import LINK_LIFETIME, OpenQuestion, Purpose, Side, open_question
from marketplace.mail.compose import absolute_url
from marketplace.mail.outbox import send_mail
from marketplace.notifications.kinds import Frequency, NoticeKind
from marketplace.notifications.service import notify
from marketplace.organisations.models import Organisation

MAIL = "ledger/question"
QUIET = timedelta(days=3)
"""How long a mail stands for the same question, however often it comes up anew."""

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def plan(reuse: Reuse) -> None:
    """Write down when the next mail leaves and when a guide is to look, as the rules say."""
    question = open_question(reuse.state, reuse.waiting_since)
    reuse.next_ask = question.next_day(reuse.asked) if question else None
    reuse.silent_from = question.silent_from if question else None
    reuse.costs_due = next_asking(reuse.state, reuse.live_from, reuse.costs_asked)


def ask_if_due(reuse: Reuse) -> int:
    """Send what is due about one reuse today; returns the number of mails."""
    question = open_question(reuse.state, reuse.waiting_since)
    number = question.number_due(reuse.asked, clock.today()) if question else 0
    if question is None or not number:
        plan(reuse)
        return 0
    return ask(reuse, question, number)


def ask(reuse: Reuse, question: OpenQuestion, number: int, *, at_once: bool = False) -> int:
    """Send one question to all who are to answer it; returns the number of mails.

    Who was asked the same in the last days is not asked again, unless a guide wants it ``at_once``.
    """
    asked = [(side, recipient) for side in question.sides for recipient in recipients_of(reuse, side)]
    sent = 0
    for side, recipient in asked:
        if at_once or not _keeps_open(reuse, question.purpose, side, recipient, number):
            sent += _send(reuse, question.purpose, side, recipient, number)
    reuse.asked = number
    plan(reuse)
    db.session().flush()
    return sent


def _keeps_open(reuse: Reuse, purpose: Purpose, side: Side, recipient: Recipient, number: int) -> bool:
    """Let a mail of the last days stand for this question; False if there is none.

    Whoever says yes and no by turns must not fill the mailbox of the other side.
    """
    statement = select(ReuseQuestion).where(
        ReuseQuestion.reuse_id == reuse.id,
        ReuseQuestion.side == side.value,
        ReuseQuestion.purpose == purpose.value,
        ReuseQuestion.recipient_hash == recipient.hash,
        ReuseQuestion.created_at > clock.now() - QUIET,
        col(ReuseQuestion.answer).is_(None),
        ReuseQuestion.round < reuse.round,
    )
    latest = db.session().exec(statement.order_by(col(ReuseQuestion.id).desc())).first()
    if latest is None:
        return False
    latest.round, latest.number = reuse.round, number
    db.session().flush()
    return True


def _send(reuse: Reuse, purpose: Purpose, side: Side, recipient: Recipient, number: int) -> bool:
    token, now, session = new_token(), clock.now(), db.session()
    values = {
        "reuse_id": reuse.id,
        "side": side.value,
        "purpose": purpose.value,
        "round": reuse.round,
        "number": number,
        "recipient_hash": recipient.hash,
        "token_hash": hash_token(token),
        "created_at": now,
        "expires_at": now + LINK_LIFETIME,
    }
    insert = _INSERT[session.get_bind().dialect.name](ReuseQuestion).values(values)
    if not session.execute(insert.on_conflict_do_nothing().returning(col(ReuseQuestion.id))).all():
        return False
    entry = session.get_one(Entry, reuse.entry_id)
    taker = session.get_one(Organisation, reuse.taker_id)
    giver = session.get_one(Organisation, reuse.giver_id)
    if recipient.account_id is not None:
        _note(reuse, purpose, recipient.account_id, entry, taker)
    return send_mail(
        MAIL,
        recipient.mail,
        key=f"{MAIL}:{reuse.public_id}:{reuse.round}:{number}:{side.value}:{recipient.hash[:16]}",
        is_renewal=purpose is Purpose.RENEW,
        is_taker=side is Side.TAKER,
        is_reminder=number > 1,
        title=entry.title,
        taker=taker.name,
        giver=giver.name,
        link=absolute_url("ledger.question", token=token),
        days=LINK_LIFETIME.days,
    )


def _note(reuse: Reuse, purpose: Purpose, account_id: int, entry: Entry, taker: Organisation) -> None:
    if purpose is Purpose.RENEW:
        subject = in_german("Läuft das noch? %(title)s bei %(taker)s", title=entry.title, taker=taker.name)
    else:
        subject = in_german("Stimmt das? %(taker)s nutzt „%(title)s“ nach.", title=entry.title, taker=taker.name)
    # The mail with the link tells it already.
    link = f"/nachnutzungen/{reuse.public_id}"
    notify(account_id, NoticeKind.REUSE_QUESTION, subject, link=link, frequency=Frequency.NEVER)


def ask_all(database: Database) -> tuple[int, int]:
    """Send all questions that are due today; returns the number of mails and of questions about costs."""
    with database.reading():
        due = _due(col(Reuse.next_ask))
        costs = _due(col(Reuse.costs_due))
    mails = asked = 0
    for reuse_id in due:
        with database.unit_of_work():
            if (reuse := take(reuse_id)) is not None:
                mails += ask_if_due(reuse)
    for reuse_id in costs:
        with database.unit_of_work():
            if (reuse := take(reuse_id)) is not None:
                asked += ask_costs_if_due(reuse)
    return mails, asked


def _due(day: Any) -> list[int]:
    statement = select(Reuse.id).where(day <= clock.today()).order_by(col(Reuse.id))
    return [reuse_id or 0 for reuse_id in db.session().exec(statement)]


def ask_costs_if_due(reuse: Reuse) -> bool:
    """Ask the taking side what it really cost, once when it went live and once a year later."""
    if reuse.costs_due is None or reuse.live_from is None or reuse.costs_due > clock.today():
        return False
    entry = db.session().get_one(Entry, reuse.entry_id)
    if reuse.costs_asked:
        subject = in_german("Ein Jahr in Betrieb: Was hat „%(title)s“ wirklich gekostet?", title=entry.title)
    else:
        subject = in_german("Jetzt in Betrieb: Was hat „%(title)s“ wirklich gekostet?", title=entry.title)
    for member in list_members(reuse.taker_id):
        notify(member.account_id or 0, NoticeKind.REUSE_COSTS, subject, link=f"/nachnutzungen/{reuse.public_id}/kosten")
    reuse.costs_asked = asked_by(reuse.live_from, clock.today())
    plan(reuse)
    db.session().flush()
    return True


def take(reuse_id: int) -> Reuse | None:
    """A reuse as it is now, taken until the transaction ends: nobody else acts on it meanwhile."""
    session = db.session()
    # The change comes before the reading: SQLite locks with the first statement that writes, PostgreSQL this row.
    raised = (
        sa.update(Reuse)
        .where(col(Reuse.id) == reuse_id)
        .values(revision=Reuse.revision + 1)
        .execution_options(synchronize_session=False)
    )
    session.execute(raised)
    statement = select(Reuse).where(Reuse.id == reuse_id).execution_options(populate_existing=True)
    return session.exec(statement).first()
