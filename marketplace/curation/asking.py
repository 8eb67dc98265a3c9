"""Asks by mail whether entries still hold: one mail to each address, with all that is to be asked there on that day.

Each mail is promised in a transaction of its own, together with its questions. A question is there once for each
address, round and number, so that jobs may run twice at once or stop anywhere: nothing is asked twice, nothing is left
out. Only when all addresses have their mail, the entry notes that it was sent.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from marketplace.accounts.tokens import hash_token, new_token
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.catalogue.vocabulary import ConfirmedBy
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.curation.freshness import GUIDE_AFTER, LINK_LIFETIME, MAILS_BEFORE, due_after_question, mail_due
from marketplace.curation.models import Curation, ReviewQuestion, ReviewRequest
from marketplace.curation.recipients import Recipient, recipients_of
from marketplace.curation.unreachable import MAIL
from marketplace.mail.compose import absolute_url
from marketplace.mail.outbox import send_mail

BATCH = 200
TITLES_IN_MAIL = 30
"""A longer list is not read in a mail; the page behind the link has all."""

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Question:
    """That an entry is to be asked about today."""

    entry_id: int
    title: str
    due: date
    round: int
    sent: int
    number: int


def ask(database: Database) -> int:
    """Send all questions and reminders that are due today; returns the number of mails."""
    with database.reading():
        questions = _list_due(clock.today())
        asked = _recipients([question.entry_id for question in questions])
    by_recipient: dict[Recipient, list[Question]] = {}
    for question in questions:
        for recipient in asked[question.entry_id]:
            by_recipient.setdefault(recipient, []).append(question)
    mails = 0
    for recipient, its_questions in by_recipient.items():
        with database.unit_of_work():
            mails += _send(recipient, its_questions)
    sent = [question for question in questions if asked[question.entry_id]]
    for start in range(0, len(sent), BATCH):
        with database.unit_of_work():
            _note_sent(sent[start : start + BATCH])
    return mails


def _list_due(today: date) -> list[Question]:
    reached = [
        sa.and_(
            col(Curation.mails) == sent,
            col(Curation.due) <= today + before,
            col(Curation.due) > today - GUIDE_AFTER if sent else sa.true(),
        )
        for sent, before in enumerate(MAILS_BEFORE)
    ]
    statement = (
        select(Curation, Entry.title)
        .join(Entry, col(Entry.id) == col(Curation.entry_id))
        .where(Entry.status == Status.PUBLISHED, col(Curation.guide_since).is_(None), sa.or_(*reached))
        .order_by(col(Curation.due), col(Entry.as_of), col(Entry.id))
    )
    return [
        Question(row.entry_id or 0, title, row.due, row.round, row.mails, mail_due(row.due, row.mails, today))
        for row, title in db.session().exec(statement)
    ]


def _recipients(entry_ids: list[int]) -> dict[int, list[Recipient]]:
    found: dict[int, list[Recipient]] = {}
    for start in range(0, len(entry_ids), BATCH):
        found |= recipients_of(entry_ids[start : start + BATCH])
    return found


def _send(recipient: Recipient, questions: list[Question]) -> bool:
    session, now, token = db.session(), clock.now(), new_token()
    request = ReviewRequest(
        token_hash=hash_token(token), recipient_hash=recipient.hash, created_at=now, expires_at=now + LINK_LIFETIME
    )
    session.add(request)
    session.flush()
    new = _note_questions(request.id or 0, recipient, questions)
    if not new:
        session.delete(request)
        return False
    return send_mail(
        MAIL,
        recipient.mail,
        key=f"{MAIL}:{request.id}:{request.token_hash[:16]}",
        titles=[question.title for question in new[:TITLES_IN_MAIL]],
        number=len(new),
        more=max(0, len(new) - TITLES_IN_MAIL),
        is_contact=recipient.speaks_as is ConfirmedBy.CONTACT,
        is_reminder=all(question.number > 1 for question in new),
        link=absolute_url("curation.review", token=token),
        days=LINK_LIFETIME.days,
    )


def _note_questions(request_id: int, recipient: Recipient, questions: list[Question]) -> list[Question]:
    """Those of the questions that are still to be asked and that no other job asked here, now noted as asked."""
    session, new = db.session(), []
    rounds = _rounds([question.entry_id for question in questions])
    for question in questions:
        if rounds.get(question.entry_id) != question.round:
            continue  # answered in the meantime
        values = {
            "request_id": request_id,
            "entry_id": question.entry_id,
            "recipient_hash": recipient.hash,
            "round": question.round,
            "number": question.number,
        }
        insert = _INSERT[session.get_bind().dialect.name](ReviewQuestion).values(values)
        if session.execute(insert.on_conflict_do_nothing().returning(col(ReviewQuestion.entry_id))).all():
            new.append(question)
    return new


def _rounds(entry_ids: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(entry_ids), BATCH):
        part = col(Curation.entry_id).in_(entry_ids[start : start + BATCH])
        rows = db.session().execute(sa.select(col(Curation.entry_id), col(Curation.round)).where(part))
        found |= {row[0]: row[1] for row in rows}
    return found


def _note_sent(questions: list[Question]) -> None:
    today = clock.today()
    for question in questions:
        due = due_after_question(question.due, today) if question.sent == 0 else question.due
        unchanged = (
            (col(Curation.entry_id) == question.entry_id)
            & (col(Curation.round) == question.round)
            & (col(Curation.mails) == question.sent)
        )
        values = {"mails": question.number, "due": due}
        db.session().execute(
            sa.update(Curation).where(unchanged).values(**values).execution_options(synchronize_session=False)
        )
