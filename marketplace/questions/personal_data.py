"""What questions keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.former_names import forget_names
from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.questions.models import EntryQuestion
from marketplace.questions.rules import Origin, QuestionState


def _export(person: Person) -> list[dict[str, Any]]:
    """What the person asked, and what was answered."""
    mine = sa.or_(
        col(EntryQuestion.asker_id) == person.account_id, col(EntryQuestion.answered_by_id) == person.account_id,
        col(EntryQuestion.proposer_id) == person.account_id,
    )  # fmt: skip
    shown = {"text", "answer", "state", "created_at", "published_at"}
    rows = db.session().exec(select(EntryQuestion).where(mine).order_by(col(EntryQuestion.id)))
    return [row.model_dump(include=shown) for row in rows]


def _erase(person: Person) -> None:
    """What never appeared goes; what is published names nobody and stays for others."""
    session, asked = db.session(), col(EntryQuestion.asker_id) == person.account_id
    unpublished = col(EntryQuestion.state) != QuestionState.PUBLISHED
    session.execute(sa.delete(EntryQuestion).where(asked, unpublished, col(EntryQuestion.origin) == Origin.DIRECT))
    columns = ("asker_id", "answered_by_id", "proposer_id")
    took_part = sa.or_(*(col(getattr(EntryQuestion, name)) == person.account_id for name in columns))
    forget_names(person, session.exec(select(EntryQuestion).where(took_part)), "text", "answer", "reason")
    session.flush()
    for name in columns:
        mine = col(getattr(EntryQuestion, name)) == person.account_id
        session.execute(sa.update(EntryQuestion).where(mine).values({name: None}))


personal_data.register(
    Processing(
        title="Fragen zu Einträgen",
        purpose="Fragen einmal für alle beantworten",
        people="Personen, die fragen, antworten oder eine Frage zur Veröffentlichung vorschlagen",
        data="Text der Frage und der Antwort; wer gefragt, geantwortet oder vorgeschlagen hat (nie öffentlich); wie "
        "oft eine Antwort hilfreich war, ohne Person, Cookie und Adresse",
        legal_basis=PUBLIC_BODY,
        recipients="Organisation hinter dem Eintrag, zuständige Lotsinnen und Lotsen, Verwaltung der Website; "
        "Veröffentlichtes lesen alle, ohne Namen",
        retention="Bezug zur Person bis zur Löschung des Kontos; dann auch, was nie veröffentlicht wurde",
        tables=("entry_question",),
    ),
    PersonalTable("entry_question", "Fragen zu Einträgen", _export, _erase),
)
