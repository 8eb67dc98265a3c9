"""The engine of many hosts: the index stands in the database of the site and changes in the same transactions.

PostgreSQL keeps for each entry its terms with their weights, found through an inverted index (GIN); evaluation is that
of the embedded engine, in arrays that each process keeps and brings up to date by what was written since. Before each
search one small query asks whether anything was. So all engines agree, and no search sees half a change.
"""

import itertools
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from marketplace.core import db
from marketplace.core.db import Database
from marketplace.search.compounds import PLAIN, Dictionary
from marketplace.search.engines.array_explain import explain
from marketplace.search.engines.array_query import answer, find_similar, read_query, words_like
from marketplace.search.engines.array_snapshot import CorruptIndexError, Snapshot, states_of
from marketplace.search.engines.postgres_links import Link, LostLinkError, links_of
from marketplace.search.engines.postgres_reader import (
    NO_INDEX,
    IndexReader,
    IndexState,
    TryAgainError,
    ask_state,
    find_spare_side,
    find_state,
    next_build,
    read_changes,
    read_dictionary,
    require_state,
)
from marketplace.search.engines.postgres_snapshot import PostgresSnapshot
from marketplace.search.engines.postgres_tables import SIDES
from marketplace.search.engines.postgres_writer import (
    REBUILD_LOCK,
    WRITE_LOCK,
    IndexWriter,
    lock,
    write_last,
    write_state,
)
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

LOCK_TIMEOUT = 5.0
START_OF_REBUILD_TIMEOUT = 0.5
END_OF_REBUILD_TIMEOUT = 60.0
BATCH_SIZE = 500
_READ_ATTEMPTS = 10
_log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class PostgresEngine:
    """Search in tables beside those of the site; any number of processes may read, one at a time writes."""

    def __init__(
        self, database: Database, *, synonyms: SynonymSource = no_synonyms, lock_timeout: float = LOCK_TIMEOUT
    ) -> None:
        self.synonyms = synonyms
        self._database = database
        self._lock_timeout = lock_timeout
        self._snapshot: PostgresSnapshot | None = None
        self._advancing = threading.Lock()
        self._thread = threading.local()

    def search(self, query: SearchQuery) -> EngineResults:
        """Answer a query."""
        synonyms = self.synonyms()
        return self._evaluate(lambda snapshot: answer(snapshot, query, synonyms))

    def explain(self, text: str, entry_id: int) -> Explanation | None:
        """Why an entry stands where it stands for a query; None if it is not found."""
        synonyms = self.synonyms()
        return self._evaluate(lambda snapshot: explain(snapshot, read_query(snapshot, text, synonyms), entry_id))

    def words_like(self, form: str) -> list[Candidate]:
        """Words of the index at most one letter away from a folded word, two if it is long; in alphabetical order."""
        return self._evaluate(lambda snapshot: words_like(snapshot, form))

    def lexicon(self) -> Lexicon:
        """The dictionary the index was built with, and the synonyms as they are now."""
        return lexicon_of(self._evaluate(lambda snapshot: snapshot.dictionary), self.synonyms())

    def similar(self, document: SearchDocument, limit: int) -> list[Hit]:
        """Other documents that share the most telling words and Handlungsfelder with this one, the nearest first."""
        return self._evaluate(lambda snapshot: find_similar(snapshot, document, limit))

    def is_ready(self) -> bool:
        """Whether there is a usable index."""
        try:
            return self._find_state() is not None
        except SearchUnavailableError:
            return False

    def count(self) -> int:
        """Number of documents in the index."""
        return self._evaluate(lambda snapshot: snapshot.count)

    def states(self) -> dict[int, int]:
        """For each entry in the index its ``changed``; looks for damage first."""
        return self._evaluate(states_of, thorough=True)

    def _evaluate(self, evaluate: Callable[[Snapshot], Answer], *, thorough: bool = False) -> Answer:
        """Evaluate on the newest snapshot: first on that in memory, else beside a transaction that reads."""
        for attempt in range(_READ_ATTEMPTS):
            with suppress(TryAgainError, LostLinkError), self._linked() as link:
                if attempt or thorough:
                    return self._evaluate_newest(link, evaluate, thorough=thorough)
                return self._evaluate_known(link, evaluate)
        raise SearchUnavailableError("The index cannot be read, although it was tried several times.")

    def _evaluate_known(self, link: Link, evaluate: Callable[[Snapshot], Answer]) -> Answer:
        """Evaluate on the snapshot in memory; raises TryAgainError if there is a newer state, before or meanwhile."""
        snapshot = self._snapshot
        if snapshot is None:
            raise TryAgainError
        reader = IndexReader(link, snapshot.state)
        with snapshot.reading(reader):
            found = evaluate(snapshot)
        reader.confirm()
        return found

    def _evaluate_newest(self, link: Link, evaluate: Callable[[Snapshot], Answer], *, thorough: bool) -> Answer:
        """Bring the snapshot up to date and evaluate on it; whatever others write meanwhile, it sees one state."""
        state = None
        try:
            with link.transaction():
                state = ask_state(link)
                if state is None:
                    raise SearchUnavailableError(NO_INDEX)
                reader = IndexReader(link, state, is_confirmed=True)
                if thorough:
                    reader.require_whole()
                snapshot = self._advance(reader)
                with snapshot.reading(reader):
                    found = evaluate(snapshot)
        except CorruptIndexError as error:
            if self._is_switched(link, state):
                raise TryAgainError from error
            raise
        if self._is_switched(link, state):
            raise TryAgainError
        return found

    def _advance(self, reader: IndexReader) -> PostgresSnapshot:
        """Bring the snapshot of this process to the state of the reader, step by step.

        All threads must see the same steps: what is cached of a term names documents by their place in the snapshot.
        """
        with self._advancing:
            before = self._snapshot
            if before is not None and before.state.age > reader.state.age:
                raise TryAgainError
            self._snapshot = before.advance(reader) if before else PostgresSnapshot.load(reader)
            return self._snapshot

    def _is_switched(self, link: Link, before: IndexState | None) -> bool:
        # A rebuild empties the tables that served before the last one, perhaps while they are still being read.
        state = ask_state(link)
        return state is None or before is None or state.build != before.build

    def _find_state(self) -> IndexState | None:
        for _ in range(_READ_ATTEMPTS):
            with suppress(LostLinkError), self._linked() as link:
                return ask_state(link)
        raise SearchUnavailableError("The state of the index cannot be read.")

    @contextmanager
    def _linked(self) -> Iterator[Link]:
        with self._broken_is_unavailable(), links_of(self._database.engine).borrow(self._database.engine) as link:
            yield link

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep all other writers out for a while, in this and in other processes; may be nested in one thread."""
        with self._transaction():
            yield

    @contextmanager
    def joining(self) -> Iterator[None]:
        """In this block, ``update`` writes in the transaction of the current session; others write after its end."""
        connection = db.session().connection()
        with self._broken_is_unavailable():
            self._keep_out_others(connection, self._lock_timeout)
        self._thread.joined = connection
        try:
            with self._writing():
                yield
        finally:
            self._thread.joined = None

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """The transaction that was joined, or one of its own; others write after its end."""
        joined: Connection | None = getattr(self._thread, "joined", None)
        if joined is not None:
            yield joined
            return
        with self._database.engine.begin() as connection:
            with self._broken_is_unavailable():
                self._keep_out_others(connection, self._lock_timeout)
            with self._writing():
                yield connection

    def _keep_out_others(self, connection: Connection, timeout: float) -> None:
        if not getattr(self._thread, "writing", 0):
            lock(connection, WRITE_LOCK, timeout)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._thread.writing = getattr(self._thread, "writing", 0) + 1
        try:
            yield
        finally:
            self._thread.writing -= 1

    def update(self, documents: Iterable[SearchDocument], deleted: Iterable[int]) -> None:
        """Write documents again and drop entries by id; visible to all searches that start afterwards."""
        with self._broken_is_unavailable(), self._transaction() as connection:
            state = require_state(connection)
            writer = IndexWriter(connection, SIDES[state.side], self._dictionary_of(connection, state), state.last)
            writer.replace(documents, set(deleted))
            write_last(connection, state.side, writer.last)

    def _dictionary_of(self, connection: Connection, state: IndexState) -> Dictionary:
        snapshot = self._snapshot
        is_known = snapshot is not None and snapshot.state.dictionary == state.dictionary
        return snapshot.dictionary if snapshot and is_known else read_dictionary(connection, state.side)

    def rebuild(self, documents: Iterable[SearchDocument], dictionary: Dictionary = PLAIN) -> None:
        """Build everything anew beside what serves now, then switch. Each entry may come once.

        Other writers wait at the end only, for a moment; what they write until then is carried over.
        """
        with self._broken_is_unavailable(), self._database.engine.begin() as connection:
            lock(connection, REBUILD_LOCK, START_OF_REBUILD_TIMEOUT)
            before = find_state(connection)
            side = find_spare_side(connection)
            writer = IndexWriter(connection, side, dictionary)
            writer.clear()
            remaining = iter(documents)
            while batch := list(itertools.islice(remaining, BATCH_SIZE)):
                writer.add(batch)
            bulk = writer.finish()
            self._keep_out_others(connection, END_OF_REBUILD_TIMEOUT)
            if before:
                writer.replace(*read_changes(connection, SIDES[before.side], before.last))
            state = IndexState(side.name, next_build(connection), writer.last, dictionary.version, bulk)
            write_state(connection, state, dictionary, writer.terms)

    @contextmanager
    def _broken_is_unavailable(self, *, but: type[Exception] | tuple[()] = ()) -> Iterator[None]:
        try:
            yield
        except but:
            raise
        except (sa.exc.SQLAlchemyError, self._database.engine.dialect.loaded_dbapi.Error, CorruptIndexError) as error:
            _log.exception("The search index cannot be used")
            raise SearchUnavailableError(f"The index cannot be used: {type(error).__name__}") from error
