"""Keeps the index up to date: changes are noted in their own transaction and carried out after it, at least once.

Whatever happens in between (a crash, a broken index, a rebuild), the note stays until the index has the change.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from flask import Flask, current_app, has_app_context
from sqlmodel import Session, col

from marketplace.catalogue import signals
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.organisations.signals import organisations_changed
from marketplace.search import dictionaries, queries
from marketplace.search.index_check import IndexCheck
from marketplace.search.models import IndexTask
from marketplace.search.port import (
    IndexBusyError,
    SearchDocument,
    SearchEngine,
    SearchUnavailableError,
    TransactionalEngine,
)

BATCH_SIZE = 200
REBUILD_SHARE = 0.5
"""If more of the entries than this are wrong in the index, building it anew is faster than mending it."""

REPEATED_AFTER = timedelta(minutes=10)
"""After this time no transaction is still open that began before a note; then one note for each entry is enough."""

REPAIR_PAUSE = 60.0
"""Seconds until a failed repair is tried again."""

_WAITING = (
    "The index queue waits, changes cannot be found yet: %s They are carried out as soon as the index can be written; "
    "`blaupause jobs run` tries again, `blaupause search status` tells how it is."
)
_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Note every change of an entry, and of what it shows of organisations, from now on."""
    app.extensions["search_repair"] = Repair()
    signals.entry_changed.connect(note_changes)
    organisations_changed.connect(note_organisations)


def note_changes(_sender: object, *, entry_ids: list[int]) -> None:
    """Note in the current transaction that entries must be indexed; in an application do it right after the commit.

    If the index stands in the same database, it changes in the same transaction. The note then goes at once; it stays
    if that could not be done.
    """
    session = db.session()
    now = clock.now()
    db.insert_rows(IndexTask, [{"entry_id": entry_id, "queued_at": now} for entry_id in dict.fromkeys(entry_ids)])
    if has_app_context() and not session.info.get("index_waits"):
        session.info["index_waits"] = True
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        engine: SearchEngine = app.extensions["search_engine"]

        def process() -> None:
            session.info.pop("index_waits", None)
            try:
                _process_all(app.extensions["database"], engine)
            except SearchUnavailableError as error:
                _log.warning(_WAITING, error)
                repair(app)
            except sa.exc.SQLAlchemyError:
                # The change itself is safe; the next change or ``jobs run`` finds the notes again.
                _log.exception("The index queue could not be processed; `blaupause jobs run` tries again")

        if isinstance(engine, TransactionalEngine):
            db.before_commit(partial(_index_within, session, engine))
        db.after_commit(process)


def note_organisations(_sender: object, *, organisation_ids: list[int]) -> None:
    """Note that the entries of organisations must be indexed: their names, Land or size class are part of them."""
    if entry_ids := sorted(queries.list_ids_of_organisations(organisation_ids)):
        note_changes(None, entry_ids=entry_ids)


def _index_within(session: Session, engine: TransactionalEngine) -> None:
    """Bring the index up to date with the notes of a transaction that is about to be committed."""
    session.flush()
    try:
        with session.begin_nested(), engine.joining(), db.fresh_session() as fresh:
            _carry_out(fresh, engine)
    except (SearchUnavailableError, sa.exc.SQLAlchemyError) as error:
        _log.warning("The index could not change together with the entry and follows right after it: %s", error)


def process_queue(database: Database, engine: SearchEngine) -> int:
    """Bring the index up to date with all notes and drop them; returns how many entries were written or removed.

    Where the index cannot be written the notes stay.
    """
    try:
        return _process_all(database, engine)
    except SearchUnavailableError as error:
        _log.warning(_WAITING, error)
        return 0


def _process_all(database: Database, engine: SearchEngine) -> int:
    number = 0
    while done := _process_batch(database, engine):
        number += done
    return number


def _process_batch(database: Database, engine: SearchEngine) -> int:
    with database.reading():
        if not queries.count_tasks():
            return 0
    with _writing(database, engine) as session:
        return _carry_out(session, engine)


@contextmanager
def _writing(database: Database, engine: SearchEngine) -> Iterator[Session]:
    """A unit of work that keeps all other writers of the index out until it is committed.

    Entries are read in here; otherwise an older state could overwrite a newer one.
    """
    if isinstance(engine, TransactionalEngine):
        with database.unit_of_work() as session, engine.joining():
            yield session
    else:
        with engine.exclusive(), database.unit_of_work() as session:
            yield session


def _carry_out(session: Session, engine: SearchEngine) -> int:
    """Bring the index up to date with some notes and drop them; returns the number of entries."""
    tasks = queries.list_tasks(BATCH_SIZE)
    if not tasks:
        return 0
    entry_ids = {task.entry_id for task in tasks}
    documents = queries.list_documents(entry_ids)
    engine.update(documents, entry_ids - {document.entry_id for document in documents})
    _drop(session, [(task.id or 0, task.queued_at) for task in tasks])
    return len(entry_ids)


def rebuild(
    database: Database,
    engine: SearchEngine,
    progress: Callable[[int, int], None] | None = None,
    *,
    learns: bool = True,
) -> int:
    """Build the index anew from the database; returns the number of entries.

    The dictionary of compounds is learned anew, or without ``learns`` taken from the database. ``progress`` is called
    with the number done and the number of all. Raises IndexBusyError while another process does the same.
    """
    done = 0

    def documents() -> Iterator[SearchDocument]:
        nonlocal done
        for document in queries.iterate_documents(database):
            done += 1
            if progress:
                progress(done, max(done, total))
            yield document

    with database.reading():
        total, covered = queries.count_published(), queries.list_notes()
    known = None if learns else dictionaries.find_current(database)
    dictionary = known or dictionaries.learn(database, engine.synonyms().expressions)
    engine.rebuild(documents(), dictionary)
    with database.unit_of_work() as session:
        if known is None:
            dictionaries.keep(dictionary, total)
        _drop(session, covered)
    process_queue(database, engine)
    return done


def count_waiting(database: Database) -> int:
    """Number of noted changes that the index does not have yet."""
    with database.reading():
        return queries.count_tasks()


def check(database: Database, engine: SearchEngine) -> IndexCheck:
    """Compare the index with the database, entry by entry; changes noted in the queue count as differences."""
    with database.reading():
        published = queries.list_states()
        version = dictionaries.current_version()
    try:
        indexed = engine.states()
        dictionary = engine.lexicon().dictionary
    except SearchUnavailableError:
        return IndexCheck(ready=False, published=len(published))
    return IndexCheck(
        ready=True,
        published=len(published),
        missing=frozenset(published.keys() - indexed.keys()),
        outdated=frozenset(i for i in published.keys() & indexed.keys() if published[i] != indexed[i]),
        superfluous=frozenset(indexed.keys() - published.keys()),
        has_dictionary=dictionary.version == version,
    )


def ensure(database: Database, engine: SearchEngine) -> IndexCheck:
    """Check the index and mend what is wrong, by a rebuild where that is quicker; returns what was found."""
    _forget_repeated(database)
    found = check(database, engine)
    is_outgrown = dictionaries.is_outgrown(database)
    too_many = len(found.wrong) > REBUILD_SHARE * found.published + BATCH_SIZE
    if not found.ready or not found.has_dictionary or too_many or is_outgrown:
        _say_why(database, found)
        rebuild(database, engine, learns=is_outgrown)
        return found
    process_queue(database, engine)
    if found.wrong:
        _note_wrong(database, engine, found)
        process_queue(database, engine)
    return found


def _say_why(database: Database, found: IndexCheck) -> None:
    """Say why the index is built anew. The first time, and where there are just many more entries, nothing is wrong."""
    with database.reading():
        is_first = queries.find_dictionary() is None
    if is_first:
        _log.info("The search index is built for the first time, of %d entries", found.published)
    elif found.is_complete:
        _log.info(
            "There are many more entries than the dictionary was learned from: it is learned, the index built anew"
        )
    else:
        _log.warning("%s It is built anew.", found.log_line)


def _forget_repeated(database: Database) -> None:
    """Keep one note for each entry, so that the queue stays small however long the index cannot be written."""
    if count_waiting(database) > BATCH_SIZE:
        with database.unit_of_work():
            queries.drop_repeated_tasks(clock.now() - REPEATED_AFTER)


@contextmanager
def later() -> Iterator[None]:
    """In this block changes are only noted; whoever opens it brings the index up to date afterwards."""
    info = db.session().info
    info["index_waits"] = True
    try:
        yield
    finally:
        info.pop("index_waits", None)


def _note_wrong(database: Database, engine: SearchEngine, found: IndexCheck) -> None:
    """Note what is wrong still; what a note waits for already is only on its way."""
    with database.reading():
        noted = queries.list_noted_entries()
    wrong = (check(database, engine).wrong & found.wrong) - noted
    if wrong:
        _log.warning("%s It is mended.", found.log_line)
        with database.unit_of_work():
            note_changes(None, entry_ids=sorted(wrong))


def repair(app: Flask) -> None:
    """Mend the index in the background."""
    # Tests repair an index themselves: a thread would go on with a database that is gone.
    if not app.testing:
        mending: Repair = app.extensions["search_repair"]
        mending.start(app.extensions["database"], app.extensions["search_engine"])


class Repair:
    """Mends a broken index in the background, once at a time and not again and again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = -REPAIR_PAUSE

    def start(self, database: Database, engine: SearchEngine) -> threading.Thread | None:
        """Begin, unless it was begun a moment ago; returns the thread that works."""
        with self._lock:
            if time.monotonic() - self._last < REPAIR_PAUSE:
                return None
            self._last = time.monotonic()
        thread = threading.Thread(target=self._run, args=(database, engine), name="index-repair", daemon=True)
        thread.start()
        return thread

    def _run(self, database: Database, engine: SearchEngine) -> None:
        try:
            ensure(database, engine)
        except IndexBusyError:
            _log.info("The search index is being repaired by another process")
        except SearchUnavailableError as error:
            _log.warning("The search index could not be repaired: %s `blaupause search rebuild` tells more.", error)
        except sa.exc.SQLAlchemyError:
            _log.exception("The search index could not be repaired")


def _drop(session: Session, notes: list[queries.Note]) -> None:
    for start in range(0, len(notes), BATCH_SIZE):
        part = notes[start : start + BATCH_SIZE]
        session.execute(sa.delete(IndexTask).where(sa.tuple_(col(IndexTask.id), col(IndexTask.queued_at)).in_(part)))
