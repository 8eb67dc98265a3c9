"""Table of recommended entries."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


class FeaturedEntry(SQLModel, table=True):
    """That a guide recommends an entry on the start page, why, and until when; it ends by itself."""

    __tablename__ = "featured_entry"

    entry_id: int | None = Field(default=None, foreign_key="entry.id", ondelete="CASCADE", primary_key=True)
    reason: str = Field(max_length=160)
    since: datetime = Field(sa_type=UtcDateTime)
    last_day: date = Field(index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
