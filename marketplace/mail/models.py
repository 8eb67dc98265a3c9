"""Table: mail that was promised, from the transaction of the change until its traces are erased."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime
from marketplace.core.labels import Labelled


class MailStatus(Labelled):
    """Where a mail stands."""

    WAITING = "wartet", "wartet auf Zustellung"
    SENT = "versandt", "versandt"
    FAILED = "gescheitert", "endgültig gescheitert"
    UNDELIVERABLE = "unzustellbar", "Adresse nimmt keine Post an"
    CANCELLED = "verworfen", "vor dem Versand verworfen"


class OutboxMail(SQLModel, table=True):
    """One mail. What names a person is NULL once it is no longer needed; the rest tells that something was sent."""

    __tablename__ = "outbox_mail"
    __table_args__ = (sa.Index("ix_outbox_mail_status_due_at", "status", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=200, unique=True)
    """Names the occasion: the same occasion never makes a second mail."""
    name: str = Field(max_length=80)
    """Folder of its templates."""
    message_id: str = Field(max_length=255)
    recipient: str | None = Field(default=None, max_length=254, index=True)
    subject: str | None = Field(default=None, max_length=200)
    text: str | None = Field(default=None, sa_type=sa.Text)
    html: str | None = Field(default=None, sa_type=sa.Text)
    headers: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    status: str = Field(max_length=20)
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    """When the next attempt may be made; whoever makes it moves this ahead first, so that no other does."""
    attempts: int = 0
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    last_error: str | None = Field(default=None, max_length=120)
    """Codes of the mail server, no words of it."""
