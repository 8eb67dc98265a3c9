"""Table: entries whose search document must be written again."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


class IndexTask(SQLModel, table=True):
    """A note, written in the transaction of a change, that an entry must be indexed; deleted once that is done."""

    __tablename__ = "index_task"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(index=True)
    queued_at: datetime = Field(sa_type=UtcDateTime)
