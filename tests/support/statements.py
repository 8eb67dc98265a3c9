"""How often the database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from marketplace.core.db import Database


@contextmanager
def statements(database: Database) -> Iterator[list[int]]:
    """One item for each statement that is carried out."""
    seen: list[int] = []

    def note(_connection: object, cursor: object, *_rest: object) -> None:
        seen.append(1)

    sa.event.listen(database.engine, "after_cursor_execute", note)
    yield seen
    sa.event.remove(database.engine, "after_cursor_execute", note)
