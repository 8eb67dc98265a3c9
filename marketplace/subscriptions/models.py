"""Tables: searches that somebody wants to hear of, who wants that and how often, and entries that people follow."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime
from marketplace.subscriptions.rhythm import Rhythm


class SavedSearch(SQLModel, table=True):
    """A search that somebody subscribed to; whoever subscribes to the same shares it, so that it runs once."""

    __tablename__ = "saved_search"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(max_length=64, unique=True)
    """``stored.digest_of`` the parameters; they are too long for an index."""
    parameters: str = Field(sa_type=sa.Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revision: int = 0
    """Counts up with every change of what is new; guards against two jobs at once."""
    known: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    """Entries that were found before (``known.py``); None until the first run."""


class SearchNews(SQLModel, table=True):
    """An entry that a search found for the first time."""

    __tablename__ = "search_news"
    __table_args__ = (sa.Index("ix_search_news_revision", "search_id", "revision"),)

    search_id: int | None = Field(default=None, foreign_key="saved_search.id", primary_key=True, ondelete="CASCADE")
    entry_id: int | None = Field(default=None, foreign_key="entry.id", primary_key=True, ondelete="CASCADE")
    revision: int
    """Of the search, when the entry was noticed."""
    noticed_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Subscription(SQLModel, table=True):
    """Somebody wants to hear what is new in a search: a person with an account, or a confirmed address."""

    __tablename__ = "subscription"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "search_id"),
        sa.UniqueConstraint("mail", "search_id"),
        sa.CheckConstraint("(account_id IS NULL) <> (mail IS NULL)", name="ck_subscription_subscriber"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=32, unique=True)
    """Unguessable name for addresses."""
    search_id: int = Field(foreign_key="saved_search.id", index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE")
    mail: str | None = Field(default=None, max_length=254)
    rhythm: str = Field(max_length=20)
    told: int = 0
    """Revision of the search up to which everything was told."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    mailed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the last alert was written."""

    @property
    def chosen_rhythm(self) -> Rhythm:
        """How often it tells; the rarest by mail for a value that is no longer in the list."""
        return Rhythm.find_value(self.rhythm) or Rhythm.WEEKLY


class SubscriptionLink(SQLModel, table=True):
    """A link that was mailed to somebody without an account: to confirm a subscription, or to see all of an address."""

    __tablename__ = "subscription_link"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    mail: str = Field(max_length=254, index=True)
    parameters: str | None = Field(default=None, sa_type=sa.Text)
    """The search to confirm; None for a link that shows all subscriptions of the address."""
    rhythm: str | None = Field(default=None, max_length=20)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class EntryFollow(SQLModel, table=True):
    """A person wants to hear what happens to an entry."""

    __tablename__ = "entry_follow"

    account_id: int | None = Field(default=None, foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    entry_id: int | None = Field(default=None, foreign_key="entry.id", primary_key=True, ondelete="CASCADE", index=True)
    seen_version: int
    """Version of the entry up to which everything was told."""
    seen_status: str = Field(max_length=20)
    created_at: datetime = Field(sa_type=UtcDateTime)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KnownLesson(SQLModel, table=True):
    """An experience that followers of an entry have heard of, or that was linked before anybody followed it."""

    __tablename__ = "known_lesson"

    entry_id: int | None = Field(default=None, foreign_key="entry.id", primary_key=True, ondelete="CASCADE")
    lesson_id: int | None = Field(default=None, foreign_key="entry.id", primary_key=True, ondelete="CASCADE")


class NewsTask(SQLModel, table=True):
    """An entry changed: subscriptions must be looked at. Written in the transaction of the change."""

    __tablename__ = "news_task"
    # Numbers are never used twice: a job drops by number what it has done, not what came up meanwhile.
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE")
    queued_at: datetime = Field(sa_type=UtcDateTime)
