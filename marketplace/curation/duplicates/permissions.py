"""Who decides about two entries that may be the same (docs/permissions.md)."""

from dataclasses import dataclass

from marketplace.catalogue.permissions import Stake
from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


@dataclass(frozen=True)
class PairOf:
    """The stakes of two entries."""

    first: Stake
    second: Stake


def _answers_for(actor: Actor, stake: Stake) -> bool:
    return actor.is_site_admin or actor.guides(stake.official_key, stake.action_fields)


@allow("pair.see")
def responsible_for_either(actor: Actor, pair: PairOf) -> bool:
    """Guides who answer for one of the two, and site admins; they may propose."""
    return _answers_for(actor, pair.first) or _answers_for(actor, pair.second)


@allow("pair.decide")
def responsible_for_both(actor: Actor, pair: PairOf) -> bool:
    """Guides who answer for both, and site admins."""
    return _answers_for(actor, pair.first) and _answers_for(actor, pair.second)
