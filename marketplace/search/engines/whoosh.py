# mypy: allow-untyped-calls
# Whoosh's writer carries no annotations.
"""The embedded engine: Whoosh keeps segments, commits and the lock; analysis, evaluation and facets are ours.

In the directory stands ``current``, a link to the directory of the index in use. A rebuild writes a new one beside it
and turns the link, so that readers see the old index or the new one, never a part. Not used, because they are wrong or
wasteful in all versions of Whoosh: ``refresh``, searchers shared by threads, ``groupedby``, compound files.
"""

import itertools
import logging
import math
import os
import secrets
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.util.filelock import FileLock, try_for

from marketplace.search.engines.array_document import fingerprint
from marketplace.search.engines.array_query import answer, find_similar
from marketplace.search.engines.array_snapshot import states_of
from marketplace.search.engines.whoosh_codec import INDEX_NAME, ArrayCodec, ArrayPool, fields_of, make_schema
from marketplace.search.engines.whoosh_segment import PostingCache
from marketplace.search.engines.whoosh_snapshot import WhooshSnapshot, is_newest, load_snapshot
from marketplace.search.port import EngineResults, Hit, SearchDocument, SearchQuery, SearchUnavailableError

LOCK_TIMEOUT = 5.0
SEGMENT_SIZE = 20_000
"""Documents that a rebuild writes into one segment; bounds its memory."""

MERGE_FACTOR = 4
MERGE_LIMIT = 1_000
"""Segments with more documents are not merged by updates, because somebody waits for those; a rebuild does it."""

_READ_ATTEMPTS = 8
_log = logging.getLogger(__name__)


class WhooshEngine:
    """Search in an index on disk; any number of threads and processes may read, one at a time writes."""

    def __init__(self, directory: Path, *, lock_timeout: float = LOCK_TIMEOUT) -> None:
        self._directory = directory
        self._lock_timeout = lock_timeout
        self._prefix = f"index-{fingerprint()}-"
        self._start_anew()

    def _start_anew(self) -> None:
        """Forget all that was opened. Needed after a fork: both processes would share positions in open files."""
        self._process = os.getpid()
        self._cache = PostingCache()
        self._loading = threading.Lock()
        self._snapshot: WhooshSnapshot | None = None
        self._writer: int | None = None

    def search(self, query: SearchQuery) -> EngineResults:
        """Answer a query."""
        with _broken_index_is_unavailable():
            return answer(self._newest_snapshot(), query)

    def similar(self, document: SearchDocument, limit: int) -> list[Hit]:
        """Other documents that share the most telling words and Handlungsfelder with this one, the nearest first."""
        with _broken_index_is_unavailable():
            return find_similar(self._newest_snapshot(), document, limit)

    def is_ready(self) -> bool:
        """Whether there is a usable index."""
        try:
            self.count()
        except SearchUnavailableError:
            return False
        return True

    def count(self) -> int:
        """Number of documents in the index."""
        with _broken_index_is_unavailable():
            return self._newest_snapshot().count

    def states(self) -> dict[int, int]:
        """For each entry in the index its ``changed``."""
        with _broken_index_is_unavailable():
            return states_of(self._newest_snapshot())

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep all other writers out for a while, in this and in other processes; may be nested in one thread."""
        if self._writer == threading.get_ident():
            yield
            return
        with _no_disk_is_unavailable():
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(str(self._directory / "lock"))
            if not try_for(lock.acquire, timeout=self._lock_timeout, delay=0.02):
                raise SearchUnavailableError("The index is being written by somebody else.")
        self._writer = threading.get_ident()
        try:
            yield
        finally:
            self._writer = None
            lock.release()

    def update(self, documents: Iterable[SearchDocument], deleted: Iterable[int]) -> None:
        """Write documents again and drop entries by id; visible to all searches that start afterwards."""
        newest = {document.entry_id: document for document in documents}
        rewritten = set(newest) | set(deleted)
        if not rewritten:
            return
        with self.exclusive(), _broken_index_is_unavailable():
            snapshot = self._newest_snapshot()
            with _writing(FileIndex(FileStorage(str(snapshot.key.directory)), make_schema(), INDEX_NAME)) as writer:
                for number in snapshot.whoosh_numbers(rewritten):
                    writer.delete_document(number)
                for document in newest.values():
                    writer.add_document(**fields_of(document))

    def rebuild(self, documents: Iterable[SearchDocument]) -> None:
        """Build everything anew beside what serves now, then switch. Each entry may come once."""
        with self.exclusive(), _no_disk_is_unavailable():
            self._directory.chmod(0o700)
            self._remove_all_but(self._find_current())
            new = self._directory / f"{self._prefix}{secrets.token_hex(4)}"
            new.mkdir(mode=0o700)
            try:
                _build(new, documents)
            except BaseException:
                shutil.rmtree(new, ignore_errors=True)
                raise
            self._switch_to(new)
            self._remove_all_but(new)

    def _newest_snapshot(self) -> WhooshSnapshot:
        """The index as it is now; raises SearchUnavailableError if there is none of this format."""
        if self._process != os.getpid():
            self._start_anew()
        snapshot = self._usable_snapshot()
        if snapshot is not None:
            return snapshot
        with self._loading:
            snapshot = self._usable_snapshot()
            for attempt in range(_READ_ATTEMPTS if snapshot is None else 0):
                try:
                    snapshot = self._snapshot = load_snapshot(self._require_current(), self._cache, self._snapshot)
                    break
                except FileNotFoundError:
                    # A commit or a rebuild removed files while they were being opened.
                    time.sleep(0.005 * 2**attempt)
            if snapshot is None:
                raise SearchUnavailableError("Files of the index are missing.")
            return snapshot

    def _usable_snapshot(self) -> WhooshSnapshot | None:
        snapshot = self._snapshot
        if snapshot is None or snapshot.key.directory != self._find_current() or not is_newest(snapshot.key):
            return None
        return snapshot

    def _find_current(self) -> Path | None:
        try:
            target = (self._directory / "current").readlink()
        except OSError:
            return None
        return self._directory / target if target.name.startswith(self._prefix) else None

    def _require_current(self) -> Path:
        current = self._find_current()
        if current is None:
            raise SearchUnavailableError("There is no index of this format.")
        return current

    def _switch_to(self, new: Path) -> None:
        link = self._directory / f"current-{secrets.token_hex(4)}"
        link.symlink_to(new.name)
        link.replace(self._directory / "current")

    def _remove_all_but(self, kept: Path | None) -> None:
        """Remove what former and interrupted rebuilds left."""
        for path in self._directory.glob("index-*"):
            if path != kept:
                shutil.rmtree(path, ignore_errors=True)
        for path in self._directory.glob("current-*"):
            path.unlink(missing_ok=True)


@contextmanager
def _broken_index_is_unavailable() -> Iterator[None]:
    try:
        yield
    except SearchUnavailableError:
        raise
    except Exception as error:
        # A damaged file can show itself as nearly any error in Whoosh, pickle or numpy; the site goes on without it.
        _log.exception("The search index cannot be used")
        raise SearchUnavailableError(f"The index cannot be used: {type(error).__name__}") from error


@contextmanager
def _no_disk_is_unavailable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _log.exception("The search index cannot be written")
        raise SearchUnavailableError(f"The index cannot be written: {error.strerror}") from error


@contextmanager
def _writing(index: FileIndex, *, merges: bool = True) -> Iterator[Any]:
    """A writer that commits at the end of the block, or changes nothing if there is an error."""
    writer: Any = index.writer(codec=ArrayCodec(), compound=False)
    writer.pool = ArrayPool()
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=merge_tiers if merges else _keep_all)


def _build(directory: Path, documents: Iterable[SearchDocument]) -> None:
    index = FileIndex.create(FileStorage(str(directory)), make_schema(), INDEX_NAME)
    remaining = iter(documents)
    while batch := list(itertools.islice(remaining, SEGMENT_SIZE)):
        with _writing(index, merges=False) as writer:
            for document in batch:
                writer.add_document(**fields_of(document))
    _sync(directory)


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
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment.doc_count() and segment not in merged]


def _sync(directory: Path) -> None:
    """Have the disk keep what was written, before the old index goes; Whoosh itself never asks for it."""
    for path in [*directory.iterdir(), directory]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
