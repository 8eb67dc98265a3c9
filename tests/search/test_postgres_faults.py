"""What ``test_faults.py`` does to the embedded index, done to the one in PostgreSQL; the processes are the same."""

import pytest
from flask import Flask

from marketplace.catalogue.lifecycle import Status
from marketplace.config import Settings
from marketplace.core.db import Database
from marketplace.search import indexing, mending
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.port import SearchQuery
from tests.factories.catalogue import add_entry, write_file
from tests.factories.search import document
from tests.search.faults import peers as roles
from tests.search.test_faults import UPDATES, VISIBLE_WITHIN, entries
from tests.support.processes import Peer, peers, shared_number

pytestmark = pytest.mark.postgres

ENTRIES = 15
KILLS = 9


@pytest.fixture
def db_url(postgres_copy: str) -> str:
    return postgres_copy


@pytest.fixture
def engine(app: Flask, database: Database) -> PostgresEngine:
    """The engine of the application on a catalogue that is indexed; never opened anew, as in a server."""
    engine = app.extensions["search_engine"]
    assert isinstance(engine, PostgresEngine)
    with app.app_context(), database.unit_of_work():
        for number in range(ENTRIES):
            slug = f"alt-{number}"
            add_entry(slug=slug, titel=f"Fassung {roles.word_of(slug, '0')}")
    return engine


def assert_up_to_date(engine: PostgresEngine, database: Database) -> None:
    """Each entry is found as it is, by this process and by a new one, and nothing waits."""
    for each in (engine, PostgresEngine(database)):
        assert str(mending.check(database, each)) == f"Der Suchindex ist vollständig: {each.count()} Einträge."
        for entry in entries(database):
            hits = each.search(SearchQuery(entry.title.split()[1])).hits
            assert [hit.entry_id for hit in hits] == ([entry.id] if entry.status == Status.PUBLISHED else [])
    assert indexing.count_waiting(database) == 0


def test_a_killed_writer_leaves_a_whole_index_and_no_lock(
    settings: Settings, database: Database, engine: PostgresEngine
) -> None:
    choose = roles.dice(3)
    for round_ in range(KILLS):
        work = (roles.keep_changing, roles.keep_processing, roles.keep_rebuilding)[round_ % 3]
        with peers(Peer(work, settings, round_)) as [writer]:
            assert writer.receive() == "ready"
            assert writer.is_alive_after(choose.uniform(0, 0.4))
        # What an editor saved is in the index with it; only notes of ``keep_processing`` may still wait.
        if work is roles.keep_processing:
            indexing.process_queue(database, engine)
        # Killed between a rebuilt index and the note of its dictionary, a writer leaves more to mend.
        if work is roles.keep_rebuilding:
            mending.ensure(database, engine)
        assert_up_to_date(engine, database)
    indexing.rebuild(database, engine)
    assert_up_to_date(engine, database)


@pytest.mark.parametrize("action", ["add", "rebuild"])
def test_a_writer_may_die_before_any_statement(
    settings: Settings, database: Database, engine: PostgresEngine, action: str
) -> None:
    with peers(Peer(roles.die_before, settings, action, 0)) as [unharmed]:
        steps = unharmed.receive()
    assert steps > 15
    for step in range(1, steps, 2):
        with peers(Peer(roles.die_before, settings, action, step)) as [writer]:
            assert writer.finish() == -9
        assert_up_to_date(engine, database)
    indexing.rebuild(database, engine)
    assert_up_to_date(engine, database)


def test_readers_meet_no_error_and_no_stale_answer(settings: Settings, database: Database) -> None:
    committed = shared_number()
    staying = [document(number, "Immer da") for number in range(1, roles.STAYING + 1)]
    PostgresEngine(database).rebuild([*staying, document(1000, "fassung0a")])
    readers = [Peer(roles.keep_reading, settings.database_url, committed) for _ in range(3)]
    with peers(*readers):
        for reader in readers:
            assert reader.receive() == "ready"
        with peers(Peer(roles.write_states, settings.database_url, committed, UPDATES)) as [writer]:
            assert writer.receive(60) == "done"
        for reader in readers:
            reads, slowest, problems, _ = reader.ask("stop")
            assert problems == []
            assert reads > UPDATES // 5
            assert slowest < VISIBLE_WITHIN


@pytest.mark.parametrize("while_rebuilding", [False, True])
def test_what_one_process_imports_all_others_find_at_once(
    settings: Settings, database: Database, engine: PostgresEngine, *, while_rebuilding: bool
) -> None:
    library = settings.search_directory.parent / "content"
    settings = settings.model_copy(update={"content_directory": library})
    importer = Peer(roles.import_on_demand, settings)
    readers = [Peer(roles.look_for, settings) for _ in range(2)]
    with peers(importer, *readers):
        for peer in (importer, *readers):
            assert peer.receive() == "ready"
        with peers(*([Peer(roles.rebuild_slowly, settings)] if while_rebuilding else [])) as rebuilders:
            for rebuilder in rebuilders:
                assert rebuilder.receive() == "begun"
            for number in range(4):
                slug, word = f"import-{number}", f"neuheit{number}a"
                write_file(library, slug=slug, titel=f"Die {word}")
                for reader in readers:
                    reader.link.send((word, slug))
                committed = importer.ask("import")
                for reader in readers:
                    assert reader.receive() - committed < VISIBLE_WITHIN
            for rebuilder in rebuilders:
                assert rebuilder.ask("go on") is True
    assert_up_to_date(engine, database)
    assert engine.count() == ENTRIES + 4


def test_no_update_is_lost_while_others_rebuild(settings: Settings, database: Database, engine: PostgresEngine) -> None:
    workers = [Peer(roles.change_until_told, settings, 1), Peer(roles.change_until_told, settings, 2)]
    with peers(*workers):
        for worker in workers:
            assert worker.receive() == "ready"
        for _ in range(6):
            indexing.rebuild(database, PostgresEngine(database))
        for worker in workers:
            assert worker.ask("stop") > 0
    assert_up_to_date(engine, database)
