"""Damaged and deleted files of the index: never a wrong answer, said plainly, and mended."""

import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from marketplace.app import create_app
from marketplace.config import Environment, Settings
from marketplace.core.db import Database
from marketplace.search import indexing, mending
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import EngineResults, SearchQuery, SearchUnavailableError, Sort
from marketplace.site.cli import jobs, prepare
from tests.factories.catalogue import add_entry
from tests.search.faults import peers as roles
from tests.support.client import PageClient
from tests.support.processes import Peer, peers, wait_until

QUERIES = [
    SearchQuery(text, sort=sort)
    for text, sort in [
        ("", Sort.TITLE),
        ("hitze", Sort.RELEVANCE),
        ("wald", Sort.RELEVANCE),
        ("hitz", Sort.RELEVANCE),
        ("hitze -wald", Sort.NEWEST),
        ('"hitze wald"', Sort.RELEVANCE),
        ('"wald hitze"', Sort.RELEVANCE),
        ("moor", Sort.RELEVANCE),
    ]
]
TITLES = ["Hitze und Wald", "Nur Wald Hitze", "Ganz Hitze Wald", "Das Moor", "Der Wald", "Die Heide"]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    library = tmp_path / "content"
    library.mkdir()
    (library / "register").symlink_to(settings.content_directory / "register")
    return settings.model_copy(update={"search_engine": "whoosh", "content_directory": library})


@pytest.fixture
def engine(app: Flask, database: Database) -> WhooshEngine:
    """The engine of the application; its index has two segments, in the first of which documents are deleted."""
    engine = app.extensions["search_engine"]
    with database.unit_of_work():
        for number, title in enumerate(TITLES):
            add_entry(slug=f"eintrag-{number}", titel=title)
    indexing.rebuild(database, engine)
    with database.unit_of_work():
        add_entry(slug="eintrag-neu", titel="Noch ein Moor")
        indexing.note_changes(None, entry_ids=[1, 2])
    indexing.process_queue(database, engine)
    return engine  # type: ignore[no-any-return]


def index_of(engine: WhooshEngine) -> Path:
    [link] = engine.directory.glob("current-*")
    return link.resolve()


def answers(engine: WhooshEngine) -> list[EngineResults]:
    return [engine.search(query) for query in QUERIES]


# Damage


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def scramble(path: Path) -> None:
    path.write_bytes(roles.dice(5).randbytes(path.stat().st_size))


def zero(path: Path) -> None:
    """What a power cut makes of a file that was not written to the disk yet."""
    path.write_bytes(bytes(path.stat().st_size))


def remove(path: Path) -> None:
    path.unlink()


def replace_by_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = [cut, empty, scramble, zero, remove]


def assert_right_or_unavailable(engine: WhooshEngine, right: list[EngineResults]) -> None:
    for query, expected in zip(QUERIES, right, strict=True):
        with suppress(SearchUnavailableError):
            assert engine.search(query) == expected, query


def assert_survives(engine: WhooshEngine, database: Database, path: Path, damage: Callable[[Path], None]) -> None:
    """No wrong answer, neither from a process that reads already nor from a new one; mended by the jobs."""
    running, right = WhooshEngine(engine.directory), answers(engine)
    running.count()
    damage(path)
    # The first of them has read everything before, the second only what every search needs, the third nothing.
    for each in (engine, running, WhooshEngine(engine.directory)):
        assert_right_or_unavailable(each, right)
    mending.ensure(database, WhooshEngine(engine.directory))
    for each in (engine, running, WhooshEngine(engine.directory)):
        assert answers(each) == right
        assert each.is_ready()
    assert mending.check(database, engine).is_complete


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_no_damage_of_a_file_leads_to_a_wrong_answer(
    engine: WhooshEngine, database: Database, damage: Callable[[Path], None]
) -> None:
    names = [path.name.partition(".")[2] or path.name for path in sorted(index_of(engine).iterdir())]
    assert len(names) > 12
    for place in range(len(names)):
        if place:
            # The last rebuild left one segment; here are two again.
            roles.queue_some(database, [1, 2])
            indexing.process_queue(database, engine)
        files = sorted(index_of(engine).iterdir())
        assert_survives(engine, database, files[place], damage)


def test_no_single_bit_leads_to_a_wrong_answer(engine: WhooshEngine, database: Database) -> None:
    choose, right = roles.dice(11), answers(engine)
    for path in sorted(index_of(engine).iterdir()):
        data = path.read_bytes()
        for _ in range(8 if data else 0):
            damaged = bytearray(data)
            damaged[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
            path.write_bytes(damaged)
            for each in (engine, WhooshEngine(engine.directory)):
                assert_right_or_unavailable(each, right)
            with pytest.raises(SearchUnavailableError):
                engine.states()
            assert not mending.check(database, engine).ready
        path.write_bytes(data)
    assert answers(engine) == right
    assert mending.check(database, engine).is_complete


@pytest.mark.parametrize("name", ["lock", "rebuild", "current-*"])
@pytest.mark.parametrize("damage", [empty, scramble, remove, replace_by_directory], ids=lambda damage: damage.__name__)
def test_nothing_beside_the_index_is_needed(
    engine: WhooshEngine, database: Database, name: str, damage: Callable[[Path], None]
) -> None:
    [path] = engine.directory.glob(name)

    def damage_file(path: Path) -> None:
        # Otherwise what the link leads to would be damaged.
        target = path.readlink() if path.is_symlink() else ""
        path.unlink()
        path.write_text(str(target))
        damage(path)

    assert_survives(engine, database, path, damage_file)
    roles.queue_everything(database)
    assert indexing.process_queue(database, engine) == len(TITLES) + 1


def test_a_broken_file_is_not_merged_into_a_good_one(engine: WhooshEngine, database: Database) -> None:
    right = answers(engine)
    [first, second] = sorted(index_of(engine).glob("*.words.col"), key=lambda path: path.stat().st_size)
    scramble(first)
    for _ in range(8):
        roles.queue_some(database, [3])
        indexing.process_queue(database, engine)
    assert_right_or_unavailable(engine, right)
    mending.ensure(database, engine)
    assert answers(engine) == right
    assert second.exists() is False


def test_a_search_in_a_broken_index_does_not_wait(engine: WhooshEngine) -> None:
    answers(engine)
    remove(next(index_of(engine).glob("*.toc")))
    fresh = WhooshEngine(engine.directory)
    with pytest.raises(SearchUnavailableError):
        fresh.search(QUERIES[1])


# Deleted under a running process


def test_a_deleted_directory_is_built_anew(engine: WhooshEngine, database: Database) -> None:
    right = answers(engine)
    shutil.rmtree(engine.directory)
    with pytest.raises(SearchUnavailableError):
        engine.search(QUERIES[1])
    roles.queue_everything(database)
    assert indexing.process_queue(database, engine) == 0
    mending.ensure(database, engine)
    assert answers(engine) == right
    assert indexing.count_waiting(database) == 0
    assert stat.S_IMODE(engine.directory.stat().st_mode) == 0o700


def test_a_directory_may_go_during_a_rebuild(settings: Settings, engine: WhooshEngine, database: Database) -> None:
    right = answers(engine)
    with peers(Peer(roles.rebuild_slowly, settings)) as [rebuilder]:
        assert rebuilder.receive() == "begun"
        shutil.rmtree(engine.directory)
        mending.ensure(database, engine)
        assert rebuilder.ask("go on") is False
        assert answers(engine) == right
    roles.queue_everything(database)
    assert indexing.process_queue(database, engine) == len(TITLES) + 1


# The site


@pytest.fixture
def live_app(settings: Settings, engine: WhooshEngine) -> Iterator[Flask]:
    """The application as it runs outside of tests, where it repairs the index by itself."""
    app = create_app(settings.model_copy(update={"environment": Environment.DEVELOPMENT}))
    app.test_client_class = PageClient
    yield app
    app.extensions["database"].engine.dispose()


@pytest.mark.parametrize("damage", [cut, remove], ids=lambda damage: damage.__name__)
def test_the_site_says_that_it_cannot_search_and_mends_the_index(
    live_app: Flask, engine: WhooshEngine, damage: Callable[[Path], None]
) -> None:
    client = live_app.test_client()
    damage(next(index_of(engine).glob("*.toc")))
    health = client.get("/health")
    assert (health.status_code, health.json["status"]) == (200, "eingeschraenkt")  # type: ignore[index]
    page = client.get("/suche?q=moor")
    assert page.status_code == 200
    assert "Suche zurzeit nicht verfügbar" in page.text
    wait_until(lambda: client.get("/health").json["status"] == "ok", "die Website hat den Index neu gebaut")  # type: ignore[index]
    assert "Noch ein Moor" in client.get("/suche?q=moor").text.replace("<mark>", "").replace("</mark>", "")


def test_a_change_that_cannot_be_written_has_the_index_mended(live_app: Flask, engine: WhooshEngine) -> None:
    running = live_app.extensions["search_engine"]
    assert running.is_ready()
    cut(next(index_of(engine).glob("*.toc")))
    with live_app.app_context(), live_app.extensions["database"].unit_of_work():
        add_entry(slug="neu", titel="Die Steppe")
    wait_until(lambda: running.search(SearchQuery("steppe")).total == 1, "die Änderung ist zu finden")
    client = live_app.test_client()
    wait_until(lambda: client.get("/health").json["search_waiting"] == 0, "nichts wartet mehr")  # type: ignore[index]


def test_health_knows_of_damage_that_only_some_searches_meet(live_app: Flask, engine: WhooshEngine) -> None:
    client, running = live_app.test_client(), live_app.extensions["search_engine"]
    assert running.is_ready()
    for path in index_of(engine).glob("*.pst"):
        scramble(path)
    assert running.is_ready()
    with pytest.raises(SearchUnavailableError):
        running.search(SearchQuery("heide"))
    assert client.get("/health").json["search_index"] is False  # type: ignore[index]


def test_health_counts_what_waits(live_app: Flask, database: Database) -> None:
    roles.queue_some(database, [1, 2])
    assert live_app.test_client().get("/health").json["search_waiting"] == 2  # type: ignore[index]


@pytest.mark.parametrize("start", ["jobs run", "make run"])
def test_jobs_and_start_mend_a_missing_index(app: Flask, engine: WhooshEngine, database: Database, start: str) -> None:
    shutil.rmtree(engine.directory)
    with app.app_context():
        if start == "jobs run":
            result = CliRunner().invoke(jobs, ["run"])
            assert result.exit_code == 0
            assert "Der Suchindex fehlt oder ist nicht brauchbar" in result.output
            assert "wurde in Ordnung gebracht" in result.output
            assert "Der Suchindex ist vollständig" in CliRunner().invoke(jobs, ["run"]).output
        else:
            prepare(app)
    assert mending.check(database, engine).is_complete


def test_jobs_say_what_is_wrong_with_the_disk(app: Flask, engine: WhooshEngine, database: Database) -> None:
    shutil.rmtree(engine.directory)
    engine.directory.write_text("kein Ordner")
    with app.app_context():
        result = CliRunner().invoke(jobs, ["run"])
        assert result.exit_code == 1
        assert "mend_index ist misslungen" in result.output
        prepare(app)
    assert not engine.is_ready()


def test_a_new_version_of_the_site_has_an_index_of_its_own(
    engine: WhooshEngine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = answers(engine)
    monkeypatch.setattr("marketplace.search.engines.whoosh.fingerprint", lambda: "neuer")
    newer = WhooshEngine(engine.directory)
    assert not newer.is_ready()
    indexing.rebuild(database, newer)
    assert answers(engine) == answers(newer) == right
    with monkeypatch.context() as later:
        later.setattr("marketplace.search.engines.whoosh_directory.OTHER_VERSIONS_STAY", -1.0)
        indexing.rebuild(database, newer)
    assert not engine.is_ready()
    assert len(list(engine.directory.glob("index-*"))) == 1
