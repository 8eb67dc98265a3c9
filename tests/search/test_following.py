"""The index follows whatever changes what people look for; the notes of that stay few; a first start is quiet."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from marketplace.app import create_app
from marketplace.catalogue.importer import import_directory
from marketplace.catalogue.kinds import Kind
from marketplace.config import Settings
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.organisations.register_file import parse_register
from marketplace.organisations.service import import_register
from marketplace.search import indexing, mending
from marketplace.search.port import Facet, SearchQuery
from marketplace.site.cli import prepare
from tests.factories.catalogue import add_entry, write_file
from tests.organisations.register_files import AS_OF, small_register, text_file
from tests.support.databases import empty_database


def found(app: Flask, text: str, **filters: str) -> int:
    """How many entries have all the words."""
    chosen = {Facet(name): frozenset([value]) for name, value in filters.items()}
    number: int = app.extensions["search_engine"].search(SearchQuery(text, chosen)).complete
    return number


def bring_register(database: Database, old: str = "", new: str = "", *, as_of: str = AS_OF) -> None:
    """Import the register with one thing replaced in the lines of the municipalities."""
    lines = [line.replace(old, new.ljust(len(old))) if old and line[:2] == "60" else line for line in small_register()]
    with database.unit_of_work():
        import_register(parse_register(text_file(line.replace(AS_OF, as_of) for line in lines)))


@pytest.fixture
def _town(app: Flask, database: Database) -> None:
    bring_register(database)
    with database.unit_of_work():
        add_entry(slug="licht", titel="Licht nach Bedarf", organisation="01051022")
        add_entry(slug="pegel", titel="Pegel im Blick", beteiligte=["01051022"])
    indexing.rebuild(database, app.extensions["search_engine"])


@pytest.mark.usefixtures("_town")
def test_entries_are_found_under_the_new_name_of_their_municipality(app: Flask, database: Database) -> None:
    assert (found(app, "Dingen"), found(app, "Wattheim")) == (2, 0)
    with app.app_context():
        bring_register(database, "Dingen  ", "Wattheim", as_of="20250930")
    assert (found(app, "Dingen"), found(app, "Wattheim")) == (0, 2)


@pytest.mark.usefixtures("_town")
def test_entries_are_found_in_the_new_size_class_of_their_municipality(app: Flask, database: Database) -> None:
    assert (found(app, "Licht", groesse="kleinstadt"), found(app, "Licht", groesse="mittelstadt")) == (1, 0)
    with app.app_context():
        bring_register(database, f"{4_800:011}", f"{44_800:011}", as_of="20250930")
    assert (found(app, "Licht", groesse="kleinstadt"), found(app, "Licht", groesse="mittelstadt")) == (0, 1)


@pytest.mark.usefixtures("_town")
def test_entries_of_a_municipality_that_was_merged_stay_to_be_found(app: Flask, database: Database) -> None:
    with app.app_context():
        bring_register(database, "01051022", "01051099", as_of="20250930")
        assert mending.check(database, app.extensions["search_engine"]).is_complete
    assert found(app, "Dingen") == 2
    page = app.test_client().get("/suche?ort=01051022").text
    assert "Licht nach Bedarf" in page
    assert "Pegel im Blick" in page


def test_an_imported_file_is_found_again_after_each_change(app: Flask, database: Database, tmp_path: Path) -> None:
    app.extensions["search_engine"].rebuild([])
    for title, gone in (("Wärmenetz im Dorf", "Kältenetz"), ("Kältenetz im Dorf", "Wärmenetz")):
        write_file(tmp_path, Kind.PROJECT, "netz", titel=title)
        with app.app_context(), database.unit_of_work():
            assert import_directory(tmp_path).problems == []
        assert found(app, title) == 1
        assert found(app, gone) == 0


def test_the_queue_stays_small_however_long_the_index_cannot_be_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH_SIZE", 3)
    with database.unit_of_work():
        add_entry(slug="licht")
    now = clock.now()
    for minutes in range(5):
        with clock.stopped_at(now + timedelta(minutes=minutes)), database.unit_of_work():
            indexing.note_changes(None, entry_ids=[1, 2])
    assert indexing.count_waiting(database) == 11
    with clock.stopped_at(now + timedelta(minutes=12)):
        mending._forget_repeated(database)
    # What is younger than ten minutes stays; of the older ones nothing is left that a younger one does not say again.
    assert indexing.count_waiting(database) == 6
    with clock.stopped_at(now + timedelta(hours=1)):
        mending._forget_repeated(database)
    assert indexing.count_waiting(database) == 2


@pytest.fixture(params=["whoosh", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_site(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """A site that was never started, on each engine that serves sites, with three files of content."""
    content = tmp_path / "content"
    for number in range(3):
        write_file(content, Kind.PROJECT, f"netz-{number}", titel=f"Wärmenetz {number}")
    (content / "synonyme.yml").write_text("- {gleich: [OZG, Onlinezugangsgesetz]}")
    with ExitStack() as stack:
        changes: dict[str, object] = {"search_engine": request.param, "content_directory": content}
        if request.param == "postgres":
            changes["database_url"] = stack.enter_context(empty_database(request.getfixturevalue("postgres_url")))
        app = create_app(settings.model_copy(update=changes))
        yield app
        app.extensions["database"].engine.dispose()


def test_a_first_start_is_quiet_and_builds_the_index_once(
    new_site: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "marketplace.search")
    with new_site.app_context():
        prepare(new_site)
        assert [record.getMessage() for record in caplog.records] == [
            "The search index is built for the first time, of 3 entries"
        ]
        assert found(new_site, "Wärmenetz") == 3
        caplog.clear()
        write_file(tmp_path / "content", Kind.PROJECT, "netz-1", titel="Kältenetz")
        prepare(new_site)
        assert caplog.records == []
        assert (found(new_site, "Wärmenetz"), found(new_site, "Kältenetz")) == (2, 1)
