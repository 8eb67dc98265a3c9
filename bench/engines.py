"""Our engines by where their index is: a directory, or the address of a PostgreSQL database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from marketplace.core.db import Database
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.engines.postgres_tables import METADATA
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import SearchEngine
from tests.support.databases import migrated_database, start_postgres

Place = Path | str


@contextmanager
def places(folder: Path, *, only: str | None = None) -> Iterator[dict[str, Place]]:
    """Places of new indexes by the name of the engine; PostgreSQL on a server of its own that is gone afterwards."""
    if only == "Whoosh":
        yield {"Whoosh": folder / "ours"}
        return
    with start_postgres(is_safe=True) as server, migrated_database(server) as url:
        yield {"PostgreSQL": url} if only else {"Whoosh": folder / "ours", "PostgreSQL": url}


def open_engine(place: Place) -> SearchEngine:
    """The engine of an index."""
    if isinstance(place, Path):
        return WhooshEngine(place, lock_timeout=60)
    return PostgresEngine(Database(place), lock_timeout=60)


def size_on_disk(place: Place) -> float:
    """Megabytes of an index."""
    if isinstance(place, Path):
        return sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) / 1024**2
    with Database(place).engine.connect() as connection:
        sizes = [
            connection.execute(sa.select(sa.func.pg_total_relation_size(table.name))).scalar_one()
            for table in METADATA.sorted_tables
        ]
    return sum(sizes) / 1024**2
