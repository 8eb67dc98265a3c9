"""Tables to fill, and entries as a table: workbooks and CSV, made from the editor's fields. No database here."""

import csv
import io
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from marketplace.catalogue.bulk.cells import write_text
from marketplace.catalogue.bulk.columns import Column, columns_of
from marketplace.catalogue.bulk.csv_file import defused
from marketplace.catalogue.bulk.sheet import MAX_ROWS
from marketplace.catalogue.bulk.xlsx_file import OWN_SHEETS
from marketplace.catalogue.drafts.form_fields import Shape, german_date
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.links import LinkRole

EXPLANATIONS, LISTS = OWN_SHEETS

_RULES = (
    "So füllen Sie die Tabelle aus",
    "Jede Zeile im ersten Blatt wird ein Entwurf. Die erste Zeile mit den Überschriften bleibt stehen; die Reihenfolge "
    "der Spalten ist frei, und was Sie nicht brauchen, bleibt leer.",
    "Pflicht (*) heißt: nötig, bevor der Eintrag eingereicht wird. Für einen Entwurf genügt der Titel.",
    "Mehrere Angaben in einer Zelle: je Angabe eine Zeile (Alt+Enter) oder durch Semikolon getrennt. Stehen Zeilen in "
    "der Zelle, trennen nur diese.",
    "Teile einer Angabe (zum Beispiel einer Quelle) trennen Sie mit einem senkrechten Strich: Dokument | Seite | Jahr.",
    "Verknüpfte Einträge nennen Sie mit dem Titel oder der Adresse auf der Website.",
    "Danach: Datei speichern, auf der Website hochladen, Vorschau prüfen, Entwürfe anlegen.",
)
_HEAD = PatternFill("solid", fgColor="DDE6F2")
_WIDTH = {Shape.TEXT: 48, Shape.MARKDOWN: 60, Shape.LINES: 36, Shape.GROUPS: 44, Shape.LINKS: 40, Shape.RANKED: 32}
_TEXT_FORMAT = "@"
_MUCH = 250
"""Characters that a message box of a spreadsheet shows at most, with some room."""


@cache
def workbook_template(kind: Kind) -> bytes:
    """The empty table of a kind as a workbook, with explanations and lists to choose from."""
    return write_workbook(kind, ())


@cache
def csv_template(kind: Kind) -> bytes:
    """The empty table of a kind as CSV."""
    return write_csv(kind, ())


def write_csv(kind: Kind, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Entries, as drafts keep them, as CSV: UTF-8 with a mark, semicolons, no formulas; as a German Excel opens it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.label for column in columns_of(kind)])
    for values in rows:
        texts = [write_text(column, values.get(column.field.key)) for column in columns_of(kind)]
        writer.writerow([defused(text) for text in texts])
    return out.getvalue().encode("utf-8-sig")


def write_workbook(kind: Kind, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Entries, as drafts keep them, as a workbook; what looks like a formula is text."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = kind.plural
    columns = columns_of(kind)
    _write_headings(sheet, columns)
    _explain(book.create_sheet(EXPLANATIONS), columns)
    _offer_lists(sheet, book.create_sheet(LISTS), columns)
    for number, values in enumerate(rows, start=2):
        for position, column in enumerate(columns, start=1):
            _write(sheet, number, position, write_text(column, values.get(column.field.key)))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, row: int, position: int, text: str, *, bold: bool = False) -> None:
    if not text:
        return
    cell = sheet.cell(row, position)
    cell.value = text
    # Said after the value: otherwise what begins with = would be a formula.
    cell.data_type = "s"
    cell.number_format = _TEXT_FORMAT
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)


def _write_headings(sheet: Worksheet, columns: tuple[Column, ...]) -> None:
    for position, column in enumerate(columns, start=1):
        _write(sheet, 1, position, f"{column.label} *" if column.required else column.label, bold=True)
        sheet.cell(1, position).fill = _HEAD
        dimension = sheet.column_dimensions[get_column_letter(position)]
        dimension.width = _WIDTH.get(column.field.shape, 22) if not column.part else 18
        if not column.holds_numbers:
            # As text a spreadsheet leaves 09572164 and 03.2021 as they were typed.
            dimension.number_format = _TEXT_FORMAT
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 48


def _explain(sheet: Worksheet, columns: tuple[Column, ...]) -> None:
    for number, rule in enumerate(_RULES, start=1):
        _write(sheet, number, 1, rule, bold=number == 1)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=6)
        sheet.row_dimensions[number].height = 18 if number == 1 else 32
    first = len(_RULES) + 2
    for position, text in enumerate(
        ("Spalte", "Pflicht", "Was hineingehört", "So geschrieben", "Beispiel", "Mögliche Werte")
    ):
        _write(sheet, first, position + 1, text, bold=True)
        sheet.cell(first, position + 1).fill = _HEAD
    for number, column in enumerate(columns, start=first + 1):
        field = column.field
        texts = (
            column.label, "ja" if column.required else "", field.help, how_to_write(column), example_of(column),
            "\n".join(label for _value, label in field.choices),
        )  # fmt: skip
        for position, text in enumerate(texts, start=1):
            _write(sheet, number, position, text)
    for letter, width in zip("ABCDEF", (34, 9, 52, 44, 44, 52), strict=True):
        sheet.column_dimensions[letter].width = width


def _offer_lists(sheet: Worksheet, lists: Worksheet, columns: tuple[Column, ...]) -> None:
    """A list to choose from where one value is wanted; where several may stand, a message says how."""
    lists.sheet_state = "hidden"
    place = 0
    for position, column in enumerate(columns, start=1):
        cells = f"{get_column_letter(position)}2:{get_column_letter(position)}{MAX_ROWS + 1}"
        labels = [label for _value, label in column.field.choices] or (
            ["ja", "nein"] if column.field.shape is Shape.FLAG else []
        )
        if column.field.shape in (Shape.CHOICE, Shape.FLAG):
            place += 1
            for row, label in enumerate(labels, start=1):
                _write(lists, row, place, label)
            letter = get_column_letter(place)
            rule = DataValidation(
                type="list", formula1=f"{LISTS}!${letter}$1:${letter}${len(labels)}", allow_blank=True
            )
            rule.error, rule.errorTitle = "Bitte wählen Sie einen Wert aus der Liste.", "Nicht in der Liste"
            rule.showErrorMessage = True
        else:
            rule = DataValidation(allow_blank=True)
        rule.promptTitle, rule.prompt = column.label[:32], _prompt(column)
        rule.showInputMessage = True
        sheet.add_data_validation(rule)
        rule.add(cells)


def _prompt(column: Column) -> str:
    text = f"{column.field.help} {how_to_write(column)}".strip()
    return text if len(text) <= _MUCH else f"{text[: _MUCH - 1].rsplit(' ', 1)[0]} …"


def how_to_write(column: Column) -> str:
    """How a cell of the column is written, where that is not plain."""
    field = column.field
    if column.part:
        return (
            "Zahl, zum Beispiel 12.500,50" if column.part.numeric else "Jahr" if column.part.key == "jahr" else "Text"
        )
    if field.shape is Shape.GROUPS:
        return f"Je Angabe: {' | '.join(part.label for part in field.parts)}. Höchstens {field.rows}."
    if field.shape is Shape.LINKS:
        roles = ", ".join(role.label for role in LinkRole)
        return f"Je Verknüpfung: Rolle: Titel oder Adresse | Hinweis. Rollen: {roles}. Die Rolle darf fehlen."
    if field.shape is Shape.RANKED:
        return f"Höchstens {field.rows}, das wichtigste zuerst; mehrere mit Semikolon getrennt."
    return _HOW.get(field.shape, "Zahl" if field.numeric else "Text")


_HOW = {
    Shape.LINES: "Mehrere mit Semikolon getrennt oder je Zeile eine.",
    Shape.CHOICES: "Mehrere mit Semikolon getrennt.",
    Shape.CHOICE: "Ein Wert aus der Liste.",
    Shape.FLAG: "ja oder nein",
    Shape.DATE: "Jahr (2021), Monat (03.2021) oder Tag (15.03.2021)",
    Shape.MARKDOWN: "Text; Zwischenüberschriften beginnen mit ##, Listen mit einem Strich.",
}


def example_of(column: Column) -> str:
    """An example as it is typed into a cell."""
    field = column.field
    if column.part:
        parts = dict(zip(("von", "bis", "jahr"), ("12.500", "18.000", "2024"), strict=True))
        return parts.get(column.part.key, "einschließlich Einrichtung")
    if field.shape is Shape.GROUPS:
        return _GROUP_EXAMPLES.get(field.key, "")
    if field.shape is Shape.LINKS:
        return "Siehe auch: Digitaler Zwilling im Markt Weisendorf"
    if field.shape is Shape.FLAG:
        return "ja"
    labels = [label for _value, label in field.choices]
    if field.shape in (Shape.RANKED, Shape.CHOICES):
        return "; ".join(labels[:2])
    return labels[0] if labels else german_date(field.example)


_GROUP_EXAMPLES = {
    "quellen": "Jahresbericht 2024 | Seite 12 | 2024 | https://www.example.org/bericht",
    "kennzahlen": "mehr als 1.000 | Leuchten | laut Betreiber",
    "weblinks": "Projektseite | https://www.example.org/",
}
