from pathlib import Path

import pytest
from sqlmodel import Session, select

from marketplace.catalogue import service
from marketplace.catalogue.importer import ImportReport, Outcome, import_directory
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry, EntryVersion
from marketplace.core import audit
from marketplace.core.frontmatter import MAX_BYTES
from tests.factories.catalogue import add_entry, add_organisation, content, markdown_file, write_file


@pytest.fixture(autouse=True)
def _in_session(session: Session) -> None:
    """Every test here works inside one session."""


def find(slug: str, session: Session) -> Entry:
    return session.exec(select(Entry).where(Entry.slug == slug)).one()


def messages(report: ImportReport) -> list[str]:
    return [str(problem) for problem in report.problems]


def test_new_then_unchanged_then_updated(tmp_path: Path, session: Session) -> None:
    write_file(tmp_path, slug="eins-a")
    assert import_directory(tmp_path).outcomes == {"eins-a": Outcome.NEW}
    assert import_directory(tmp_path).outcomes == {"eins-a": Outcome.UNCHANGED}
    assert find("eins-a", session).version == 1
    write_file(tmp_path, slug="eins-a", titel="Ein neuer Titel")
    assert import_directory(tmp_path).outcomes == {"eins-a": Outcome.UPDATED}
    assert find("eins-a", session).title == "Ein neuer Titel"
    versions = session.exec(select(EntryVersion).order_by(EntryVersion.number)).all()  # type: ignore[arg-type]
    assert [version.number for version in versions] == [1, 2]
    assert versions[0].snapshot["meta"]["titel"] != versions[1].snapshot["meta"]["titel"]


def test_dry_run_reports_and_writes_nothing(tmp_path: Path, session: Session) -> None:
    write_file(tmp_path, slug="eins-a")
    assert import_directory(tmp_path, dry_run=True).outcomes == {"eins-a": Outcome.NEW}
    assert session.exec(select(Entry)).all() == []
    assert session.exec(select(audit.AuditRecord)).all() == []


def test_every_mistake_of_every_file_is_reported(tmp_path: Path, session: Session) -> None:
    write_file(tmp_path, slug="gut-a")
    write_file(
        tmp_path, slug="schlecht-a", titel=None, stand="bald", handlungsfelder=["wassr"], foo=1, organisation="99999999"
    )
    write_file(tmp_path, Kind.SOLUTION, "schlecht-b", loesungstypen=[])
    report = import_directory(tmp_path)
    found = "\n".join(messages(report))
    assert "projekte/schlecht-a.md:2: titel: Diese Angabe fehlt." in found
    assert "stand: Hier wird eine ganze Zahl erwartet." in found
    assert "handlungsfelder.0: Den Wert „wassr“ gibt es hier nicht. Gemeint ist vielleicht „wasser“." in found
    assert "foo: Das Feld „foo“ gibt es hier nicht." in found
    assert "loesungen/schlecht-b.md" in found
    assert report.invalid_files == 2
    assert [entry.slug for entry in session.exec(select(Entry))] == ["gut-a"]


def test_mistakes_name_the_line(tmp_path: Path) -> None:
    path = write_file(tmp_path, slug="zeile-a", phase="irgendwann")
    line = next(n for n, row in enumerate(path.read_text().splitlines(), 1) if row.startswith("phase"))
    assert messages(import_directory(tmp_path))[0].startswith(f"projekte/zeile-a.md:{line}: phase: ")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"handlungsfelder": ["wasser", "wasser"]}, "doppelt"),
        ({"beginn": "2024-02-30"}, "Kalender"),
        ({"beginn": "Sommer"}, "Jahr (2021)"),
        ({"gesamtkosten": {"von": 10, "bis": 5}}, "kleiner als"),
        ({"gesamtkosten": {"von": -1}}, "zu klein"),
        ({"weblinks": [{"titel": "x", "adresse": "javascript:alert(1)"}]}, "https://"),
        ({"organisation": "09999999"}, "nicht im Verzeichnis"),
        ({"organisation": 9572164}, "Anführungszeichen"),
        ({"verknuepfungen": [{"rolle": "nutzt", "ziel": "gibt-es-nicht"}]}, "gibt es nicht"),
        ({"verknuepfungen": [{"rolle": "liebt", "ziel": "gibt-es-nicht"}]}, "Die Rolle „liebt“"),
        ({"verknuepfungen": [{"rolle": "siehe-auch", "ziel": "ein-eintrag"}]}, "auf sich selbst"),
        ({"id": "Großer Name"}, "Kleinbuchstaben"),
        ({"id": "anderer-name"}, "wie die Kennung heißen"),
        ({"art": "erfindung"}, "erfindung"),
        ({"body": "Text <script>alert(1)</script>"}, "HTML ist im Text nicht erlaubt"),
        ({"body": "[x](javascript:alert(1))"}, "Link ist nicht erlaubt"),
        ({"body": ""}, "Der Text unter dem Kopf fehlt"),
        ({"body": "x" * 70_000}, "länger als"),
        ({"kurz": "zu kurz"}, "zu kurz"),
        ({"quellen": []}, "Es fehlen Angaben"),
        ({"quellen": "ein Buch"}, "Liste erwartet"),
        ({"quellen": [{"dokument": "x", "stelle": "y", "jahr": 2024, "verlag": "z"}]}, "verlag"),
    ],
)
def test_hostile_or_wrong_input_gets_a_clear_error(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    write_file(tmp_path, **changes)  # type: ignore[arg-type]
    report = import_directory(tmp_path)
    assert any(words in message for message in messages(report)), messages(report)
    assert report.outcomes == {}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("---\nart: projekt\ntitel: Größe\n---\n".encode("cp1252"), "UTF-8"),
        (b"---\na: &a [x]\nb: [*a, *a]\n---\n", "Verweise"),
        (b"---\nart: projekt\n" + b"x" * MAX_BYTES, "zu groß"),
        (b"\x00\x01\x02", "Steuerzeichen"),
    ],
)
def test_unreadable_files_get_a_clear_error(tmp_path: Path, data: bytes, words: str) -> None:
    write_file(tmp_path, slug="gut-a")
    (tmp_path / "projekte" / "kaputt.md").write_bytes(data)
    report = import_directory(tmp_path)
    assert any("kaputt.md" in message and words in message for message in messages(report)), messages(report)
    assert report.outcomes == {"gut-a": Outcome.NEW}


def test_ten_megabytes_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "projekte" / "gross.md"
    path.parent.mkdir()
    path.write_bytes(b"x" * 10_000_000)
    assert "zu groß" in messages(import_directory(tmp_path))[0]


def test_one_id_in_two_files_is_refused_and_the_first_file_counts(tmp_path: Path) -> None:
    write_file(tmp_path, Kind.PROJECT, "gleich-a")
    write_file(tmp_path, Kind.LESSON, "gleich-a")
    report = import_directory(tmp_path)
    assert messages(report) == [
        next(m for m in messages(report) if "Die Kennung „gleich-a“ hat schon die Datei projekte/gleich-a.md." in m)
    ]
    assert report.outcomes == {"gleich-a": Outcome.NEW}


def test_an_id_of_the_site_is_not_taken_over(tmp_path: Path) -> None:
    add_entry(slug="von-der-website")
    write_file(tmp_path, slug="von-der-website")
    report = import_directory(tmp_path)
    assert "auf der Website geschrieben" in messages(report)[0]


def test_kind_cannot_change(tmp_path: Path) -> None:
    path = write_file(tmp_path, Kind.PROJECT, "wechsel-a")
    import_directory(tmp_path)
    path.unlink()
    write_file(tmp_path, Kind.LESSON, "wechsel-a")
    assert "die Art lässt sich nicht ändern" in messages(import_directory(tmp_path))[0]


def test_what_was_edited_on_the_site_is_reported_not_overwritten(tmp_path: Path, session: Session) -> None:
    write_file(tmp_path, slug="eins-a")
    import_directory(tmp_path)
    entry = find("eins-a", session)
    service.publish_entry(entry, content(slug="eins-a", titel="Auf der Website"), organisation_ids={}, author="Test")
    write_file(tmp_path, slug="eins-a", titel="In der Datei")
    assert import_directory(tmp_path).outcomes == {"eins-a": Outcome.EDITED_ON_SITE}
    assert find("eins-a", session).title == "Auf der Website"


def test_a_missing_file_is_reported_and_withdrawn_only_when_asked(tmp_path: Path, session: Session) -> None:
    path = write_file(tmp_path, slug="eins-a")
    import_directory(tmp_path)
    path.unlink()
    assert import_directory(tmp_path).outcomes == {"eins-a": Outcome.MISSING}
    assert find("eins-a", session).is_published
    assert import_directory(tmp_path, withdraw_missing=True).outcomes == {"eins-a": Outcome.WITHDRAWN}
    assert not find("eins-a", session).is_published
    assert import_directory(tmp_path, withdraw_missing=True).outcomes == {}


def test_a_file_that_comes_back_brings_its_entry_back(tmp_path: Path, session: Session) -> None:
    path = write_file(tmp_path, slug="eins-a")
    import_directory(tmp_path)
    text = path.read_text()
    path.unlink()
    import_directory(tmp_path, withdraw_missing=True)
    path.write_text(text)
    assert import_directory(tmp_path).outcomes == {"eins-a": Outcome.UPDATED}
    assert find("eins-a", session).is_published


def test_a_broken_file_does_not_count_as_missing(tmp_path: Path, session: Session) -> None:
    path = write_file(tmp_path, slug="eins-a")
    import_directory(tmp_path)
    path.write_text("kaputt")
    report = import_directory(tmp_path, withdraw_missing=True)
    assert report.outcomes == {}
    assert find("eins-a", session).is_published


def test_links_may_point_forward_and_in_circles(tmp_path: Path, session: Session) -> None:
    write_file(tmp_path, Kind.PROJECT, "hin-a", verknuepfungen=[{"rolle": "nutzt", "ziel": "her-a"}])
    write_file(tmp_path, Kind.SOLUTION, "her-a", verknuepfungen=[{"rolle": "siehe-auch", "ziel": "hin-a"}])
    assert messages(import_directory(tmp_path)) == []
    assert find("hin-a", session).links[0].target_id == find("her-a", session).id


def test_files_that_point_at_a_broken_one_wait_for_it(tmp_path: Path, session: Session) -> None:
    write_file(tmp_path, Kind.PROJECT, "erst-a", verknuepfungen=[{"rolle": "nutzt", "ziel": "dann-a"}])
    write_file(tmp_path, Kind.SOLUTION, "dann-a", verknuepfungen=[{"rolle": "siehe-auch", "ziel": "fehlt-a"}])
    write_file(tmp_path, Kind.PROJECT, "zuletzt-a", verknuepfungen=[{"rolle": "siehe-auch", "ziel": "erst-a"}])
    report = import_directory(tmp_path)
    assert messages(report) == [m for m in messages(report) if "Den Eintrag „fehlt-a“ gibt es nicht." in m]
    assert report.outcomes == {"erst-a": Outcome.WAITING, "zuletzt-a": Outcome.WAITING}
    assert session.exec(select(Entry)).all() == []
    write_file(tmp_path, Kind.SOLUTION, "dann-a")
    assert set(import_directory(tmp_path).outcomes.values()) == {Outcome.NEW}


def test_roles_fit_the_kinds(tmp_path: Path) -> None:
    write_file(tmp_path, Kind.LESSON, "lehre-a", verknuepfungen=[{"rolle": "nutzt", "ziel": "loesung-a"}])
    write_file(tmp_path, Kind.SOLUTION, "loesung-a")
    assert "kann nur von diesen Arten ausgehen: Projekt" in messages(import_directory(tmp_path))[0]


def test_the_folder_must_fit_the_kind(tmp_path: Path) -> None:
    path = tmp_path / "projekte" / "lehre-a.md"
    path.parent.mkdir()
    path.write_text(markdown_file(Kind.LESSON, "lehre-a"))
    assert "stehen nur Einträge der Art" in messages(import_directory(tmp_path))[0]


def test_organisations_and_participants_are_linked(tmp_path: Path, session: Session) -> None:
    main, other = add_organisation(), add_organisation("09572", "Landkreis", kind="kreis")
    write_file(tmp_path, slug="eins-a", organisation="09572164", beteiligte=["09572"])
    import_directory(tmp_path)
    entry = find("eins-a", session)
    assert entry.organisation_id == main.id
    assert [row.organisation_id for row in entry.participants] == [other.id]


def test_swapping_the_order_of_lists_works(tmp_path: Path, session: Session) -> None:
    write_file(tmp_path, slug="eins-a", handlungsfelder=["wasser", "energie"], schlagworte=["aa", "bb"])
    import_directory(tmp_path)
    write_file(tmp_path, slug="eins-a", handlungsfelder=["energie", "wasser"], schlagworte=["bb"])
    import_directory(tmp_path)
    entry = find("eins-a", session)
    session.refresh(entry)
    assert [row.value for row in entry.action_fields] == ["energie", "wasser"]
    assert [row.value for row in entry.tags] == ["bb"]
