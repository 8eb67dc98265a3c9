"""Table of objections to decisions about entries."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime
from marketplace.curation.objections.rules import ObjectionState

_IS_OPEN = sa.text(f"state = '{ObjectionState.OPEN}'")


class Objection(SQLModel, table=True):
    """What the people behind an entry say against its being hidden, archived or withdrawn, and what was answered."""

    __tablename__ = "objection"
    # One at a time: two who object at the same moment speak of the same decision.
    __table_args__ = (
        sa.Index("ix_objection_open", "entry_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        sa.Index("ix_objection_state_created_at", "state", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=32, unique=True, index=True)
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE", index=True)
    decision: str = Field(max_length=40)
    """Name of the action that it is about."""
    decided_by: str = Field(max_length=80)
    """Who decided that, as the audit log names them; somebody else looks at it now."""
    text: str = Field(sa_type=sa.Text)
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    state: str = Field(max_length=20)
    created_at: datetime = Field(sa_type=UtcDateTime)
    answer: str = Field(default="", sa_type=sa.Text)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
