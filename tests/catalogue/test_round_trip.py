"""What is imported can be exported, and what is exported can be imported, without loss."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from marketplace.catalogue import entry_file, service
from marketplace.catalogue.entry_file import EntryContent
from marketplace.catalogue.exporter import content_of, export_entries
from marketplace.catalogue.importer import Outcome, import_directory
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.organisations.models import Organisation
from tests.factories.catalogue import add_entry, add_organisation, content, write_file
from tests.factories.strategies import contents

ANY_CONTENT = st.sampled_from(list(Kind)).flatmap(contents)
KEYS = ["09572164", "09572", "01001000", "05", "stadtwerke-beispiel", "verband-beispiel"]


@given(ANY_CONTENT)
def test_a_written_file_reads_as_the_same_entry(entry: EntryContent) -> None:
    file = entry_file.read("x.md", entry_file.write(entry).encode())
    assert [str(problem) for problem in file.problems] == []
    assert file.content == entry


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(ANY_CONTENT)
def test_what_the_database_holds_is_what_was_published(session: Session, entry: EntryContent) -> None:
    with session.begin_nested() as savepoint:
        organisation_ids = {key: add_organisation(key, key).id or 0 for key in KEYS}
        targets = {slug: service.id_of(add_entry(slug=slug)) for slug in ("ziel-eins", "ziel-zwei")}
        saved = service.publish_entry(None, entry, organisation_ids=organisation_ids, author="Test")
        service.set_links(saved, entry, targets)
        session.flush()
        session.expire(saved)
        keys = {row.id or 0: row.key for row in session.exec(select(Organisation))}
        slugs = {row.id or 0: row.slug for row in session.exec(select(Entry))}
        assert content_of(saved, organisation_keys=keys, slugs=slugs) == entry
        savepoint.rollback()
    session.expunge_all()


def test_export_then_import_changes_nothing(tmp_path: Path, session: Session) -> None:
    add_organisation()
    source, target = tmp_path / "content", tmp_path / "export"
    write_file(source, Kind.PROJECT, "eins-a", organisation="09572164", gesamtkosten={"von": 12500.5, "jahr": 2020})
    write_file(source, Kind.SOLUTION, "zwei-a", verknuepfungen=[{"rolle": "siehe-auch", "ziel": "eins-a"}])
    write_file(source, Kind.PROGRAMME, "drei-a", **{"antrag-bis": "2026-06-30", "einfach": "Kurz.\n\nUnd: gut."})
    write_file(source, Kind.LESSON, "vier-a", rat=["Erst fragen", "„Dann“ handeln: gleich"])
    import_directory(source)
    assert export_entries(target) == 4
    again = import_directory(target)
    assert again.problems == []
    first = {path.name: entry_file.read("x", path.read_bytes()).content for path in source.rglob("*.md")}
    second = {path.name: entry_file.read("x", path.read_bytes()).content for path in target.rglob("*.md")}
    assert first == second
    assert set(again.outcomes.values()) <= {Outcome.UPDATED, Outcome.UNCHANGED}


def test_withdrawn_entries_are_not_exported(tmp_path: Path, session: Session) -> None:
    service.withdraw_entry(add_entry(slug="weg-a"), reason="veraltet", author="Test")
    add_entry(slug="da-a")
    assert export_entries(tmp_path / "export") == 1
    assert [path.name for path in (tmp_path / "export").rglob("*") if path.is_file()] == ["da-a.md"]


@pytest.mark.usefixtures("session")
def test_stored_versions_can_be_read_back() -> None:
    first = content(slug="eins-a", titel="Erster Titel")
    entry = service.publish_entry(None, first, organisation_ids={}, author="Test")
    service.publish_entry(entry, content(slug="eins-a", titel="Zweiter Titel"), organisation_ids={}, author="Test")
    old = db.session().exec(select(service.EntryVersion).where(service.EntryVersion.number == 1)).one()
    assert entry_file.from_front_matter(old.snapshot["meta"], old.snapshot["text"]) == first
