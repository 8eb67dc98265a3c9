"""The application on the real content of ``content/``, imported and indexed."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from marketplace import migrate
from marketplace.app import create_app
from marketplace.catalogue.importer import import_directory
from marketplace.config import ROOT, Settings
from marketplace.organisations.service import load_bundled_register
from marketplace.search import indexing, quality, service
from marketplace.search.port import SearchEngine, SearchQuery
from marketplace.site.cli import prepare

JUDGEMENTS = ROOT / "tests" / "search" / "judgements.yml"


def furnished_app(folder: Path, shared: Path) -> Flask:
    """The site as ``make run`` prepares it, in an empty folder; all processes of a run make it once, in ``shared``."""
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "ready").exists():
            shutil.rmtree(shared / "site", ignore_errors=True)
            (shared / "site").mkdir()
            app = create_app(_settings_in(shared / "site"))
            prepare(app)
            app.extensions["database"].engine.dispose()
            (shared / "ready").touch()
    shutil.copytree(shared / "site", folder, symlinks=True, dirs_exist_ok=True)
    return create_app(_settings_in(folder))


def _settings_in(folder: Path) -> Settings:
    return Settings(
        environment="test",
        database_url=f"sqlite:///{folder / 'site.db'}",
        search_directory=folder / "search",
        content_directory=ROOT / "content",
        rate_limits_enabled=False,
    )


@contextmanager
def library_app(folder: Path, engine: str, database_url: str | None = None) -> Iterator[Flask]:
    """An application with all entries of ``content/`` in an index of its own, in or beside ``folder``."""
    settings = Settings(
        environment="test",
        database_url=database_url or f"sqlite:///{folder / 'library.db'}",
        search_engine=engine,
        search_directory=folder / "search",
        rate_limits_enabled=False,
    )
    app = create_app(settings)
    database = app.extensions["database"]
    migrate.upgrade(database)
    with database.unit_of_work():
        load_bundled_register(ROOT / "content" / "register")
        import_directory(ROOT / "content")
    indexing.rebuild(database, app.extensions["search_engine"])
    yield app
    database.engine.dispose()


def use_engine(app: Flask, engine: SearchEngine) -> None:
    """Have an application search with another engine, filled like the one before."""
    app.extensions["search_engine"] = engine
    indexing.rebuild(app.extensions["database"], engine)


def judge(app: Flask, *, corrects: bool = True) -> list[quality.Verdict]:
    """Ask the search of an application all judged queries, as a person would; ``corrects`` mistyped words or not."""

    def ask(text: str) -> list[str]:
        page = service.search(SearchQuery(text, page_size=quality.DEPTH, literal=not corrects))
        return [item.card.slug for item in page.items]

    with app.app_context(), app.extensions["database"].reading():
        return quality.evaluate(quality.read_judgements(JUDGEMENTS), ask)
