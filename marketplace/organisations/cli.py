"""``blaupause kommunen``: the official register of municipalities."""

import sys
from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from marketplace.core.actor import program
from marketplace.core.errors import DomainError
from marketplace.organisations.additions import add_organisation
from marketplace.organisations.places import OrganisationKind, find_state_of_key
from marketplace.organisations.register import Register, RegisterCounts, RegisterRecord
from marketplace.organisations.register_diff import Change
from marketplace.organisations.register_file import read_register
from marketplace.organisations.service import ImportReport, import_register


@click.group()
def kommunen() -> None:
    """Verzeichnis der Kommunen pflegen."""


@kommunen.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Nur vergleichen und berichten, nichts schreiben.")
@click.option("--verbose", is_flag=True, help="Jede Änderung einzeln nennen.")
@click.option("--force", is_flag=True, help="Auch dann, wenn sehr viele bekannte Gemeinden in der Datei fehlen.")
@click.option(
    "--inhabitants-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Stichtag der Einwohnerzahlen (JJJJ-MM-TT); im GV100AD steht er nicht.",
)
def import_(file: Path, *, dry_run: bool, verbose: bool, force: bool, inhabitants_on: datetime | None) -> None:
    """FILE einlesen: das GV100AD (Text) oder den Auszug (Excel) aus dem amtlichen Gemeindeverzeichnis."""
    database = current_app.extensions["database"]
    try:
        _step(1, f"{file.name} lesen und prüfen")
        register = read_register(file, inhabitants_on=inhabitants_on.date() if inhabitants_on else None)
        _step(2, "mit dem Bestand vergleichen" + ("" if dry_run else " und schreiben"))
        with database.reading() if dry_run else database.unit_of_work():
            report = import_register(register, dry_run=dry_run, force=force)
    except DomainError as error:
        click.echo(f"Fehler in {file.name}:\n{error.message}", err=True)
        sys.exit(1)
    for line in _summary(register, report, dry_run=dry_run):
        click.echo(line)
    if verbose:
        for line in _details(report):
            click.echo(line)


@kommunen.command()
@click.argument("kind", type=click.Choice(OrganisationKind.values()), metavar="ART")
@click.argument("name")
@click.option("--key", default="", help="Amtlicher Schlüssel; nötig bei gemeinde, gemeindeverband, kreis und land.")
@click.option("--ags", default="", help="Gemeindeschlüssel des Sitzes, bei allen anderen.")
@click.option("--website", default="", help="Adresse der Website.")
def add(kind: str, name: str, *, key: str, ags: str, website: str) -> None:
    """Eine Organisation aufnehmen, die in keinem Verzeichnis steht: ein Unternehmen, einen Verband, eine Behörde."""
    with current_app.extensions["database"].unit_of_work():
        place = add_organisation(
            OrganisationKind(kind), name, key=key, ags=ags, website=website, actor=program("blaupause kommunen add")
        )
        click.echo(f"Aufgenommen: {place.key}")


def _step(number: int, text: str) -> None:
    click.echo(f"[{number}/2] {text} …", err=True)


def _summary(register: Register, report: ImportReport, *, dry_run: bool) -> list[str]:
    changes = report.changes
    lines = [f"Gemeindeverzeichnis, Gebietsstand {register.as_of:%d.%m.%Y}", *_count_lines(register.counts)]
    if register.cut_names:
        lines.append(f"  Namen mit 50 Zeichen, vermutlich abgeschnitten: {', '.join(register.cut_names)}")
    lines.append("Probelauf, nichts geschrieben. Zu ändern wäre:" if dry_run else "Geändert:")
    counts = {
        "neu": len(changes.new),
        "aufgelöst": len(changes.dissolved),
        "umbenannt": len(changes.renamed),
        "mit neuem Schlüssel": len(changes.rekeyed),
        "mit anderer Einwohnerzahl": len(changes.resized),
        "mit geänderten Angaben insgesamt": len(changes.changed),
        "um fehlende Angaben ergänzt": len(report.filled),
    }
    lines += [f"  {_number(number):>6} {label}" for label, number in counts.items() if number] or ["  nichts"]
    if report.outdated_states:
        covered = "alle" if set(report.outdated_states) == register.states else "diese"
        names = ", ".join(_state_name(key) for key in report.outdated_states)
        lines.append(f"Für {covered} Länder der Datei ist schon ein neueres Verzeichnis eingelesen ({names}).")
        lines.append("Dort werden nur fehlende Postleitzahlen und Koordinaten ergänzt.")
    return lines


def _count_lines(counts: RegisterCounts) -> list[str]:
    unions = counts.associations - counts.single_associations
    skipped = f"{_number(counts.unincorporated)} gemeindefreie Gebiete übergangen"
    return [
        f"  {_number(counts.municipalities):>6} Gemeinden ({skipped})",
        f"  {_number(counts.districts):>6} Kreise, davon {_number(counts.independent_cities)} kreisfreie Städte",
        f"  {_number(counts.associations):>6} Verbandssätze, davon {_number(unions)} Gemeindeverbände mit Mitgliedern",
    ]


def _details(report: ImportReport) -> list[str]:
    changes = report.changes
    lines = [f"neu: {_place(record)}" for record in changes.new]
    lines += [f"aufgelöst: {_place(record)}" for record in changes.dissolved]
    lines += [f"neuer Schlüssel: {_place(change.old)} -> {_place(change.new)}" for change in changes.rekeyed]
    lines += [
        f"umbenannt: {change.new.key} {change.old.official_name} -> {change.new.official_name}"
        for change in changes.renamed
    ]
    lines += [_resized(change) for change in changes.resized]
    return lines


def _resized(change: Change) -> str:
    before, after = (_number(record.inhabitants) for record in (change.old, change.new))
    return f"Einwohnerzahl: {_place(change.new)}: {before} -> {after}"


def _place(record: RegisterRecord) -> str:
    return f"{record.key} {record.name}"


def _state_name(key: str) -> str:
    state = find_state_of_key(key)
    return state.label if state else key


def _number(value: int | None) -> str:
    return "keine Angabe" if value is None else f"{value:,}".replace(",", ".")
