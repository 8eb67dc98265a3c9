"""The database: engine, the session of the current request or command, and what happens after a commit.

Services and queries take the session from ``session()`` and flush; only the edge commits: writing views (see
``web/transaction.py``) and ``unit_of_work()`` in commands and jobs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlmodel import Session, SQLModel

_current: ContextVar[Session | None] = ContextVar("session", default=None)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment, stored in UTC and always aware; SQLite itself forgets the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive moments; store UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give back an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """One database and how to open sessions on it."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.engine = _create_engine(self.url)

    def open_session(self) -> Session:
        """A new session; whoever opens it closes it."""
        return Session(self.engine, autoflush=True, expire_on_commit=False)

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """A session that commits at the end of the block (then what waits for the commit runs) or rolls back."""
        with self.open_session() as session:
            token = enter(session)
            try:
                yield session
                commit(session)
            except BaseException:
                session.rollback()
                raise
            finally:
                leave(token)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that never commits."""
        with self.open_session() as session:
            token = enter(session)
            try:
                yield session
            finally:
                leave(token)


def _create_engine(url: sa.URL) -> Engine:
    # Parameters are hidden because error texts go into logs, and parameters hold names and addresses.
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": 10}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "savepoint", _lock_before_savepoint)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    # What is deleted is overwritten: deleting an account must not leave a name in the free pages of the file.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _lock_before_savepoint(connection: sa.Connection, _name: str) -> None:
    """Wait for other writers before a savepoint, not in it.

    SQLite refuses to write, without waiting, once others wrote after the first reading in a transaction; a savepoint
    would be the beginning of one.
    """
    raw = connection.connection.dbapi_connection
    if raw is not None and not raw.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def session() -> Session:
    """The session of the current request, command or test."""
    current = _current.get()
    if current is None:
        raise RuntimeError("No session is open here; use Database.unit_of_work() or Database.reading().")
    return current


def enter(new: Session) -> Token[Session | None]:
    """Make a session the current one; ``leave`` with the token ends that."""
    return _current.set(new)


def leave(token: Token[Session | None]) -> None:
    """Give the place back to the session before."""
    _current.reset(token)


@contextmanager
def fresh_session() -> Iterator[Session]:
    """A session in the current transaction that remembers nothing, so that it reads what others committed meanwhile."""
    with Session(session().connection(), join_transaction_mode="create_savepoint") as fresh:
        token = enter(fresh)
        try:
            yield fresh
            fresh.commit()
        finally:
            leave(token)


def has_hit(statement: sa.Update | sa.Delete) -> bool:
    """Change rows in one statement and say whether there were any: of two who do the same at once, one hears yes.

    Objects in the session do not notice; ``refresh`` those that are still needed.
    """
    result = session().execute(statement.execution_options(synchronize_session=False))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def before_commit(action: Callable[[], None]) -> None:
    """Run something in the current session just before its changes are committed; dropped if they are rolled back."""
    session().info.setdefault("before_commit", []).append(action)


def after_commit(action: Callable[[], None]) -> None:
    """Run something once the current session's changes are safe; dropped if they are rolled back."""
    session().info.setdefault("after_commit", []).append(action)


def commit(which: Session) -> None:
    """Commit, with what waits for it before and after. A failure of an action after it cannot undo the commit."""
    for action in which.info.pop("before_commit", []):
        action()
    which.commit()
    for action in which.info.pop("after_commit", []):
        action()


def insert_rows(table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows whose numbers nobody needs, as one statement; adding them as objects takes one for each."""
    if rows:
        session().execute(sa.insert(table), rows)
