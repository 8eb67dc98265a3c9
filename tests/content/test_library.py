"""The real content: every file imports, and the library is as full as promised."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from marketplace.catalogue import entry_file
from marketplace.catalogue.importer import Outcome, import_directory
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.catalogue.vocabulary import ActionField
from marketplace.config import ROOT
from marketplace.core import frontmatter
from marketplace.core.db import Database
from marketplace.curation.collections.library import import_collections
from marketplace.knowledge import page_file
from marketplace.knowledge.library import import_pages
from marketplace.organisations.service import load_bundled_register

CONTENT = ROOT / "content"
FILES = sorted(path for kind in Kind for path in (CONTENT / kind.path).glob("*.md"))
COLLECTIONS = sorted((CONTENT / "sammlungen").glob("*.md"))
PAGES = sorted((CONTENT / "wissen").glob("*.md"))


@pytest.fixture(scope="module")
def imported(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all entries, made once."""
    path = tmp_path_factory.mktemp("library") / "library.db"
    path.write_bytes(template_database.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.unit_of_work():
        load_bundled_register(CONTENT / "register")
        report = import_directory(CONTENT)
    assert [str(problem) for problem in report.problems] == []
    assert set(report.outcomes.values()) == {Outcome.NEW}
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return path


@pytest.fixture
def library(imported: Path, tmp_path: Path) -> Iterator[list[Entry]]:
    path = tmp_path / "copy.db"
    path.write_bytes(imported.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.unit_of_work() as session:
        yield list(session.exec(select(Entry)))
    database.engine.dispose()


def test_everything_imports_and_the_library_is_full(library: list[Entry]) -> None:
    assert len(library) == len(FILES)
    by_kind = Counter(entry.kind for entry in library)
    assert by_kind["projekt"] >= 90
    assert by_kind["loesung"] >= 60
    assert by_kind["foerderprogramm"] >= 14
    assert by_kind["erfahrung"] >= 84
    assert {row.value for entry in library for row in entry.action_fields} == set(ActionField.values())


def test_a_second_import_changes_nothing(library: list[Entry]) -> None:
    assert set(import_directory(CONTENT).outcomes.values()) == {Outcome.UNCHANGED}


def test_every_file_is_written_as_it_would_be_exported() -> None:
    for path in FILES:
        content = entry_file.read(path.name, path.read_bytes()).content
        assert content is not None, path.name
        assert entry_file.read(path.name, entry_file.write(content).encode()).content == content


def test_every_starter_package_imports_and_names_entries_of_the_library(library: list[Entry]) -> None:
    report = import_collections(CONTENT, coming=(), dry_run=False)
    assert [str(problem) for problem in report.problems] == []
    assert report.counts == {"neu": len(COLLECTIONS)}
    assert len(COLLECTIONS) >= 12


@pytest.mark.parametrize("path", COLLECTIONS, ids=lambda path: path.stem)
def test_a_starter_package_can_be_read_in_ten_minutes_and_tells_what_went_wrong(path: Path) -> None:
    document = frontmatter.parse(path.read_bytes())
    steps = [step["eintrag"] for step in document.meta["eintraege"]]
    assert 5 <= len(steps) <= 9
    assert any((CONTENT / Kind.LESSON.path / f"{slug}.md").exists() for slug in steps)
    assert 120 <= len(re.findall(r"\w+", document.body)) <= 350
    for heading in ("Für wen", "In dieser Reihenfolge", "Was es braucht", "Womit Sie rechnen müssen", "Wen Sie fragen"):
        assert f"## {heading}\n" in document.body
    assert "Einschätzung der Redaktion" in " ".join(document.body.split())


def test_every_background_page_imports_and_is_written_as_it_would_be_exported(library: list[Entry]) -> None:
    report = import_pages(CONTENT, coming=(), dry_run=False)
    assert [str(problem) for problem in report.problems] == []
    assert report.counts == {"neu": len(PAGES)}
    assert len(PAGES) >= 9
    for path in PAGES:
        file = page_file.read(path.name, path.read_bytes())
        assert file.fields is not None
        again = page_file.read(path.name, page_file.write(file.fields, file.body).encode())
        assert (again.fields, again.body) == (file.fields, file.body)


def test_no_personal_contact_stands_in_a_text() -> None:
    for path in FILES + COLLECTIONS + PAGES:
        text = path.read_text(encoding="utf-8")
        assert "@" not in text, f"{path.name}: Bitte keine Mailadressen."
        assert "Tel." not in text, f"{path.name}: Bitte keine Telefonnummern."
