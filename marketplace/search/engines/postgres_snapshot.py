"""A snapshot of the PostgreSQL index in arrays, and the cache of postings that all snapshots of a process share.

Most searches need nothing of the database but the news that nothing has changed. What is missing is read when it is
needed, and kept.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marketplace.search.compounds import Dictionary
from marketplace.search.engines.array_document import RECORD_TYPE
from marketplace.search.engines.array_snapshot import (
    Bits,
    CorruptIndexError,
    Documents,
    Floats,
    Phrase,
    Snapshot,
    facet_bits_of,
)
from marketplace.search.engines.postgres_reader import IndexReader, IndexState, Rows, WrittenTerms
from marketplace.search.spelling import WordIndex
from marketplace.search.weighing import EXACT_MARK

CACHE_BYTES = 48 * 1024 * 1024
_ENTRY_OVERHEAD = 300

MAX_LISTED = 64
"""Beginnings of words of which a snapshot keeps what begins so: a page asks for the same ones in several searches."""

MAX_WORD_INDEXES = 16
SPARE_ROWS = 1000
"""Replaced writings that a snapshot may carry beside as many as there are entries, before it is read anew."""


@dataclass(frozen=True)
class Postings:
    """Documents that have a term in order of their numbers, and its weight in each, in one state of the index."""

    last: int
    documents: NDArray[np.uint32]
    weights: NDArray[np.float32]

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return self.documents.nbytes + self.weights.nbytes + _ENTRY_OVERHEAD


_UNKNOWN = Postings(0, np.empty(0, np.uint32), np.empty(0, np.float32))


@dataclass(frozen=True)
class KnownWords:
    """All words of one state of the index, for spelling: those of the first reading, and what came since."""

    last: int = -1
    highest: int = 0
    indexes: tuple[WordIndex, ...] = ()

    def advance(self, reader: IndexReader) -> "KnownWords":
        """The words of the state of a reader."""
        new = reader.list_forms(self.highest)
        if not new:
            return replace(self, last=reader.state.last)
        index = WordIndex((term.removeprefix(EXACT_MARK), -number) for number, term in new)
        # Many small indexes are slow; then everything is read anew next time.
        indexes = (*self.indexes, index) if len(self.indexes) < MAX_WORD_INDEXES else ()
        return KnownWords(reader.state.last if indexes else -1, new[-1][0] if indexes else 0, indexes)


class PostingCache:
    """Postings of the terms asked for most recently, bounded by their bytes; shared by all threads."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit = limit
        self._bytes = 0
        self._entries: OrderedDict[str, Postings] = OrderedDict()
        self._lock = threading.Lock()
        self.words = KnownWords()

    def find(self, term: str) -> Postings | None:
        """Postings of a term."""
        with self._lock:
            if term in self._entries:
                self._entries.move_to_end(term)
            return self._entries.get(term)

    def keep(self, term: str, postings: Postings) -> None:
        """Keep postings unless there are newer ones; drop those not asked for the longest time."""
        with self._lock:
            before = self._entries.get(term)
            if before is not None and before.last >= postings.last:
                return
            self._entries[term] = postings
            self._bytes += postings.size - (before.size if before else 0)
            while self._bytes > self._limit and self._entries:
                self._bytes -= self._entries.popitem(last=False)[1].size


class PostgresSnapshot(Snapshot):
    """The whole index in one state. Documents are numbered by their place among the writings that were read."""

    def __init__(
        self, state: IndexState, numbers: Documents, rows: NDArray[Any], live: NDArray[np.bool_], *, bits: Bits,
        cache: PostingCache, dictionary: Dictionary, terms: WrittenTerms,
    ) -> None:  # fmt: skip
        super().__init__(rows, live, bits, dictionary)
        self.state = state
        self.numbers = numbers
        self._rows = rows
        self._cache = cache
        self._terms = terms
        self._listed: Mapping[str, Sequence[str]] = {}
        self._has_no_gaps = self.count == len(numbers)
        self._local = threading.local()

    @classmethod
    def load(cls, reader: IndexReader, before: "PostgresSnapshot | None" = None) -> "PostgresSnapshot":
        """Read everything, but not the dictionary if the snapshot before has the same."""
        is_same = before is not None and before.state.dictionary == reader.state.dictionary
        dictionary = before.dictionary if before and is_same else reader.read_dictionary()
        found = reader.list_rows()
        rows = _padded(found.records)
        live = np.arange(len(rows)) < len(found.numbers)
        bits, cache = facet_bits_of(rows), PostingCache()
        terms = reader.read_terms().advance(reader)
        return cls(reader.state, found.numbers, rows, live, bits=bits, cache=cache, dictionary=dictionary, terms=terms)

    def advance(self, reader: IndexReader) -> "PostgresSnapshot":
        """The snapshot of the reader's state, of the same build as this one or a later one."""
        if reader.state == self.state:
            return self
        if reader.state.build != self.state.build or len(self.numbers) > 2 * self.count + SPARE_ROWS:
            return self.load(reader, self)
        return self._with(reader.list_rows_after(self.state.last), reader.state, self._terms.advance(reader))

    def _with(self, new: Rows, state: IndexState, terms: WrittenTerms) -> "PostgresSnapshot":
        before = len(self.numbers)
        numbers = np.concatenate([self.numbers, new.numbers])
        rows = _padded(np.concatenate([self._rows[:before], new.records]))
        live = np.zeros(len(rows), bool)
        live[:before] = self.live[:before] & ~np.isin(self.entry_ids[:before], new.records["entry_id"])
        live[:before] &= ~np.isin(self.entry_ids[:before], new.removed)
        live[before : len(numbers)] = new.records["entry_id"] != 0
        whole = before // 64
        bits = np.concatenate([self.facet_bits[:, :whole], facet_bits_of(rows[whole * 64 :])], axis=1)
        return PostgresSnapshot(
            state, numbers, rows, live, bits=bits, cache=self._cache, dictionary=self.dictionary, terms=terms
        )

    @contextmanager
    def reading(self, reader: IndexReader) -> Iterator["PostgresSnapshot"]:
        """In this thread, read what is missing."""
        self._local.reader = reader
        try:
            yield self
        finally:
            del self._local.reader

    @property
    def _reader(self) -> IndexReader:
        reader: IndexReader = self._local.reader
        return reader

    def signed_postings(self, term: str) -> tuple[Documents, Floats]:
        """Live documents with a term in order of their numbers, and its weight in each, below 0 if only a part."""
        known = self._find_known(term) or self._read_postings([term])[term]
        documents, weights = known.documents, known.weights
        if not self._has_no_gaps:
            keep = self.live[documents]
            documents, weights = documents[keep], weights[keep]
        return documents.astype(np.int64), weights.astype(np.float64)

    def read_ahead(self, terms: Iterable[str]) -> None:
        """Read the postings of all terms that are not in memory at once: each alone is a trip to the server."""
        if missing := [term for term in dict.fromkeys(terms) if self._find_known(term) is None]:
            self._read_postings(missing)
        else:
            self._reader.ask()

    def _find_known(self, term: str) -> Postings | None:
        known = self._cache.find(term)
        if known is not None and known.last == self.state.last:
            return known
        return None if self._terms.filter.may_have(term) else _UNKNOWN

    def _read_postings(self, terms: Sequence[str]) -> dict[str, Postings]:
        """Read what was written since each of the terms was read the last time."""
        known = {term: self._known_before(term) for term in terms}
        found = self._reader.find_postings({term: before.last for term, before in known.items()})
        for term, pieces in found.items():
            before = known[term]
            documents, weights = [before.documents], [before.weights]
            for numbers, added in pieces:
                places, is_there = self._places_of(numbers)
                documents.append(places[is_there].astype(np.uint32))
                weights.append(added[is_there])
            known[term] = Postings(self.state.last, np.concatenate(documents), np.concatenate(weights))
            self._cache.keep(term, known[term])
        return known

    def _known_before(self, term: str) -> Postings:
        known = self._cache.find(term)
        return known if known is not None and known.last <= self.state.last else _UNKNOWN

    def _places_of(self, numbers: Documents) -> tuple[Documents, NDArray[np.bool_]]:
        """Where these writings are, and which of them are there: of those replaced some lists still tell."""
        if not len(self.numbers):
            return np.zeros(len(numbers), np.int64), np.zeros(len(numbers), bool)
        places = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return places, self.numbers[places] == numbers

    def _documents_of(self, numbers: Documents) -> Documents:
        places, is_there = self._places_of(numbers)
        if not is_there.all():
            raise CorruptIndexError("There are terms or texts of writings that do not exist.")
        return places

    def list_terms(self, prefixes: Collection[str], limit: int) -> Mapping[str, Sequence[str]]:
        """For each prefix the first terms in order that begin with it."""
        known = self._listed
        if missing := [prefix for prefix in prefixes if prefix not in known]:
            # A new one each time, for other threads may be reading the one before.
            kept = known if len(known) < MAX_LISTED else {}
            self._listed = {**kept, **self._reader.list_terms(missing, limit)}
        return {prefix: known.get(prefix) or self._listed[prefix] for prefix in prefixes}

    def forms_like(self, form: str) -> dict[str, int]:
        """Folded words of the index that are near this one, and how many letters apart; also words just removed."""
        words = self._cache.words
        if words.last != self.state.last:
            words = self._cache.words = words.advance(self._reader)
        return {word: away for index in words.indexes for word, away in index.find(form).items()}

    def find_phrases(self, phrases: Sequence[Phrase]) -> list[Documents]:
        """For each phrase those of its documents in which the words stand side by side."""
        found = self._reader.find_phrases([(codes, self.numbers[documents]) for codes, documents in phrases])
        return [self._documents_of(np.array(sorted(numbers), np.int64)) for numbers in found]

    def list_titles(self) -> Iterable[tuple[bytes, int]]:
        """Sort key of the title of each document, with its number."""
        titles = sorted(self._reader.list_titles())
        documents = self._documents_of(np.array([number for number, _ in titles], np.int64)).tolist()
        return [(title.encode(), document) for (_, title), document in zip(titles, documents, strict=True)]


def _padded(records: NDArray[Any]) -> NDArray[Any]:
    """Records with empty ones behind them, so that they fill whole words of bits."""
    rows = np.zeros(-(-len(records) // 64) * 64, RECORD_TYPE)
    rows[: len(records)] = records
    return rows
