"""Compares the index with the database and mends what differs, when somebody asks for it or when a search fails."""

import logging
import threading
import time
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.search import dictionaries, indexing, queries
from marketplace.search.index_check import IndexCheck
from marketplace.search.port import IndexBusyError, SearchEngine, SearchUnavailableError

REBUILD_SHARE = 0.5
"""If more of the entries than this are wrong in the index, building it anew is faster than mending it."""

REPEATED_AFTER = timedelta(minutes=10)
"""After this time no transaction is still open that began before a note; then one note for each entry is enough."""

REPAIR_PAUSE = 60.0
"""Seconds until a failed repair is tried again."""

_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Mend the index from now on when it turns out to be broken."""
    app.extensions["search_repair"] = Repair()


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
    too_many = len(found.wrong) > REBUILD_SHARE * found.published + indexing.BATCH_SIZE
    if not found.ready or not found.has_dictionary or too_many or is_outgrown:
        _say_why(database, found)
        indexing.rebuild(database, engine, learns=is_outgrown)
        return found
    indexing.process_queue(database, engine)
    if found.wrong:
        _note_wrong(database, engine, found)
        indexing.process_queue(database, engine)
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
    if indexing.count_waiting(database) > indexing.BATCH_SIZE:
        with database.unit_of_work():
            queries.drop_repeated_tasks(clock.now() - REPEATED_AFTER)


def _note_wrong(database: Database, engine: SearchEngine, found: IndexCheck) -> None:
    """Note what is wrong still; what a note waits for already is only on its way."""
    with database.reading():
        noted = queries.list_noted_entries()
    wrong = (check(database, engine).wrong & found.wrong) - noted
    if wrong:
        _log.warning("%s It is mended.", found.log_line)
        with database.unit_of_work():
            indexing.note_changes(None, entry_ids=sorted(wrong))


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
