"""Append-only record of who changed what: written in the transaction of the change itself."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core import clock, db


class AuditRecord(SQLModel, table=True):
    """One act. ``actor`` names a role or a program, never a person's name or address."""

    __tablename__ = "audit_record"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=db.UtcDateTime, index=True)
    actor: str = Field(max_length=80)
    action: str = Field(max_length=80)
    subject: str = Field(max_length=160, index=True)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


def record(action: str, subject: str, *, actor: str, **facts: Any) -> None:
    """Note an act in the current transaction, for example ``record("entry.published", "entry:x", actor="import")``."""
    db.session().add(AuditRecord(at=clock.now(), actor=actor, action=action, subject=subject, facts=facts))
