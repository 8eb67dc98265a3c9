"""Tables of accounts. Every table with a person in it stands in ``core/personal_data.py`` too; a test holds that."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.core.db import UtcDateTime


def _account_id(**more: object) -> int:
    return Field(foreign_key="account.id", ondelete="CASCADE", index=True, **more)  # type: ignore[call-overload, no-any-return]


def _decider_id() -> int | None:
    return Field(default=None, foreign_key="account.id", ondelete="SET NULL")  # type: ignore[no-any-return]


class Account(SQLModel, table=True):
    """A person who can sign in. Ids are never used twice, because audit records name accounts by them."""

    __tablename__ = "account"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    mail: str = Field(max_length=254, unique=True, index=True)
    """Address as ``tokens.normalise_mail`` writes it."""
    name: str = Field(default="", max_length=100)
    """Name that the person wants to be shown with; empty until the account is confirmed."""
    password_hash: str | None = Field(default=None, max_length=200)
    """None until the account is confirmed, and for accounts that sign in another way."""
    is_site_admin: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime, index=True)
    """When the account was last used, for the retention period."""
    warned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the notice went out that the account will be deleted for lack of use."""

    @property
    def can_sign_in(self) -> bool:
        """Whether the account is confirmed and not disabled."""
        return self.confirmed_at is not None and self.disabled_at is None


class AccountSession(SQLModel, table=True):
    """A browser in which somebody is signed in. The cookie holds the token, the table only its hash; no IP address."""

    __tablename__ = "account_session"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = _account_id()
    token_hash: str = Field(max_length=64, unique=True)
    device: str = Field(max_length=60)
    """Browser and system in a few words, so that the person recognises it."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime, index=True)


class AccountToken(SQLModel, table=True):
    """A link in a mail, or a sign-in half done: one purpose, used once (then the row is gone), expiring, hashed."""

    __tablename__ = "account_token"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = _account_id()
    purpose: str = Field(max_length=20)
    token_hash: str = Field(max_length=64, unique=True)
    new_mail: str | None = Field(default=None, max_length=254)
    """The address to change to, for the two links of a change of address."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Membership(SQLModel, table=True):
    """A person in an organisation."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("account_id", "organisation_id"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = _account_id()
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    status: str = Field(default=MembershipStatus.PENDING, max_length=20, index=True)
    role: str = Field(default=MemberRole.MEMBER, max_length=20)
    grounds: str | None = Field(default=None, max_length=20)
    requested_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by_id: int | None = _decider_id()


class Invitation(SQLModel, table=True):
    """An organisation invites an address; the link in the mail is its only key."""

    __tablename__ = "invitation"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "mail"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    mail: str = Field(max_length=254, index=True)
    role: str = Field(default=MemberRole.MEMBER, max_length=20)
    token_hash: str = Field(max_length=64, unique=True)
    invited_by_id: int | None = _decider_id()
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class GuideRemit(SQLModel, table=True):
    """A part of what a guide answers for (``core.actor.Remit``)."""

    __tablename__ = "guide_remit"
    __table_args__ = (sa.UniqueConstraint("account_id", "area", "action_field"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = _account_id()
    area: str = Field(default="", max_length=5)
    action_field: str = Field(default="", max_length=40)


class GuideCover(SQLModel, table=True):
    """That a guide is away and another one answers for their remits meanwhile; both days are included."""

    __tablename__ = "guide_cover"
    __table_args__ = (
        sa.UniqueConstraint("absent_id", "stand_in_id", "first_day", "last_day", name="uq_guide_cover_same"),
    )

    id: int | None = Field(default=None, primary_key=True)
    absent_id: int = _account_id()
    stand_in_id: int = _account_id()
    first_day: date
    last_day: date


class MailDomain(SQLModel, table=True):
    """A mail domain that belongs to an organisation: who has an address there is a member without further ado."""

    __tablename__ = "mail_domain"

    domain: str = Field(primary_key=True, max_length=253)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, index=True)


class Throttle(SQLModel, table=True):
    """How often something was tried within a while; the key is a hash whose secret changes daily."""

    __tablename__ = "throttle"

    key: str = Field(primary_key=True, max_length=64)
    count: int
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class OrganisationProposal(SQLModel, table=True):
    """Somebody does not find the organisation they work for; gone once the site administration has answered."""

    __tablename__ = "organisation_proposal"
    __table_args__ = (sa.UniqueConstraint("account_id", "kind", "name", name="uq_organisation_proposal_same"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = _account_id()
    name: str = Field(max_length=200)
    kind: str = Field(max_length=40)
    place: str = Field(default="", max_length=200)
    """Where it is, in the person's words: town, postcode or key."""
    website: str = Field(default="", max_length=500)
    created_at: datetime = Field(sa_type=UtcDateTime)


class KeptForm(SQLModel, table=True):
    """A form that somebody sent after their session had ended, until they send it again."""

    __tablename__ = "kept_form"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=32, unique=True, index=True)
    account_id: int = _account_id()
    address: str = Field(max_length=500)
    """Path to which the form is sent."""
    pairs: list[list[str]] = Field(default_factory=list, sa_type=sa.JSON)
    """Names and values as they came."""
    labels: dict[str, list[Any]] = Field(default_factory=dict, sa_type=sa.JSON)
    """Of fields with words: what they are called, and whether they have several lines."""
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
