"""Tables of accounts at other services."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


class LinkedIdentity(SQLModel, table=True):
    """A person at another service who may sign in to an account here. Only issuer and subject say who it is."""

    __tablename__ = "linked_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    issuer: str = Field(max_length=300)
    subject: str = Field(max_length=255)
    linked_at: datetime = Field(sa_type=UtcDateTime)


class OpenIdentity(SQLModel, table=True):
    """A person of another service who came and is linked to no account yet; the browser holds the token."""

    __tablename__ = "open_identity"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    issuer: str = Field(max_length=300)
    subject: str = Field(max_length=255)
    name: str = Field(default="", max_length=100)
    """As the service says, to be offered in the form."""
    mail: str = Field(default="", max_length=254, index=True)
    """As the service says, then as typed by the person. It proves nothing."""
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
