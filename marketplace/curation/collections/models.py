"""Tables of collections: entries in an order that makes sense, with a word on each."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel

from marketplace.core.db import UtcDateTime


class Collection(SQLModel, table=True):
    """An Einstiegspaket: what to read first and next for a typical start."""

    __tablename__ = "collection"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=80, unique=True, index=True)
    title: str = Field(max_length=140)
    summary: str = Field(default="", max_length=400)
    body: str = Field(default="", sa_type=sa.Text)
    is_published: bool = Field(default=False, index=True)
    version: int = 1
    """Counts every change; whoever changes names the one they saw."""
    changed_by_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it first appeared."""
    library_path: str | None = Field(default=None, max_length=200)
    """File in ``content/`` from which it came; None for collections made on the site."""
    library_digest: str | None = Field(default=None, max_length=64)
    library_version: int | None = None
    """Version that the last import wrote; a higher ``version`` means that somebody changed it on the site."""

    items: list["CollectionItem"] = Relationship(
        sa_relationship_kwargs={
            "order_by": "CollectionItem.position", "cascade": "all, delete-orphan", "lazy": "selectin",
        }
    )  # fmt: skip

    @property
    def was_edited_on_site(self) -> bool:
        """Whether somebody changed it on the site after the last import."""
        return self.library_version is not None and self.version > self.library_version


def _collection_id(**more: Any) -> Any:
    return Field(foreign_key="collection.id", ondelete="CASCADE", **more)


class CollectionItem(SQLModel, table=True):
    """An entry of a collection and why it stands there."""

    __tablename__ = "collection_item"
    __table_args__ = (sa.UniqueConstraint("collection_id", "entry_id"),)

    id: int | None = Field(default=None, primary_key=True)
    collection_id: int | None = _collection_id(index=True)
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE", index=True)
    position: int
    text: str = Field(default="", sa_type=sa.Text)
