from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.catalogue import service as catalogue
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.search import indexing, mending, queries
from marketplace.search.compounds import Dictionary
from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import SearchDocument, SearchEngine, SearchQuery, SearchUnavailableError
from tests.factories.catalogue import add_entry


@pytest.fixture(params=["memory", "whoosh", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each test that asks for an engine runs with every engine."""
    name: str = request.param
    return name


@pytest.fixture
def db_url(request: pytest.FixtureRequest, db_url: str) -> str:
    """The engine of PostgreSQL needs its database."""
    wants_postgres = "engine" in request.fixturenames and request.getfixturevalue("engine_name") == "postgres"
    url: str = request.getfixturevalue("postgres_copy") if wants_postgres else db_url
    return url


@pytest.fixture
def engine(engine_name: str, app: Flask, database: Database, tmp_path: Path) -> SearchEngine:
    """The engine of the application, empty but usable."""
    engines: dict[str, SearchEngine] = {
        "memory": MemoryEngine(),
        "whoosh": WhooshEngine(tmp_path / "index"),
        "postgres": PostgresEngine(database),
    }
    engine = app.extensions["search_engine"] = engines[engine_name]
    engine.rebuild([])
    return engine


def titles(engine: SearchEngine, text: str) -> int:
    return engine.search(SearchQuery(text)).total


def waiting(database: Database) -> int:
    with database.reading():
        return queries.count_tasks()


def entry_with(slug: str) -> Entry:
    return db.session().exec(select(Entry).where(Entry.slug == slug)).one()


def test_a_change_is_found_as_soon_as_it_is_committed(app: Flask, database: Database, engine: SearchEngine) -> None:
    with app.app_context():
        with database.unit_of_work():
            add_entry(slug="hitze-a", titel="Hitzeaktionsplan")
            assert titles(engine, "Hitzeaktionsplan") == 0
        assert titles(engine, "Hitzeaktionsplan") == 1
        with database.unit_of_work():
            catalogue.withdraw_entry(entry_with("hitze-a"), reason="Überholt", author="Test")
        assert titles(engine, "Hitzeaktionsplan") == 0
    assert waiting(database) == 0


def test_what_is_rolled_back_is_never_indexed(app: Flask, database: Database, engine: SearchEngine) -> None:
    def fail() -> None:
        with database.unit_of_work():
            add_entry(titel="Hitzeaktionsplan")
            raise RuntimeError

    with app.app_context(), pytest.raises(RuntimeError):
        fail()
    assert indexing.process_queue(database, engine) == 0
    assert engine.count() == waiting(database) == 0


def test_without_an_application_changes_wait_for_the_job(database: Database, engine: SearchEngine) -> None:
    with database.unit_of_work():
        add_entry(slug="hitze-a")
        add_entry(slug="hitze-b")
    assert (waiting(database), engine.count()) == (2, 0)
    assert indexing.process_queue(database, engine) == 2
    assert (waiting(database), engine.count()) == (0, 2)
    assert indexing.process_queue(database, engine) == 0


def test_changes_wait_as_long_as_the_index_cannot_be_written(app: Flask, database: Database, tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    app.extensions["search_engine"] = engine
    with app.app_context(), database.unit_of_work():
        add_entry(titel="Hitzeaktionsplan")
    assert waiting(database) == 1
    engine.rebuild([])
    assert indexing.process_queue(database, engine) == 1
    assert titles(engine, "Hitzeaktionsplan") == 1


def test_many_changes_are_processed_in_batches(
    database: Database, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH_SIZE", 3)
    monkeypatch.setattr(queries, "BATCH_SIZE", 3)
    with database.unit_of_work():
        for number in range(8):
            add_entry(slug=f"hitze-{number}")
    assert indexing.process_queue(database, engine) == 8
    assert (engine.count(), waiting(database)) == (8, 0)
    assert indexing.rebuild(database, engine) == 8
    assert engine.count() == 8


def test_a_rebuild_shows_its_progress_and_clears_the_queue(database: Database, engine: SearchEngine) -> None:
    with database.unit_of_work():
        add_entry(slug="hitze-a")
        add_entry(slug="hitze-b")
    steps: list[tuple[int, int]] = []
    assert indexing.rebuild(database, engine, lambda done, total: steps.append((done, total))) == 2
    assert steps == [(1, 2), (2, 2)]
    assert (engine.count(), waiting(database)) == (2, 0)


class ChangedMeanwhile:
    """An engine in whose rebuild somebody else changes an entry that was read already."""

    def __init__(self, engine: SearchEngine, database: Database) -> None:
        self._engine, self._database = engine, database

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def rebuild(self, documents: Iterator[SearchDocument], dictionary: Dictionary) -> None:
        self._engine.rebuild(list(documents), dictionary)
        with self._database.unit_of_work():
            add_entry(slug="hitze-b", titel="Mittendrin geändert")


def test_a_change_during_a_rebuild_is_not_lost(database: Database, engine: SearchEngine) -> None:
    with database.unit_of_work():
        add_entry(slug="hitze-a")
    indexing.rebuild(database, ChangedMeanwhile(engine, database))  # type: ignore[arg-type]
    assert titles(engine, "mittendrin") == 1
    assert mending.check(database, engine).is_complete


class ProcessedMeanwhile(ChangedMeanwhile):
    """The same, but before that somebody else carries out all notes that waited when the rebuild began."""

    def rebuild(self, documents: Iterator[SearchDocument], dictionary: Dictionary) -> None:
        self._engine.rebuild([])
        assert indexing.process_queue(self._database, self._engine) == 1
        super().rebuild(documents, dictionary)


def test_a_note_written_during_a_rebuild_is_not_taken_for_one_from_before(
    database: Database, engine: SearchEngine
) -> None:
    # SQLite gives the number of a deleted row to a new one.
    with database.unit_of_work():
        add_entry(slug="hitze-a")
    indexing.rebuild(database, ProcessedMeanwhile(engine, database))  # type: ignore[arg-type]
    assert titles(engine, "mittendrin") == 1
    assert mending.check(database, engine).is_complete


def test_the_check_names_every_difference(database: Database, engine: SearchEngine) -> None:
    with database.unit_of_work():
        for name in "abcd":
            add_entry(slug=f"hitze-{name}")
    indexing.process_queue(database, engine)
    assert str(mending.check(database, engine)) == "Der Suchindex ist vollständig: 4 Einträge."
    with database.unit_of_work() as session:
        entry_with("hitze-a").status = "entwurf"
        changed = entry_with("hitze-b")
        changed.updated_at += timedelta(seconds=1)
        added = Entry(**{**entry_with("hitze-c").model_dump(exclude={"id"}), "slug": "hitze-e"})
        session.add(added)
    found = mending.check(database, engine)
    assert (len(found.missing), len(found.outdated), len(found.superfluous)) == (1, 1, 1)
    assert "1 Einträge fehlen, 1 sind veraltet, 1 sind zu viel" in str(found)
    mending.ensure(database, engine)
    assert mending.check(database, engine).is_complete


def test_a_missing_index_is_built_and_a_very_wrong_one_too(database: Database, tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    with database.unit_of_work():
        add_entry(slug="hitze-a")
    assert "fehlt" in str(mending.check(database, engine))
    assert not mending.ensure(database, engine).ready
    assert (engine.count(), waiting(database)) == (1, 0)
    engine.rebuild([SearchDocument(n, "Falsch", "", "", {}, 0) for n in range(1000, 1300)])
    mending.ensure(database, engine)
    assert engine.count() == 1


def test_a_broken_index_is_repaired_in_the_background_once(database: Database, tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    with database.unit_of_work():
        add_entry(slug="hitze-a")
    repair = mending.Repair()
    thread = repair.start(database, engine)
    assert thread is not None
    thread.join()
    assert engine.count() == 1
    assert repair.start(database, engine) is None


def test_a_repair_that_fails_does_no_harm(database: Database, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("kein Ordner")
    thread = mending.Repair().start(database, WhooshEngine(tmp_path / "index"))
    assert thread is not None
    thread.join()


def test_the_newest_state_wins_whatever_the_order(database: Database, engine: SearchEngine) -> None:
    moment = clock.now()
    with clock.stopped_at(moment), database.unit_of_work():
        add_entry(slug="hitze-a", titel="Erster Stand")
    with clock.stopped_at(moment + timedelta(minutes=1)), database.unit_of_work():
        entry = entry_with("hitze-a")
        entry.title, entry.updated_at = "Zweiter Stand", clock.now()
        indexing.note_changes(None, entry_ids=[entry.id or 0])
    assert indexing.process_queue(database, engine) == 1
    assert (titles(engine, "Erster"), titles(engine, "Zweiter")) == (0, 1)


def test_a_rebuild_is_refused_while_others_write(database: Database, tmp_path: Path) -> None:
    writer, other = (WhooshEngine(tmp_path / "index", lock_timeout=0.05) for _ in range(2))
    with writer.exclusive(), pytest.raises(SearchUnavailableError):
        indexing.rebuild(database, other)
