"""The engine of the tests: everything in dictionaries, no shortcuts, so that it is plainly right."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from marketplace.search import german, ranking
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import EngineResults, Facet, Hit, SearchDocument, SearchQuery, Sort
from marketplace.search.query_words import Alternative, Clause, QueryWords, analyse_query

Scores = dict[int, float]


class MemoryEngine:
    """Holds all documents of one process; gone with it."""

    def __init__(self) -> None:
        self._documents: dict[int, SearchDocument] = {}
        self._weighed: dict[int, ranking.WeighedDocument] = {}
        self._writing = threading.RLock()

    def search(self, query: SearchQuery) -> EngineResults:
        """Answer a query."""
        scores, terms, relaxed = self._match(analyse_query(query.text) if query.text.strip() else None)
        scores = {entry_id: score for entry_id, score in scores.items() if self._is_within(entry_id, query)}
        found = [entry_id for entry_id in scores if self._passes(entry_id, query.filters)]
        found.sort(key=self._order(query, scores))
        pages = max(1, -(-len(found) // query.page_size))
        page = min(max(query.page, 1), pages)
        on_page = found[(page - 1) * query.page_size : page * query.page_size]
        hits = [Hit(entry_id, scores[entry_id]) for entry_id in on_page]
        facets = {facet: self._count(facet, scores, query.filters) for facet in Facet}
        return EngineResults(hits, len(found), facets, page, relaxed, terms)

    def similar(self, document: SearchDocument, limit: int) -> list[Hit]:
        """Other documents that share the most telling words and Handlungsfelder with this one, the nearest first."""
        weights = ranking.weigh_head(document)
        rarities = {term: self._rarity(term) for term in weights if self._has_term(term)}
        scores: Scores = {}
        shared: dict[int, int] = {}
        for term in ranking.telling_terms(weights, rarities):
            for entry_id, score in self._score_term(term).items():
                scores[entry_id] = scores.get(entry_id, 0.0) + score
                shared[entry_id] = shared.get(entry_id, 0) + 1
        fields = set(document.facets.get(Facet.ACTION_FIELD, ()))
        for entry_id in scores:
            common = len(fields & set(self._values(entry_id, Facet.ACTION_FIELD)))
            scores[entry_id] *= 1.0 + ranking.SIMILAR_FIELD_BONUS * common
        found = [i for i in scores if i != document.entry_id and shared[i] >= ranking.SIMILAR_MIN_SHARED]
        found.sort(key=lambda entry_id: (-scores[entry_id], entry_id))
        return [Hit(entry_id, scores[entry_id]) for entry_id in found[:limit]]

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep all other writers out for a while."""
        with self._writing:
            yield

    def update(self, documents: Iterable[SearchDocument], deleted: Iterable[int]) -> None:
        """Write documents again and drop entries by id."""
        for entry_id in deleted:
            self._documents.pop(entry_id, None)
            self._weighed.pop(entry_id, None)
        for document in documents:
            self._documents[document.entry_id] = document
            self._weighed[document.entry_id] = ranking.weigh(document)

    def rebuild(self, documents: Iterable[SearchDocument]) -> None:
        """Build everything anew."""
        built = MemoryEngine()
        with self._writing:
            built.update(documents, ())
            self._documents, self._weighed = built._documents, built._weighed

    def is_ready(self) -> bool:
        """An empty index is usable too."""
        return True

    def count(self) -> int:
        """Number of documents in the index."""
        return len(self._documents)

    def states(self) -> dict[int, int]:
        """For each entry in the index its ``changed``."""
        return {entry_id: document.changed for entry_id, document in self._documents.items()}

    def _match(self, words: QueryWords | None) -> tuple[Scores, frozenset[str], bool]:
        """Documents that the words find with their scores, the terms looked for, whether not all words were found."""
        if words is None:
            return dict.fromkeys(self._documents, 0.0), frozenset(), False
        if not words.required:
            everything = dict.fromkeys(self._documents, 0.0) if words.excluded else {}
            return self._without_excluded(everything, words), frozenset(), False
        evaluated = [self._evaluate(clause) for clause in words.required]
        common = set.intersection(*(set(scores) for scores, _ in evaluated))
        strict = {entry_id: _add(scores[entry_id] for scores, _ in evaluated) for entry_id in common}
        strict, terms = self._without_excluded(strict, words), _all_terms(evaluated)
        if strict or len(words.relaxed()) < 2:
            return strict, terms, False
        evaluated = [self._evaluate(clause) for clause in words.relaxed()]
        loose: Scores = {}
        for scores, _ in evaluated:
            for entry_id, score in scores.items():
                loose[entry_id] = loose.get(entry_id, 0.0) + score
        loose = self._without_excluded(loose, words)
        return loose, _all_terms(evaluated), bool(loose)

    def _without_excluded(self, scores: Scores, words: QueryWords) -> Scores:
        excluded = {i for clause in words.excluded for i in self._score_clause(clause)}
        return {entry_id: score for entry_id, score in scores.items() if entry_id not in excluded}

    def _evaluate(self, clause: Clause) -> tuple[Scores, list[str]]:
        """Documents that satisfy a clause, and the terms looked for."""
        terms = [term for way in clause.alternatives for term in way.terms]
        scores = self._score_clause(clause)
        if scores or clause.prefix is None:
            return scores, terms
        vocabulary = sorted({term for weighed in self._weighed.values() for term in weighed.weights})
        candidates = [term for term in vocabulary if term.startswith(clause.prefix)][: ranking.MAX_CANDIDATES]
        longer = ranking.nearest_first(candidates)[: ranking.MAX_EXPANSIONS]
        ways = tuple(Alternative((term,), ranking.PREFIX_FACTOR) for term in longer)
        return self._score_clause(Clause(ways)), terms + longer

    def _score_clause(self, clause: Clause) -> Scores:
        best: Scores = {}
        for way in clause.alternatives:
            by_term = [self._score_term(term) for term in way.terms]
            for entry_id in set.intersection(*(set(scores) for scores in by_term)):
                score = way.weight * _add(scores[entry_id] for scores in by_term)
                best[entry_id] = max(best.get(entry_id, 0.0), score)
        if not clause.phrase:
            return best
        codes = [ranking.code_of(term) for term in clause.phrase]
        return {i: score for i, score in best.items() if _contains(self._weighed[i].codes, codes)}

    def _score_term(self, term: str) -> Scores:
        rarity = self._rarity(term)
        average = sum(weighed.length for weighed in self._weighed.values()) / max(1, len(self._weighed))
        return {
            i: ranking.term_score(weighed.weights[term], rarity, ranking.shortness(weighed.length, average))
            for i, weighed in self._weighed.items()
            if term in weighed.weights
        }

    def _rarity(self, term: str) -> float:
        return ranking.rarity(len(self._weighed), sum(term in weighed.weights for weighed in self._weighed.values()))

    def _has_term(self, term: str) -> bool:
        return any(term in weighed.weights for weighed in self._weighed.values())

    def _values(self, entry_id: int, facet: Facet) -> tuple[str, ...]:
        document = self._documents[entry_id]
        if facet is Facet.STATE and document.nationwide:
            return tuple(CLOSED_LISTS[facet].values())
        return document.facets.get(facet, ())

    def _is_within(self, entry_id: int, query: SearchQuery) -> bool:
        if query.only is not None and entry_id not in query.only:
            return False
        state, size = (query.fit.state, query.fit.size) if query.fit else (None, None)
        sizes = self._values(entry_id, Facet.SIZE)
        return not (state and state not in self._values(entry_id, Facet.STATE)) and not (
            size and sizes and size not in sizes
        )

    def _passes(self, entry_id: int, filters: Mapping[Facet, frozenset[str]], but: Facet | None = None) -> bool:
        return all(
            not chosen or facet is but or not chosen.isdisjoint(self._values(entry_id, facet))
            for facet, chosen in filters.items()
        )

    def _count(self, facet: Facet, scores: Scores, filters: Mapping[Facet, frozenset[str]]) -> dict[str, int]:
        counts = dict.fromkeys(CLOSED_LISTS[facet].values(), 0)
        for entry_id in scores:
            if self._passes(entry_id, filters, but=facet):
                for value in set(self._values(entry_id, facet)):
                    counts[value] += 1
        return {value: count for value, count in counts.items() if count}

    def _order(self, query: SearchQuery, scores: Scores) -> Callable[[int], tuple[float | str, int]]:
        if query.sort is Sort.TITLE:
            return lambda entry_id: (german.sort_key(self._documents[entry_id].title), entry_id)
        if query.sort is Sort.NEWEST or not analyse_query(query.text).required:
            return lambda entry_id: (-self._documents[entry_id].published, entry_id)
        return lambda entry_id: (-scores[entry_id], entry_id)


def _add(numbers: Iterable[float]) -> float:
    """One after the other, as arrays are added; ``sum`` compensates rounding from Python 3.12 on."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def _all_terms(evaluated: list[tuple[Scores, list[str]]]) -> frozenset[str]:
    return frozenset(term for _, terms in evaluated for term in terms)


def _contains(codes: list[int], wanted: list[int]) -> bool:
    last = len(codes) - len(wanted)
    return any(codes[start : start + len(wanted)] == wanted for start in range(last + 1))
