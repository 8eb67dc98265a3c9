"""The closed list behind each facet: which values exist, what they are called, whether their order means something."""

from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.vocabulary import ActionField, Challenge, Licence, Maturity, Phase
from marketplace.core.labels import Label, Labelled
from marketplace.organisations.places import SizeClass, State
from marketplace.search.port import Facet

CLOSED_LISTS: dict[Facet, type[Labelled]] = {
    Facet.KIND: Kind,
    Facet.ACTION_FIELD: ActionField,
    Facet.STATE: State,
    Facet.SIZE: SizeClass,
    Facet.PHASE: Phase,
    Facet.MATURITY: Maturity,
    Facet.CHALLENGE: Challenge,
    Facet.LICENCE: Licence,
}

SCALES = frozenset({Facet.SIZE, Facet.PHASE, Facet.MATURITY})
"""Facets whose values have an order of their own, which says more than the order by number of hits."""


def find_value(facet: Facet, text: str) -> str | None:
    """The value of the facet that somebody typed into an address, or None if the facet has none like it."""
    member = CLOSED_LISTS[facet].find_value(text.strip().lower())
    return member.value if member else None


def label_of(facet: Facet, value: str) -> Label:
    """German label of a value."""
    member = CLOSED_LISTS[facet].find_value(value)
    return member.label if member else Label(value)
