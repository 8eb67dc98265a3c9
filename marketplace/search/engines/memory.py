"""The engine of the tests: everything in dictionaries, no shortcuts, so that it is plainly right.

The few pages under ``/wissen`` are searched with it, too (``knowledge/page_search.py``).
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from marketplace.search import german, ranking, spelling
from marketplace.search.compounds import PLAIN, Dictionary
from marketplace.search.engines.memory_match import Matcher, Scores
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.lexicon import Lexicon, lexicon_of
from marketplace.search.port import EngineResults, Explanation, Facet, Hit, SearchDocument, SearchQuery, Sort
from marketplace.search.query_words import QueryWords, analyse_query
from marketplace.search.spelling import Candidate
from marketplace.search.synonyms import SynonymSource, no_synonyms
from marketplace.search.weighing import EXACT_MARK, WeighedDocument, weigh, weigh_head


class MemoryEngine:
    """Holds all documents of one process; gone with it."""

    def __init__(self, synonyms: SynonymSource = no_synonyms) -> None:
        self._documents: dict[int, SearchDocument] = {}
        self._weighed: dict[int, WeighedDocument] = {}
        self._dictionary = PLAIN
        self.synonyms = synonyms
        self._writing = threading.RLock()

    @property
    def _matcher(self) -> Matcher:
        return Matcher(self._documents, self._weighed)

    def lexicon(self) -> Lexicon:
        """The dictionary the index was built with, and the synonyms as they are now."""
        return lexicon_of(self._dictionary, self.synonyms())

    def search(self, query: SearchQuery) -> EngineResults:
        """Answer a query."""
        words = analyse_query(query.text, self.lexicon())
        matched = self._matcher.match(words, is_blank=not query.text.strip())
        wanted = matched.scores if query.sort is Sort.RELEVANCE else matched.best
        scores = {entry_id: score for entry_id, score in wanted.items() if self._is_within(entry_id, query)}
        found = [entry_id for entry_id in scores if self._passes(entry_id, query.filters)]
        found.sort(key=self._order(query, words, scores))
        pages = max(1, -(-len(found) // query.page_size))
        page = min(max(query.page, 1), pages)
        on_page = found[(page - 1) * query.page_size : page * query.page_size]
        return EngineResults(
            [Hit(entry_id, scores[entry_id]) for entry_id in on_page],
            len(found),
            {facet: self._count(facet, scores, query.filters) for facet in Facet},
            page,
            complete=len(matched.complete.intersection(found)),
            relaxed=bool(matched.scores) and not matched.complete,
            terms=matched.terms,
            frequencies=matched.frequencies,
            dictionary=self._dictionary,
        )

    def explain(self, text: str, entry_id: int) -> Explanation | None:
        """Why an entry stands where it stands for a query; None if it is not found."""
        return self._matcher.explain(analyse_query(text, self.lexicon()), entry_id)

    def words_like(self, form: str) -> list[Candidate]:
        """Words of the index at most one letter away from a folded word, two if it is long; in alphabetical order."""
        near = sorted(word for word in self._matcher.forms() if spelling.is_near(form, word))
        most = spelling.most_wrong(form)
        return [
            Candidate(word, spelling.distance_of(form, word, most), len(self._matcher.with_term(EXACT_MARK + word)))
            for word in near
        ]

    def similar(self, document: SearchDocument, limit: int) -> list[Hit]:
        """Other documents that share the most telling words and Handlungsfelder with this one, the nearest first."""
        matcher = self._matcher
        weights = weigh_head(document, self._dictionary)
        frequencies = {term: len(matcher.with_term(term)) for term in weights}
        rarities = {term: ranking.rarity(len(self._weighed), number) for term, number in frequencies.items() if number}
        scores: Scores = {}
        shared: dict[int, int] = {}
        for term in ranking.telling_terms(weights, rarities):
            for entry_id, score in matcher.score_term(term).items():
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
            self._weighed[document.entry_id] = weigh(document, self._dictionary)

    def rebuild(self, documents: Iterable[SearchDocument], dictionary: Dictionary = PLAIN) -> None:
        """Build everything anew."""
        built = MemoryEngine()
        built._dictionary = dictionary
        with self._writing:
            built.update(documents, ())
            self._documents, self._weighed, self._dictionary = built._documents, built._weighed, dictionary

    def is_ready(self) -> bool:
        """An empty index is usable too."""
        return True

    def count(self) -> int:
        """Number of documents in the index."""
        return len(self._documents)

    def states(self) -> dict[int, int]:
        """For each entry in the index its ``changed``."""
        return {entry_id: document.changed for entry_id, document in self._documents.items()}

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

    def _published_in(self, entry_id: int, states: frozenset[str]) -> int:
        """When it was published, those of a chosen Land with a head start."""
        of_states = not states.isdisjoint(self._values(entry_id, Facet.STATE))
        is_everywhere = len(set(self._values(entry_id, Facet.STATE))) == len(CLOSED_LISTS[Facet.STATE])
        return self._documents[entry_id].published + ranking.HEAD_START * (of_states and not is_everywhere)

    def _order(self, query: SearchQuery, words: QueryWords, scores: Scores) -> Callable[[int], tuple[float | str, int]]:
        if query.sort is Sort.TITLE:
            return lambda entry_id: (german.sort_key(self._documents[entry_id].title), entry_id)
        if query.sort is Sort.NEWEST:
            return lambda entry_id: (-self._documents[entry_id].published, entry_id)
        if not words.required:
            return lambda entry_id: (-self._published_in(entry_id, query.chosen_states()), entry_id)
        return lambda entry_id: (-scores[entry_id], entry_id)
