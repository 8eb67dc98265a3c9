"""What every test may use: an application on a fresh database, a session that is rolled back, checked pages."""

import gc
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from sqlmodel import Session

from marketplace import migrate
from marketplace.app import create_app
from marketplace.config import ROOT, Settings
from marketplace.core import db
from marketplace.core.db import Database
from tests.support import once
from tests.support.client import PageClient
from tests.support.databases import copy_of, migrated_database, start_postgres

# How long an example takes depends on who else works on the machine.
hypothesis.settings.register_profile(
    "blaupause", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("blaupause")

once.share()

pytest_plugins = ["tests.browser.stories"]


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not among what stays for the whole run: that took a third of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test reach another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"A test wants to reach {address[0]}; tests stay on this machine.")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server: that of TEST_DATABASE_URL, or one started for this run."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    with start_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database with the newest schema, made once by the migrations."""
    with migrated_database(postgres_url) as url:
        yield url


@pytest.fixture
def postgres_copy(postgres_template: str) -> Iterator[str]:
    """Address of an empty PostgreSQL database with the newest schema."""
    with copy_of(postgres_template) as url:
        yield url


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all its processes see."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the newest schema, made once by the migrations."""
    path = tmp_path_factory.mktemp("schema") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.engine.dispose()
    return path


@pytest.fixture
def db_url(request: pytest.FixtureRequest, template_database: Path, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database with the newest schema: SQLite, or BLAUPAUSE_TEST_BACKEND=postgres."""
    if os.environ.get("BLAUPAUSE_TEST_BACKEND") == "postgres":
        yield request.getfixturevalue("postgres_copy")
        return
    path = tmp_path / "test.db"
    path.write_bytes(template_database.read_bytes())
    yield f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def each_database(request: pytest.FixtureRequest, template_database: Path, tmp_path: Path) -> str:
    """Address of an empty database with the newest schema, of each kind in turn."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_copy")
        return url
    path = tmp_path / "each.db"
    path.write_bytes(template_database.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def settings(db_url: str, tmp_path: Path) -> Settings:
    """Settings of a test: everything in its own folder, search in memory or PostgreSQL, no limits on requests."""
    return Settings(
        environment="test",
        database_url=db_url,
        search_engine="postgres" if db_url.startswith("postgresql") else "memory",
        search_directory=tmp_path / "search",
        content_directory=ROOT / "content",
        rate_limits_enabled=False,
        operator_name="Zweckverband Beispielland",
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a database and an index of its own."""
    app = create_app(settings)
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def database(app: Flask) -> Database:
    """The database of the application."""
    return app.extensions["database"]


@pytest.fixture
def session(app: Flask, database: Database) -> Iterator[Session]:
    """A session as services use it, rolled back after the test. Commit (``db.commit``) what ``client`` shall see."""
    with app.app_context(), database.open_session() as session:
        token = db.enter(session)
        yield session
        db.leave(token)
        session.rollback()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A client that checks every page that it fetches."""
    app.test_client_class = PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client
