"""Processes that are killed, read while others write, write at the same time: nothing lost, nothing doubled, no error.

What the other processes do is in ``faults/peers.py``. For files see ``test_damage.py`` and ``test_full_disk.py``.
"""

from pathlib import Path

import pytest
from sqlmodel import col, select

from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.config import Settings
from marketplace.core.db import Database
from marketplace.search import indexing, mending
from marketplace.search.documents import changed_of
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import SearchQuery
from tests.factories.catalogue import add_entry, write_file
from tests.factories.search import document
from tests.search.faults import peers as roles
from tests.support.processes import Peer, peers, shared_number, wait_until

ENTRIES = 12
KILLS = 15
UPDATES = 75
VISIBLE_WITHIN = 1.0
"""Seconds after the commit."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"search_engine": "whoosh"})


@pytest.fixture
def engine(settings: Settings, database: Database) -> WhooshEngine:
    """The engine of the application on a catalogue that is indexed; never opened anew, as in a server."""
    with database.unit_of_work():
        for number in range(ENTRIES):
            slug = f"alt-{number}"
            add_entry(slug=slug, titel=f"Fassung {roles.word_of(slug, '0')}")
    engine = WhooshEngine(settings.search_directory, lock_timeout=0)
    indexing.rebuild(database, engine)
    return engine


def entries(database: Database) -> list[Entry]:
    with database.reading() as session:
        return list(session.exec(select(Entry).order_by(col(Entry.id))))


def found(engine: WhooshEngine, text: str) -> list[int]:
    return [hit.entry_id for hit in engine.search(SearchQuery(text, page_size=10_000)).hits]


def assert_whole(engine: WhooshEngine, database: Database) -> None:
    """Each entry is in the index at most once, in a state that it has or had."""
    states = engine.states()
    assert sorted(found(engine, "")) == sorted(states)
    for entry in entries(database):
        state = states.pop(entry.id or 0, None)
        assert state is None or state <= changed_of(entry.updated_at)
        if state == changed_of(entry.updated_at):
            expected = [entry.id] if entry.status == Status.PUBLISHED else []
            assert found(engine, entry.title.split()[1]) == expected
    assert not states


def assert_up_to_date(engine: WhooshEngine, database: Database) -> None:
    """Each entry is in the index once, as it is, and nothing waits."""
    assert_whole(engine, database)
    assert str(mending.check(database, engine)) == f"Der Suchindex ist vollständig: {engine.count()} Einträge."
    assert indexing.count_waiting(database) == 0


def assert_nothing_left_over(directory: Path) -> None:
    [index] = directory.glob("index-*")
    used = {path.name.split(".")[0] for path in index.glob("*.trm")} | {"MAIN_WRITELOCK", "dictionary"}
    assert {path.name.split(".")[0] for path in index.iterdir() if not path.name.endswith(".toc")} == used
    assert len(list(index.glob("_MAIN_*"))) == 1
    assert not list(directory.glob("link-*"))


# Killed


def test_a_killed_writer_leaves_a_whole_index_and_no_lock(
    settings: Settings, database: Database, engine: WhooshEngine
) -> None:
    choose = roles.dice(3)
    for round_ in range(KILLS):
        work = (roles.keep_changing, roles.keep_processing, roles.keep_rebuilding)[round_ % 3]
        with peers(Peer(work, settings, round_)) as [writer]:
            assert writer.receive() == "ready"
            assert writer.is_alive_after(choose.uniform(0, 0.25))
        fresh = WhooshEngine(settings.search_directory, lock_timeout=0)
        for each in (engine, fresh):
            assert_whole(each, database)
        # Killed between a rebuilt index and the note of its dictionary, a writer leaves more to mend than the queue.
        mending.ensure(database, fresh)
        for each in (engine, fresh):
            assert_up_to_date(each, database)
    indexing.rebuild(database, engine)
    assert_up_to_date(engine, database)
    assert_nothing_left_over(settings.search_directory)
    assert len(entries(database)) > ENTRIES


@pytest.mark.parametrize("action", ["process", "rebuild"])
def test_a_writer_may_die_before_any_change_of_a_file(
    settings: Settings, database: Database, engine: WhooshEngine, action: str
) -> None:
    with peers(Peer(roles.die_at, settings, action, 0)) as [unharmed]:
        steps = unharmed.receive()
    assert steps > 15
    for step in range(1, steps + 1):
        with peers(Peer(roles.die_at, settings, action, step)) as [writer]:
            assert writer.finish() == -9
        fresh = WhooshEngine(settings.search_directory, lock_timeout=0)
        for each in (engine, fresh):
            assert_whole(each, database)
        indexing.process_queue(database, fresh)
        for each in (engine, fresh):
            assert_up_to_date(each, database)
        assert_nothing_left_over(settings.search_directory)


def test_an_index_whose_dictionary_was_not_noted_goes_on_serving_and_is_mended(
    settings: Settings, database: Database, engine: WhooshEngine
) -> None:
    with peers(Peer(roles.die_before_noting_dictionary, settings)) as [writer]:
        assert writer.finish() == -9
    assert found(engine, "Regentonne")
    assert "anderen Wörterbuch" in str(mending.check(database, engine))
    mending.ensure(database, engine)
    assert_up_to_date(engine, database)


# Reading while others write


def test_readers_meet_no_error_and_no_stale_answer(tmp_path: Path) -> None:
    directory, committed = tmp_path / "index", shared_number()
    staying = [document(number, "Immer da") for number in range(1, roles.STAYING + 1)]
    WhooshEngine(directory).rebuild([*staying, document(1000, "fassung0a")])
    readers = [Peer(roles.keep_reading, directory, committed) for _ in range(3)]
    with peers(*readers):
        for reader in readers:
            assert reader.receive() == "ready"
        with peers(Peer(roles.write_states, directory, committed, UPDATES)) as [writer]:
            assert writer.receive(60) == "done"
        for reader in readers:
            reads, slowest, problems, open_files = reader.ask("stop")
            assert problems == []
            assert reads > UPDATES
            assert slowest < VISIBLE_WITHIN
            assert open_files < 100


@pytest.mark.parametrize("while_rebuilding", [False, True])
def test_what_one_process_imports_all_others_find_at_once(
    settings: Settings, tmp_path: Path, database: Database, engine: WhooshEngine, while_rebuilding: bool
) -> None:
    library = tmp_path / "content"
    settings = settings.model_copy(update={"content_directory": library})
    importer = Peer(roles.import_on_demand, settings)
    readers = [Peer(roles.look_for, settings) for _ in range(2)]
    with peers(importer, *readers):
        for peer in (importer, *readers):
            assert peer.receive() == "ready"
        with peers(*([Peer(roles.rebuild_slowly, settings)] if while_rebuilding else [])) as rebuilders:
            for rebuilder in rebuilders:
                assert rebuilder.receive() == "begun"
            for number in range(5):
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
    assert engine.count() == ENTRIES + 5


# Several writers


def test_of_two_rebuilds_one_is_done_and_the_other_steps_back(
    settings: Settings, database: Database, engine: WhooshEngine
) -> None:
    with peers(Peer(roles.rebuild_slowly, settings), Peer(roles.rebuild_once, settings)) as [first, second]:
        assert first.receive() == "begun"
        assert second.receive() == "ready"
        assert second.ask("rebuild") is False
        assert first.ask("go on") is True
    assert_up_to_date(engine, database)
    assert_nothing_left_over(settings.search_directory)


def test_no_update_is_lost_while_others_rebuild(settings: Settings, database: Database, engine: WhooshEngine) -> None:
    workers = [Peer(roles.change_until_told, settings, 1), Peer(roles.change_until_told, settings, 2)]
    with peers(*workers):
        for worker in workers:
            assert worker.receive() == "ready"
        for _ in range(6):
            indexing.rebuild(database, WhooshEngine(settings.search_directory))
        for worker in workers:
            assert worker.ask("stop") > 0
    assert_up_to_date(engine, database)


def test_a_rebuild_carries_over_what_came_meanwhile(
    settings: Settings, database: Database, engine: WhooshEngine
) -> None:
    with peers(Peer(roles.rebuild_slowly, settings)) as [rebuilder]:
        assert rebuilder.receive() == "begun"
        with database.unit_of_work():
            roles.change_some(roles.dice(1), "mittendrin")
        assert indexing.process_queue(database, engine) > 0
        assert_up_to_date(engine, database)
        assert rebuilder.ask("go on") is True
        assert_up_to_date(engine, database)
    wait_until(lambda: len(list(settings.search_directory.glob("index-*"))) == 1, "der alte Index ist entfernt")
