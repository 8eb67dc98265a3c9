"""The index of PostgreSQL changes in the transactions of the entries."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, select

from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.organisations.models import Organisation
from marketplace.search import indexing, mending, queries
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.engines.postgres_tables import INDEX
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.search import document
from tests.search.engine_contract import ids

pytestmark = pytest.mark.postgres


@pytest.fixture
def db_url(postgres_copy: str) -> str:
    """These tests are about PostgreSQL."""
    return postgres_copy


@pytest.fixture
def engine(app: Flask) -> PostgresEngine:
    """The engine of the application."""
    engine = app.extensions["search_engine"]
    assert isinstance(engine, PostgresEngine)
    return engine


@pytest.fixture
def elsewhere(database: Database) -> PostgresEngine:
    """The engine of another process."""
    return PostgresEngine(database)


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    """As in a request."""
    with app.app_context():
        yield


def waiting(database: Database) -> int:
    with database.reading():
        return queries.count_tasks()


def test_an_update_in_a_transaction_comes_with_its_commit(
    engine: PostgresEngine, elsewhere: PostgresEngine, database: Database
) -> None:
    with database.unit_of_work():
        with engine.joining():
            engine.update([document(1, "Hitze")], [])
        assert ids(elsewhere, "hitze") == []
    assert ids(elsewhere, "hitze") == ids(engine, "hitze") == [1]


def test_an_update_goes_with_its_transaction(engine: PostgresEngine, database: Database) -> None:
    def fail() -> None:
        with database.unit_of_work(), engine.joining():
            engine.update([document(1, "Hitze")], [])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert ids(engine, "hitze") == []
    engine.update([document(2, "Hitze")], [])
    assert ids(engine, "hitze") == [2]


@pytest.mark.usefixtures("in_app")
def test_the_commit_of_an_entry_is_that_of_its_index(
    engine: PostgresEngine, elsewhere: PostgresEngine, database: Database
) -> None:
    seen: list[list[int]] = []
    sa.event.listen(Session, "after_commit", look := lambda _session: seen.append(ids(elsewhere, "Hitzeaktionsplan")))
    try:
        with database.unit_of_work():
            entry = add_entry(titel="Hitzeaktionsplan")
    finally:
        sa.event.remove(Session, "after_commit", look)
    assert seen[-1] == [entry.id]
    assert (ids(engine, "Hitzeaktionsplan"), waiting(database)) == ([entry.id], 0)


@pytest.mark.usefixtures("in_app")
def test_what_others_committed_meanwhile_is_not_lost(engine: PostgresEngine, database: Database) -> None:
    """One session renames the organisation of an entry, another one that has read it before changes the entry."""
    with database.unit_of_work():
        add_organisation("09572164", "Weisendorf")
        add_entry(slug="hitze-a", titel="Hitze", organisation="09572164")
    with database.unit_of_work() as slow:
        entry = slow.exec(select(Entry)).one()
        organisation = slow.exec(select(Organisation)).one()
        token = db.enter(slow)
        with database.unit_of_work() as quick:
            quick.get_one(Organisation, organisation.id).name = "Neudorf"
            indexing.note_changes(None, entry_ids=[entry.id or 0])
        db.leave(token)
        entry.title, entry.updated_at = "Kälte", clock.now() + timedelta(seconds=1)
        indexing.note_changes(None, entry_ids=[entry.id or 0])
        assert organisation.name == "Weisendorf"
    assert ids(engine, "kälte neudorf") == [entry.id]
    assert mending.check(database, engine).is_complete


@pytest.mark.usefixtures("in_app")
def test_an_entry_is_saved_even_if_its_index_cannot_be_written(engine: PostgresEngine, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.delete(INDEX))
    with database.unit_of_work():
        entry = add_entry(titel="Hitzeaktionsplan")
    assert waiting(database) == 1
    indexing.rebuild(database, engine)
    assert (ids(engine, "Hitzeaktionsplan"), waiting(database)) == ([entry.id], 0)


@pytest.mark.usefixtures("in_app")
def test_many_changes_in_one_transaction(
    engine: PostgresEngine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH_SIZE", 3)
    with database.unit_of_work():
        for number in range(8):
            add_entry(slug=f"hitze-{number}")
    assert (engine.count(), waiting(database)) == (8, 0)
