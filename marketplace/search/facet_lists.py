"""The choices of each facet as the page lists them: the most frequent ones, or on request all, in the alphabet."""

from collections.abc import Mapping

from marketplace.search import german
from marketplace.search.facets import CLOSED_LISTS, SCALES, label_of
from marketplace.search.port import Facet, SearchQuery
from marketplace.search.results import FacetChoice, FacetList
from marketplace.search.url import Unfolded

FOLDED = 8
"""Choices that a folded list shows; those that are on always stand in it."""

MOST_UNFOLDED = 10
"""A list with so many choices is shown in full: a link to one or two more would take as much room as they."""


def facet_list(facet: Facet, counts: Mapping[str, int], query: SearchQuery, unfolded: Unfolded) -> FacetList:
    """Values with hits and those that are on; scales keep their own order."""
    chosen = query.filters.get(facet, frozenset())
    choices = [
        FacetChoice(facet, value, label_of(facet, value), counts.get(value, 0), value in chosen)
        for value in CLOSED_LISTS[facet].values()
        if value in chosen or counts.get(value)
    ]
    if facet in SCALES or len(choices) <= MOST_UNFOLDED:
        return FacetList(facet, facet.label, choices if facet in SCALES else sorted(choices, key=_by_number))
    if facet is not unfolded.facet:
        choices.sort(key=_by_number)
        shown = choices[:FOLDED] + [choice for choice in choices[FOLDED:] if choice.is_chosen]
        return FacetList(facet, facet.label, shown, number=len(choices), is_folded=len(shown) < len(choices))
    wanted = [choice for choice in choices if _has_words(choice, unfolded.text)]
    shown = sorted({*wanted, *(choice for choice in choices if choice.is_chosen)}, key=_by_label)
    return FacetList(facet, facet.label, shown, number=len(choices), is_unfolded=True, has_match=bool(wanted))


def _by_number(choice: FacetChoice) -> tuple[int, str]:
    return -choice.count, german.sort_key(choice.label)


def _by_label(choice: FacetChoice) -> str:
    return german.sort_key(choice.label)


def _has_words(choice: FacetChoice, text: str) -> bool:
    label = german.fold(choice.label)
    return all(word in label for word in german.fold(text).split())
