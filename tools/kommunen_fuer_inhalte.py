"""Writes content/register/: the places and organisations that the entries name, and nothing more.

    python tools/kommunen_fuer_inhalte.py GV100AD.txt gemeinden.csv --inhabitants-on 2024-12-31 --organisations *.csv

For developers and editors, after entries were added. The official files stay outside the repository: GV100AD for names,
keys and inhabitants, and a table with a row per Gemeinde (ags, vb, name, tkz, einwohner, plz, lat, lon) for the
coordinates, against which every written row is checked. Further CSV files (key,kind,name,ags,website) are merged into
organisationen.csv. Ends with exit code 1 when something does not fit; the tables are written all the same.
"""

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from marketplace.catalogue.kinds import Kind
from marketplace.config import ROOT
from marketplace.core.frontmatter import FrontMatterError, parse
from marketplace.organisations.names import fold
from marketplace.organisations.places import OrganisationKind
from marketplace.organisations.register import RegisterRecord
from marketplace.organisations.register_csv import (
    ORGANISATION_COLUMNS,
    REGISTER_COLUMNS,
    OtherOrganisation,
    read_organisations,
    write_rows,
)
from marketplace.organisations.register_file import read_register

FOLDER = ROOT / "content" / "register"
CHECKED = {"text_code": "tkz", "inhabitants": "einwohner", "postcode": "plz", "official_name": "name"}


class Report:
    """Problems met on the way."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def add(self, text: str) -> None:
        """Print a problem at once and remember that there was one."""
        self.problems.append(text)
        print(f"! {text}")


def keys_in_content(report: Report) -> dict[str, list[str]]:
    """Every organisation key in the entries with the files that use it."""
    used: dict[str, list[str]] = {}
    for path in sorted(path for kind in Kind for path in (ROOT / "content" / kind.path).glob("*.md")):
        try:
            meta = parse(path.read_bytes()).meta
        except FrontMatterError as error:
            report.add(f"{path.name}: {error.message}")
            continue
        others = meta.get("beteiligte") or []
        for key in [meta.get("organisation"), *(others if isinstance(others, list) else [])]:
            if key is not None:
                used.setdefault(str(key), []).append(path.name)
    return used


def merge_organisations(paths: Sequence[Path], report: Report) -> dict[str, OtherOrganisation]:
    """Organisations of organisationen.csv and of further files; the first that names a key wins."""
    found = {row.key: row for row in read_organisations(FOLDER / "organisationen.csv")}
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                organisation = as_organisation(row, path.name, report)
                if organisation is None:
                    continue
                known = found.setdefault(organisation.key, organisation)
                if known != organisation:
                    found[known.key] = fill(known, organisation, path.name, report)
    return found


def as_organisation(row: dict[str, Any], source: str, report: Report) -> OtherOrganisation | None:
    """A row as an organisation, its kind given by value or by label; None if it cannot be one."""
    values = {name: (row.get(name) or "").strip() for name in ORGANISATION_COLUMNS}
    kind = next(
        (kind for kind in OrganisationKind if fold(values["kind"]) in (fold(kind.value), fold(kind.label))), None
    )
    if kind is None:
        report.add(f"{source}: Art „{values['kind']}“ von {values['key']} gibt es nicht; ausgelassen.")
        return None
    if not values["key"] or values["key"].isdigit():
        report.add(f"{source}: „{values['key']}“ ist keine Kennung (Kommunen kommen aus dem Verzeichnis); ausgelassen.")
        return None
    return OtherOrganisation(values["key"], kind, values["name"], values["ags"] or None, values["website"] or None)


def fill(known: OtherOrganisation, other: OtherOrganisation, source: str, report: Report) -> OtherOrganisation:
    """The known organisation with its gaps filled; where both say something else, the known one stays."""
    for name in ("kind", "name", "ags", "website"):
        before, after = getattr(known, name), getattr(other, name)
        if before and after and before != after:
            report.add(f"{source}: {known.key}: {name} „{after}“ widerspricht „{before}“; „{before}“ bleibt.")
    return replace(known, ags=known.ags or other.ags, website=known.website or other.website)


def with_coordinates(
    records: Iterable[RegisterRecord], table: dict[str, dict[str, str]], report: Report
) -> list[RegisterRecord]:
    """Gemeinden with the coordinates of the table, each fact that both know compared."""
    result = []
    for record in records:
        row = table.get(record.key)
        if record.kind is not OrganisationKind.MUNICIPALITY:
            result.append(record)
            continue
        if row is None:
            report.add(f"{record.key} {record.name} fehlt in der Vergleichstabelle.")
            result.append(record)
            continue
        for name, column in CHECKED.items():
            if str(getattr(record, name)) != row[column]:
                report.add(f"{record.key}: {name} „{getattr(record, name)}“, Vergleichstabelle „{row[column]}“.")
        latitude, longitude = (float(row[column]) if row[column] else None for column in ("lat", "lon"))
        result.append(replace(record, latitude=latitude, longitude=longitude))
    return result


def choose_places(
    used: dict[str, list[str]], others: Iterable[OtherOrganisation], records: Sequence[RegisterRecord], report: Report
) -> list[RegisterRecord]:
    """Records of the places that entries name or in which an organisation has its seat."""
    by_key = {record.key: record for record in records}
    seats = {row.ags: [f"Sitz von {row.key}"] for row in others if row.ags}
    wanted = {key: files for key, files in (seats | used).items() if key.isdigit()}
    for key, files in sorted(wanted.items()):
        if key not in by_key:
            hint = f"; gemeint ist wohl {key}000" if f"{key}000" in by_key else ""
            report.add(f"Schlüssel {key} steht nicht im Verzeichnis{hint} ({', '.join(files)}).")
    return [by_key[key] for key in wanted if key in by_key]


def note_unions(others: Iterable[OtherOrganisation], records: Iterable[RegisterRecord], report: Report) -> None:
    """Ämter and the like have an official key; a slug beside it would make two of one."""
    municipal = {fold(record.name): record.key for record in records}
    for row in others:
        if key := municipal.get(fold(row.name)):
            report.add(f"{row.key} ({row.name}) hat einen amtlichen Schlüssel: {key}.")


def main() -> int:
    """Read, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("register", type=Path, help="GV100AD")
    parser.add_argument("table", type=Path, help="gemeinden.csv")
    parser.add_argument("--organisations", type=Path, nargs="*", default=[], help="weitere Organisationen (CSV)")
    parser.add_argument("--inhabitants-on", type=date.fromisoformat, help="Stichtag der Einwohnerzahlen")
    arguments = parser.parse_args()
    report = Report()
    used = keys_in_content(report)
    others = merge_organisations(arguments.organisations, report)
    register = read_register(arguments.register, inhabitants_on=arguments.inhabitants_on)
    with arguments.table.open(encoding="utf-8-sig", newline="") as file:
        table = {row["ags"]: row for row in csv.DictReader(file)}
    for key in sorted(key for key in used if not key.isdigit() and key not in others):
        report.add(f"Kennung {key} steht in keiner Liste von Organisationen ({', '.join(used[key])}).")
    note_unions(others.values(), register.records, report)
    places = with_coordinates(choose_places(used, others.values(), register.records, report), table, report)
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_rows(FOLDER / "kommunen.csv", REGISTER_COLUMNS, places)
    write_rows(FOLDER / "organisationen.csv", ORGANISATION_COLUMNS, others.values())
    read_organisations(FOLDER / "organisationen.csv")
    print(f"{len(places)} Kommunen, {len(others)} Organisationen geschrieben; Gebietsstand {register.as_of:%d.%m.%Y}.")
    print(f"In keinem Eintrag genannt: {', '.join(sorted(others.keys() - used.keys())) or 'keine'}.")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
