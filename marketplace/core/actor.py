"""Who acts: a value, built once per request, that says what somebody is, without asking the database again."""

from collections.abc import Collection
from dataclasses import dataclass

SITE_ADMIN = "site_admin"
GUIDE = "guide"
ROLES = (GUIDE, SITE_ADMIN)
"""Roles that a view can demand with ``@role``; what else somebody may is a matter of permissions."""


@dataclass(frozen=True)
class Remit:
    """What a guide (Lotsin, Lotse) answers for: a place, an action field, or the two together."""

    area: str = ""
    """2 digits of a Land or 5 of a Kreis, as official keys begin; empty for all of Germany."""
    action_field: str = ""
    """Value of an action field; empty for all of them."""

    def covers(self, key: str, action_fields: Collection[str] = ()) -> bool:
        """Whether something in the place with this official key and with these action fields falls into the remit."""
        return key.startswith(self.area) and (not self.action_field or self.action_field in action_fields)


@dataclass(frozen=True)
class Actor:
    """A person with an account, a program, or, with nothing set, anybody at all."""

    account_id: int | None = None
    name: str = ""
    """Name that the person chose to be shown with."""
    organisation_ids: frozenset[int] = frozenset()
    """Organisations in which the membership is confirmed."""
    admin_of: frozenset[int] = frozenset()
    """Those of them that the person administers."""
    remits: tuple[Remit, ...] = ()
    """What a guide answers for; whoever has a remit is a guide."""
    is_site_admin: bool = False
    program: str = ""
    """Name of the command or job, if no person acts."""

    @property
    def is_signed_in(self) -> bool:
        """Whether this is a person with an account."""
        return self.account_id is not None

    @property
    def is_guide(self) -> bool:
        """Whether the person answers for a region or a theme."""
        return bool(self.remits)

    @property
    def reference(self) -> str:
        """How audit records and versions name the actor: never by name or address."""
        return self.program or (f"account:{self.account_id}" if self.account_id is not None else "anonymous")

    def belongs_to(self, organisation_id: int | None) -> bool:
        """Whether the person is a confirmed member of this organisation."""
        return organisation_id is not None and organisation_id in self.organisation_ids

    def administers(self, organisation_id: int | None) -> bool:
        """Whether the person administers this organisation."""
        return organisation_id is not None and organisation_id in self.admin_of

    def guides(self, key: str | None, action_fields: Collection[str] = ()) -> bool:
        """Whether something in this place (official key, None if it lies nowhere) falls into a remit."""
        return any(remit.covers(key or "", action_fields) for remit in self.remits)

    def has_role(self, role: str) -> bool:
        """Whether the person has one of ROLES."""
        return {SITE_ADMIN: self.is_site_admin, GUIDE: self.is_guide}[role]


ANONYMOUS = Actor()


def program(name: str) -> Actor:
    """A command or job, started by whoever operates the site: may do everything."""
    return Actor(program=name, is_site_admin=True)
