"""The application on the real content of ``content/``, imported and indexed."""

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

JUDGEMENTS = ROOT / "tests" / "search" / "judgements.yml"


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
