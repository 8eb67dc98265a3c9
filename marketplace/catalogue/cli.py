"""``blaupause content``: import and export of the editorial library."""

import sys
from pathlib import Path

import click
from flask import current_app

from marketplace.catalogue import library
from marketplace.catalogue.exporter import export_entries
from marketplace.catalogue.importer import ImportReport, Outcome, import_directory
from marketplace.catalogue.kinds import Kind
from marketplace.config import ROOT
from marketplace.organisations.service import load_bundled_register


@click.group()
def content() -> None:
    """Redaktionelle Inhalte einlesen und ausgeben."""


@content.command("import")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--dry-run", is_flag=True, help="Nur prüfen und berichten, nichts schreiben.")
@click.option("--withdraw-missing", is_flag=True, help="Einträge zurückziehen, deren Datei fehlt.")
def import_(path: Path | None, *, dry_run: bool, withdraw_missing: bool) -> None:
    """Einträge aus PATH (sonst aus dem Ordner content) einlesen; alle Fehler werden gemeldet."""
    directory = path or current_app.config["SETTINGS"].content_directory
    database = current_app.extensions["database"]
    with database.reading() if dry_run else database.unit_of_work() as session:
        if (directory / "register").is_dir():
            load_bundled_register(directory / "register")
        with click.progressbar(length=_count_files(directory), label="Einlesen", file=sys.stderr) as bar:
            report = import_directory(
                directory, dry_run=dry_run, withdraw_missing=withdraw_missing, progress=lambda _name: bar.update(1)
            )
        parts = library.import_parts(directory, coming=report.outcomes, dry_run=dry_run)
        if dry_run:
            session.rollback()
    _print(report, dry_run=dry_run)
    for part in parts:
        _print_part(part)
    if report.problems or any(part.problems for part in parts):
        sys.exit(1)


def _print_part(part: library.PartReport) -> None:
    for problem in part.problems:
        click.echo(str(problem), err=True)
    if str(part):
        click.echo(str(part))


def _count_files(directory: Path) -> int:
    return sum(1 for kind in Kind for _ in (directory / kind.path).glob("*.md"))


def _print(report: ImportReport, *, dry_run: bool) -> None:
    for problem in report.problems:
        click.echo(str(problem), err=True)
    for outcome in (Outcome.EDITED_ON_SITE, Outcome.WAITING, Outcome.MISSING, Outcome.WITHDRAWN):
        for slug in report.slugs(outcome):
            click.echo(f"{slug}: {outcome.value}")
    counts = ", ".join(f"{report.count(outcome)} {outcome.value}" for outcome in Outcome if report.count(outcome))
    click.echo(f"{'Probelauf: ' if dry_run else ''}{counts or 'keine Einträge gefunden'}.")
    if report.problems:
        click.echo(
            f"{len(report.problems)} Fehler in {report.invalid_files} Dateien; diese wurden nicht eingelesen.", err=True
        )


@content.command("export")
@click.argument("path", type=click.Path(file_okay=False, path_type=Path), default=Path("export"))
def export(path: Path) -> None:
    """Alles Veröffentlichte nach PATH schreiben, im selben Format wie der Ordner content."""
    if path.resolve() == ROOT / "content":
        raise click.ClickException("Bitte einen anderen Ordner angeben; content/ wird von der Redaktion gepflegt.")
    with current_app.extensions["database"].reading():
        number = export_entries(path)
        number += library.export_parts(path)
    click.echo(f"{number} Dateien nach {path} geschrieben.")
