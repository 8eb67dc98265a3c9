"""The small tables in ``content/register``: places named in the content, and organisations without an official key."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from marketplace.organisations.places import OrganisationKind, find_state_of_key
from marketplace.organisations.register import Problem, RegisterError, RegisterRecord

REGISTER_COLUMNS = (
    "key", "kind", "name", "official_name", "association_key", "text_code", "inhabitants", "inhabitants_on",
    "size_inhabitants", "postcode", "latitude", "longitude",
)  # fmt: skip
ORGANISATION_COLUMNS = ("key", "kind", "name", "ags", "website")

REGISTER_KINDS = frozenset(
    {
        OrganisationKind.MUNICIPALITY,
        OrganisationKind.ASSOCIATION_OF_MUNICIPALITIES,
        OrganisationKind.DISTRICT,
        OrganisationKind.STATE,
    }
)
KEY_LENGTHS = {
    OrganisationKind.MUNICIPALITY: 8,
    OrganisationKind.ASSOCIATION_OF_MUNICIPALITIES: 9,
    OrganisationKind.DISTRICT: 5,
    OrganisationKind.STATE: 2,
}
"""Digits of an official key."""
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Value = TypeVar("Value")


@dataclass(frozen=True)
class OtherOrganisation:
    """An organisation without an official key; ``key`` is a slug, ``ags`` the municipality of its seat."""

    key: str
    kind: OrganisationKind
    name: str
    ags: str | None = None
    website: str | None = None


def read_places(path: Path) -> list[RegisterRecord]:
    """Rows of ``kommunen.csv``; raises RegisterError with every mistake. No file means no rows."""
    return _read(path, REGISTER_COLUMNS, _parse_place)


def read_organisations(path: Path) -> list[OtherOrganisation]:
    """Rows of ``organisationen.csv``; raises RegisterError with every mistake. No file means no rows."""
    return _read(path, ORGANISATION_COLUMNS, _parse_organisation)


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Any]) -> None:
    """Write records in the form in which they are read, ordered by key."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in sorted(rows, key=lambda item: str(item.key)):
        values = (getattr(row, column) for column in columns)
        writer.writerow(["" if value is None else str(value) for value in values])
    path.write_text(buffer.getvalue(), encoding="utf-8")


def _read(path: Path, columns: Sequence[str], parse: Callable[[dict[str, str]], Value]) -> list[Value]:
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RegisterError([Problem(0, f"{path.name} ist nicht in UTF-8 gespeichert.")]) from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(reader.fieldnames or ()) != tuple(columns):
        raise RegisterError([Problem(1, f"{path.name}: Die Spalten müssen heißen: {','.join(columns)}")])
    found: dict[str, Value] = {}
    problems = []
    for row in reader:
        try:
            _check_shape(row)
            if row["key"] in found:
                raise ValueError(f"Der Schlüssel {row['key']} steht doppelt in der Tabelle.")
            found[row["key"]] = parse(row)
        except ValueError as error:
            problems.append(Problem(reader.line_num, f"{path.name}: {error}"))
    if problems:
        raise RegisterError(problems)
    return list(found.values())


def _check_shape(row: dict[Any, Any]) -> None:
    if None in row or None in row.values():
        raise ValueError("Die Zeile hat nicht so viele Felder wie die Kopfzeile.")
    if not row["name"].strip():
        raise ValueError("Der Name fehlt.")


def _parse_place(row: dict[str, str]) -> RegisterRecord:
    kind = _kind(row["kind"])
    if kind not in REGISTER_KINDS or not _is_official_key(row["key"], KEY_LENGTHS[kind]):
        raise ValueError(f"Art „{row['kind']}“ und Schlüssel „{row['key']}“ passen nicht zusammen.")
    return RegisterRecord(
        key=row["key"],
        kind=kind,
        name=row["name"],
        official_name=row["official_name"],
        association_key=row["association_key"] or None,
        text_code=row["text_code"] or None,
        inhabitants=_optional(int, row["inhabitants"]),
        inhabitants_on=_optional(date.fromisoformat, row["inhabitants_on"]),
        size_inhabitants=_optional(int, row["size_inhabitants"]),
        postcode=row["postcode"] or None,
        latitude=_optional(float, row["latitude"]),
        longitude=_optional(float, row["longitude"]),
    )


def _parse_organisation(row: dict[str, str]) -> OtherOrganisation:
    kind = _kind(row["kind"])
    if not _SLUG.fullmatch(row["key"]) or row["key"].isdigit():
        raise ValueError(f"Kennung „{row['key']}“: nur Kleinbuchstaben a–z, Ziffern und einzelne Bindestriche.")
    if row["ags"] and not _is_official_key(row["ags"], 8):
        raise ValueError(f"AGS „{row['ags']}“ hat nicht acht Ziffern.")
    if row["website"] and not re.fullmatch(r"https?://[^\s\"'<>\\]+", row["website"]):
        raise ValueError(f"Adresse „{row['website']}“ beginnt nicht mit https:// oder http://.")
    return OtherOrganisation(row["key"], kind, row["name"], row["ags"] or None, row["website"] or None)


def _kind(value: str) -> OrganisationKind:
    kind = OrganisationKind.find_value(value)
    if kind is None:
        raise ValueError(f"Die Art „{value}“ gibt es nicht. Erlaubt: {', '.join(OrganisationKind.values())}.")
    return kind


def _is_official_key(key: str, length: int) -> bool:
    return len(key) == length and key.isascii() and key.isdigit() and find_state_of_key(key) is not None


def _optional(convert: Callable[[str], Value], text: str) -> Value | None:
    if not text:
        return None
    try:
        return convert(text)
    except ValueError:
        raise ValueError(f"Der Wert „{text}“ ist ungültig.") from None
