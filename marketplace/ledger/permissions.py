"""Who may do what to the ledger of reuses (docs/permissions.md)."""

from dataclasses import dataclass

from marketplace.core.actor import Actor
from marketplace.core.permissions import allow
from marketplace.ledger.rules import Side


@dataclass(frozen=True)
class Sides:
    """Both sides of a reuse, where they lie and what it is about."""

    giver_id: int
    taker_id: int
    keys: tuple[str, ...] = ()
    """Official keys of both places, by which a guide's remit is measured."""
    action_fields: frozenset[str] = frozenset()

    def side_of(self, actor: Actor) -> Side | None:
        """The side for which somebody can speak; the taking one, should it be both."""
        if actor.belongs_to(self.taker_id):
            return Side.TAKER
        return Side.GIVER if actor.belongs_to(self.giver_id) else None


@dataclass(frozen=True)
class Voice:
    """One side of a reuse, for which somebody wants to speak."""

    sides: Sides
    side: Side

    @property
    def organisation_id(self) -> int:
        """Who is that side."""
        return self.sides.giver_id if self.side is Side.GIVER else self.sides.taker_id


def _takes_part(actor: Actor, sides: Sides) -> bool:
    return actor.belongs_to(sides.giver_id) or actor.belongs_to(sides.taker_id)


def _is_responsible(actor: Actor, sides: Sides) -> bool:
    return actor.is_site_admin or any(actor.guides(key, sides.action_fields) for key in sides.keys)


def _is_responsible_outsider(actor: Actor, sides: Sides) -> bool:
    return _is_responsible(actor, sides) and not _takes_part(actor, sides)


@allow("ledger.declare")
def either_side_declares(actor: Actor, sides: Sides) -> bool:
    """Members of the giving or of the taking organisation; nobody declares what others do."""
    return _takes_part(actor, sides)


@allow("ledger.see")
def sides_and_guides_see(actor: Actor, sides: Sides) -> bool:
    """Members of both organisations, responsible guides and site admins; what is confirmed stands on public pages."""
    return _takes_part(actor, sides) or _is_responsible(actor, sides)


@allow("ledger.confirm")
def member_of_the_side_confirms(actor: Actor, voice: Voice) -> bool:
    """Members of the organisation for which they speak; no guide and no administration confirms for others."""
    return actor.belongs_to(voice.organisation_id)


@allow("ledger.deny")
def member_of_the_side_denies(actor: Actor, voice: Voice) -> bool:
    """Members of the organisation for which they speak."""
    return actor.belongs_to(voice.organisation_id)


@allow("ledger.advance")
def taker_advances(actor: Actor, sides: Sides) -> bool:
    """Members of the taking organisation: only they know how far it is."""
    return actor.belongs_to(sides.taker_id)


@allow("ledger.stop")
def side_or_guide_stops(actor: Actor, sides: Sides) -> bool:
    """Members of both organisations; responsible guides and site admins, when nobody answers."""
    return _takes_part(actor, sides) or _is_responsible(actor, sides)


@allow("ledger.describe")
def either_side_describes(actor: Actor, sides: Sides) -> bool:
    """Members of both organisations."""
    return _takes_part(actor, sides)


@allow("ledger.remind")
def responsible_reminds(actor: Actor, sides: Sides) -> bool:
    """Responsible guides and site admins."""
    return _is_responsible(actor, sides)


@allow("ledger.tell_costs")
def taker_tells_costs(actor: Actor, sides: Sides) -> bool:
    """Members of the taking organisation."""
    return actor.belongs_to(sides.taker_id)


@allow("ledger.release_costs")
def responsible_outsider_releases_costs(actor: Actor, sides: Sides) -> bool:
    """Responsible guides and site admins who belong to neither side."""
    return _is_responsible_outsider(actor, sides)
