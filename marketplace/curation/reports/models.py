"""Table of what readers reported."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


class Report(SQLModel, table=True):
    """One report about an entry, and what a person answered."""

    __tablename__ = "report"
    __table_args__ = (sa.Index("ix_report_state_created_at", "state", "created_at"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=32, unique=True, index=True)
    """Unguessable; stands in the addresses of the desk."""
    token_hash: str = Field(max_length=64, unique=True, index=True)
    """Hash of the secret with which the reporter sees what became of it; sent twice, a form makes one report."""
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE", index=True)
    reason: str = Field(max_length=20)
    text: str = Field(sa_type=sa.Text)
    mail: str | None = Field(default=None, max_length=254)
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    state: str = Field(max_length=20)
    suspicions: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """Why a machine held it."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    outcome: str | None = Field(default=None, max_length=20)
    answer: str = Field(default="", sa_type=sa.Text)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
