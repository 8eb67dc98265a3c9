"""Table of questions about entries, with their answers."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


def _account_id() -> Any:
    return Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)


class EntryQuestion(SQLModel, table=True):
    """A question about an entry. Nobody's name stands in it; who asked is kept for the answer alone."""

    __tablename__ = "entry_question"
    __table_args__ = (
        sa.Index("ix_entry_question_entry_id_state", "entry_id", "state"),
        sa.Index("ix_entry_question_state_created_at", "state", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=32, unique=True, index=True)
    """Unguessable."""
    token_hash: str = Field(max_length=64, unique=True)
    """Of the form; sent twice it makes one question."""
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE")
    origin: str = Field(max_length=20)
    """Value of ``rules.Origin``."""
    text: str = Field(sa_type=sa.Text)
    answer: str = Field(default="", sa_type=sa.Text)
    state: str = Field(max_length=20)
    reason: str = Field(default="", sa_type=sa.Text)
    """Why it was refused or withdrawn."""
    asker_id: int | None = _account_id()
    asker_organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    """For which it was asked in a request."""
    request_id: int | None = Field(default=None, foreign_key="reuse_request.id", ondelete="SET NULL", index=True)
    giver_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    """The organisation that answered in that request."""
    proposer_id: int | None = _account_id()
    proposer_organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    answered_by_id: int | None = _account_id()
    created_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    helpful: int = 0
    """How often somebody said that the answer helped; nobody knows who."""
