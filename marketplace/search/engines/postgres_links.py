"""Connections on which a process reads the index, kept beside the pool.

A search asks small questions. With a connection of the pool, which is tried out before and reset after each use, and
with all that SQLAlchemy does for a statement, asking takes longer than answering. So statements are compiled once,
prepared on the server, and their answers come as bytes.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from marketplace.search.engines.postgres_statements import Plan

MOST_SPARE = 8
"""Connections that are kept while nobody uses them."""

READ_LOCK_TIMEOUT = "100ms"
"""Readers wait for a table only if a rebuild empties it; then the other side serves already."""

_SETTINGS = (
    # A scan of all arrays takes several times as long as the index, which the planner does not expect.
    f"SET enable_seqscan = off; SET jit = off; SET lock_timeout = '{READ_LOCK_TIMEOUT}'"
)

_IDLE = 0
"""No transaction is open; the number that libpq has for it."""


class LostLinkError(Exception):
    """The connection was lost, or somebody kept a lock for too long."""


class Link:
    """One connection, used by one thread at a time; each statement is a transaction of its own."""

    def __init__(self, engine: Engine, compiled: dict[sa.Select[Any], tuple[str, dict[str, Any]]]) -> None:
        self._dialect = engine.dialect
        self._compiled = compiled
        self._connection = engine.raw_connection()
        # Out of the pool, which would wait for it in vain.
        self._connection.detach()
        self._driver = cast(Any, self._connection.dbapi_connection)
        self._driver.rollback()
        self._driver.autocommit = True
        self._driver.execute(_SETTINGS)
        self._cursor = self._driver.cursor(binary=True)
        self._plan: Plan | None = None

    def run(
        self, statement: sa.Select[Any], values: Mapping[str, Any], plan: Plan | None = None
    ) -> Sequence[tuple[Any, ...]]:
        """All rows that a statement finds; without a plan it is one to which that does not matter."""
        text, constants = self._compile(statement)
        if plan is not None and plan is not self._plan:
            self._execute(f"SET plan_cache_mode = {plan.value}")
            self._plan = plan
        self._execute(text, {**constants, **values})
        rows: Sequence[tuple[Any, ...]] = self._cursor.fetchall()
        return rows

    def _execute(self, text: str, values: Mapping[str, Any] | None = None) -> None:
        try:
            self._cursor.execute(text, values, prepare=values is not None)
        except self._dialect.loaded_dbapi.OperationalError as error:
            raise LostLinkError(type(error).__name__) from error

    def _compile(self, statement: sa.Select[Any]) -> tuple[str, dict[str, Any]]:
        known = self._compiled.get(statement)
        if known is None:
            compiled = statement.compile(dialect=self._dialect)
            known = self._compiled[statement] = str(compiled), dict(compiled.params)
        return known

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """In this block, all statements see one state of the database."""
        self._execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            # What was set within a transaction ends with it.
            self._plan = None
            # Of a lost connection there is nothing left to end.
            with suppress(self._dialect.loaded_dbapi.Error):
                self._cursor.execute("ROLLBACK")

    @property
    def is_usable(self) -> bool:
        """Whether the next question can be asked on it."""
        return not self._driver.closed and self._driver.info.transaction_status == _IDLE

    def close(self) -> None:
        """End the connection."""
        with suppress(sa.exc.DBAPIError, self._dialect.loaded_dbapi.Error):
            self._connection.close()


class Links:
    """The connections of one process to one database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spare: list[Link] = []
        self._compiled: dict[sa.Select[Any], tuple[str, dict[str, Any]]] = {}

    @contextmanager
    def borrow(self, engine: Engine) -> Iterator[Link]:
        """A connection for this thread; opened if all others are in use."""
        with self._lock:
            link = self._spare.pop() if self._spare else None
        link = link or Link(engine, self._compiled)
        try:
            yield link
        except LostLinkError:
            # What ended one connection, such as a restart of the server, ended those that nobody used as well.
            link.close()
            self.close()
            raise
        finally:
            self._give_back(link)

    def _give_back(self, link: Link) -> None:
        with self._lock:
            is_kept = link.is_usable and len(self._spare) < MOST_SPARE
            if is_kept:
                self._spare.append(link)
        if not is_kept:
            link.close()

    def close(self) -> None:
        """Close all that nobody uses; the next question opens another one."""
        with self._lock:
            spare, self._spare = self._spare, []
        for link in spare:
            link.close()


_links: WeakKeyDictionary[Engine, Links] = WeakKeyDictionary()
_making = threading.Lock()


def links_of(engine: Engine) -> Links:
    """The connections to a database; they end when those of the engine are closed."""
    with _making:
        links = _links.get(engine)
        if links is None:
            links = _links[engine] = Links()
            event.listen(engine, "engine_disposed", lambda _engine, of=links: of.close())
        return links
