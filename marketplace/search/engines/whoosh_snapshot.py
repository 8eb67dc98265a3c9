# mypy: allow-untyped-calls
# Whoosh's codec classes carry no annotations.
"""What is read of an index: one immutable snapshot per generation, made of segments that generations share.

Documents of all segments have one numbering; the numbers between segments belong to no document and are never live.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.index import TOC

from marketplace.search.compounds import Dictionary
from marketplace.search.engines.array_document import RECORD_TYPE, WORD_TYPE
from marketplace.search.engines.array_snapshot import (
    FACET_ROWS,
    CorruptIndexError,
    Documents,
    Floats,
    Phrase,
    Snapshot,
    phrase_starts,
)
from marketplace.search.engines.whoosh_codec import make_schema
from marketplace.search.engines.whoosh_files import DICTIONARY_NAME, INDEX_NAME, IndexFiles, check_sums, read_sealed
from marketplace.search.engines.whoosh_segment import PostingCache, SegmentData

DOCUMENTS_AT_ONCE = 4096
"""Of so many documents the words are in memory together, some 6 MB."""


class Words(NamedTuple):
    """The words of some documents, one behind the other."""

    documents: Documents
    codes: NDArray[np.uint32]
    ends: Documents
    """For each document where its words end."""

    def documents_at(self, places: Documents) -> Documents:
        """The documents to which the words at these places belong."""
        return self.documents[np.searchsorted(self.ends, places, side="right")]


@dataclass(frozen=True)
class SnapshotKey:
    """Names one generation of one index directory."""

    directory: Path
    generation: int

    @cached_property
    def tocs(self) -> tuple[Path, Path]:
        """Files with the tables of contents of this generation and of the next one."""
        name = f"_{INDEX_NAME}_{{}}.toc".format
        return self.directory / name(self.generation), self.directory / name(self.generation + 1)


class WhooshSnapshot(Snapshot):
    """The whole index as it was at one moment."""

    def __init__(
        self, key: SnapshotKey, segments: list[SegmentData], deleted: Sequence[Sequence[int]], dictionary: Dictionary
    ) -> None:
        self.key = key
        self.segments = segments
        self.bases = np.concatenate(([0], np.cumsum([segment.padded for segment in segments]))).astype(np.int64)
        self._whoosh_bases = np.concatenate(([0], np.cumsum([segment.size for segment in segments]))).astype(np.int64)
        rows = np.concatenate([segment.rows for segment in segments]) if segments else np.zeros(0, RECORD_TYPE)
        empty = np.zeros((len(FACET_ROWS), 0), np.uint64)
        facet_bits = np.concatenate([empty, *(segment.facet_bits for segment in segments)], axis=1)
        super().__init__(rows, _live(segments, deleted), facet_bits, dictionary)
        self._has_no_gaps = self.count == sum(segment.size for segment in segments)

    def signed_postings(self, term: str) -> tuple[Documents, Floats]:
        """Live documents with a term in order of their numbers, and its weight in each, below 0 if only a part."""
        parts = [segment.postings(term) for segment in self.segments]
        number = sum(len(local) for local, _ in parts)
        found, found_weights = np.empty(number, np.int64), np.empty(number, np.float64)
        start = 0
        for base, (local, local_weights) in zip(self.bases, parts, strict=False):
            end = start + len(local)
            np.add(local, base, out=found[start:end])
            found_weights[start:end] = local_weights
            start = end
        if self._has_no_gaps:
            return found, found_weights
        keep = self.live[found]
        return found[keep], found_weights[keep]

    def frequency(self, term: str) -> int:
        """Number of live documents with a term."""
        if self._has_no_gaps:
            return sum(segment.frequency(term) for segment in self.segments)
        return super().frequency(term)

    def list_terms(self, prefixes: Collection[str], limit: int) -> Mapping[str, Sequence[str]]:
        """For each prefix the first terms in order that begin with it."""
        return {
            prefix: sorted({term for segment in self.segments for term in segment.list_terms(prefix, limit)})[:limit]
            for prefix in prefixes
        }

    def forms_like(self, form: str) -> dict[str, int]:
        """Folded words of the index that are near this one, and how many letters apart; also words just removed."""
        return {word: away for segment in self.segments for word, away in segment.word_index.find(form).items()}

    def find_phrases(self, phrases: Sequence[Phrase]) -> list[Documents]:
        """For each phrase those of its documents in which the words stand side by side. Reads all words once."""
        is_in = [np.zeros(len(self.live), bool) for _ in phrases]
        documents = np.unique(np.concatenate([each for _, each in phrases]))
        for start in range(0, len(documents), DOCUMENTS_AT_ONCE):
            words = self._words_of(documents[start : start + DOCUMENTS_AT_ONCE])
            for flags, (codes, _) in zip(is_in, phrases, strict=True):
                flags[words.documents_at(phrase_starts(words.codes, codes))] = True
        return [each[flags[each]] for flags, (_, each) in zip(is_in, phrases, strict=True)]

    def _words_of(self, documents: Documents) -> Words:
        found, codes, lengths = [np.empty(0, np.int64)], [np.empty(0, WORD_TYPE)], [np.empty(0, np.int64)]
        for base, segment in zip(self.bases, self.segments, strict=False):
            inside = documents[(documents >= base) & (documents < base + segment.size)]
            if len(inside):
                places, words = segment.words_of(inside - base)
                found.append(places + base)
                codes.append(words)
                lengths.append(segment.rows["words"][places])
        return Words(np.concatenate(found), np.concatenate(codes), np.cumsum(np.concatenate(lengths)))

    def list_titles(self) -> Iterable[tuple[bytes, int]]:
        """Sort key of the title of each document, with its number."""
        for base, segment in zip(self.bases, self.segments, strict=False):
            yield from ((title, int(base) + place) for place, title in enumerate(segment.titles))

    def whoosh_numbers(self, entry_ids: set[int]) -> list[int]:
        """Numbers by which Whoosh knows the live documents of these entries."""
        documents = np.flatnonzero(self.live & np.isin(self.entry_ids, np.array(list(entry_ids), np.int64)))
        owners = np.searchsorted(self.bases, documents, side="right") - 1
        numbers: list[int] = (documents - self.bases[owners] + self._whoosh_bases[owners]).tolist()
        return numbers

    def check(self) -> None:
        """Raise CorruptIndexError unless all files on disk are as they were written and no entry is there twice."""
        if len(np.unique(self.entry_ids[self.live])) != self.count:
            raise CorruptIndexError("An entry is in the index twice")
        with IndexFiles(self.key.directory) as storage:
            TOC.read(storage, INDEX_NAME, gen=self.key.generation, schema=make_schema())
        read_sealed(self.key.directory / DICTIONARY_NAME)
        for segment in self.segments:
            check_sums(self.key.directory, segment.sums)


def _live(segments: list[SegmentData], deleted: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
    live = [np.zeros(0, bool)]
    for segment, gone in zip(segments, deleted, strict=True):
        flags = np.arange(segment.padded) < segment.size
        flags[np.array(gone, np.int64)] = False
        live.append(flags)
    return np.concatenate(live)


def load_snapshot(key: SnapshotKey, cache: PostingCache, before: WhooshSnapshot | None) -> WhooshSnapshot:
    """Read a generation; segments that ``before`` has already are not read again.

    Raises FileNotFoundError if a commit or a rebuild removes files while they are being opened.
    """
    with IndexFiles(key.directory) as storage:
        toc = TOC.read(storage, INDEX_NAME, gen=key.generation, schema=make_schema())
    known = {segment.name: segment for segment in before.segments} if before else {}
    segments = [known.get(part.segment_id()) or SegmentData(key.directory, part, cache) for part in toc.segments]
    deleted = [list(part.deleted_docs()) for part in toc.segments]
    return WhooshSnapshot(key, segments, deleted, _dictionary_of(key, before))


def _dictionary_of(key: SnapshotKey, before: WhooshSnapshot | None) -> Dictionary:
    if before and before.key.directory == key.directory:
        return before.dictionary
    return Dictionary.loads(read_sealed(key.directory / DICTIONARY_NAME).decode())


def is_newest(key: SnapshotKey) -> bool:
    """Whether no commit has happened since. A commit writes the next table of contents and removes the one before."""
    own, following = key.tocs
    return own.exists() and not following.exists()
