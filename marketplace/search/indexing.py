"""Keeps the index up to date: changes are noted in their own transaction and carried out after it, at least once.

Whatever happens in between (a crash, a broken index, a rebuild), the note stays until the index has the change.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import sqlalchemy as sa
from flask import Flask, current_app, has_app_context
from sqlmodel import Session, col

from marketplace.catalogue import signals
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.organisations.signals import organisations_changed
from marketplace.search import dictionaries, queries
from marketplace.search.models import IndexTask
from marketplace.search.port import (
    SearchDocument,
    SearchEngine,
    SearchUnavailableError,
    TransactionalEngine,
)

BATCH_SIZE = 200
_WAITING = (
    "The index queue waits, changes cannot be found yet: %s They are carried out as soon as the index can be written; "
    "`blaupause jobs run` tries again, `blaupause search status` tells how it is."
)
_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Note every change of an entry, and of what it shows of organisations, from now on."""
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


@contextmanager
def later() -> Iterator[None]:
    """In this block changes are only noted; whoever opens it brings the index up to date afterwards."""
    info = db.session().info
    info["index_waits"] = True
    try:
        yield
    finally:
        info.pop("index_waits", None)


def repair(app: Flask) -> None:
    """Mend the index in the background."""
    # Tests repair an index themselves: a thread would go on with a database that is gone.
    if not app.testing:
        app.extensions["search_repair"].start(app.extensions["database"], app.extensions["search_engine"])


def _drop(session: Session, notes: list[queries.Note]) -> None:
    for start in range(0, len(notes), BATCH_SIZE):
        part = notes[start : start + BATCH_SIZE]
        session.execute(sa.delete(IndexTask).where(sa.tuple_(col(IndexTask.id), col(IndexTask.queued_at)).in_(part)))
