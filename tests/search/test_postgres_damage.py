"""A damaged index in PostgreSQL, for instance after a backup of some tables: said plainly, and mended by the jobs."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from marketplace.core.db import Database
from marketplace.search import indexing, mending
from marketplace.search.engines.postgres_reader import require_state
from marketplace.search.engines.postgres_tables import INDEX, SIDES, Side
from marketplace.site.cli import jobs
from tests.factories.catalogue import add_entry
from tests.search.engine_contract import ids

pytestmark = pytest.mark.postgres

Damage = Callable[[Side], sa.Executable]


@pytest.fixture
def db_url(postgres_copy: str) -> str:
    """These tests are about PostgreSQL."""
    return postgres_copy


@pytest.fixture(autouse=True)
def _entries(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        for slug in ("moor", "heide"):
            add_entry(slug=slug, titel=f"Die {slug.title()}")
    indexing.rebuild(database, app.extensions["search_engine"])


def execute(database: Database, damage: Damage) -> None:
    with database.engine.begin() as connection:
        connection.execute(damage(SIDES[require_state(connection).side]))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda _: sa.delete(INDEX), "fehlt oder ist nicht brauchbar"),
        (lambda side: sa.delete(side.terms), "fehlt oder ist nicht brauchbar"),
        (lambda side: sa.delete(side.texts), "fehlt oder ist nicht brauchbar"),
        (lambda side: sa.delete(side.postings), "fehlt oder ist nicht brauchbar"),
        (lambda side: sa.delete(side.entry).where(side.entry.c.number == 1), "1 Einträge fehlen"),
    ],
    ids=["state", "terms", "texts", "postings", "entry"],
)
def test_the_jobs_say_what_is_wrong_and_mend_it(app: Flask, database: Database, damage: Damage, said: str) -> None:
    engine = app.extensions["search_engine"]
    execute(database, damage)
    with app.app_context():
        result = CliRunner().invoke(jobs, ["run"])
        assert said in result.output
        assert "Der Suchindex ist vollständig" in CliRunner().invoke(jobs, ["run"]).output
    assert mending.check(database, engine).is_complete
    assert len(ids(engine, "moor")) == len(ids(engine, "heide")) == 1
