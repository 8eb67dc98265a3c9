"""Tables of entries that may be the same."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


class DuplicateScan(SQLModel, table=True):
    """Which version of an entry was last compared with others."""

    __tablename__ = "duplicate_scan"

    entry_id: int | None = Field(default=None, foreign_key="entry.id", ondelete="CASCADE", primary_key=True)
    version: int


class EntryPair(SQLModel, table=True):
    """Two entries that may be the same; the one with the smaller row number first, so that a pair is one row."""

    __tablename__ = "entry_pair"
    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id"),
        sa.Index("ix_entry_pair_state_found_at", "state", "found_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    first_id: int = Field(foreign_key="entry.id", ondelete="CASCADE")
    second_id: int = Field(foreign_key="entry.id", ondelete="CASCADE", index=True)
    state: str = Field(max_length=20)
    likeness: float
    """From 0 to 1 when it was found; 1 if a person put them together."""
    found_at: datetime = Field(sa_type=UtcDateTime)
    proposed_by_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    proposed_winner_id: int | None = Field(default=None, foreign_key="entry.id", ondelete="SET NULL")
    note: str = Field(default="", max_length=300)
    """Why, in the words of whoever proposed or decided it."""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
