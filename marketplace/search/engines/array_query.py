"""Answers a query on a snapshot, in arrays: words to documents with scores, filters and facets as sets of bits."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marketplace.search import ranking
from marketplace.search.engines.array_snapshot import FACET_ROWS, Bits, Documents, Floats, Snapshot, pack, unpack
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import EngineResults, Facet, Hit, SearchDocument, SearchQuery, Sort
from marketplace.search.query_words import Alternative, Clause, QueryWords, analyse_query

Filters = Mapping[Facet, frozenset[str]]


@dataclass(frozen=True)
class Found:
    """Documents in order of their numbers, each with its score."""

    documents: Documents
    scores: Floats

    def __len__(self) -> int:
        return len(self.documents)

    def only(self, keep: NDArray[np.bool_]) -> "Found":
        """Those that are marked."""
        return Found(self.documents[keep], self.scores[keep])


_NOTHING = Found(np.empty(0, np.int64), np.empty(0, np.float64))


def answer(snapshot: Snapshot, query: SearchQuery) -> EngineResults:
    """Answer a query."""
    words = analyse_query(query.text)
    found, terms, relaxed = _match(snapshot, words, is_blank=not query.text.strip())
    found = _within(snapshot, found, query)
    matching = _as_bits(snapshot, found)
    allowed = {facet: _allowed(snapshot, facet, chosen) for facet, chosen in query.filters.items() if chosen}
    passing = reduce(np.bitwise_and, allowed.values(), matching)
    hits = found.only(unpack(passing)[found.documents]) if allowed else found
    pages = max(1, -(-len(hits) // query.page_size))
    page = min(max(query.page, 1), pages)
    sort = Sort.NEWEST if query.sort is Sort.RELEVANCE and not words.required else query.sort
    places = _page_of(snapshot, hits, sort, (page - 1) * query.page_size, page * query.page_size)
    return EngineResults(
        [Hit(int(snapshot.entry_ids[hits.documents[place]]), float(hits.scores[place])) for place in places],
        len(hits),
        _count_facets(snapshot, matching, allowed),
        page,
        relaxed,
        terms,
    )


def find_similar(snapshot: Snapshot, document: SearchDocument, limit: int) -> list[Hit]:
    """Other documents that share the most telling words and Handlungsfelder with this one, the nearest first."""
    weights = ranking.weigh_head(document)
    frequencies = {term: len(snapshot.postings(term)[0]) for term in weights}
    rarities = {term: ranking.rarity(snapshot.count, number) for term, number in frequencies.items() if number}
    found = [_score_term(snapshot, term) for term in ranking.telling_terms(weights, rarities)]
    together = _add_up(found)
    shared = _add_up([Found(one.documents, np.ones(len(one))) for one in found])
    fields = document.facets.get(Facet.ACTION_FIELD, ())
    rows = [FACET_ROWS[Facet.ACTION_FIELD, value] for value in set(fields)]
    common = sum((unpack(snapshot.facet_bits[row])[together.documents] for row in rows), np.zeros(len(together)))
    scores = together.scores * (1.0 + ranking.SIMILAR_FIELD_BONUS * common)
    is_other = snapshot.entry_ids[together.documents] != document.entry_id
    near = Found(together.documents, scores).only(is_other & (shared.scores >= ranking.SIMILAR_MIN_SHARED))
    places = _page_of(snapshot, near, Sort.RELEVANCE, 0, limit)
    return [Hit(int(snapshot.entry_ids[near.documents[place]]), float(near.scores[place])) for place in places]


def _match(snapshot: Snapshot, words: QueryWords, *, is_blank: bool) -> tuple[Found, frozenset[str], bool]:
    """Documents that the words find, the terms looked for, and whether not all words were found together."""
    if not words.required:
        everything = is_blank or bool(words.excluded)
        live = np.flatnonzero(snapshot.live)
        found = Found(live, np.zeros(len(live))) if everything else _NOTHING
        return _without_excluded(snapshot, found, words), frozenset(), False
    evaluated = [_evaluate(snapshot, clause) for clause in words.required]
    found = _without_excluded(snapshot, _intersect([found for found, _ in evaluated]), words)
    single_words = words.relaxed()
    relaxed = not len(found) and len(single_words) > 1
    if relaxed:
        evaluated = [_evaluate(snapshot, clause) for clause in single_words]
        found = _without_excluded(snapshot, _add_up([found for found, _ in evaluated]), words)
    terms = frozenset(term for _, looked_for in evaluated for term in looked_for)
    return found, terms, relaxed and len(found) > 0


def _within(snapshot: Snapshot, found: Found, query: SearchQuery) -> Found:
    """Those among which the query searches, and that suit the municipality."""
    if query.only is not None:
        found = found.only(np.isin(snapshot.entry_ids[found.documents], np.array(sorted(query.only), np.int64)))
    if query.fit and query.fit.state:
        found = found.only(unpack(_allowed(snapshot, Facet.STATE, frozenset([query.fit.state])))[found.documents])
    if query.fit and query.fit.size:
        of_size = _allowed(snapshot, Facet.SIZE, frozenset([query.fit.size]))
        of_any = _allowed(snapshot, Facet.SIZE, frozenset(CLOSED_LISTS[Facet.SIZE].values()))
        found = found.only(unpack(of_size | ~of_any)[found.documents])
    return found


def _without_excluded(snapshot: Snapshot, found: Found, words: QueryWords) -> Found:
    for clause in words.excluded:
        found = found.only(~np.isin(found.documents, _score_clause(snapshot, clause).documents, assume_unique=True))
    return found


def _evaluate(snapshot: Snapshot, clause: Clause) -> tuple[Found, list[str]]:
    """Documents that satisfy a clause, and the terms looked for."""
    terms = [term for way in clause.alternatives for term in way.terms]
    found = _score_clause(snapshot, clause)
    if len(found) or clause.prefix is None:
        return found, terms
    candidates = ranking.nearest_first(snapshot.list_terms(clause.prefix, ranking.MAX_CANDIDATES))
    # The dictionary of a segment still has the words of entries that were changed or removed since.
    alive = (term for term in candidates if len(snapshot.postings(term)[0]))
    longer = list(itertools.islice(alive, ranking.MAX_EXPANSIONS))
    ways = tuple(Alternative((term,), ranking.PREFIX_FACTOR) for term in longer)
    return _score_clause(snapshot, Clause(ways)), terms + longer


def _score_clause(snapshot: Snapshot, clause: Clause) -> Found:
    ways = [_score_way(snapshot, way) for way in clause.alternatives]
    best = ways[0] if len(ways) == 1 else _best_of(ways)
    if not clause.phrase:
        return best
    codes = [ranking.code_of(term) for term in clause.phrase]
    return best.only(np.isin(best.documents, snapshot.find_phrase(codes, best.documents), assume_unique=True))


def _score_way(snapshot: Snapshot, way: Alternative) -> Found:
    found = _intersect([_score_term(snapshot, term) for term in way.terms])
    return Found(found.documents, way.weight * found.scores)


def _score_term(snapshot: Snapshot, term: str) -> Found:
    documents, weights = snapshot.postings(term)
    rarity = ranking.rarity(snapshot.count, len(documents))
    return Found(documents, ranking.term_score(weights, rarity, snapshot.shortness[documents]))


def _intersect(parts: list[Found]) -> Found:
    """Documents that are in all parts, with the sum of their scores."""
    common = min(parts, key=len).documents
    for part in parts:
        places = np.searchsorted(part.documents, common)
        places[places == len(part)] = 0
        common = common[part.documents[places] == common] if len(part) else common[:0]
    scores = np.zeros(len(common))
    for part in parts:
        scores += part.scores[np.searchsorted(part.documents, common)]
    return Found(common, scores)


def _add_up(parts: list[Found]) -> Found:
    """Documents that are in any part, with the sum of their scores."""
    together = _union(parts)
    for part in parts:
        together.scores[np.searchsorted(together.documents, part.documents)] += part.scores
    return together


def _best_of(parts: list[Found]) -> Found:
    """Documents that are in any part, with the best of their scores."""
    together = _union(parts)
    for part in parts:
        places = np.searchsorted(together.documents, part.documents)
        together.scores[places] = np.maximum(together.scores[places], part.scores)
    return together


def _union(parts: list[Found]) -> Found:
    documents = np.unique(np.concatenate([_NOTHING.documents, *(part.documents for part in parts)]))
    return Found(documents, np.zeros(len(documents)))


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
    for facet in Facet:
        values = CLOSED_LISTS[facet].values()
        first = FACET_ROWS[facet, values[0]]
        numbers = counts[first : first + len(values)]
        if facet in allowed:
            others = reduce(np.bitwise_and, (bits for other, bits in allowed.items() if other is not facet), matching)
            rows = snapshot.facet_bits[first : first + len(values)]
            numbers = np.bitwise_count(rows & others).sum(axis=1, dtype=np.int64)
        facets[facet] = {value: number for value, number in zip(values, numbers.tolist(), strict=True) if number}
    return facets


def _page_of(snapshot: Snapshot, found: Found, sort: Sort, start: int, end: int) -> list[int]:
    """Places in ``found`` of the documents of one page, in the order asked for; equal ones by number of their entry."""
    if sort is Sort.TITLE:
        keys: NDArray[Any] = -snapshot.title_ranks[found.documents]
    else:
        keys = snapshot.published[found.documents] if sort is Sort.NEWEST else found.scores
    candidates = np.arange(len(found))
    if end < len(found):
        threshold = np.partition(keys, len(found) - end)[len(found) - end]
        candidates = np.flatnonzero(keys >= threshold)
    ids = snapshot.entry_ids[found.documents[candidates]]
    order = np.lexsort((ids, -keys[candidates]))
    places: list[int] = candidates[order][start:end].tolist()
    return places
