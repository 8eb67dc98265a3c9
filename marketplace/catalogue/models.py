"""Tables of the catalogue: entries of all four kinds, what they are filtered by, their links and their versions."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel, col

from marketplace.attachments.holders import register_holder
from marketplace.catalogue.lifecycle import Status
from marketplace.core.db import UtcDateTime


class Entry(SQLModel, table=True):
    """One entry. What only its kind has stands in ``details``, validated by the schema in ``kinds.py``."""

    __table_args__ = (
        # Answer "the newest of each kind" and "how many of each kind" from the index alone (docs/performance.md).
        sa.Index("ix_entry_newest", "status", "kind", "published_at", "as_of", "id"),
        sa.Index("ix_entry_counts", "id", "status", "kind"),
        # Answers "what do most reuse".
        sa.Index("ix_entry_proven", "status", "confirmed_reuses", "as_of", "id"),
        # Tells whether anything that is counted has changed (``figures.state``).
        sa.Index("ix_entry_state", "status", "version", "updated_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20, index=True)
    slug: str = Field(max_length=80, unique=True, index=True)
    title: str = Field(max_length=140)
    summary: str = Field(max_length=400)
    body: str = Field(sa_type=sa.Text)
    plain_summary: str | None = Field(default=None, sa_type=sa.Text)
    editorial_note: str | None = Field(default=None, sa_type=sa.Text)
    language: str = Field(default="de", max_length=5)
    status: str = Field(default=Status.DRAFT, max_length=20)
    withdrawn_reason: str | None = Field(default=None, max_length=300)
    merged_into_id: int | None = Field(default=None, foreign_key="entry.id", index=True)
    """Entry that says all that this one said; readers are led there."""
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    country: str | None = Field(default=None, max_length=300)
    """State in which it took place, if not Germany."""
    phase: str | None = Field(default=None, max_length=20)
    maturity: str | None = Field(default=None, max_length=2)
    licence: str | None = Field(default=None, max_length=40)
    as_of: int
    """Year of which the facts speak."""
    sources: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    further_links: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    search_words: list[str] = Field(default_factory=list, sa_type=sa.JSON, sa_column_kwargs={"server_default": "[]"})
    """By what it is found beside its own words."""
    details: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    version: int = 0
    """Number of the newest version; counts up with every published state."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When somebody last said that the facts still hold; when and whom to ask is the matter of ``curation``."""
    confirmed_by: str | None = Field(default=None, max_length=20)
    """Who said it, as a value of ConfirmedBy."""
    unconfirmed_since: date | None = None
    """Day on which a confirmation was due that did not come; None as long as all is well."""
    confirmed_reuses: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How many organisations reuse it and both sides confirmed that; kept by the ledger (``note_reuses``)."""
    attachment_set_id: int | None = Field(default=None, foreign_key="attachment_set.id", index=True)
    """Files that the page shows."""
    library_path: str | None = Field(default=None, max_length=200)
    """File in ``content/`` from which the entry came; None for entries written on the site."""
    library_digest: str | None = Field(default=None, max_length=64)
    """SHA-256 of that file at its last import."""
    library_version: int | None = None
    """Version that the last import wrote; a higher ``version`` means that somebody edited the entry on the site."""

    action_fields: list["EntryActionField"] = Relationship(
        sa_relationship_kwargs={
            "order_by": "EntryActionField.position",
            "cascade": "all, delete-orphan",
            "lazy": "selectin",
        }
    )
    challenges: list["EntryChallenge"] = Relationship(
        sa_relationship_kwargs={
            "order_by": "EntryChallenge.position",
            "cascade": "all, delete-orphan",
            "lazy": "selectin",
        }
    )
    states: list["EntryState"] = Relationship(
        sa_relationship_kwargs={"order_by": "EntryState.position", "cascade": "all, delete-orphan", "lazy": "selectin"}
    )
    tags: list["EntryTag"] = Relationship(
        sa_relationship_kwargs={"order_by": "EntryTag.position", "cascade": "all, delete-orphan", "lazy": "selectin"}
    )
    participants: list["EntryParticipant"] = Relationship(
        sa_relationship_kwargs={
            "order_by": "EntryParticipant.position",
            "cascade": "all, delete-orphan",
            "lazy": "selectin",
        }
    )
    links: list["EntryLink"] = Relationship(
        sa_relationship_kwargs={
            "order_by": "EntryLink.position", "cascade": "all, delete-orphan", "lazy": "selectin",
            "foreign_keys": "EntryLink.source_id",
        }
    )  # fmt: skip

    @property
    def is_published(self) -> bool:
        """Whether anyone may read it."""
        return self.status == Status.PUBLISHED

    @property
    def was_edited_on_site(self) -> bool:
        """Whether somebody changed it on the site after the last import."""
        return self.library_version is not None and self.version > self.library_version


def _entry_id() -> Any:
    return Field(foreign_key="entry.id", primary_key=True, ondelete="CASCADE")


class EntryActionField(SQLModel, table=True):
    """An entry's Handlungsfeld; position 0 is the most important one."""

    __tablename__ = "entry_action_field"
    entry_id: int | None = _entry_id()
    value: str = Field(primary_key=True, max_length=40, index=True)
    position: int


class EntryChallenge(SQLModel, table=True):
    """A challenge that played a part."""

    __tablename__ = "entry_challenge"
    entry_id: int | None = _entry_id()
    value: str = Field(primary_key=True, max_length=40, index=True)
    position: int


class EntryState(SQLModel, table=True):
    """A Land named in the entry itself; without any, the Länder of its organisations count."""

    __tablename__ = "entry_state"
    entry_id: int | None = _entry_id()
    value: str = Field(primary_key=True, max_length=40, index=True)
    position: int


class EntryTag(SQLModel, table=True):
    """A free tag."""

    __tablename__ = "entry_tag"
    entry_id: int | None = _entry_id()
    value: str = Field(primary_key=True, max_length=40, index=True)
    position: int


class EntryParticipant(SQLModel, table=True):
    """A further organisation that took part."""

    __tablename__ = "entry_participant"
    entry_id: int | None = _entry_id()
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, index=True)
    position: int


class EntryLink(SQLModel, table=True):
    """A link from one entry to another in a role; the far side reads it backwards."""

    __tablename__ = "entry_link"
    source_id: int | None = _entry_id()
    target_id: int = Field(foreign_key="entry.id", primary_key=True, index=True)
    role: str = Field(primary_key=True, max_length=20)
    note: str | None = Field(default=None, max_length=300)
    position: int


class EntryVersion(SQLModel, table=True):
    """A published state of an entry as it was, in the words of its front matter."""

    __tablename__ = "entry_version"
    __table_args__ = (sa.UniqueConstraint("entry_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    number: int
    attachment_set_id: int | None = Field(default=None, foreign_key="attachment_set.id", index=True)
    snapshot: dict[str, Any] = Field(sa_type=sa.JSON)
    author: str = Field(max_length=80)
    note: str = Field(default="", max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)


register_holder(Entry)
register_holder(EntryVersion)


IS_PUBLISHED: sa.ColumnElement[bool] = col(Entry.status) == Status.PUBLISHED
"""The condition that anybody may read an entry and find it."""
