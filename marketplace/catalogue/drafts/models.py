"""Tables of drafts: what is written, who wrote, what happened to it, what was typed when nobody was signed in."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.attachments.holders import register_holder
from marketplace.catalogue.lifecycle import OPEN, Status
from marketplace.core.db import UtcDateTime


def _draft_id(**more: Any) -> Any:
    return Field(foreign_key="draft.id", ondelete="CASCADE", **more)


_IS_OPEN = sa.text(f"status IN ({', '.join(repr(status.value) for status in sorted(OPEN))})")


class Draft(SQLModel, table=True):
    """An entry that is being written: a new one, or the next version of a published one, which it does not touch."""

    # Two who begin the next version of an entry at the same moment must end up in the same draft.
    __table_args__ = (
        sa.Index("ix_draft_open", "entry_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=32, unique=True, index=True)
    """Unguessable; stands in addresses."""
    entry_id: int | None = Field(default=None, foreign_key="entry.id", index=True)
    """Entry of which this is the next version; None for a new one."""
    base_version: int = 0
    """Version of the entry from which the draft began."""
    kind: str = Field(max_length=20)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    """By front matter key, as typed: may be incomplete or wrong. The text stands under ``text``."""
    attachment_set_id: int | None = Field(default=None, foreign_key="attachment_set.id", index=True)
    """Files; None as long as nobody attached one. Becomes that of the entry with its publication."""
    contact: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    revision: int = 1
    """Counts every change; whoever changes names the one they saw."""
    status: str = Field(default=Status.DRAFT, max_length=20, index=True)
    note: str = Field(default="", max_length=2000)
    """What the reviewer wrote last."""
    changed_by_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime, index=True)


class DraftAuthor(SQLModel, table=True):
    """Somebody who wrote at a draft; may not decide about it."""

    __tablename__ = "draft_author"
    draft_id: int | None = _draft_id(primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True, index=True)


class DraftEvent(SQLModel, table=True):
    """A step of the workflow, with what was said about it."""

    __tablename__ = "draft_event"
    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = _draft_id(index=True)
    action: str = Field(max_length=40)
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    note: str = Field(default="", max_length=2000)
    at: datetime = Field(sa_type=UtcDateTime)


class DraftComment(SQLModel, table=True):
    """What a reviewer asks about one field of a draft, until the author has done something about it or answered."""

    __tablename__ = "draft_comment"
    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = _draft_id(index=True)
    field: str = Field(max_length=40)
    """Front matter key, or that of the files or the contact."""
    text: str = Field(sa_type=sa.Text)
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    answer: str = Field(default="", sa_type=sa.Text)
    """What the author says to it; may stay empty where the field was changed."""
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the author ticked it off or answered; None as long as it is open."""


class KeptInput(SQLModel, table=True):
    """What somebody sent for one page of a draft after the session had ended; offered again after signing in."""

    __tablename__ = "kept_input"
    draft_id: int | None = _draft_id(primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True, index=True)
    page: str = Field(max_length=40, primary_key=True)
    values: dict[str, Any] = Field(sa_type=sa.JSON)
    basis: str = Field(default="", sa_type=sa.Text)
    """What the form was built on, to find out later whether others changed the same fields."""
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class EntryContact(SQLModel, table=True):
    """Whom to ask about an entry. Never leaves the database for a page, an export or the search index."""

    __tablename__ = "entry_contact"
    entry_id: int | None = Field(foreign_key="entry.id", ondelete="CASCADE", primary_key=True)
    role: str = Field(default="", max_length=300)
    mail: str = Field(max_length=254)
    phone: str = Field(default="", max_length=60)


register_holder(Draft)
