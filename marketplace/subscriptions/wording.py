"""A search in words: what the search page shows as words and chips, for pages, mails and feeds."""

from dataclasses import dataclass

from marketplace.core.labels import Label
from marketplace.search.facets import CLOSED_LISTS, label_of
from marketplace.search.port import Facet, SearchQuery
from marketplace.search.results import Scope
from marketplace.search.scope import apply_scope
from marketplace.subscriptions.stored import restore

MAX_TITLE = 200


@dataclass(frozen=True)
class SearchWords:
    """A search as people read it."""

    text: str
    """What was typed."""
    filters: list[tuple[str, str]]
    """Name and value of each filter, in the order of the search page."""

    place: str = ""
    """Name of the organisation among whose entries is searched; stands among the filters, too."""

    @property
    def title(self) -> str:
        """Everything in one German line; several values of a filter are alternatives."""
        values: dict[str, list[str]] = {}
        for name, value in self.filters[1:] if self.place else self.filters:
            values.setdefault(name, []).append(value)
        words = [f"„{self.text}“"] if self.text else []
        words += [self.place] if self.place else []
        words += [f"{name}: {' oder '.join(each)}" for name, each in values.items()]
        title = ", ".join(words) or Label("alle Einträge")
        return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1] + "…"


def words_of(query: SearchQuery, scope: Scope) -> SearchWords:
    """The search in words; ``scope`` is what its place and town turned out to be."""
    filters: list[tuple[str, str]] = [(Label("Nur"), scope.place.name)] if scope.place else []
    filters += [(Label("Passt zu"), scope.town.name)] if scope.town else []
    for facet in Facet:
        chosen = query.filters.get(facet, frozenset())
        filters += [(facet.label, label_of(facet, value)) for value in CLOSED_LISTS[facet].values() if value in chosen]
    return SearchWords(query.text, filters, scope.place.name if scope.place else "")


def words_of_stored(parameters: str) -> SearchWords | None:
    """The stored search in words, or None if it cannot be carried out any more."""
    query = restore(parameters)
    if query is None:
        return None
    scoped, scope = apply_scope(query)
    return words_of(query, scope) if is_as_meant(query, scoped) else None


def is_as_meant(query: SearchQuery, scoped: SearchQuery) -> bool:
    """Whether the place and the town that a search names were found; without them it would find more than asked for."""
    return bool(query.place) == bool(scoped.place) and bool(query.town) == bool(scoped.town)
