"""The engine in the database of the site, on a real server."""

from collections.abc import Iterator

import pytest

from marketplace.core.db import Database
from marketplace.search.engines.postgres import PostgresEngine
from tests.search.engine_contract import EngineContract
from tests.support.databases import copy_of

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def database(postgres_template: str) -> Iterator[Database]:
    """One database for the whole module; each test has its own index in it."""
    with copy_of(postgres_template) as url:
        database = Database(url)
        yield database
        database.engine.dispose()


class TestPostgresEngine(EngineContract):
    @pytest.fixture
    def engine(self, database: Database) -> PostgresEngine:
        return PostgresEngine(database)
