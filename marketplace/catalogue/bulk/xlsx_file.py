"""Workbooks: cells as German texts, formulas by their stored result, merged cells. No database here."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from marketplace.catalogue.bulk.columns import is_heading_row
from marketplace.catalogue.bulk.sheet import (
    EMPTY,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Sheet,
    SheetRow,
    UnreadableFileError,
    split_table,
)
from marketplace.catalogue.bulk.workbook_size import Budget
from marketplace.core.office_files import OfficeFormat, check_office_file
from marketplace.core.zip_safety import ZipLimits, open_zip

LIMITS = ZipLimits(parts=300, total=60 * 1024 * 1024)
"""A workbook of 500 full rows unpacks to some 10 MB."""

OWN_SHEETS = ("Erklärungen", "Listen")
"""Sheets of our templates that explain the first one."""

_MERGED = re.compile(rb'<(?:\w{1,20}:)?mergeCell\s[^<>]{0,200}?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_MAX_MERGED = 2000
_BROKEN = "Die Datei ist beschädigt oder keine Excel-Arbeitsmappe (.xlsx). Bitte speichern Sie sie neu."
_NOT_IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def read_workbook(file: str, data: bytes, budget: Budget | None = None) -> list[Sheet]:
    """Every sheet with headings that we know; raises UnreadableFileError or, for hostile files, UnsafeZipError."""
    budget = budget or Budget()
    archive = open_zip(data, LIMITS)
    check_office_file(data, expected=OfficeFormat.XLSX)
    budget.take_workbook(archive)
    try:
        # Opened twice: once for the stored results, once to see which cells are formulas.
        results = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        try:
            read = (_read_sheet(file, name, results, formulas, budget) for name in results.sheetnames)
            sheets = [sheet for sheet in read if sheet]
        finally:
            results.close()
            formulas.close()
    except UnreadableFileError:
        raise
    except Exception as error:  # openpyxl raises errors of many kinds on broken files; all mean the same here.
        raise UnreadableFileError(_BROKEN) from error
    if not sheets:
        raise UnreadableFileError(
            "In der Arbeitsmappe steht keine Zeile mit unseren Überschriften. Bitte nehmen Sie die Vorlage, und lassen "
            "Sie die erste Zeile stehen."
        )
    return sheets


def _read_sheet(file: str, name: str, results: Any, formulas: Any, budget: Budget) -> Sheet | None:
    sheet = results[name]
    if name in OWN_SHEETS or not isinstance(sheet, ReadOnlyWorksheet) or sheet.sheet_state != "visible":
        return None
    notes: set[str] = set()
    found = split_table(_rows(sheet, formulas[name], notes, budget), is_heading_row)
    if found is None:
        return None
    headings, rows = found
    rows = _unmerge(rows, _merged_ranges(sheet), headings.number, notes)
    return Sheet(file, name, headings, rows, notices=sorted(notes), has_letters=True)


def _rows(sheet: Any, formulas: Any, notes: set[str], budget: Budget) -> Iterator[SheetRow]:
    # What the file says about its own size may be wrong.
    sheet.reset_dimensions()
    formulas.reset_dimensions()
    pairs = zip(sheet.iter_rows(), formulas.iter_rows(), strict=False)
    blank = None
    for number, (row, typed) in enumerate(pairs, start=1):
        # Of rows that are not in the file, up to a million, the library gives out the same one again and again.
        if row is blank:
            continue
        budget.take_cells(1 + len(row[:MAX_COLUMNS]))
        shown = zip(row[:MAX_COLUMNS], typed[:MAX_COLUMNS], strict=False)
        cells = tuple(_read_cell(cell, formula, notes) for cell, formula in shown)
        if len(row) > MAX_COLUMNS and row[-1].value is not None:
            # Enough for the table to be refused; a row ends with the last cell that is in the file.
            cells = (*cells, Cell("…"))
        if any(cell is not EMPTY for cell in cells):
            yield SheetRow(number, cells)
        else:
            blank = row


def _read_cell(cell: Any, typed: Any, notes: set[str]) -> Cell:
    if typed.value is None and cell.value is None:
        return EMPTY
    if typed.data_type == "f":
        notes.add("Wo Formeln stehen, übernehmen wir das zuletzt gespeicherte Ergebnis.")
        if cell.value is None:
            return Cell("", "Hier steht eine Formel ohne gespeichertes Ergebnis. Bitte tragen Sie den Wert selbst ein.")
    if cell.data_type == "e":
        return Cell(
            str(cell.value), "Die Formel in dieser Zelle ergibt einen Fehler. Bitte tragen Sie den Wert selbst ein."
        )
    return Cell(as_text(cell.value, cell.number_format or ""))


def as_text(value: Any, number_format: str = "") -> str:
    """What a cell holds, as a German would type it: 31.12.2025, 1234,5, 65 %, ja."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime | date):
        return _date_text(value, number_format)
    if isinstance(value, int | float | Decimal):
        return _number_text(value, number_format)
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def _date_text(value: date, number_format: str) -> str:
    """As precise as it is shown: a month that was typed as 03.2021 is kept by Excel as its first day."""
    shown = _NOT_IN_FORMAT.sub("", number_format).lower()
    if shown and "d" not in shown and "t" not in shown and value.day == 1:
        return f"{value:%m.%Y}" if "m" in shown else f"{value:%Y}"
    return f"{value:%d.%m.%Y}"


def _number_text(value: int | float | Decimal, number_format: str) -> str:
    shown = _NOT_IN_FORMAT.sub("", number_format)
    try:
        # Fifteen digits are what a spreadsheet itself knows; more would show how computers store fractions.
        number = Decimal(format(value, ".15g")) * (100 if "%" in shown else 1)
        whole = number == number.to_integral_value()
        text = format(number.quantize(Decimal(1)) if whole else number.normalize(), "f").replace(".", ",")
    except (ArithmeticError, ValueError):
        return str(value)
    return f"{text} %" if "%" in shown else text


def _merged_ranges(sheet: Any) -> list[tuple[int, int, int, int]]:
    """Ranges of cells that were joined (first column, first row, last column, last row)."""
    # Read-only sheets do not tell; the list stands behind the cells, in the sheet's own part of the file.
    with sheet._get_source() as source:
        found = _MERGED.findall(source.read())
    return [range_boundaries(place.decode()) for place in found[:_MAX_MERGED]]  # type: ignore[misc]


def _unmerge(
    rows: list[SheetRow], ranges: list[tuple[int, int, int, int]], heading: int, notes: set[str]
) -> list[SheetRow]:
    """What stands in joined cells of one column holds for all their rows."""
    by_number = {row.number: row for row in rows}
    for column, first, last_column, last in ranges:
        if first <= heading or first not in by_number or last - first > MAX_ROWS:
            continue
        cell = by_number[first].cell(column - 1)
        if column == last_column and cell is not EMPTY:
            notes.add("Verbundene Zellen gelten für alle Zeilen, über die sie reichen.")
            for number in range(first + 1, last + 1):
                if number in by_number:
                    by_number[number] = _with_cell(by_number[number], column - 1, cell)
    return [by_number[row.number] for row in rows]


def _with_cell(row: SheetRow, position: int, cell: Cell) -> SheetRow:
    padded = row.cells + (EMPTY,) * (position + 1 - len(row.cells))
    return SheetRow(row.number, (*padded[:position], cell, *padded[position + 1 :]))
