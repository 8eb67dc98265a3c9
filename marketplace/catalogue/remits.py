"""Remits of guides in words."""

from marketplace.catalogue.vocabulary import ActionField
from marketplace.core.actor import Remit
from marketplace.organisations.places import State
from marketplace.organisations.queries import find_by_key


def describe_remit(remit: Remit) -> str:
    """A remit in words: „Bayern“, „Erlangen-Höchstadt: Mobilität“."""
    place = find_by_key(remit.area) if remit.area else None
    area = place.name if place else next((state.label for state in State if state.key == remit.area), remit.area)
    field = ActionField.find_value(remit.action_field)
    return ": ".join(text for text in (area, field.label if field else "") if text)
