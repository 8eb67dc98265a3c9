"""Tables of the pages under ``/wissen``: background to entries, written in ``content/wissen`` only."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel

from marketplace.core.db import UtcDateTime


class KnowledgePage(SQLModel, table=True):
    """A page that explains what many entries take for granted: a model, a comparison, words."""

    __tablename__ = "knowledge_page"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=80, unique=True, index=True)
    title: str = Field(max_length=140)
    summary: str = Field(max_length=400)
    plain_summary: str = Field(max_length=800)
    body: str = Field(sa_type=sa.Text)
    position: int
    """Place in the list of all pages; small numbers stand above."""
    action_fields: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    sources: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    as_of: int
    is_published: bool = Field(default=True, index=True)
    """A page whose file is gone is not shown any more; its address says so."""
    updated_at: datetime = Field(sa_type=UtcDateTime)
    library_digest: str = Field(max_length=64)

    links: list["KnowledgeLink"] = Relationship(
        sa_relationship_kwargs={
            "order_by": "KnowledgeLink.position", "cascade": "all, delete-orphan", "lazy": "selectin",
        }
    )  # fmt: skip


class KnowledgeLink(SQLModel, table=True):
    """An entry that a page helps with."""

    __tablename__ = "knowledge_link"
    __table_args__ = (sa.UniqueConstraint("page_id", "entry_id"),)

    id: int | None = Field(default=None, primary_key=True)
    page_id: int | None = Field(default=None, foreign_key="knowledge_page.id", ondelete="CASCADE", index=True)
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE", index=True)
    position: int
