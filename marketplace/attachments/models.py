"""Tables of attachments: what files are (once each), which belong together, and what is said about them.

A draft, a version or a message points at a set; nothing here knows them (``holders.py``). The bytes stand in a table of
their own, under their own checksum: many versions share one copy, and lists never load a file.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime


class AttachmentSet(SQLModel, table=True):
    """Files that belong together, such as those of one version of an entry."""

    __tablename__ = "attachment_set"
    id: int | None = Field(default=None, primary_key=True)
    is_frozen: bool = False
    """Belongs to something published: never changed again, only copied."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class AttachmentBlob(SQLModel, table=True):
    """The bytes of a file, stored once however many attachments mean it."""

    __tablename__ = "attachment_blob"
    digest: str = Field(primary_key=True, max_length=64)
    """SHA-256 of the content, in hexadecimal."""
    content: bytes = Field(sa_type=sa.LargeBinary)
    created_at: datetime = Field(sa_type=UtcDateTime)
    unused_since: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """Since when no attachment means it; it goes after a while."""


class Attachment(SQLModel, table=True):
    """A file in a set, with what was said about it."""

    __tablename__ = "attachment"
    # Who sends the same file twice, even at the same moment, attaches it once.
    __table_args__ = (sa.UniqueConstraint("set_id", "digest"),)
    id: int | None = Field(default=None, primary_key=True)
    set_id: int = Field(foreign_key="attachment_set.id", ondelete="CASCADE", index=True)
    position: int
    digest: str = Field(foreign_key="attachment_blob.digest", max_length=64, index=True)
    format: str = Field(max_length=10)
    name: str = Field(max_length=200)
    """Name under which browsers save it (``names.clean_name``)."""
    size: int
    """Bytes."""
    width: int | None = None
    height: int | None = None
    """Pixels of an image."""
    title: str = Field(default="", sa_type=sa.Text)
    description: str = Field(default="", sa_type=sa.Text)
    alt: str = Field(default="", sa_type=sa.Text)
    has_rights: bool = False
    """Somebody confirmed the right to publish it."""
    uploaded_by_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    uploaded_at: datetime = Field(sa_type=UtcDateTime)
