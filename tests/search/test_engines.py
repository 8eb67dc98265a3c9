from pathlib import Path

import pytest

from marketplace.config import Settings
from marketplace.core.db import Database
from marketplace.search.engines import create_engine
from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import TransactionalEngine

POSTGRES = "postgresql+psycopg://niemand@/nirgends?host=/gibt/es/nicht"


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("auto", "sqlite://", WhooshEngine),
        ("auto", POSTGRES, PostgresEngine),
        ("whoosh", POSTGRES, WhooshEngine),
        ("postgres", POSTGRES, PostgresEngine),
        ("memory", "sqlite://", MemoryEngine),
    ],
)
def test_the_engine_follows_the_settings_and_touches_nothing(
    name: str, url: str, expected: type, tmp_path: Path
) -> None:
    settings = Settings(environment="test", database_url=url, search_engine=name, search_directory=tmp_path / "search")
    engine = create_engine(settings, Database(url))
    assert isinstance(engine, expected)
    assert isinstance(engine, TransactionalEngine) == (expected is PostgresEngine)
    assert not (tmp_path / "search").exists()


def test_a_server_that_does_not_answer_means_no_index() -> None:
    assert not PostgresEngine(Database(POSTGRES)).is_ready()
