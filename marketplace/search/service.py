"""Search for the pages: asks the engine, loads the entries, marks the found words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from flask import current_app
from markupsafe import Markup

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.kinds import SharedFields
from marketplace.catalogue.models import Entry
from marketplace.core.labels import Label
from marketplace.search import indexing, queries
from marketplace.search.correction import find_correction
from marketplace.search.documents import head_of
from marketplace.search.facet_lists import facet_list
from marketplace.search.nearby import find_nearby
from marketplace.search.port import MAX_PAGE, EngineResults, Facet, SearchEngine, SearchQuery, SearchUnavailableError
from marketplace.search.query_words import analyse_query
from marketplace.search.results import ResultItem, SearchPage
from marketplace.search.scope import apply_scope
from marketplace.search.snippets import Highlighter
from marketplace.search.url import ALL_FOLDED, Unfolded

SIMILAR_LIMIT = 4
_WITNESSES = 3
_SEARCH_WORDS_SHOWN = 3


def search(query: SearchQuery, unfolded: Unfolded = ALL_FOLDED) -> SearchPage:
    """One page of results; raises SearchUnavailableError when there is no usable index, and has it repaired."""
    query, scope = apply_scope(query)
    try:
        found = _engine().search(query)
        meant, typed = _find_meant(query, found), query.text
        if meant and meant.replaces:
            query = replace(query, text=meant.text)
            found = _engine().search(query)
        nearby = find_nearby(_engine(), query, found, scope)
    except SearchUnavailableError:
        indexing.repair(current_app)
        raise
    number_of_words = len(analyse_query(query.text).required)
    return SearchPage(
        query=replace(query, page=found.page),
        items=_items(found),
        total=found.total,
        page=found.page,
        pages=min(max(1, -(-found.total // query.page_size)), MAX_PAGE),
        facets=[facet_list(facet, found.facets[facet], query, unfolded) for facet in Facet],
        complete=found.complete,
        relaxed=found.relaxed,
        suggestion=meant.text if meant and not meant.replaces else None,
        corrected_from=typed if meant and meant.replaces else None,
        hints=[*_hints(query), *scope.hints],
        scope=scope,
        has_words=number_of_words > 0,
        has_several_words=number_of_words > 1,
        nearby=nearby,
    )


@dataclass(frozen=True)
class _Meant:
    text: str
    replaces: bool
    """Whether it is searched for at once."""


def _find_meant(query: SearchQuery, found: EngineResults) -> _Meant | None:
    """The query as it was probably meant; None if that is how it was typed."""
    correction = find_correction(_engine(), query.text, found.frequencies)
    if correction is None:
        return None
    synonyms = _engine().lexicon().synonyms
    written = {form: [*_list_texts_with(form), synonyms.written(form) or ""] for form in correction.forms.values()}
    return _Meant(correction.apply(query.text, written), correction.is_needed and not query.literal)


def _list_texts_with(form: str) -> list[str]:
    """Texts of some entries that have a word."""
    hits = _engine().search(SearchQuery(f'"{form}"', page_size=_WITNESSES)).hits
    cards = catalogue.list_cards([hit.entry_id for hit in hits])
    texts = queries.list_texts([card.entry_id for card in cards])
    return [text for card in cards for text in (card.title, card.summary, texts.get(card.entry_id, ""))]


def similar_ids(entry: Entry, limit: int = SIMILAR_LIMIT, *, without: Collection[int] = ()) -> list[int]:
    """Other entries about the same things, the nearest first; none while there is no usable index.

    ``without`` are entries that the page shows already, such as the linked ones.
    """
    try:
        hits = _engine().similar(head_of(entry), limit + len(without))
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
    highlighter = Highlighter(found.terms, found.dictionary)
    highlighter.read_ahead(text for card in cards for text in (card.title, card.summary))
    elsewhere = [card.entry_id for card in cards if found.terms and not highlighter.has_hit(card.summary)]
    texts = queries.list_texts(elsewhere) if elsewhere else {}
    highlighter.read_ahead(texts.values())
    excerpts = {entry_id: excerpt for entry_id, text in texts.items() if (excerpt := highlighter.excerpt(text))}
    unexplained = [entry_id for entry_id in elsewhere if entry_id not in excerpts]
    searched = queries.list_search_words(unexplained) if unexplained else {}
    return [
        ResultItem(
            card=card,
            title=highlighter.mark(card.title),
            snippet=excerpts.get(card.entry_id)
            or highlighter.mark(card.summary) + _searched_as(searched.get(card.entry_id, ()), highlighter),
        )
        for card in cards
    ]


def _searched_as(words: Iterable[str], highlighter: Highlighter) -> Markup:
    """Which words by which an entry is searched led here; named as such, for they are no part of what it says."""
    found = [highlighter.mark(each) for each in words if highlighter.has_hit(each)][:_SEARCH_WORDS_SHOWN]
    label = SharedFields.label_of("search_words")
    return Markup(" … {}: {}").format(label, Markup(", ").join(found)) if found else Markup("")


def _hints(query: SearchQuery) -> list[str]:
    words = analyse_query(query.text)
    if query.text and not words.required and not words.excluded:
        return [Label("Ihre Eingabe enthält kein Wort, nach dem gesucht werden kann.")]
    return []
