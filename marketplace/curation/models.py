"""Tables of curation: when each entry must be looked at, what was asked and answered, which addresses still answer."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime
from marketplace.curation.freshness import Stage, stage_of


class Curation(SQLModel, table=True):
    """The way of an entry to its next confirmation. What readers see of it stands in the entry itself."""

    __tablename__ = "curation"
    __table_args__ = (sa.Index("ix_curation_due", "due", "mails"), sa.Index("ix_curation_guide_since", "guide_since"))

    entry_id: int | None = Field(default=None, foreign_key="entry.id", ondelete="CASCADE", primary_key=True)
    due: date
    """Day by which the facts should be confirmed."""
    version: int
    """Version of the entry from which it counts; another one by now means that it was published anew."""
    round: int = 1
    """Counts confirmations and publications; a question asked in an earlier round is no longer open."""
    mails: int = 0
    """Number of the last mail of this round: 1 the question, 2 and 3 reminders."""
    is_marked: bool = False
    """Whether page and results say that nobody confirmed it."""
    guide_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when it is the task of a guide."""
    ended_note: str | None = Field(default=None, max_length=500)
    """What somebody wrote who says that this has ended."""
    confirmed_account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    confirmed_organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    """For whom the person spoke who confirmed it last."""
    links_version: int = 0
    """Version of the entry of which the addresses were last gathered."""

    @property
    def stage(self) -> Stage:
        """Where the entry stands."""
        return stage_of(sent=self.mails, is_marked=self.is_marked, is_guides=self.guide_since is not None)


class ReviewRequest(SQLModel, table=True):
    """A mail that asks whether entries still hold; its link is stored as a hash, and so is the address it went to."""

    __tablename__ = "review_request"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    recipient_hash: str = Field(max_length=64, index=True)
    """The link works only as long as this is still an address of those who know."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ReviewQuestion(SQLModel, table=True):
    """One entry in such a mail. The same question goes to the same address once, however many jobs run."""

    __tablename__ = "review_question"
    __table_args__ = (sa.UniqueConstraint("entry_id", "recipient_hash", "round", "number"),)

    request_id: int = Field(foreign_key="review_request.id", ondelete="CASCADE", primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE", primary_key=True)
    recipient_hash: str = Field(max_length=64)
    round: int
    number: int
    answer: str | None = Field(default=None, max_length=20)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebLink(SQLModel, table=True):
    """An address on the web that entries name, and how it answered."""

    __tablename__ = "web_link"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(max_length=500, unique=True)
    host: str = Field(max_length=253, index=True)
    state: str = Field(max_length=20, index=True)
    """A value of LinkState."""
    answer: str = Field(default="", max_length=40)
    """What came back last: a status or the name of a failure."""
    failures: int = 0
    """Failed checks in a row that count, each a week after the one before."""
    since: datetime = Field(sa_type=UtcDateTime)
    """Since when it is in this state."""
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_at: datetime = Field(sa_type=UtcDateTime, index=True)
    """When to check again; whoever checks moves this ahead first."""
    moved_to: str | None = Field(default=None, max_length=500)
    """Where it leads for good (permanent redirects only), as a proposal."""
    etag: str | None = Field(default=None, max_length=200)


class WebLinkUse(SQLModel, table=True):
    """An address in an entry, and what somebody decided about it there."""

    __tablename__ = "web_link_use"

    link_id: int = Field(foreign_key="web_link.id", ondelete="CASCADE", primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE", primary_key=True, index=True)
    decision: str | None = Field(default=None, max_length=20)
    """A value of LinkDecision; None as long as nobody decided."""
    note: str = Field(default="", max_length=300)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebHost(SQLModel, table=True):
    """A host, and when it may be asked again: whoever asks moves this ahead first."""

    __tablename__ = "web_host"

    host: str = Field(max_length=253, primary_key=True)
    free_at: datetime = Field(sa_type=UtcDateTime)
