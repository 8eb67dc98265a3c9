"""Tables of reuse: requests, what was written in them, every step, who has read how far, and who is away."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.attachments.holders import register_holder
from marketplace.core.db import UtcDateTime
from marketplace.reuse.workflow import OPEN, State

_IS_OPEN = sa.text(f"state IN ({', '.join(repr(state.value) for state in sorted(OPEN))})")


def _request_id(**more: Any) -> Any:
    return Field(foreign_key="reuse_request.id", ondelete="CASCADE", **more)


def _account_id() -> Any:
    return Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)


class ReuseRequest(SQLModel, table=True):
    """An organisation asks another one to reuse its solution."""

    __tablename__ = "reuse_request"
    __table_args__ = (
        # Of two people of one town hall who ask for the same solution at the same moment, one does.
        sa.Index(
            "ix_reuse_request_open", "entry_id", "taker_id", unique=True, sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        sa.Index("ix_reuse_request_state_waiting_since", "state", "waiting_since"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=32, unique=True, index=True)
    """Unguessable; stands in addresses."""
    entry_id: int = Field(foreign_key="entry.id", index=True)
    """The solution."""
    via_entry_id: int | None = Field(default=None, foreign_key="entry.id", index=True)
    """Project that uses the solution and from which the request came; its organisation is then the giving one."""
    taker_id: int = Field(foreign_key="organisation.id", index=True)
    giver_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    """None where no organisation stands behind the solution: then a guide looks for one."""
    requester_id: int | None = _account_id()
    wishes: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """Values of ``wishes.Wish``."""
    wanted_when: str = Field(default="", max_length=20)
    """Value of ``wishes.When``."""
    inhabitants: int | None = None
    """For how many people the solution is wanted."""
    question: str = Field(default="", sa_type=sa.Text)
    state: str = Field(default=State.REQUESTED, max_length=20, index=True)
    state_before: str | None = Field(default=None, max_length=20)
    """Where it stood before it ended, so that it can go on there."""
    revision: int = 1
    """Counts every step; whoever acts names the one they saw."""
    token_hash: str = Field(max_length=64, unique=True)
    """Of the form; sent twice it makes one request."""
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    updated_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the giving side first answered, declining included."""
    forwarded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the giving side first got it."""
    waiting_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when the giving side owes an answer; None while it owes none."""
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    escalated_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """When the responsible guide was brought in; None as long as it is no task of a guide."""
    disturbed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """Since when mail to the giving side does not arrive."""
    proposed_giver_id: int | None = Field(default=None, foreign_key="organisation.id")
    """Another organisation with the same solution, proposed by a guide."""
    proposed_via_id: int | None = Field(default=None, foreign_key="entry.id")


class ReuseMessage(SQLModel, table=True):
    """What one side, or a guide, wrote to the others."""

    __tablename__ = "reuse_message"
    __table_args__ = (sa.Index("ix_reuse_message_request_id_id", "request_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = _request_id()
    account_id: int | None = _account_id()
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    """For whom the person wrote; None for guides."""
    part: str = Field(max_length=20)
    text: str = Field(sa_type=sa.Text)
    is_contact: bool = False
    """Whether these are contact data that the person chose to share; they go with the account."""
    attachment_set_id: int | None = Field(default=None, foreign_key="attachment_set.id", index=True)
    token_hash: str | None = Field(default=None, max_length=64, unique=True)
    """Of the form; sent twice it makes one message."""
    at: datetime = Field(sa_type=UtcDateTime)


class ReuseEvent(SQLModel, table=True):
    """A step in the timeline: what, by whom in which part, from where to where, and why."""

    __tablename__ = "reuse_event"

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = _request_id(index=True)
    action: str = Field(max_length=40)
    """A name of ``workflow.ACTIONS`` or ``workflow.OTHER_EVENTS``."""
    since: str = Field(default="", max_length=20)
    to: str = Field(max_length=20)
    part: str = Field(max_length=20)
    account_id: int | None = _account_id()
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    note: str = Field(default="", sa_type=sa.Text)
    revision: int = 0
    """Of the request after this step."""
    at: datetime = Field(sa_type=UtcDateTime)


class ReuseReading(SQLModel, table=True):
    """How far somebody has read a request."""

    __tablename__ = "reuse_reading"

    request_id: int | None = _request_id(primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True, index=True)
    message_id: int = 0
    """The last message that was shown to the person."""
    event_id: int = 0
    kept_text: str = Field(default="", sa_type=sa.Text)
    """A message that was sent after the session had ended; stands in the form again until it is sent."""
    read_at: datetime = Field(sa_type=UtcDateTime)


class ReuseDraft(SQLModel, table=True):
    """A request that is being written: by an account, or by somebody who has none yet."""

    __tablename__ = "reuse_draft"
    __table_args__ = (sa.UniqueConstraint("account_id", "entry_id"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=32, unique=True, index=True)
    """Unguessable; the key of somebody who is not signed in."""
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE", index=True)
    mail: str | None = Field(default=None, max_length=254, index=True)
    """Address of somebody without an account, to whom the draft is offered once the address is proven."""
    entry_id: int = Field(foreign_key="entry.id", ondelete="CASCADE", index=True)
    via_entry_id: int | None = Field(default=None, foreign_key="entry.id", ondelete="CASCADE")
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    """As typed; may be incomplete."""
    wanted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its author said that it shall be sent of itself, once it is known for whom they ask."""
    agreed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the person with the proven address saw it and agreed."""
    held_back: str = Field(default="", sa_type=sa.Text)
    """Why it was not sent of itself."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime, index=True)


class OrganisationAbsence(SQLModel, table=True):
    """An organisation says that nobody answers on these days, both included; clocks of its requests stand still."""

    __tablename__ = "organisation_absence"

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    first_day: date
    last_day: date
    account_id: int | None = _account_id()
    created_at: datetime = Field(sa_type=UtcDateTime)


register_holder(ReuseMessage)
