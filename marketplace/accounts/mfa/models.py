"""Tables of the second factor."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


class SecondFactor(SQLModel, table=True):
    """The app that makes codes for an account; it counts once the first code was right."""

    __tablename__ = "second_factor"

    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True)
    secret: str = Field(max_length=300)
    """What the app makes its codes from, sealed (``sealing.py``)."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_step: int = 0
    """Time step of the newest code that was used; none up to it is taken again."""


class RecoveryCode(SQLModel, table=True):
    """A code that stands in for the app once; then the row is gone. Only its hash is stored."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("account_id", "code_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    code_hash: str = Field(max_length=64)
