"""Connections on which a process reads the index, kept beside the pool.

A search asks small questions. With a connection of the pool, which is tried out before and reset after each use, and
with all that SQLAlchemy does for a statement, asking takes longer than answering. So statements are compiled once,
prepared on the server, and their answers come as bytes.
"""

import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from select import select
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

Answer = tuple[bytes | None, ...] | None
"""A row of values as they were sent."""

_BINARY = 1
"""The number that libpq has for values in the form in which the server holds them."""

_numbers = itertools.count()
"""For names that no connection has had before."""

_IDLE = 0
"""No transaction is open; the number that libpq has for it."""


class LostLinkError(Exception):
    """The connection was lost, or somebody kept a lock for too long."""


class Link:
    """One connection, used by one thread at a time; each statement is a transaction of its own."""

    def __init__(self, engine: Engine, compiled: dict[sa.Select[Any], tuple[str, dict[str, Any]]]) -> None:
        self.dialect = engine.dialect
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
        self._questions: dict[str, bytes] = {}
        self._is_asked = False
        self._answer: Answer = None

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

    def ask(self, question: str) -> None:
        """Send a statement without values and do not wait: the server looks for the answer while this process goes on.

        Whatever is run before ``answer`` waits for it first.
        """
        self.answer()
        try:
            self._libpq.send_query_prepared(self._prepare(question), None, result_format=_BINARY)
            while self._libpq.flush():
                select([], [self._libpq.socket], [])
        except self.dialect.loaded_dbapi.OperationalError as error:
            raise LostLinkError(type(error).__name__) from error
        self._is_asked = True

    def answer(self) -> Answer:
        """The first row of the last question as it was sent, or None if there is none."""
        if self._is_asked:
            self._is_asked = False
            self._answer = self._receive()
        return self._answer

    def _receive(self) -> Answer:
        results = []
        try:
            while True:
                while self._libpq.is_busy():
                    select([self._libpq.socket], [], [])
                    self._libpq.consume_input()
                if (result := self._libpq.get_result()) is None:
                    break
                results.append(result)
        except self.dialect.loaded_dbapi.OperationalError as error:
            raise LostLinkError(type(error).__name__) from error
        if not results or results[0].error_message:
            raise LostLinkError(results[0].get_error_message() if results else "No answer")
        first = results[0]
        return tuple(first.get_value(0, column) for column in range(first.nfields)) if first.ntuples else None

    def _prepare(self, question: str) -> bytes:
        """The name under which the server knows a question."""
        name = self._questions.get(question)
        if name is None:
            name = f"question_{next(_numbers)}".encode()
            prepared = self._libpq.prepare(name, question.encode())
            if prepared.error_message:
                raise LostLinkError(prepared.get_error_message())
            self._questions[question] = name
        return name

    @property
    def _libpq(self) -> Any:
        return self._driver.pgconn

    def _execute(self, text: str, values: Mapping[str, Any] | None = None) -> None:
        self.answer()
        try:
            self._cursor.execute(text, values, prepare=values is not None)
        except self.dialect.loaded_dbapi.OperationalError as error:
            raise LostLinkError(type(error).__name__) from error

    def _compile(self, statement: sa.Select[Any]) -> tuple[str, dict[str, Any]]:
        known = self._compiled.get(statement)
        if known is None:
            compiled = statement.compile(dialect=self.dialect)
            known = self._compiled[statement] = str(compiled), dict(compiled.params)
        return known

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """In this block, all statements see one state of the database."""
        self._execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            # What was set within a transaction ends with it, and what was prepared: psycopg drops it after a ROLLBACK.
            self._plan = None
            self._questions.clear()
            # Of a lost connection there is nothing left to end.
            with suppress(self.dialect.loaded_dbapi.Error):
                self._cursor.execute("ROLLBACK")

    @property
    def is_usable(self) -> bool:
        """Whether the next question can be asked on it."""
        return not self._driver.closed and self._driver.info.transaction_status == _IDLE

    def close(self) -> None:
        """End the connection."""
        with suppress(sa.exc.DBAPIError, self.dialect.loaded_dbapi.Error):
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
