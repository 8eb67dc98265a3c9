"""What happens to the files of the index: full disk, damage, deletion. Said plainly, survived, and mended."""

import resource
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.exc import OperationalError

from marketplace.app import create_app
from marketplace.config import Environment, Settings
from marketplace.core.db import Database
from marketplace.search import indexing
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


def size_of(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


# Full disk


class FullDisk:
    """A file system of a few hundred kilobytes, filled up except for some bytes."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._ballast = directory.parent / "ballast"

    @contextmanager
    def full(self, free: int) -> Iterator[None]:
        """While this lasts only so many bytes can be written."""
        with self._ballast.open("wb", buffering=0) as ballast:
            with suppress(OSError):
                while ballast.write(bytes(4096)):
                    pass
            ballast.truncate(max(0, ballast.tell() - free))
            try:
                yield
            finally:
                self._ballast.unlink()


class FileSizeLimit:
    """No file may grow beyond some bytes, not even one of the database; works without any rights."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @contextmanager
    def full(self, free: int) -> Iterator[None]:
        """While this lasts no file may be larger."""
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (free, limits[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def _tmpfs(path: Path) -> Iterator[FullDisk]:
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(path)],  # noqa: S607
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("Ohne das Recht, ein Dateisystem einzuhängen, prüft nur der Fall „Dateigröße“ die volle Platte.")
    try:
        yield FullDisk(path / "search")
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)  # noqa: S607


@pytest.fixture(params=["Dateisystem", "Dateigröße"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FullDisk | FileSizeLimit]:
    """A place for the index that can be full; the database stands elsewhere."""
    if request.param == "Dateigröße":
        yield FileSizeLimit(tmp_path / "search")
        return
    with _tmpfs(tmp_path / "small") as full_disk:
        yield full_disk


@pytest.fixture
def small_engine(app: Flask, database: Database, disk: FullDisk | FileSizeLimit) -> WhooshEngine:
    app.extensions["search_engine"] = engine = WhooshEngine(disk.directory)
    with database.unit_of_work():
        for number in range(40):
            add_entry(slug=f"eintrag-{number}", titel=f"Hitze Nummer {number}", body="Ein langer Absatz. " * 50)
    indexing.rebuild(database, engine)
    return engine


def test_a_full_disk_stops_updates_but_nothing_else(
    database: Database,
    small_engine: WhooshEngine,
    disk: FullDisk | FileSizeLimit,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before, failures, done = size_of(disk.directory), 0, 0
    roles.queue_everything(database)
    for free in range(0, 200_000, 2048):
        caplog.clear()
        # Where the database is limited too, it may fail when the index is done; then the notes stay as well.
        with suppress(OperationalError), disk.full(free):
            done = indexing.process_queue(database, small_engine)
            assert small_engine.search(SearchQuery("hitze")).total == 40
        if done or not caplog.text:
            break
        failures += 1
        assert WhooshEngine(disk.directory).search(SearchQuery("hitze")).total == 40
        assert indexing.count_waiting(database) == 40
        assert "The search index cannot be written" in caplog.text
        assert "No space left on device" in caplog.text or "File too large" in caplog.text
        assert "The index queue waits" in caplog.text
        assert size_of(disk.directory) <= before
    assert failures > 3
    assert indexing.process_queue(database, small_engine) == (0 if done else 40)
    assert indexing.check(database, small_engine).is_complete
    assert small_engine.search(SearchQuery("hitze")).total == 40


def test_a_full_disk_stops_a_rebuild_and_the_old_index_stays(
    database: Database,
    small_engine: WhooshEngine,
    disk: FullDisk | FileSizeLimit,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before, failures = size_of(disk.directory), 0
    for free in range(0, 200_000, 4096):
        caplog.clear()
        with suppress(SearchUnavailableError, OperationalError), disk.full(free):
            indexing.rebuild(database, small_engine)
        if not caplog.text:
            break
        failures += 1
        assert "The search index cannot be written" in caplog.text
        assert "No space left on device" in caplog.text or "File too large" in caplog.text
        assert small_engine.search(SearchQuery("hitze")).total == 40
        assert size_of(disk.directory) <= before
        assert len(list(disk.directory.glob("index-*"))) == 1
    assert failures > 3
    assert indexing.check(database, small_engine).is_complete


def test_what_a_full_disk_kept_back_is_found_after_the_next_jobs(
    app: Flask, database: Database, small_engine: WhooshEngine, disk: FullDisk | FileSizeLimit
) -> None:
    with database.unit_of_work():
        add_entry(slug="neu", titel="Die Heide")
    with app.app_context():
        with disk.full(0):
            result = CliRunner().invoke(jobs, ["run"])
        assert result.exit_code == 1
        assert "1 Änderungen warten" in result.output
        assert small_engine.search(SearchQuery("heide")).total == 0
        assert CliRunner().invoke(jobs, ["run"]).exit_code == 0
    assert small_engine.search(SearchQuery("heide")).total == 1


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
    indexing.ensure(database, WhooshEngine(engine.directory))
    for each in (engine, running, WhooshEngine(engine.directory)):
        assert answers(each) == right
        assert each.is_ready()
    assert indexing.check(database, engine).is_complete


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
            assert not indexing.check(database, engine).ready
        path.write_bytes(data)
    assert answers(engine) == right
    assert indexing.check(database, engine).is_complete


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
    indexing.ensure(database, engine)
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
    indexing.ensure(database, engine)
    assert answers(engine) == right
    assert indexing.count_waiting(database) == 0
    assert stat.S_IMODE(engine.directory.stat().st_mode) == 0o700


def test_a_directory_may_go_during_a_rebuild(settings: Settings, engine: WhooshEngine, database: Database) -> None:
    right = answers(engine)
    with peers(Peer(roles.rebuild_slowly, settings)) as [rebuilder]:
        assert rebuilder.receive() == "begun"
        shutil.rmtree(engine.directory)
        indexing.ensure(database, engine)
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
    assert indexing.check(database, engine).is_complete


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
