"""Who may do what with a request, judged by a few facts about it (docs/permissions.md)."""

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.core.actor import Actor
from marketplace.core.permissions import allow
from marketplace.reuse.workflow import ACTIONS, Part


@dataclass(frozen=True)
class Sides:
    """Between whom a request is, and in whose remit it falls."""

    taker_id: int
    giver_id: int | None
    keys: frozenset[str] = frozenset()
    """Official keys of the two places; a guide of either may help."""
    action_fields: frozenset[str] = frozenset()
    is_forwarded: bool = True
    """Whether the giving side may know of it yet."""
    waiting_requester_id: int | None = None
    """Account that sent it without being a member of the taking organisation yet; until a guide lets it pass."""
    companion_ids: frozenset[int] = frozenset()
    """Organisations that ask together with the taking one."""


def parts_of(actor: Actor, sides: Sides) -> frozenset[Part]:
    """Which parts somebody plays in a request; nobody guides what their own organisation takes part in."""
    if actor.program:
        return frozenset({Part.SITE})
    parts = set()
    is_waiting = actor.account_id is not None and actor.account_id == sides.waiting_requester_id
    if actor.belongs_to(sides.taker_id) or is_waiting:
        parts.add(Part.TAKER)
    if sides.is_forwarded and actor.belongs_to(sides.giver_id):
        parts.add(Part.GIVER)
    if actor.organisation_ids & sides.companion_ids:
        parts.add(Part.COMPANION)
    guides = actor.is_site_admin or any(actor.guides(key, sides.action_fields) for key in sides.keys or {""})
    is_giver = actor.belongs_to(sides.giver_id)
    if guides and not parts and not is_giver:
        parts.add(Part.GUIDE)
    return frozenset(parts)


def _takes_part(actor: Actor, sides: Sides) -> bool:
    """Members of both organisations and of those who ask along, responsible guides, site admins."""
    return bool(parts_of(actor, sides))


@allow("request.send")
def anyone_signed_in_sends(actor: Actor, _nothing: object) -> bool:
    """Whoever is signed in; for which organisation is checked by its membership."""
    return actor.is_signed_in


@allow("request.view")
def participant_views(actor: Actor, sides: Sides) -> bool:
    """Members of both organisations and of those who ask along, guides responsible for either place, site admins."""
    return _takes_part(actor, sides)


@allow("request.write")
def participant_writes(actor: Actor, sides: Sides) -> bool:
    """The same people."""
    return _takes_part(actor, sides)


@allow("request.share_contact")
def side_shares(actor: Actor, sides: Sides) -> bool:
    """The same people, each their own data only."""
    return actor.is_signed_in and _takes_part(actor, sides)


@allow("request.restore_contact")
def guide_restores(actor: Actor, sides: Sides) -> bool:
    """Responsible guides and site admins: they found out how the other side can be reached."""
    return Part.GUIDE in parts_of(actor, sides)


@allow("absence.announce")
def member_announces(actor: Actor, organisation_id: int) -> bool:
    """Members of the organisation."""
    return actor.belongs_to(organisation_id)


def _rule_of(name: str) -> Callable[[Actor, Sides], bool]:
    def may(actor: Actor, sides: Sides) -> bool:
        return bool(parts_of(actor, sides) & ACTIONS[name].by)

    return may


for _name in ACTIONS:
    allow(_name)(_rule_of(_name))
