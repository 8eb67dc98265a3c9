"""The engine in the database of the site, on a real server. Other processes are in ``test_postgres_faults.py``."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from marketplace.core.db import Database
from marketplace.search.compounds import Dictionary
from marketplace.search.engines import array_document, postgres_reader, postgres_snapshot, postgres_writer
from marketplace.search.engines import postgres as postgres_engine
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.engines.postgres_tables import INDEX, SIDES
from marketplace.search.port import IndexBusyError, SearchDocument, SearchQuery, SearchUnavailableError, Sort
from tests.factories.search import document
from tests.search.engine_contract import EngineContract, ids
from tests.search.reads import noted_reads
from tests.support.databases import copy_of

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def database(postgres_template: str) -> Iterator[Database]:
    """One database for the whole module; each test begins with an index of its own."""
    with copy_of(postgres_template) as url:
        database = Database(url)
        yield database
        database.engine.dispose()


class TestPostgresEngine(EngineContract):
    @pytest.fixture
    def engine(self, database: Database) -> PostgresEngine:
        return PostgresEngine(database)


@pytest.fixture
def engine(database: Database) -> PostgresEngine:
    """An engine with two entries."""
    engine = PostgresEngine(database)
    engine.rebuild([document(1, "Hitze"), document(2, "Wald")])
    return engine


def another(engine: PostgresEngine, **options: float) -> PostgresEngine:
    """The engine of another process on the same database."""
    return PostgresEngine(engine._database, **options)


def execute(database: Database, statement: sa.Executable) -> None:
    with database.engine.begin() as connection:
        connection.execute(statement)


# Missing, foreign and damaged indexes


def test_without_an_index_everything_but_a_rebuild_is_unavailable(engine: PostgresEngine, database: Database) -> None:
    execute(database, sa.delete(INDEX))
    for each in (engine, another(engine)):
        assert not each.is_ready()
        for call in (
            lambda each=each: each.search(SearchQuery("hitze")),
            lambda each=each: each.similar(document(1), 4),
            lambda each=each: each.update([document(1)], []),
            each.count,
            each.states,
        ):
            with pytest.raises(SearchUnavailableError):
                call()
    engine.rebuild([document(3, "Moor")])
    assert ids(engine) == [3]


def test_a_new_version_builds_its_index_beside_that_of_the_old_one(
    engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = another(engine)

    def is_version(name: str) -> None:
        for module in (postgres_reader, postgres_writer):
            monkeypatch.setattr(module, "fingerprint", lambda: name)

    is_version("neu")
    assert not newer.is_ready()
    with pytest.raises(SearchUnavailableError):
        newer.update([document(3)], [])
    newer.rebuild([document(3, "Moor")])
    assert ids(newer) == [3]
    is_version(array_document.fingerprint())
    engine.update([document(4, "Hitze")], [])
    for each in (engine, another(engine)):
        assert ids(each) == [4, 2, 1]
    is_version("neu")
    assert ids(newer) == ids(another(newer)) == [3]
    newer.rebuild([document(5, "Flut")])
    assert ids(newer) == [5]
    is_version(array_document.fingerprint())
    assert not engine.is_ready()


@pytest.mark.parametrize("table", ["terms", "texts", "postings"])
def test_tables_that_do_not_belong_together_are_noticed(engine: PostgresEngine, database: Database, table: str) -> None:
    with database.engine.begin() as connection:
        side = SIDES[postgres_reader.require_state(connection).side]
        connection.execute(sa.delete(getattr(side, table)))
    with pytest.raises(SearchUnavailableError):
        engine.states()
    engine.rebuild([document(1)])
    assert engine.states() == {1: 1}


def test_terms_of_no_entry_are_no_wrong_answer(engine: PostgresEngine, database: Database) -> None:
    with database.engine.begin() as connection:
        side = SIDES[postgres_reader.require_state(connection).side]
        connection.execute(sa.delete(side.entry).where(side.entry.c.entry_id == 1))
    assert ids(another(engine), "hitze") == []
    with pytest.raises(SearchUnavailableError):
        another(engine).search(SearchQuery(sort=Sort.TITLE))
    # That tells the check of the index which entry is missing.
    assert another(engine).states() == {2: 2}


def test_a_lost_connection_is_opened_again(engine: PostgresEngine, database: Database) -> None:
    assert ids(engine, "hitze") == [1]
    others = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                     " AND datname = current_database()")  # fmt: skip
    execute(database, others)
    assert ids(engine, "hitze") == [1]
    assert ids(engine, '"wald"') == [2]


def test_connections_are_kept_whatever_happens_in_a_search(engine: PostgresEngine, database: Database) -> None:
    def backends() -> set[int]:
        others = sa.text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                         " AND pid <> pg_backend_pid()")  # fmt: skip
        with database.engine.connect() as connection:
            return set(connection.execute(others).scalars())

    assert ids(engine, "hitze") == [1]
    before = backends()
    engine.update([document(3, "Moor")], [])
    engine.rebuild([document(3, "Moor")])
    assert ids(engine, "moor") == [3]
    assert before <= backends()


# Rebuilds and updates that fail, and both at once


def test_a_failing_rebuild_leaves_the_old_index(engine: PostgresEngine) -> None:
    def failing() -> Iterator[SearchDocument]:
        yield document(3, "Moor")
        raise RuntimeError("source gone")

    with pytest.raises(RuntimeError):
        engine.rebuild(failing())
    assert ids(engine) == [2, 1]
    engine.update([document(3, "Moor")], [])
    assert ids(engine, "moor") == [3]


def test_a_failing_update_changes_nothing(engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("COPY", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(postgres_engine, "write_last", fail)
        with pytest.raises(SearchUnavailableError):
            engine.update([document(1, "Moor")], [2])
    for each in (engine, another(engine)):
        assert ids(each) == [2, 1]
    engine.update([document(1, "Moor")], [2])
    assert ids(engine, "moor") == [1]


def test_what_is_written_during_a_rebuild_is_carried_over(engine: PostgresEngine) -> None:
    other = another(engine)

    def documents() -> Iterator[SearchDocument]:
        yield document(1, "Hitze")
        yield document(2, "Wald")
        other.update([document(1, "Kälte", changed=9), document(3, "Moor im Wald"), document(4, "Flut")], [2])
        other.update([], [4])
        assert ids(engine) == [3, 1]

    engine.rebuild(documents())
    for each in (engine, other):
        assert each.states() == {1: 9, 3: 3}
        assert (ids(each, "hitze"), ids(each, "wald"), ids(each, '"moor im wald"')) == ([], [3], [3])


def test_what_is_removed_twice_stays_removed_for_those_who_read_later(engine: PostgresEngine) -> None:
    reader = another(engine)
    assert reader.states().keys() == {1, 2}
    engine.update([], [1])
    engine.update([], [1])
    assert reader.states().keys() == {2}


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("entry_id", [1, 3])
def test_what_is_removed_during_a_rebuild_is_not_in_it(engine: PostgresEngine, times: int, entry_id: int) -> None:
    def documents() -> Iterator[SearchDocument]:
        yield document(1, "Hitze")
        yield document(2, "Wald")
        # The index before does not have this one yet.
        yield document(3, "Wasser")
        for _ in range(times):
            another(engine).update([], [entry_id])

    engine.rebuild(documents())
    assert entry_id not in engine.states()


def test_what_is_carried_over_is_read_with_the_new_dictionary(engine: PostgresEngine) -> None:
    engine.rebuild([], Dictionary({}))
    assert ids(engine, "Steuer") == []

    def documents() -> Iterator[SearchDocument]:
        another(engine).update([document(2, "Hundesteuer")], [])
        yield document(1, "Katzensteuer")

    engine.rebuild(documents(), Dictionary({"hunde": 2, "katzen": 2, "steuer": 2}))
    for each in (engine, another(engine)):
        assert sorted(ids(each, "Steuer")) == [1, 2]


def test_one_rebuild_at_a_time(engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_engine, "START_OF_REBUILD_TIMEOUT", 0.02)

    def documents() -> Iterator[SearchDocument]:
        with pytest.raises(IndexBusyError):
            another(engine).rebuild([])
        yield document(3, "Moor")

    engine.rebuild(documents())
    assert ids(engine) == [3]


def test_writers_wait_for_each_other_but_not_for_ever(engine: PostgresEngine) -> None:
    other = another(engine, lock_timeout=0.02)
    with engine.exclusive(), pytest.raises(IndexBusyError):
        other.update([document(3)], [])
    other.update([document(3, "Moor")], [])
    assert ids(engine, "moor") == [3]


# What a process keeps in memory


def test_what_was_written_since_the_rebuild_is_found_with_what_was_there_before(engine: PostgresEngine) -> None:
    engine.rebuild([document(n, f"Hitze wort{n}a") for n in range(1, 31)])
    assert engine.search(SearchQuery("hitze")).total == 30
    engine.update([document(3, "Kälte"), document(31, "Hitze")], [4, 5])
    expected = {1, 2, *range(6, 32)}
    for reader in (engine, another(engine)):
        found = reader.search(SearchQuery("hitze", page_size=50))
        assert {hit.entry_id for hit in found.hits} == expected
        assert ids(reader, "wort4a") == []


def test_replaced_writings_do_not_pile_up_in_memory(engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_snapshot, "SPARE_ROWS", 20)
    for number in range(60):
        engine.update([document(1, f"Hitze Runde{number}a")], [])
        assert ids(engine, f"Runde{number}a") == [1]
        assert ids(engine, "hitze") == [1]
    assert engine._snapshot is not None
    assert len(engine._snapshot.numbers) < 30


def test_the_posting_cache_is_bounded_by_bytes(engine: PostgresEngine) -> None:
    engine.rebuild([document(n, f"wort{n}a") for n in range(1, 200)])
    assert engine.count() == 199
    assert engine._snapshot is not None
    cache = engine._snapshot._cache
    cache._limit = 5000
    for number in range(1, 200):
        assert ids(engine, f"wort{number}a") == [number]
    assert 0 < cache._bytes <= 5000


def test_what_was_asked_before_is_answered_without_reading_the_tables(engine: PostgresEngine) -> None:
    assert ids(engine, "hitze", art="projekt") == []
    with noted_reads() as reads:
        ids(engine, "hitze", land="bayern")
    [(statement, _)] = reads
    assert statement.count("FROM") == statement.count("FROM search_index") == 1
    another(engine).update([document(1, "Hitze", land="bayern")], [])
    assert ids(engine, "hitze", land="bayern") == [1]


def test_words_that_nobody_asked_for_before_are_read_at_once(engine: PostgresEngine) -> None:
    assert ids(engine, "hitze") == [1]
    with noted_reads() as reads:
        assert ids(engine, "wald") == [2]
    assert len([values for _, values in reads if values]) == 1


def test_words_that_no_entry_has_are_not_asked_for_but_new_ones_are_found(engine: PostgresEngine) -> None:
    reader = another(engine)
    assert ids(reader, "hitze") == [1]
    with noted_reads() as reads:
        assert ids(reader, "moor flut") == ids(reader, "quelle") == []
    assert not any("terms" in values for _, values in reads)
    engine.update([document(3, "Moor")], [])
    assert ids(reader, "moor") == ids(engine, "moor") == ids(another(engine), "moor") == [3]


def test_words_that_are_excluded_or_quoted_need_no_texts_and_all_phrases_need_them_once(engine: PostgresEngine) -> None:
    engine.rebuild([document(1, "Hitze im Wald am Moor"), document(2, "Hitzewelle im Moorwald"), document(3, "Hitze")])
    with noted_reads() as reads:
        assert ids(engine, '"hitze" -wald') == [3]
    assert not any("patterns" in values for _, values in reads)
    with noted_reads() as reads:
        assert ids(engine, '"hitze im wald" "wald am moor" "am moor"') == [1]
    assert [len(values["patterns"]) for _, values in reads if "patterns" in values] == [2]


def test_readers_never_see_a_half_change(engine: PostgresEngine) -> None:
    engine.rebuild([document(n, "Runde 0", changed=0) for n in range(1, 21)])
    other, stop, problems = another(engine), threading.Event(), list[object]()

    def read() -> None:
        newest = 0
        while not stop.is_set():
            found = other.search(SearchQuery('"runde" runde', page_size=50))
            states = set(other.states().values())
            if found.total != 20 or len(found.hits) != 20 or max(states) < newest or len(states) > 1:
                problems.append((found.total, len(found.hits), states, newest))
            newest = max(states)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for round_ in range(1, 41):
        batch = [document(n, f"Runde {round_}", changed=round_) for n in range(1, 21)]
        engine.rebuild(batch) if round_ % 4 == 0 else engine.update(batch, [])
    stop.set()
    for reader in readers:
        reader.join()
    assert problems == []
