"""Tables of uploads of many entries: what was read, row by row, until it is taken or thrown away."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


class BulkUpload(SQLModel, table=True):
    """One upload of one or several files for one organisation; kept for a short time."""

    __tablename__ = "bulk_upload"
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=32, unique=True, index=True)
    """Unguessable; stands in addresses. The form chose it, so that a form sent twice is one upload."""
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", ondelete="CASCADE", index=True)
    files: str = Field(max_length=300)
    notices: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """What must be said about whole files."""
    takes: int = 0
    """How often rows were taken; counting it up is how two who take at once wait for each other."""
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class BulkRow(SQLModel, table=True):
    """One row of an upload. What was typed is dropped as soon as it stands in a draft."""

    __tablename__ = "bulk_row"
    id: int | None = Field(default=None, primary_key=True)
    upload_id: int = Field(foreign_key="bulk_upload.id", ondelete="CASCADE", index=True)
    position: int
    place: str = Field(max_length=300)
    """Where people find it: file, sheet, line."""
    kind: str = Field(max_length=20)
    title: str = Field(max_length=300)
    title_key: str = Field(max_length=200)
    words_mark: str = Field(max_length=16)
    """Mark of summary and text, by which a row is known again under another title; "-" without them."""
    values: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    problems: list[dict[str, str]] = Field(default_factory=list, sa_type=sa.JSON)
    similar: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """Slugs of published entries that sound like it."""
    draft_public_id: str = Field(max_length=32, unique=True)
    """Address of the draft that it becomes, chosen beforehand: taken twice, it is the same draft."""
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BulkTaken(SQLModel, table=True):
    """By what the row of a draft is known again when a corrected file is uploaded; lives as long as the draft."""

    __tablename__ = "bulk_taken"
    draft_id: int | None = Field(foreign_key="draft.id", ondelete="CASCADE", primary_key=True)
    title_key: str = Field(max_length=200, index=True)
    words_mark: str = Field(max_length=16, index=True)
