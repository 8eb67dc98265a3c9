"""Tables: what people were told, and how often they want mail about it."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


class Notice(SQLModel, table=True):
    """One piece of news for one person."""

    __tablename__ = "notice"
    __table_args__ = (sa.Index("ix_notice_frequency_mailed_at", "frequency", "mailed_at"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    kind: str = Field(max_length=40)
    subject: str = Field(max_length=300)
    link: str = Field(max_length=500)
    """Path on this site."""
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    frequency: str = Field(max_length=20)
    """When mail tells about it, as the person had chosen when it came up."""
    mailed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoticePreference(SQLModel, table=True):
    """How often somebody wants mail about a kind of notice; without a row the default holds."""

    __tablename__ = "notice_preference"

    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True)
    kind: str = Field(primary_key=True, max_length=40)
    frequency: str = Field(max_length=20)
