"""A running site with nothing on it, for stories whose desks must show nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from marketplace.app import create_app
from marketplace.config import Settings
from tests.support.server import serving


@contextmanager
def small_site(folder: Path, template_database: Path) -> Iterator[tuple[str, Flask]]:
    """Serve an application on an empty database of its own; yields its address and itself."""
    (folder / "site.db").write_bytes(template_database.read_bytes())
    settings = Settings(
        environment="test", database_url=f"sqlite:///{folder / 'site.db'}", search_directory=folder / "search",
        search_engine="memory", rate_limits_enabled=False,
    )  # fmt: skip
    app = create_app(settings)
    with serving(app) as url:
        yield url, app
    app.extensions["database"].engine.dispose()
