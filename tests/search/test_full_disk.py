"""A full disk: said plainly; searches go on in the old state, changes wait and are made up for."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.exc import OperationalError

from marketplace.core.db import Database
from marketplace.search import indexing, mending
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import SearchQuery, SearchUnavailableError
from marketplace.site.cli import jobs
from tests.factories.catalogue import add_entry
from tests.search.faults import peers as roles


def size_of(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


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
        pytest.skip("Ohne das Recht, ein Dateisystem einzuhängen, prüft nur der Fall „Dateilimit“ die volle Platte.")
    try:
        yield FullDisk(path / "search")
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)  # noqa: S607


@pytest.fixture(params=["Dateisystem", "Dateilimit"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FullDisk | FileSizeLimit]:
    """A place for the index that can be full; the database stands elsewhere."""
    if request.param == "Dateilimit":
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
    assert mending.check(database, small_engine).is_complete
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
    assert mending.check(database, small_engine).is_complete


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
