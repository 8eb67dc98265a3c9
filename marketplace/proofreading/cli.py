"""``blaupause content check``: the library as a careful reader would look at it, for editors and CI."""

import sys
from collections import Counter
from pathlib import Path

import click
from flask import current_app

from marketplace.config import ROOT
from marketplace.proofreading import service
from marketplace.proofreading.findings import Severity

SOURCES = ROOT.parent / "shared" / "sources"
"""Where the texts lie from which entries are written; they are no part of the project."""


@click.command("check")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--quellen", type=click.Path(file_okay=False, path_type=Path), default=SOURCES, help="Texte der Quellen.")
@click.option("--ohne-rechtschreibung", is_flag=True, help="Ohne das Wörterbuch der Entwicklung auskommen.")
@click.option("--hinweise", is_flag=True, help="Alle Hinweise zeigen, nicht nur ihre Zahl.")
def check(path: Path | None, quellen: Path, *, ohne_rechtschreibung: bool, hinweise: bool) -> None:
    """Form, Verweise, Daten, Wortwahl, Rechtschreibung und Lesbarkeit prüfen; bei Fehlern endet es mit 1."""
    directory = path or current_app.config["SETTINGS"].content_directory
    report = service.check(directory, sources=quellen, with_spelling=not ohne_rechtschreibung)
    for finding in report.findings:
        if finding.severity is Severity.ERROR:
            click.echo(str(finding), err=True)
        elif hinweise:
            click.echo(str(finding))
    _print_summary(report)
    if report.count(Severity.ERROR):
        sys.exit(1)


def _print_summary(report: service.Report) -> None:
    click.echo("Am schwersten zu lesen (Flesch-Amstad, höher ist leichter):")
    for ease, name in report.hardest:
        click.echo(f"  {ease:5.0f}  {name}")
    hints = Counter(each.check for each in report.findings if each.severity is Severity.WARNING)
    if hints:
        click.echo("Hinweise: " + ", ".join(f"{number} zu {name}" for name, number in hints.items()) + ".")
    for sentence in report.skipped:
        click.echo(sentence)
    click.echo(f"{report.files} Dateien geprüft, {report.count(Severity.ERROR)} Fehler.")
