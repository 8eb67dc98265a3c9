"""``blaupause kommunen import``: what it prints, where, and with which exit code."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from marketplace.core.db import Database
from marketplace.organisations.cli import kommunen
from marketplace.organisations.queries import find_by_key
from tests.organisations.register_files import small_register, text_file, workbook


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "GV100AD.txt"
    path.write_bytes(text_file(small_register()))
    return path


def run(app: Flask, *arguments: object) -> Result:
    with app.app_context():
        return CliRunner().invoke(kommunen, ["import", *map(str, arguments)])


def is_known(database: Database, key: str) -> bool:
    with database.reading():
        return find_by_key(key) is not None


def test_an_import_is_written_and_summed_up(app: Flask, database: Database, file: Path) -> None:
    result = run(app, file)
    assert result.exit_code == 0
    assert "Gebietsstand 31.08.2025" in result.stdout
    assert "4 Gemeinden (1 gemeindefreie Gebiete übergangen)" in result.stdout
    assert "7 neu" in result.stdout
    assert "lesen und prüfen" in result.stderr
    assert is_known(database, "01051022")


def test_a_dry_run_writes_nothing(app: Flask, database: Database, file: Path) -> None:
    result = run(app, file, "--dry-run")
    assert "Probelauf, nichts geschrieben" in result.stdout
    assert not is_known(database, "01051022")


def test_verbose_names_every_change(app: Flask, file: Path) -> None:
    run(app, file)
    lines = [line.replace("00000000700", "00000000710") for line in small_register()]
    file.write_bytes(text_file(lines))
    result = run(app, file, "--verbose", "--dry-run")
    assert "Einwohnerzahl: 01051022 Dingen: 700 -> 710" in result.stdout


def test_an_older_workbook_after_the_text_file_is_explained(app: Flask, file: Path, tmp_path: Path) -> None:
    run(app, file)
    auszug = tmp_path / "auszug.xlsx"
    auszug.write_bytes(workbook())
    result = run(app, auszug)
    assert "schon ein neueres Verzeichnis eingelesen (Schleswig-Holstein)" in result.stdout
    assert "2 um fehlende Angaben ergänzt" in result.stdout


def test_a_bad_file_ends_with_its_mistakes_on_standard_error(app: Flask, database: Database, tmp_path: Path) -> None:
    bad = tmp_path / "kaputt.txt"
    bad.write_bytes(text_file([*small_register(), "zu kurz"]))
    result = run(app, bad)
    assert result.exit_code == 1
    assert "Zeile 13: Die Zeile hat 7 statt 220 Zeichen." in result.stderr
    assert result.stdout == ""
    assert not is_known(database, "01051022")


def test_the_day_of_the_inhabitants_can_be_given(app: Flask, database: Database, file: Path) -> None:
    run(app, file, "--inhabitants-on", "2024-12-31")
    with database.reading():
        organisation = find_by_key("01051022")
    assert organisation is not None
    assert str(organisation.inhabitants_on) == "2024-12-31"
