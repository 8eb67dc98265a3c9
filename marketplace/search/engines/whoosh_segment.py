# mypy: allow-untyped-calls
# Whoosh's codec classes carry no annotations.
"""One segment of an index as arrays, shared by all generations that contain it, and the cache of its postings.

A segment is padded to a multiple of 64 documents, so that sets of bits of several segments can be put one behind the
other. The numbers beyond its size belong to no document.
"""

import threading
import weakref
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import columns

from marketplace.search.engines.array_cache import ArrayCache
from marketplace.search.engines.array_document import RECORD_TYPE, WORD_TYPE
from marketplace.search.engines.array_snapshot import Documents, facet_bits_of
from marketplace.search.engines.whoosh_codec import (
    ID_TYPE,
    POSTING_SIZE,
    RECORD,
    TITLE,
    WEIGHT_TYPE,
    WORDS,
    ArrayCodec,
    ArrayTermsReader,
    column_ending,
    split_postings,
)
from marketplace.search.engines.whoosh_extents import ENDING as EXTENTS_ENDING
from marketplace.search.engines.whoosh_extents import Extents
from marketplace.search.engines.whoosh_files import IndexFiles, SegmentFile
from marketplace.search.spelling import WordIndex

CACHE_BYTES = 32 * 1024 * 1024
"""Postings kept in memory, so that those of the segments that stay are at hand after a change."""

Postings = tuple[NDArray[np.uint32], NDArray[np.float32]]
PostingCache = ArrayCache[tuple[str, str], Postings]
"""By segment and term."""


class SegmentData:
    """One segment: its rows as arrays, its dictionary and postings on disk. Never changes."""

    def __init__(self, directory: Path, segment: Any, cache: PostingCache) -> None:
        storage = IndexFiles(directory)
        # Closed when the last snapshot that uses the segment is gone; readers in other threads may still need it.
        weakref.finalize(self, storage.close_all)
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self.padded = -(-self.size // 64) * 64
        self.sums: dict[str, int] = segment.sums
        self._cache = cache
        self._lock = threading.Lock()
        self._dictionary, self._postings, records, self._words, self._titles = (
            SegmentFile(storage, segment, ending)
            for ending in (ArrayCodec.TERMS_EXT, ArrayCodec.POSTS_EXT, *map(column_ending, (RECORD, WORDS, TITLE)))
        )
        self._dictionary.check()
        codec = ArrayCodec()
        self._terms = ArrayTermsReader(codec, self._dictionary.file, self._dictionary.length, self._postings.file)
        self._extents = Extents(_read_whole(SegmentFile(storage, segment, EXTENTS_ENDING)))
        self.rows = np.zeros(self.padded, RECORD_TYPE)
        self.rows[: self.size] = np.frombuffer(_read_whole(records), RECORD_TYPE)
        self.facet_bits = facet_bits_of(self.rows)

    def postings(self, term: str) -> Postings:
        """Documents with a term, numbered within the segment, and its weight in each."""
        key = (self.name, term)
        found = self._cache.find(key)
        if found is None:
            found = self._read_postings(term)
            self._cache.keep(key, found)
        return found

    def frequency(self, term: str) -> int:
        """Number of documents with a term, deleted ones too."""
        extent = self._extents.find(term)
        return extent[1] if extent else 0

    def _read_postings(self, term: str) -> Postings:
        extent = self._extents.find(term)
        if extent is None:
            return np.empty(0, ID_TYPE), np.empty(0, WEIGHT_TYPE)
        self._postings.check()
        offset, count = extent
        return split_postings(self._postings.read(offset, count * POSTING_SIZE))

    def list_terms(self, prefix: str, limit: int) -> list[str]:
        """The first terms in order that begin with a prefix."""
        self._dictionary.check()
        with self._lock:
            return [term.decode() for term in self._terms.list_terms(prefix.encode(), limit)]

    @cached_property
    def word_index(self) -> WordIndex:
        """All words of the segment, for spelling; made when somebody mistypes for the first time."""
        self._dictionary.check()
        with self._lock:
            return WordIndex([(form.decode(), number) for form, number in self._terms.list_forms()])

    @cached_property
    def titles(self) -> list[bytes]:
        """Sort keys of the titles; read when somebody sorts by title for the first time."""
        self._titles.check()
        with self._lock:
            return list(columns.VarBytesColumn().reader(self._titles.file, 0, self._titles.length, self.size))

    @cached_property
    def _word_offsets(self) -> Documents:
        return np.concatenate(([0], np.cumsum(self.rows["words"]))).astype(np.int64)

    def words_of(self, documents: Documents) -> tuple[Documents, NDArray[np.uint32]]:
        """Some documents, perhaps with others between them, and the words of all these one behind the other."""
        self._words.check()
        first, last = int(documents[0]), int(documents[-1])
        # Many single reads cost more than one of everything.
        if len(documents) > (last - first + 1) // 16:
            documents = np.arange(first, last + 1)
            return documents, self._read_words(*map(int, self._word_offsets[[first, last + 1]]))
        starts, ends = self._word_offsets[documents], self._word_offsets[documents + 1]
        words = [self._read_words(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]
        return documents, np.concatenate(words)

    def _read_words(self, start: int, end: int) -> NDArray[np.uint32]:
        size = WORD_TYPE.itemsize
        return np.frombuffer(self._words.read(start * size, (end - start) * size), WORD_TYPE)


def _read_whole(file: SegmentFile) -> bytes:
    file.check()
    return file.read(0, file.length)
