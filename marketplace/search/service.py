"""Search for the pages: asks the engine, loads the entries, marks the found words."""

from collections.abc import Collection
from dataclasses import replace

from flask import current_app

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Entry
from marketplace.search import documents, indexing, queries
from marketplace.search.facets import CLOSED_LISTS, SCALES, label_of
from marketplace.search.german import sort_key
from marketplace.search.port import MAX_PAGE, EngineResults, Facet, SearchEngine, SearchQuery, SearchUnavailableError
from marketplace.search.query_words import analyse_query
from marketplace.search.results import FacetChoice, FacetList, ResultItem, SearchPage
from marketplace.search.snippets import Highlighter

SIMILAR_LIMIT = 4


def search(query: SearchQuery) -> SearchPage:
    """One page of results; raises SearchUnavailableError when there is no usable index, and has it repaired."""
    try:
        found = _engine().search(query)
    except SearchUnavailableError:
        indexing.repair(current_app)
        raise
    pages = min(max(1, -(-found.total // query.page_size)), MAX_PAGE)
    return SearchPage(
        query=replace(query, page=found.page),
        items=_items(found),
        total=found.total,
        page=found.page,
        pages=pages,
        facets=[_facet_list(facet, found, query) for facet in Facet],
        relaxed=found.relaxed,
        hints=_hints(query),
    )


def similar_ids(entry: Entry, limit: int = SIMILAR_LIMIT, *, without: Collection[int] = ()) -> list[int]:
    """Other entries about the same things, the nearest first; none while there is no usable index.

    ``without`` are entries that the page shows already, such as the linked ones.
    """
    organisations = queries.list_organisations([entry])
    try:
        hits = _engine().similar(documents.document_of(entry, organisations), limit + len(without))
    except SearchUnavailableError:
        indexing.repair(current_app)
        return []
    return [hit.entry_id for hit in hits if hit.entry_id not in without][:limit]


def _engine() -> SearchEngine:
    engine: SearchEngine = current_app.extensions["search_engine"]
    return engine


def _items(found: EngineResults) -> list[ResultItem]:
    """The hits as people see them. Entries that were withdrawn a moment ago are left out."""
    cards = catalogue.list_cards([hit.entry_id for hit in found.hits])
    highlighter = Highlighter(found.terms)
    elsewhere = [card.entry_id for card in cards if found.terms and not highlighter.has_hit(card.summary)]
    texts = queries.list_texts(elsewhere) if elsewhere else {}
    return [
        ResultItem(
            card=card,
            title=highlighter.mark(card.title),
            snippet=highlighter.excerpt(texts.get(card.entry_id, "")) or highlighter.mark(card.summary),
        )
        for card in cards
    ]


def _facet_list(facet: Facet, found: EngineResults, query: SearchQuery) -> FacetList:
    """Values with hits and those that are on, the most frequent first; scales stay in their own order."""
    chosen = query.filters.get(facet, frozenset())
    choices = [
        FacetChoice(facet, value, label_of(facet, value), found.facets[facet].get(value, 0), value in chosen)
        for value in CLOSED_LISTS[facet].values()
        if value in chosen or found.facets[facet].get(value)
    ]
    if facet not in SCALES:
        choices.sort(key=lambda choice: (-choice.count, sort_key(choice.label)))
    return FacetList(facet, facet.label, choices)


def _hints(query: SearchQuery) -> list[str]:
    words = analyse_query(query.text)
    if query.text and not words.required and not words.excluded:
        return ["Ihre Eingabe enthält kein Wort, nach dem gesucht werden kann."]
    return []
