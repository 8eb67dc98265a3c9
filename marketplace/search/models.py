"""Tables: entries whose search document must be written again, and how often what was searched for."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


class IndexTask(SQLModel, table=True):
    """A note, written in the transaction of a change, that an entry must be indexed; deleted once that is done."""

    __tablename__ = "index_task"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(index=True)
    queued_at: datetime = Field(sa_type=UtcDateTime)


class SearchDictionary(SQLModel, table=True):
    """The dictionary of compounds learned last; one row. All indexes beside this database are built with it."""

    __tablename__ = "search_dictionary"
    id: int = Field(default=1, primary_key=True)
    version: str = Field(max_length=16)
    content: str = Field(sa_type=sa.Text)
    entries: int
    """Number of published entries when it was learned."""
    learned_at: datetime = Field(sa_type=UtcDateTime)


class SearchPhrase(SQLModel, table=True):
    """How often something was searched for, and how that went; nothing about who or at what time of the day."""

    __tablename__ = "search_phrase"
    phrase: str = Field(primary_key=True, max_length=60)
    outcome: str = Field(primary_key=True, max_length=20)
    days: int
    """Number of different days."""
    times: int
    last_day: date = Field(index=True)
