"""A seeded synthetic catalogue in municipal German: words of ``content/`` by their frequency, and compounds of them."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from marketplace.search import german
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import Facet, SearchDocument, SearchQuery, Sort

CONTENT = Path(__file__).resolve().parent.parent / "content"
VOCABULARY_SIZE = 60_000
TITLE_WORDS, SUMMARY_WORDS, BODY_WORDS = 8, 30, 300
SECONDS_PER_ENTRY = 3600
CHUNK = 500

_SHARE_WITH_VALUES = {Facet.PHASE: 0.7, Facet.MATURITY: 0.6, Facet.LICENCE: 0.2, Facet.SIZE: 0.8, Facet.STATE: 0.9}
_MOST_VALUES = {Facet.ACTION_FIELD: 3, Facet.CHALLENGE: 3}


@dataclass
class Corpus:
    """Documents and queries of one size; equal seeds and equal ``content/`` give equal ones."""

    size: int
    seed: int = 2026
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    @cached_property
    def vocabulary(self) -> list[str]:
        """Words by rank: those of the library by their frequency, then compounds of its nouns."""
        counted: Counter[str] = Counter()
        for path in sorted(CONTENT.rglob("*.md")):
            counted.update(re.findall(r"[^\W\d_]{2,}", path.read_text(encoding="utf-8")))
        words = [word for word, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
        nouns = [word for word in words if word[0].isupper() and 4 <= len(word) <= 14]
        made: dict[str, None] = dict.fromkeys(words)
        choose = random.Random(self.seed)
        while len(made) < VOCABULARY_SIZE:
            made[choose.choice(nouns) + choose.choice(("", "s")) + choose.choice(nouns).lower()] = None
        return list(made)

    @cached_property
    def _chances(self) -> np.ndarray:  # type: ignore[type-arg]  # numbers of a distribution
        weights = 1.0 / (np.arange(len(self.vocabulary)) + 2.7) ** 1.07
        return np.cumsum(weights / weights.sum())

    def documents(self) -> Iterator[SearchDocument]:
        """All documents; each call gives the same."""
        words = np.array(self.vocabulary, dtype=object)
        draw = np.random.default_rng(self.seed)
        choose = random.Random(self.seed)
        per_document = TITLE_WORDS + SUMMARY_WORDS + BODY_WORDS
        for start in range(0, self.size, CHUNK):
            drawn = words[np.searchsorted(self._chances, draw.random((CHUNK, per_document))).clip(0, len(words) - 1)]
            for row in range(min(CHUNK, self.size - start)):
                yield self._document(start + row + 1, drawn[row], choose)

    def _document(self, number: int, words: np.ndarray, choose: random.Random) -> SearchDocument:  # type: ignore[type-arg]
        body = TITLE_WORDS + SUMMARY_WORDS
        facets = {facet: _values(facet, choose) for facet in Facet}
        return SearchDocument(
            entry_id=number,
            title=" ".join(words[:TITLE_WORDS])[:140],
            summary=" ".join(words[TITLE_WORDS:body])[:400],
            body=" ".join(words[body:]),
            facets=facets,
            published=1_600_000_000 + number * SECONDS_PER_ENTRY,
            nationwide=not facets[Facet.STATE],
            changed=number,
        )

    def queries(self, number: int = 500, *, draw: int = 1) -> list[SearchQuery]:
        """Searches of one to three words as people type them; some with one or two filters. Each draw gives others."""
        choose = random.Random(self.seed + draw)
        telling = [word for word in self.vocabulary[:6000] if word[0].isupper() and german.term_of(word)]
        weights = [1.0 / (rank + 20) for rank in range(len(telling))]
        queries = []
        for _ in range(number):
            words = choose.choices(telling, weights, k=choose.choice((1, 1, 2, 2, 2, 3)))
            facets = choose.sample(
                [Facet.KIND, Facet.ACTION_FIELD, Facet.STATE, Facet.SIZE], choose.choice((0, 0, 0, 1, 2))
            )
            filters = {facet: frozenset([choose.choice(CLOSED_LISTS[facet].values())]) for facet in facets}
            queries.append(SearchQuery(" ".join(words), filters, Sort.RELEVANCE))
        return queries


def _values(facet: Facet, choose: random.Random) -> tuple[str, ...]:
    if choose.random() > _SHARE_WITH_VALUES.get(facet, 1.0):
        return ()
    values = CLOSED_LISTS[facet].values()
    return tuple(choose.sample(values, choose.randint(1, _MOST_VALUES.get(facet, 1))))
