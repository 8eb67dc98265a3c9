"""Reader for the "Auszug aus dem Gemeindeverzeichnis", the register as a workbook, with coordinates.

Sheet 2 holds the table, data from row 7, footnotes at the end. Coordinates are text with a decimal comma.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl

from marketplace.organisations.register import TEXT_CODES, Level, Problem, Register, RegisterError, Row, assemble

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
"""The real file unpacks to some 13 MB; far more is an attack or another file."""

MAX_ROWS = 60_000
FIRST_DATA_ROW = 7
_COLUMNS = 16
_UNREADABLE = "Die Datei ist beschädigt oder keine Excel-Arbeitsmappe (.xlsx)."

_GERMANY_LATITUDE = (47.0, 55.2)
_GERMANY_LONGITUDE = (5.5, 15.2)


def parse_workbook(data: bytes, *, inhabitants_on: date | None = None) -> Register:
    """The register in an Auszug; raises RegisterError with every mistake and its row."""
    cells = _read_cells(data)
    as_of, stated_on = _read_dates(cells[: FIRST_DATA_ROW - 1])
    problems: list[Problem] = []
    rows: list[Row] = []
    for number, row in enumerate(cells[FIRST_DATA_ROW - 1 :], start=FIRST_DATA_ROW):
        if _is_empty_or_footnote(row):
            continue
        try:
            rows.append(_parse_row(number, row))
        except ValueError as error:
            problems.append(Problem(number, str(error)))
    if problems:
        raise RegisterError(problems)
    return assemble(rows, as_of=as_of, inhabitants_on=inhabitants_on or stated_on)


def _read_cells(data: bytes) -> list[Sequence[Any]]:
    """The cells of sheet 2, bounded. openpyxl raises errors of many kinds on broken files; all mean the same here."""
    try:
        _refuse_huge_archive(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            return list(_first_rows(book))
        finally:
            book.close()
    except RegisterError:
        raise
    except Exception as error:
        raise RegisterError([Problem(0, _UNREADABLE)]) from error


def _refuse_huge_archive(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise RegisterError([Problem(0, "Die Arbeitsmappe ist entpackt zu groß für ein Gemeindeverzeichnis.")])


def _first_rows(book: openpyxl.Workbook) -> Iterator[Sequence[Any]]:
    if len(book.worksheets) < 2:
        raise RegisterError([Problem(0, "Die Arbeitsmappe hat kein zweites Tabellenblatt; dort steht die Tabelle.")])
    sheet = book.worksheets[1]
    for number, row in enumerate(sheet.iter_rows(max_col=_COLUMNS, values_only=True), start=1):
        if number > MAX_ROWS:
            raise RegisterError([Problem(number, f"Die Tabelle hat mehr als {MAX_ROWS} Zeilen.")])
        yield (*row, *[None] * (_COLUMNS - len(row)))


def _read_dates(head: Sequence[Sequence[Any]]) -> tuple[date, date | None]:
    """Gebietsstand and day of the inhabitants, both from the head of the table."""
    texts = [" ".join(str(cell).split()) for row in head for cell in row if cell is not None]
    as_of = next((_find_date(text) for text in texts if text.startswith("Gebietsstand")), None)
    as_of = as_of or next((_find_date(text) for text in texts if text.startswith("Gemeinden in Deutschland")), None)
    if as_of is None:
        raise RegisterError([Problem(0, "Über der Tabelle steht kein Gebietsstand („Gebietsstand am TT.MM.JJJJ“).")])
    inhabitants_cell = head[4][9] if len(head) > 4 else None
    return as_of, _find_date(str(inhabitants_cell))


def _find_date(text: str) -> date | None:
    match = re.search(r"\b(\d{2})\.(\d{2})\.(\d{4})\b", text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def _is_empty_or_footnote(row: Sequence[Any]) -> bool:
    """Footnotes fill the first column alone; a row of the table has at least a key."""
    return all(cell is None or not str(cell).strip() for cell in row[1:])


def _parse_row(number: int, row: Sequence[Any]) -> Row:
    try:
        level = Level(_text(row[0]))
    except ValueError:
        raise ValueError(f"Satzart „{_text(row[0])[:20]}“ gibt es nicht.") from None
    name = _text(row[7])
    if not name:
        raise ValueError("Der Name fehlt.")
    state = _key(row[2], 2, "Land")
    if level in (Level.STATE, Level.GOVERNMENT_REGION, Level.REGION):
        return Row(number, level, state, name=name)
    code = _text(row[1])
    if code not in TEXT_CODES[level]:
        raise ValueError(f"Textkennzeichen „{code[:20]}“ gibt es für Satzart {level.value} nicht.")
    district = state + _key(row[3], 1, "Regierungsbezirk") + _key(row[4], 2, "Kreis")
    if level is Level.DISTRICT:
        return Row(number, level, state, district, name=name, text_code=code)
    association = district + _key(row[5], 4, "Gemeindeverband")
    if level is Level.ASSOCIATION:
        return Row(number, level, state, district, association, name=name, text_code=code)
    latitude, longitude = _coordinates(row[15], row[14])
    return Row(
        number, level, state, district, association, district + _key(row[6], 3, "Gemeinde"), name, code,
        area_ha=_hectares(row[8]),
        inhabitants=_whole_number(row[9]),
        postcode=_key(row[13], 5, "Postleitzahl") if _text(row[13]) else None,
        latitude=latitude,
        longitude=longitude,
    )  # fmt: skip


def _text(cell: Any) -> str:
    """A cell as people see it; Excel keeps whole numbers as 60.0 once somebody has saved the file anew."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None or isinstance(cell, datetime) else str(cell).strip()


def _key(cell: Any, width: int, what: str) -> str:
    """Digits of a key; a cell saved as a number has lost its leading zeros."""
    text = _text(cell)
    digits = text if isinstance(cell, str) else text.zfill(width)
    if len(digits) != width or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{what} „{text[:20]}“ besteht nicht aus {width} Ziffern.")
    return digits


def _whole_number(cell: Any) -> int:
    text = _text(cell)
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(f"Bevölkerung „{text[:20]}“ ist keine Zahl.")
    return int(text)


def _decimal(cell: Any, what: str) -> float | None:
    text = _text(cell).replace(",", ".")
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,7}(\.\d{1,17})?", text, re.ASCII):
        raise ValueError(f"{what} „{text[:20]}“ ist keine Zahl.")
    return float(text)


def _hectares(cell: Any) -> int | None:
    square_kilometres = _decimal(cell, "Fläche")
    return None if square_kilometres is None else round(square_kilometres * 100)


def _coordinates(latitude_cell: Any, longitude_cell: Any) -> tuple[float | None, float | None]:
    latitude, longitude = _decimal(latitude_cell, "Breitengrad"), _decimal(longitude_cell, "Längengrad")
    if not latitude or not longitude:  # The real file writes 0 / 0 for a place without coordinates.
        return None, None
    if not (
        _GERMANY_LATITUDE[0] <= latitude <= _GERMANY_LATITUDE[1]
        and _GERMANY_LONGITUDE[0] <= longitude <= _GERMANY_LONGITUDE[1]
    ):
        raise ValueError(f"Die Koordinaten {latitude} / {longitude} liegen nicht in Deutschland.")
    return latitude, longitude
