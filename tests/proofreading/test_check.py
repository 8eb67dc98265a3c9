"""``blaupause content check`` as a whole: on a small library with one mistake of each sort, and on the real one."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from marketplace.catalogue.kinds import Kind
from marketplace.config import ROOT
from marketplace.proofreading import service
from marketplace.proofreading.cli import check
from marketplace.proofreading.findings import Severity
from tests.factories.catalogue import write_file
from tools import overlap

CONTENT = ROOT / "content"
PLAIN = "Das ist einfach gesagt. Jede und jeder versteht es."


@pytest.fixture
def library(tmp_path: Path) -> Path:
    directory = tmp_path / "content"
    write_file(directory, Kind.SOLUTION, "laternen", einfach=PLAIN, titel="Laternen dimmen")
    link = [{"rolle": "nutzt", "ziel": "laternen"}]
    write_file(directory, slug="vorhaben", titel="Laternen erneuern", verknuepfungen=link)
    (directory / "wortwahl.yml").write_text('- {wort: "Bürger", besser: "Bürgerschaft"}\n', encoding="utf-8")
    (tmp_path / "quellen").mkdir()
    (tmp_path / "quellen" / "bericht.txt").write_text("Die alten Laternen der Stadt sind viel zu hell.")
    return directory


def run(app: Flask, directory: Path, *options: str) -> Result:
    with app.app_context():
        return CliRunner().invoke(check, [str(directory), "--quellen", str(directory.parent / "quellen"), *options])


def test_a_library_without_mistakes_passes(app: Flask, library: Path) -> None:
    result = run(app, library)
    assert result.exit_code == 0, result.output
    assert "2 Dateien geprüft, 0 Fehler." in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Die Laterren sind neu.", "Rechtschreibung: „Laterren“"),
        ("Alle Bürger freuen sich.", "Wortwahl: „Bürger“: besser Bürgerschaft."),
        ("Mehr [hier](/projekte/gibt-es-nicht).", "Verweise: Die Seite „/projekte/gibt-es-nicht“"),
        (
            "Wir meinen: Die alten Laternen der Stadt sind hell.",
            "Eigene Worte: So steht es in einer Quelle: „Die alten",
        ),
        ("<b>Fett</b>", "Form: Text: HTML"),
    ],
)
def test_each_mistake_is_named_with_its_line(app: Flask, library: Path, body: str, words: str) -> None:
    path = write_file(library, slug="falsch", titel="Laternen zählen", body=f"Ein Absatz.\n\n{body}")
    line = next(n for n, row in enumerate(path.read_text().split("\n"), start=1) if body in row)
    result = run(app, library)
    assert result.exit_code == 1
    assert f"projekte/falsch.md:{line}: {words}" in result.stderr
    assert "1 Fehler." in result.stdout


def test_what_only_an_import_sees_is_found_too(app: Flask, library: Path) -> None:
    write_file(library, slug="falsch", titel="Laternen zählen", organisation="09999999")
    result = run(app, library)
    assert "Den Schlüssel „09999999“ gibt es nicht" in result.stderr


def test_hints_are_counted_and_shown_on_demand(app: Flask, library: Path) -> None:
    write_file(library, slug="allein", titel="Laternen zählen")
    result = run(app, library)
    assert result.exit_code == 0
    assert "zeigt auf keinen anderen" not in result.stdout
    assert "1 zu Verweise" in result.stdout
    assert (
        "projekte/allein.md:1: Verweise: Der Eintrag zeigt auf keinen anderen" in run(app, library, "--hinweise").stdout
    )


def test_it_says_what_was_not_checked(app: Flask, library: Path) -> None:
    (library.parent / "quellen" / "bericht.txt").unlink()
    result = run(app, library, "--ohne-rechtschreibung")
    assert result.exit_code == 0
    assert "Die Rechtschreibung wurde nicht geprüft." in result.stdout
    assert "Gegen die Quellen wurde nicht verglichen" in result.stdout


def test_the_check_writes_nothing(app: Flask, library: Path) -> None:
    before = sorted(library.rglob("*"))
    run(app, library)
    assert sorted(library.rglob("*")) == before


def test_the_tool_for_overlaps_alone(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--content", str(library), "--sources", str(library.parent / "quellen")]
    assert overlap.main(options) == 0
    write_file(library, slug="falsch", body="Die alten Laternen der Stadt sind viel zu hell.")
    assert overlap.main(options) == 1
    assert "projekte/falsch.md:" in capsys.readouterr().out
    assert overlap.main(["--content", str(library), "--sources", str(library)]) == 2


def test_the_real_library_has_no_mistakes(app: Flask) -> None:
    """Spelling takes longest and is looked at by ``make check``."""
    with app.app_context():
        report = service.check(CONTENT, sources=CONTENT, with_spelling=False)
    assert [str(each) for each in report.findings if each.severity is Severity.ERROR] == []
    assert report.files > 200
