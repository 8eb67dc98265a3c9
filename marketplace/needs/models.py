"""Tables of Gesuche: what municipalities need, who looks for the same, answers, groups, what was told of entries."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel

from marketplace.core.db import UtcDateTime
from marketplace.needs.rules import NeedState


def _need_id(**more: Any) -> Any:
    return Field(foreign_key="need.id", ondelete="CASCADE", **more)


def _account_id() -> Any:
    return Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)


class Need(SQLModel, table=True):
    """A Gesuch: what a municipality needs and does not have."""

    __tablename__ = "need"
    __table_args__ = (sa.Index("ix_need_state_created_at", "state", "created_at"),)

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=80, unique=True, index=True)
    token_hash: str = Field(max_length=64, unique=True)
    """Of the form; sent twice it makes one Gesuch."""
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    account_id: int | None = _account_id()
    title: str = Field(max_length=140)
    text: str = Field(sa_type=sa.Text)
    words: str = Field(max_length=120)
    """Words by which new entries are looked for."""
    inhabitants: int | None = None
    """For how many people it shall be good."""
    wanted_by: date | None = None
    state: str = Field(default=NeedState.OPEN, max_length=20)
    expires_on: date = Field(index=True)
    """Last day on which it is shown as open."""
    warned_for: date | None = None
    """The ``expires_on`` of which its municipality was reminded."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the first answer came, or a group was opened; until then it is waited for."""
    closing: str | None = Field(default=None, max_length=20)
    """Value of ``rules.Closing``."""
    closing_note: str = Field(default="", sa_type=sa.Text)
    found_entry_id: int | None = Field(default=None, foreign_key="entry.id", ondelete="SET NULL", index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision_reason: str = Field(default="", sa_type=sa.Text)
    """Why a guide hid or withdrew it."""
    decided_by: str = Field(default="", max_length=80)
    """Who decided that, as the audit log names them."""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    objection: str = Field(default="", sa_type=sa.Text)
    """What its municipality says against that decision."""
    objected_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """Since when an objection waits; None when none does."""
    objection_answer: str = Field(default="", sa_type=sa.Text)

    action_fields: list["NeedActionField"] = Relationship(
        sa_relationship_kwargs={
            "order_by": "NeedActionField.value", "cascade": "all, delete-orphan", "lazy": "selectin",
        }
    )  # fmt: skip


class NeedActionField(SQLModel, table=True):
    """A Handlungsfeld of a Gesuch."""

    __tablename__ = "need_action_field"

    need_id: int | None = _need_id(default=None, primary_key=True)
    value: str = Field(primary_key=True, max_length=40, index=True)


class NeedSeeker(SQLModel, table=True):
    """A municipality that looks for it; the one that published it is the first."""

    __tablename__ = "need_seeker"

    need_id: int | None = _need_id(default=None, primary_key=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", primary_key=True, index=True)
    account_id: int | None = _account_id()
    """Who said so, and hears what is new."""
    weight: int | None = None
    """Its part of a fixed key of costs."""
    joined_at: datetime = Field(sa_type=UtcDateTime)


class NeedAnswer(SQLModel, table=True):
    """What somebody answered in public."""

    __tablename__ = "need_answer"

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = _need_id(index=True)
    account_id: int | None = _account_id()
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    """For whom the person answered; None for guides."""
    entry_id: int | None = Field(default=None, foreign_key="entry.id", ondelete="SET NULL", index=True)
    text: str = Field(sa_type=sa.Text)
    token_hash: str = Field(max_length=64, unique=True)
    at: datetime = Field(sa_type=UtcDateTime)


class NeedGroup(SQLModel, table=True):
    """Municipalities that go on together, and how they split the costs."""

    __tablename__ = "need_group"

    need_id: int | None = _need_id(default=None, primary_key=True)
    opened_by_id: int | None = _account_id()
    opened_at: datetime = Field(sa_type=UtcDateTime)
    method: str = Field(max_length=20)
    """Value of ``cost_split.SplitMethod``."""
    once_cents: int = Field(default=0, sa_type=sa.BigInteger)
    yearly_cents: int = Field(default=0, sa_type=sa.BigInteger)
    revision: int = 1
    """Counts up with every change of the costs; whoever saves names the one they saw."""
    request_id: int | None = Field(default=None, foreign_key="reuse_request.id", ondelete="SET NULL", index=True)
    """The request to the giving side, sent by the first municipality for all."""


class NeedMessage(SQLModel, table=True):
    """What somebody wrote to the group."""

    __tablename__ = "need_message"
    __table_args__ = (sa.Index("ix_need_message_need_id_id", "need_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = _need_id()
    account_id: int | None = _account_id()
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    """For whom the person wrote; None for guides."""
    text: str = Field(sa_type=sa.Text)
    token_hash: str = Field(max_length=64, unique=True)
    at: datetime = Field(sa_type=UtcDateTime)


class NeedMatch(SQLModel, table=True):
    """An entry that was found for a Gesuch: known when it was published, or told to those who look for it."""

    __tablename__ = "need_match"

    need_id: int | None = _need_id(default=None, primary_key=True)
    entry_id: int | None = Field(default=None, foreign_key="entry.id", ondelete="CASCADE", primary_key=True, index=True)
    is_news: bool
    """Whether it came after the Gesuch."""
    noticed_at: datetime = Field(sa_type=UtcDateTime)


class NeedTold(SQLModel, table=True):
    """A person was told of an entry that suits what their municipality looks for: once, whatever the Gesuche."""

    __tablename__ = "need_told"

    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE", primary_key=True)
    entry_id: int | None = Field(default=None, foreign_key="entry.id", ondelete="CASCADE", primary_key=True, index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class NeedTask(SQLModel, table=True):
    """An entry changed: Gesuche must be looked at. Written in the transaction of the change."""

    __tablename__ = "need_task"
    # Numbers are never used twice: a job drops by number what it has done, not what came up meanwhile.
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE")
    queued_at: datetime = Field(sa_type=UtcDateTime)
