"""Imported by the server from which the processes of tests are forked: what each would have to make is made there.

That is what ``once.py`` shares, and what comes with the first use: mapped classes, statements as SQL, the synonyms.
"""

import tempfile
from pathlib import Path

from sqlmodel import SQLModel

from marketplace.app import create_app
from marketplace.config import ROOT, Settings
from marketplace.search import indexing
from tests.factories.catalogue import add_entry
from tests.support import once


def _warm_up(folder: Path) -> None:
    app = create_app(
        Settings(
            environment="test",
            database_url=f"sqlite:///{folder / 'once.db'}",
            search_engine="whoosh",
            search_directory=folder / "search",
            content_directory=ROOT / "content",
        )
    )
    database, engine = app.extensions["database"], app.extensions["search_engine"]
    SQLModel.metadata.create_all(database.engine)
    indexing.rebuild(database, engine)
    for slug in ("eins", "zwei"):
        with app.app_context(), database.unit_of_work():
            add_entry(slug=slug)
    app.test_client().get("/suche?q=eins")
    database.engine.dispose()


once.share()
with tempfile.TemporaryDirectory() as folder:
    _warm_up(Path(folder))
