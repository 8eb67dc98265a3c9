"""Who may what: named predicates of actor and thing, asked in the first line of a service.

A feature writes its rules in ``permissions.py``; docs/permissions.md lists them all and is tested against them::

    @allow("membership.decide")
    def responsible(actor: Actor, membership: Membership) -> bool:
        return actor.administers(membership.organisation_id)
"""

from collections.abc import Callable
from typing import Any, TypeVar

from marketplace.core.actor import Actor
from marketplace.core.errors import ForbiddenError

Predicate = TypeVar("Predicate", bound=Callable[[Actor, Any], bool])

_PREDICATES: dict[str, Callable[[Actor, Any], bool]] = {}


def allow(action: str) -> Callable[[Predicate], Predicate]:
    """Let a predicate decide about an action, named ``thing.verb``; each action has exactly one."""

    def register(predicate: Predicate) -> Predicate:
        if action in _PREDICATES:
            raise ValueError(f"Two predicates for {action}.")
        _PREDICATES[action] = predicate
        return predicate

    return register


def is_allowed(action: str, thing: Any = None, *, actor: Actor) -> bool:
    """Whether the actor may do this to the thing; for showing or leaving out a button."""
    return _PREDICATES[action](actor, thing)


def authorize(action: str, thing: Any = None, *, actor: Actor) -> None:
    """Raise ForbiddenError unless the actor may do this to the thing."""
    if not is_allowed(action, thing, actor=actor):
        raise ForbiddenError("Dafür haben Sie mit diesem Konto keine Berechtigung.")


def list_actions() -> list[str]:
    """All actions that have a predicate, by name."""
    return sorted(_PREDICATES)
