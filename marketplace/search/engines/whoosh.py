"""The embedded engine: Whoosh keeps segments, commits and the lock; analysis, evaluation and facets are ours.

A rebuild writes a new index beside the one in use and then turns a link, so that readers see the old index or the new
one, never a part. Not used, because they are wrong or wasteful in all versions of Whoosh: ``refresh``, searchers shared
by threads, ``groupedby``, compound files.
"""

import logging
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from marketplace.search.compounds import PLAIN, Dictionary
from marketplace.search.engines.array_document import fingerprint
from marketplace.search.engines.array_explain import explain
from marketplace.search.engines.array_query import answer, find_similar, read_query, words_like
from marketplace.search.engines.array_snapshot import CorruptIndexError, states_of
from marketplace.search.engines.whoosh_directory import IndexDirectory, list_changes, read_changes
from marketplace.search.engines.whoosh_files import newest_generation, sync
from marketplace.search.engines.whoosh_segment import CACHE_BYTES, PostingCache
from marketplace.search.engines.whoosh_snapshot import SnapshotKey, WhooshSnapshot, is_newest, load_snapshot
from marketplace.search.engines.whoosh_writing import build, change
from marketplace.search.lexicon import Lexicon, lexicon_of
from marketplace.search.port import (
    EngineResults,
    Explanation,
    Hit,
    SearchDocument,
    SearchQuery,
    SearchUnavailableError,
)
from marketplace.search.spelling import Candidate
from marketplace.search.synonyms import SynonymSource, no_synonyms

FORMAT = 4
"""Counts up when the files of an index change in a way that ``fingerprint`` does not show."""

LOCK_TIMEOUT = 5.0
_END_OF_REBUILD_TIMEOUT = 60.0
_START_OF_REBUILD_TIMEOUT = 0.1
_CATCH_UP_ROUNDS = 20
_CATCH_UP_ENOUGH = 5
"""Changes that may be left for the end of a rebuild, when other writers wait."""

_READ_ATTEMPTS = 30
_READ_PAUSE = 0.005
_log = logging.getLogger(__name__)


class WhooshEngine:
    """Search in an index on disk; any number of threads and processes may read, one at a time writes."""

    def __init__(
        self, directory: Path, *, synonyms: SynonymSource = no_synonyms, lock_timeout: float = LOCK_TIMEOUT
    ) -> None:
        self.synonyms = synonyms
        self.directory = directory
        self._place = IndexDirectory(directory, f"{FORMAT}{fingerprint()}")
        self._lock_timeout = lock_timeout
        self._start_anew()

    def _start_anew(self) -> None:
        """Forget all that was opened. Needed after a fork: both processes would share positions in open files."""
        self._process = os.getpid()
        self._cache = PostingCache(CACHE_BYTES)
        self._loading = threading.Lock()
        self._snapshot: WhooshSnapshot | None = None
        self._damaged: SnapshotKey | None = None
        self._writer: int | None = None

    def search(self, query: SearchQuery) -> EngineResults:
        """Answer a query."""
        with self._reading() as snapshot:
            return answer(snapshot, query, self.synonyms())

    def explain(self, text: str, entry_id: int) -> Explanation | None:
        """Why an entry stands where it stands for a query; None if it is not found."""
        with self._reading() as snapshot:
            return explain(snapshot, read_query(snapshot, text, self.synonyms()), entry_id)

    def words_like(self, form: str) -> list[Candidate]:
        """Words of the index at most one letter away from a folded word, two if it is long; in alphabetical order."""
        with self._reading() as snapshot:
            return words_like(snapshot, form)

    def lexicon(self) -> Lexicon:
        """The dictionary the index was built with, and the synonyms as they are now."""
        with self._reading() as snapshot:
            return lexicon_of(snapshot.dictionary, self.synonyms())

    def similar(self, document: SearchDocument, limit: int) -> list[Hit]:
        """Other documents that share the most telling words and Handlungsfelder with this one, the nearest first."""
        with self._reading() as snapshot:
            return find_similar(snapshot, document, limit)

    def is_ready(self) -> bool:
        """Whether there is a usable index in which no damage was met."""
        try:
            with self._reading() as snapshot:
                return snapshot.key != self._damaged
        except SearchUnavailableError:
            return False

    def count(self) -> int:
        """Number of documents in the index."""
        with self._reading() as snapshot:
            return snapshot.count

    def states(self) -> dict[int, int]:
        """For each entry in the index its ``changed``; reads all files to see whether they are as they were written."""
        while True:
            with self._reading() as snapshot:
                try:
                    snapshot.check()
                except FileNotFoundError as error:
                    if not self._is_newest(snapshot):
                        continue
                    raise CorruptIndexError("Files of the index are missing") from error
                self._damaged = None
                return states_of(snapshot)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep all other writers out for a while, in this and in other processes; may be nested in one thread."""
        with self._exclusive(self._lock_timeout):
            yield

    @contextmanager
    def _exclusive(self, timeout: float) -> Iterator[None]:
        if self._writer == threading.get_ident():
            yield
            return
        with ExitStack() as stack:
            with _failure_is_unavailable(OSError):
                stack.enter_context(self._place.locked("lock", timeout))
            self._writer = threading.get_ident()
            try:
                yield
            finally:
                self._writer = None

    def update(self, documents: Iterable[SearchDocument], deleted: Iterable[int]) -> None:
        """Write documents again and drop entries by id; visible to all searches that start afterwards."""
        documents, gone = list(documents), set(deleted)
        if not documents and not gone:
            return
        with self.exclusive(), _failure_is_unavailable(Exception):
            with self._reading() as snapshot:
                pass
            self._place.note_change(documents, gone)
            change(snapshot, documents, gone)

    def rebuild(self, documents: Iterable[SearchDocument], dictionary: Dictionary = PLAIN) -> None:
        """Build everything anew beside what serves now, then switch. Each entry may come once.

        Other writers wait at the end only, for a moment; what they write until then is carried over.
        """
        # Other errors come from whoever delivers the documents.
        failures = _failure_is_unavailable(OSError, CorruptIndexError)
        with failures, self._place.locked("rebuild", _START_OF_REBUILD_TIMEOUT):
            self._place.clean()
            with self.exclusive():
                new = self._place.begin()
            try:
                build(new, documents, dictionary)
                self._catch_up_roughly(new)
                with self._exclusive(_END_OF_REBUILD_TIMEOUT):
                    self._catch_up(new)
                    self._place.switch_to(new)
            except BaseException:
                shutil.rmtree(new, ignore_errors=True)
                raise
            self._place.clean()

    def _catch_up_roughly(self, new: Path) -> None:
        """Carry over what was noted, so that little is left to do while others wait."""
        for _ in range(_CATCH_UP_ROUNDS):
            if len(list_changes(new)) <= _CATCH_UP_ENOUGH:
                break
            self._catch_up(new)

    def _catch_up(self, new: Path) -> None:
        notes = list_changes(new)
        if notes:
            documents, deleted = read_changes(notes)
            change(load_snapshot(_newest_key(new), self._cache, None), documents, deleted)
            sync(new)
        for note in notes:
            note.unlink()

    @contextmanager
    def _reading(self) -> Iterator[WhooshSnapshot]:
        """The index as it is now. A damaged file can show itself as nearly any error in Whoosh, pickle or numpy."""
        snapshot = None
        try:
            snapshot = self._newest_snapshot()
            yield snapshot
        except SearchUnavailableError:
            raise
        except Exception as error:
            is_damage = isinstance(error, CorruptIndexError)
            if is_damage and snapshot:
                self._damaged = snapshot.key
            _log.error("The search index cannot be used: %s", error, exc_info=not is_damage)
            raise SearchUnavailableError(f"The index cannot be used: {type(error).__name__}") from error

    def _newest_snapshot(self) -> WhooshSnapshot:
        if self._process != os.getpid():
            self._start_anew()
        snapshot = self._snapshot
        if snapshot is None or not self._is_newest(snapshot):
            with self._loading:
                snapshot = self._snapshot
                if snapshot is None or not self._is_newest(snapshot):
                    snapshot = self._snapshot = self._load()
        return snapshot

    def _is_newest(self, snapshot: WhooshSnapshot) -> bool:
        return snapshot.key.directory == self._place.find_current() and is_newest(snapshot.key)

    def _load(self) -> WhooshSnapshot:
        before = None
        for _ in range(_READ_ATTEMPTS):
            key = _newest_key(self._place.get_current())
            try:
                return load_snapshot(key, self._cache, self._snapshot)
            except FileNotFoundError:
                # A commit or a rebuild removed files while they were being opened; then there is something newer now.
                if key == before:
                    break
                before = key
                time.sleep(_READ_PAUSE)
        raise SearchUnavailableError("Files of the index are missing.")


def _newest_key(directory: Path) -> SnapshotKey:
    return SnapshotKey(directory, newest_generation(directory))


@contextmanager
def _failure_is_unavailable(*failures: type[Exception]) -> Iterator[None]:
    """Say in one line why nothing can be written; where in the code matters only for what nobody expects."""
    try:
        yield
    except SearchUnavailableError:
        raise
    except failures as error:
        is_expected = isinstance(error, OSError | CorruptIndexError)
        _log.error("The search index cannot be written: %s", error, exc_info=not is_expected)
        raise SearchUnavailableError(f"The index cannot be written: {error}") from error
