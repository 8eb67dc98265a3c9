"""One connection of each process that only tells which state the index is in: asked before every search, in one trip.

A connection of the pool would be tried out first and reset afterwards, which takes longer than the question.
"""

import threading
from contextlib import suppress
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from marketplace.search.engines.postgres_reader import IndexState, find_state


class StateWatch:
    """Tells the state of the index in a database; shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def find(self, engine: Engine) -> IndexState | None:
        """The state now, or None if there is no index of this format."""
        with self._lock:
            if self._connection is not None:
                try:
                    return find_state(self._connection)
                except sa.exc.DBAPIError:
                    # The server ended the connection; whatever else is wrong shows again with a new one.
                    self._drop()
            connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            # Out of the pool, which would wait for it in vain.
            connection.detach()
            self._connection = connection
            try:
                return find_state(connection)
            except BaseException:
                self._drop()
                raise

    def close(self) -> None:
        """Close the connection; the next question opens another one."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sa.exc.DBAPIError):
                connection.close()


_watches: WeakKeyDictionary[Engine, StateWatch] = WeakKeyDictionary()
_making = threading.Lock()


def watch_of(engine: Engine) -> StateWatch:
    """The watch of a database; it ends when the connections of the engine are closed."""
    with _making:
        watch = _watches.get(engine)
        if watch is None:
            watch = _watches[engine] = StateWatch()
            event.listen(engine, "engine_disposed", lambda _engine, of=watch: of.close())
        return watch
