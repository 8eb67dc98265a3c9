# mypy: allow-untyped-calls
# Whoosh's writer carries no annotations.
"""Writes segments and commits them. Whoever calls this holds the lock of the index."""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex
from whoosh.reading import SegmentReader

from marketplace.search.compounds import Dictionary
from marketplace.search.engines.whoosh_codec import ArrayCodec, ArrayPool, fields_of, make_schema
from marketplace.search.engines.whoosh_files import (
    DICTIONARY_NAME,
    INDEX_NAME,
    IndexFiles,
    check_sums,
    newest_generation,
    remove_unused,
    sync,
    write_sealed,
)
from marketplace.search.engines.whoosh_snapshot import WhooshSnapshot
from marketplace.search.port import SearchDocument

SEGMENT_SIZE = 50_000
"""Documents that a rebuild writes into one segment; bounds its memory."""

MERGE_FACTOR = 4
MERGE_LIMIT = 1_000
"""Segments with more documents are not merged by updates, because somebody waits for those; a rebuild does it."""


def build(directory: Path, documents: Iterable[SearchDocument], dictionary: Dictionary) -> None:
    """Fill an empty directory with an index. Each entry may come once."""
    write_sealed(directory / DICTIONARY_NAME, dictionary.dumps().encode())
    with IndexFiles(directory) as files:
        FileIndex.create(files, make_schema(), INDEX_NAME)
    remaining = iter(documents)
    for first in remaining:
        with _writing(directory, merges=False) as writer:
            for document in itertools.chain([first], itertools.islice(remaining, SEGMENT_SIZE - 1)):
                writer.add_document(**fields_of(document, dictionary))
    sync(directory)


def change(snapshot: WhooshSnapshot, documents: Iterable[SearchDocument], deleted: set[int]) -> None:
    """Write documents again and drop entries; the snapshot is of the newest generation.

    If that fails, the index is as before and takes no more room than before.
    """
    newest = {document.entry_id: document for document in documents}
    _tidy(snapshot)
    try:
        with _writing(snapshot.key.directory) as writer:
            for number in snapshot.whoosh_numbers(newest.keys() | deleted):
                writer.delete_document(number)
            for document in newest.values():
                writer.add_document(**fields_of(document, snapshot.dictionary))
    except BaseException:
        with suppress(OSError):
            _tidy(snapshot)
        raise


def _tidy(snapshot: WhooshSnapshot) -> None:
    key = snapshot.key
    # After an error it may be that the commit had succeeded already; then the snapshot does not know what is in use.
    if newest_generation(key.directory) == key.generation:
        remove_unused(key.directory, key.generation, {segment.name for segment in snapshot.segments})


@contextmanager
def _writing(directory: Path, *, merges: bool = True) -> Iterator[Any]:
    """A writer that commits at the end of the block, or changes nothing if there is an error."""
    if newest_generation(directory) < 0:
        raise FileNotFoundError(f"{directory} is gone")
    with IndexFiles(directory) as files:
        writer: Any = FileIndex(files, make_schema(), INDEX_NAME).writer(codec=ArrayCodec(), compound=False)
        writer.pool = ArrayPool()
        try:
            yield writer
        except BaseException:
            with suppress(Exception):
                writer.cancel()
            raise
        writer.commit(mergetype=merge_tiers if merges else _keep_all)


def _keep_all(_writer: Any, segments: list[Any]) -> list[Any]:
    return segments


def merge_tiers(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge small segments as soon as there are several of like size; drop empty ones.

    Each document is thus rewritten only a few times, and never together with a big segment.
    """
    tiers: dict[int, list[Any]] = defaultdict(list)
    for segment in segments:
        if 0 < segment.doc_count() <= MERGE_LIMIT:
            tiers[int(math.log(segment.doc_count(), MERGE_FACTOR))].append(segment)
    merged = [segment for tier in tiers.values() if len(tier) >= MERGE_FACTOR for segment in tier]
    for segment in merged:
        # Otherwise damage would be copied and get a right checksum.
        check_sums(Path(writer.storage.folder), segment.sums)
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment.doc_count() and segment not in merged]
