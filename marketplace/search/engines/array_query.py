"""Answers a query on a snapshot, in arrays: words to documents with scores, filters and facets as sets of bits."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marketplace.search import ranking
from marketplace.search.engines.array_found import Found, add_up
from marketplace.search.engines.array_match import Matched, match, score_term
from marketplace.search.engines.array_snapshot import FACET_ROWS, ROWS, VALUES, Bits, Snapshot, pack, unpack
from marketplace.search.lexicon import lexicon_of
from marketplace.search.port import EngineResults, Facet, Hit, SearchDocument, SearchQuery, Sort
from marketplace.search.query_words import QueryWords, analyse_query
from marketplace.search.spelling import Candidate
from marketplace.search.synonyms import NONE, Synonyms
from marketplace.search.weighing import EXACT_MARK, weigh_head

Filters = Mapping[Facet, frozenset[str]]


def answer(snapshot: Snapshot, query: SearchQuery, synonyms: Synonyms = NONE) -> EngineResults:
    """Answer a query."""
    words = read_query(snapshot, query.text, synonyms)
    matched = match(snapshot, words, is_blank=not query.text.strip())
    wanted = matched.found if query.sort is Sort.RELEVANCE else matched.best
    found = _within(snapshot, wanted, query)
    matching = _as_bits(snapshot, found)
    allowed = {facet: _allowed(snapshot, facet, chosen) for facet, chosen in query.filters.items() if chosen}
    passing = reduce(np.bitwise_and, allowed.values(), matching)
    hits = found.only(unpack(passing)[found.documents]) if allowed else found
    pages = max(1, -(-len(hits) // query.page_size))
    page = min(max(query.page, 1), pages)
    sort = Sort.NEWEST if query.sort is Sort.RELEVANCE and not words.required else query.sort
    keys = _keys_of(snapshot, hits, sort)
    if sort is not query.sort:
        keys = keys + ranking.HEAD_START * _of_chosen_states(snapshot, query)[hits.documents]
    places = _page_of(snapshot, hits, keys, (page - 1) * query.page_size, page * query.page_size)
    return EngineResults(
        [Hit(int(snapshot.entry_ids[hits.documents[place]]), float(hits.scores[place])) for place in places],
        len(hits),
        _count_facets(snapshot, matching, allowed),
        page,
        complete=_count_complete(hits, matched),
        relaxed=len(matched.found) > 0 and not len(matched.complete),
        terms=matched.terms,
        frequencies=matched.frequencies,
        dictionary=snapshot.dictionary,
    )


def read_query(snapshot: Snapshot, text: str, synonyms: Synonyms) -> QueryWords:
    """The words of a query, read with what the index knows about words."""
    return analyse_query(text, lexicon_of(snapshot.dictionary, synonyms))


def _count_complete(hits: Found, matched: Matched) -> int:
    """How many of the hits have all the words."""
    if len(matched.complete) == len(matched.found):
        return len(hits)
    return int(np.isin(hits.documents, matched.complete, assume_unique=True).sum())


def words_like(snapshot: Snapshot, form: str) -> list[Candidate]:
    """Words of the index near a folded word, in alphabetical order."""
    near = sorted(snapshot.forms_like(form).items())
    snapshot.read_ahead(EXACT_MARK + word for word, _ in near)
    numbers = [snapshot.frequency(EXACT_MARK + word) for word, _ in near]
    return [Candidate(*word, number) for word, number in zip(near, numbers, strict=True) if number]


def find_similar(snapshot: Snapshot, document: SearchDocument, limit: int) -> list[Hit]:
    """Other documents that share the most telling words and Handlungsfelder with this one, the nearest first."""
    weights = weigh_head(document, snapshot.dictionary)
    snapshot.read_ahead(weights)
    frequencies = {term: snapshot.frequency(term) for term in weights}
    rarities = {term: ranking.rarity(snapshot.count, number) for term, number in frequencies.items() if number}
    found = [score_term(snapshot, term) for term in ranking.telling_terms(weights, rarities)]
    together = add_up(found)
    shared = add_up([Found(one.documents, np.ones(len(one))) for one in found])
    fields = document.facets.get(Facet.ACTION_FIELD, ())
    rows = [FACET_ROWS[Facet.ACTION_FIELD, value] for value in set(fields)]
    common = sum((unpack(snapshot.facet_bits[row])[together.documents] for row in rows), np.zeros(len(together)))
    scores = together.scores * (1.0 + ranking.SIMILAR_FIELD_BONUS * common)
    is_other = snapshot.entry_ids[together.documents] != document.entry_id
    near = Found(together.documents, scores).only(is_other & (shared.scores >= ranking.SIMILAR_MIN_SHARED))
    places = _page_of(snapshot, near, near.scores, 0, limit)
    return [Hit(int(snapshot.entry_ids[near.documents[place]]), float(near.scores[place])) for place in places]


def _within(snapshot: Snapshot, found: Found, query: SearchQuery) -> Found:
    """Those among which the query searches, and that suit the municipality."""
    if query.only is not None:
        found = found.only(np.isin(snapshot.entry_ids[found.documents], np.array(sorted(query.only), np.int64)))
    if query.fit and query.fit.state:
        found = found.only(unpack(_allowed(snapshot, Facet.STATE, frozenset([query.fit.state])))[found.documents])
    if query.fit and query.fit.size:
        of_size = _allowed(snapshot, Facet.SIZE, frozenset([query.fit.size]))
        of_any = _allowed(snapshot, Facet.SIZE, frozenset(VALUES[Facet.SIZE]))
        found = found.only(unpack(of_size | ~of_any)[found.documents])
    return found


def _as_bits(snapshot: Snapshot, found: Found) -> Bits:
    flags = np.zeros(len(snapshot.live), bool)
    flags[found.documents] = True
    return pack(flags)


def _allowed(snapshot: Snapshot, facet: Facet, chosen: frozenset[str]) -> Bits:
    rows = [FACET_ROWS[facet, value] for value in sorted(chosen) if (facet, value) in FACET_ROWS]
    bits: Bits = np.bitwise_or.reduce(snapshot.facet_bits[rows], axis=0)
    return bits


def _count_facets(snapshot: Snapshot, matching: Bits, allowed: dict[Facet, Bits]) -> dict[Facet, dict[str, int]]:
    """For each value of each facet the hits it has with all other filters on."""
    passing = reduce(np.bitwise_and, allowed.values(), matching)
    counts = np.bitwise_count(snapshot.facet_bits & passing).sum(axis=1, dtype=np.int64)
    facets: dict[Facet, dict[str, int]] = {}
    for facet, values in VALUES.items():
        numbers = counts[ROWS[facet]]
        if facet in allowed:
            others = reduce(np.bitwise_and, (bits for other, bits in allowed.items() if other is not facet), matching)
            numbers = np.bitwise_count(snapshot.facet_bits[ROWS[facet]] & others).sum(axis=1, dtype=np.int64)
        facets[facet] = {value: number for value, number in zip(values, numbers.tolist(), strict=True) if number}
    return facets


def _of_chosen_states(snapshot: Snapshot, query: SearchQuery) -> NDArray[np.bool_]:
    """For each document whether it is of a Land that was chosen and not nationwide, that is of all of them."""
    chosen = query.chosen_states()
    if not chosen:
        return np.zeros(len(snapshot.live), bool)
    nationwide = np.bitwise_and.reduce(snapshot.facet_bits[ROWS[Facet.STATE]], axis=0)
    return unpack(_allowed(snapshot, Facet.STATE, chosen) & ~nationwide)


def _keys_of(snapshot: Snapshot, found: Found, sort: Sort) -> NDArray[Any]:
    """What the documents are ordered by, the largest first."""
    if sort is Sort.TITLE:
        return -snapshot.title_ranks[found.documents]
    return snapshot.published[found.documents] if sort is Sort.NEWEST else found.scores


def _page_of(snapshot: Snapshot, found: Found, keys: NDArray[Any], start: int, end: int) -> list[int]:
    """Places in ``found`` of the documents of one page, those with the largest key first; equal ones by their entry."""
    candidates = np.arange(len(found))
    if end < len(found):
        threshold = np.partition(keys, len(found) - end)[len(found) - end]
        candidates = np.flatnonzero(keys >= threshold)
    ids = snapshot.entry_ids[found.documents[candidates]]
    order = np.lexsort((ids, -keys[candidates]))
    places: list[int] = candidates[order][start:end].tolist()
    return places
