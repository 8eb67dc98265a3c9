"""Who may object, and who decides about it (docs/permissions.md)."""

from dataclasses import dataclass

from marketplace.catalogue.permissions import Stake
from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


@dataclass(frozen=True)
class ObjectionOf:
    """An objection by the entry that it is about, and those who have taken sides already."""

    stake: Stake
    objector_id: int | None
    decided_by: str
    """Who took the decision, as the audit log names them."""


@allow("objection.raise")
def member_objects(actor: Actor, stake: Stake) -> bool:
    """Members of the organisation behind the entry."""
    return actor.belongs_to(stake.organisation_id)


@allow("objection.decide")
def another_responsible_decides(actor: Actor, thing: ObjectionOf) -> bool:
    """Responsible guides and site admins, but neither who decided before nor anybody of the organisation itself."""
    is_responsible = actor.is_site_admin or actor.guides(thing.stake.official_key, thing.stake.action_fields)
    has_taken_sides = actor.reference == thing.decided_by or actor.belongs_to(thing.stake.organisation_id)
    return is_responsible and not has_taken_sides and actor.account_id != thing.objector_id
