"""Tables of the ledger: who reuses what, what was asked about it, and what it really cost."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.core.db import UtcDateTime
from marketplace.ledger.rules import ReuseStage, ReuseState, Side


def _person() -> int | None:
    return Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)  # type: ignore[no-any-return]


class Reuse(SQLModel, table=True):
    """That an organisation reuses what an entry describes. What follows from dates and words, ``rules.py`` says."""

    __tablename__ = "reuse"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "taker_id"),
        sa.Index("ix_reuse_counted", "is_counted", "entry_id", "taker_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=22, unique=True)
    """In addresses; cannot be guessed."""
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE", index=True)
    """What is reused. In a chain it is the origin, not what somebody made of it."""
    giver_id: int = Field(foreign_key="organisation.id", index=True)
    """Who gave it: the organisation behind the entry, or in a chain the one that reuses it itself."""
    taker_id: int = Field(foreign_key="organisation.id", index=True)
    via_id: int | None = Field(default=None, foreign_key="reuse.id", ondelete="SET NULL", index=True)
    """The reuse from which this one was taken."""
    request_id: int | None = Field(default=None, index=True)
    """The request from which it came; None if it was declared afterwards."""
    stage: str = Field(max_length=20)
    since: date
    giver_confirmed_on: date | None = None
    taker_confirmed_on: date | None = None
    giver_account_id: int | None = _person()
    """Who confirmed for that side last; None if it came by the link of a mail."""
    taker_account_id: int | None = _person()
    denied_by: str | None = Field(default=None, max_length=20)
    reason: str = Field(default="", max_length=500)
    variant: str = Field(default="", max_length=200)
    adaptation: str = Field(default="", max_length=1000)
    note: str = Field(default="", max_length=1000)
    declared_by: str = Field(max_length=20)
    """The side that brought it here."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    revision: int = 0
    """Counts up with every act: whoever acts takes the row by raising it."""
    round: int = 1
    """Counts what makes open questions pointless; one that was asked in an earlier round is no longer open."""
    waiting_since: date
    asked: int = 0
    """Number of the last mail of this round."""
    next_ask: date | None = Field(default=None, index=True)
    silent_from: date | None = Field(default=None, index=True)
    """Day from which it is a guide's task that nobody answers."""
    valid_until: date | None = Field(default=None, index=True)
    is_counted: bool = False
    """Whether it is evidence today; kept by the service and by the regular job."""
    evidence_from: date | None = Field(default=None, index=True)
    """First day on which it was evidence; None if it never was."""
    live_from: date | None = None
    """Day on which it went live first."""
    costs_asked: int = 0
    """How many times the taking side was asked what it really cost."""
    costs_due: date | None = Field(default=None, index=True)

    @property
    def state(self) -> ReuseState:
        """What the rules look at."""
        return ReuseState(
            stage=ReuseStage(self.stage),
            since=self.since,
            giver_confirmed_on=self.giver_confirmed_on,
            taker_confirmed_on=self.taker_confirmed_on,
            denied_by=Side(self.denied_by) if self.denied_by else None,
            reason=self.reason,
        )

    @property
    def was_evidence(self) -> bool:
        """Whether it ever counted, so that its end is told, too."""
        return self.evidence_from is not None

    def organisation_id(self, side: Side) -> int:
        """Who speaks for a side."""
        return self.giver_id if side is Side.GIVER else self.taker_id


class ReuseQuestion(SQLModel, table=True):
    """A mail that asks a side about a reuse; its link is stored as a hash, and so is the address it went to."""

    __tablename__ = "reuse_question"
    __table_args__ = (sa.UniqueConstraint("reuse_id", "side", "recipient_hash", "round", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    reuse_id: int = Field(foreign_key="reuse.id", ondelete="CASCADE", index=True)
    side: str = Field(max_length=20)
    purpose: str = Field(max_length=20)
    round: int
    number: int
    recipient_hash: str = Field(max_length=64, index=True)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    answer: str | None = Field(default=None, max_length=20)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReuseCosts(SQLModel, table=True):
    """What a reuse really cost, told by the taking side: once when it went live, once a year later."""

    __tablename__ = "reuse_costs"
    __table_args__ = (sa.UniqueConstraint("reuse_id", "moment"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=22, unique=True)
    reuse_id: int = Field(foreign_key="reuse.id", ondelete="CASCADE", index=True)
    moment: str = Field(max_length=20)
    year: int
    """Year of which the figures speak."""
    inhabitants: int | None = None
    """Inhabitants of the taking side when it was told."""
    one_off: int | None = None
    """Whole euros."""
    yearly: int | None = None
    """Whole euros."""
    person_days: int | None = None
    months: int | None = None
    """From the decision to the start."""
    again: str | None = Field(default=None, max_length=20)
    adapted: str = Field(default="", max_length=1000)
    wish_known: str = Field(default="", max_length=1000)
    is_named: bool = True
    """Whether the organisation may be named beside the figures."""
    state: str = Field(max_length=20, index=True)
    account_id: int | None = _person()
    told_at: datetime = Field(sa_type=UtcDateTime, index=True)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_note: str = Field(default="", max_length=500)
