"""What the query evaluation reads of an index: an immutable snapshot whose documents are numbers into arrays.

How postings, words and titles are stored is the matter of each engine. The number of documents is padded to a multiple
of 64 in places; numbers that belong to no document are never live.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marketplace.search import ranking
from marketplace.search.compounds import Dictionary
from marketplace.search.engines.array_cache import ArrayCache
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import Facet

Documents = NDArray[np.int64]
Floats = NDArray[np.float64]
Bits = NDArray[np.uint64]

STRENGTH_BYTES = 64 * 1024 * 1024
STRENGTH_BYTES_PER_DOCUMENT = 2048
"""What a snapshot keeps of words that were looked for, whichever is more; of 100,000 entries the most frequent words
take 1 MB each."""

FACET_ROWS = {
    (facet, value): row
    for row, (facet, value) in enumerate((facet, value) for facet in Facet for value in CLOSED_LISTS[facet].values())
}
"""Row of each value in the matrix of facet bits."""


VALUES = {facet: CLOSED_LISTS[facet].values() for facet in Facet}
ROWS = {facet: slice(FACET_ROWS[facet, each[0]], FACET_ROWS[facet, each[-1]] + 1) for facet, each in VALUES.items()}
"""All values of each facet, and where their rows stand, in the same order."""


Phrase = tuple[list[int], Documents]
"""Codes of words, and the documents in which they may stand side by side."""


class CorruptIndexError(Exception):
    """The index does not hold what it should."""


class Snapshot(ABC):
    """The whole index as it was at one moment."""

    def __init__(self, rows: NDArray[Any], live: NDArray[np.bool_], facet_bits: Bits, dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self.strengths: ArrayCache[Hashable, tuple[Documents, Floats]] = ArrayCache(
            max(STRENGTH_BYTES, STRENGTH_BYTES_PER_DOCUMENT * len(rows))
        )
        """How strong documents have a term and the form that was typed, or a phrase; kept by ``array_match.py``."""
        self.live = live
        self.facet_bits = facet_bits
        self.entry_ids: Documents = rows["entry_id"]
        self.published: Documents = rows["published"]
        self.changed: Documents = rows["changed"]
        lengths = np.where(live, rows["length"], 0.0)
        self.count = int(live.sum())
        self._years, self._reuses, self._completeness = rows["year"], rows["reuses"], rows["completeness"]
        self._unconfirmed = rows["unconfirmed"] != 0
        self._newest = int(self._years[live].max()) if live.any() else 0
        self.boosts = self._all_boosts()
        self.shortness = ranking.shortness(lengths, float(lengths.sum()) / max(1, self.count) or 1.0)

    def _all_boosts(self) -> Floats:
        """What the score of each document is multiplied by; the formulas of ``ranking.boost``."""
        freshness, evidence = np.array(ranking.FRESHNESS_BOOST), np.array(ranking.REUSE_BOOST)
        ages = np.clip(self._newest - self._years, 0, len(freshness) - 1)
        fresh = np.where(self._years == 0, 1.0, freshness[ages])
        reused = evidence[np.clip(self._reuses, 0, len(evidence) - 1)]
        confirmed = np.where(self._unconfirmed, ranking.UNCONFIRMED_FACTOR, 1.0)
        boosts: Floats = reused * fresh * ranking.completeness_boost(self._completeness) * confirmed
        return boosts

    def boosts_of(self, document: int) -> dict[str, float]:
        """The boosts of one document by name."""
        year, reuses = int(self._years[document]), int(self._reuses[document])
        completeness, is_unconfirmed = float(self._completeness[document]), bool(self._unconfirmed[document])
        return ranking.boosts_by_name(year, self._newest, completeness, reuses, is_unconfirmed)

    @abstractmethod
    def signed_postings(self, term: str) -> tuple[Documents, Floats]:
        """Live documents with a term in order of their numbers, and its weight in each, below 0 if only a part."""

    def postings(self, term: str) -> tuple[Documents, Floats]:
        """Live documents with a term in order of their numbers, and its weight in each."""
        documents, weights = self.signed_postings(term)
        return documents, np.abs(weights, out=weights)

    def with_word(self, term: str) -> Documents:
        """Live documents in which a term is a word on its own."""
        documents, weights = self.signed_postings(term)
        return documents[weights > 0.0]

    def read_ahead(self, terms: Iterable[str]) -> None:  # noqa: B027 -- only some have to do anything
        """Have the postings of many terms at hand, where to read them one by one would take long."""

    def frequency(self, term: str) -> int:
        """Number of live documents with a term."""
        return len(self.postings(term)[0])

    @abstractmethod
    def list_terms(self, prefixes: Collection[str], limit: int) -> Mapping[str, Sequence[str]]:
        """For each prefix the first terms in order that begin with it."""

    @abstractmethod
    def find_phrases(self, phrases: Sequence[Phrase]) -> list[Documents]:
        """For each phrase those of its documents in which the words stand side by side."""

    @abstractmethod
    def forms_like(self, form: str) -> dict[str, int]:
        """Folded words of the index that are near this one, and how many letters apart; also words just removed."""

    @abstractmethod
    def list_titles(self) -> Iterable[tuple[bytes, int]]:
        """Sort key of the title of each document, with its number."""

    @cached_property
    def title_ranks(self) -> Documents:
        """Place of each document when all are sorted by title; equal titles share a place."""
        ranks = np.zeros(len(self.live), np.int64)
        rank, before = -1, None
        for title, document in sorted(self.list_titles()):
            if title != before:
                rank, before = rank + 1, title
            ranks[document] = rank
        return ranks


def states_of(snapshot: Snapshot) -> dict[int, int]:
    """For each entry in the index its ``changed``."""
    live = snapshot.live
    return dict(zip(snapshot.entry_ids[live].tolist(), snapshot.changed[live].tolist(), strict=True))


def facet_bits_of(rows: NDArray[Any]) -> Bits:
    """For each value of each facet the set of documents that have it, as a row of bits; rows are a multiple of 64."""
    matrix = np.zeros((len(FACET_ROWS), len(rows) // 64), np.uint64)
    row = 0
    for number, facet in enumerate(Facet):
        codes = rows["facets"][:, number]
        for bit in range(len(CLOSED_LISTS[facet])):
            matrix[row] = pack((codes >> np.uint32(bit)) & np.uint32(1))
            row += 1
    return matrix


def pack(flags: NDArray[Any]) -> Bits:
    """One bit for each document out of one flag for each."""
    return np.packbits(flags.astype(bool), bitorder="little").view(np.uint64)


def unpack(bits: Bits) -> NDArray[np.bool_]:
    """One flag for each document out of one bit for each."""
    return np.unpackbits(bits.view(np.uint8), bitorder="little").view(bool)


def phrase_starts(words: NDArray[np.uint32], codes: list[int]) -> Documents:
    """Places in a sequence of words at which the words with these codes stand side by side."""
    starts = np.flatnonzero(words[: max(0, len(words) - len(codes) + 1)] == codes[0])
    for place, code in enumerate(codes[1:], 1):
        starts = starts[words[starts + place] == code]
    return starts
