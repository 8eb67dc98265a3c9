"""The migrations make the tables of the code, on both databases, up and down."""

from pathlib import Path

import pytest

from marketplace import migrate
from marketplace.core.db import Database
from tests.support.databases import empty_database


def assert_migrations_fit(url: str) -> None:
    database = Database(url)
    try:
        migrate.upgrade(database)
        migrate.upgrade(database)
        assert migrate.find_differences(database) == []
    finally:
        database.engine.dispose()


def test_sqlite(tmp_path: Path) -> None:
    assert_migrations_fit(f"sqlite:///{tmp_path / 'x.db'}")


@pytest.mark.postgres
def test_postgres(postgres_url: str) -> None:
    with empty_database(postgres_url) as url:
        assert_migrations_fit(url)
