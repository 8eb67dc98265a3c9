"""Files as people have them: encodings, dividers, typed cells, formulas, joined cells, hostile workbooks."""

import csv
import datetime
import io
import time
import unicodedata
import zipfile
from contextlib import suppress
from functools import cache
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from marketplace.catalogue.bulk.cells import UnusableCellError, join_values, read_text, split_values, write_text
from marketplace.catalogue.bulk.columns import columns_of, find_column
from marketplace.catalogue.bulk.csv_file import defused
from marketplace.catalogue.bulk.files import MAX_BYTES, Reading, read_files, short_name
from marketplace.catalogue.bulk.rows import Weight
from marketplace.catalogue.bulk.templates import csv_template, workbook_template, write_csv, write_workbook
from marketplace.catalogue.bulk.xlsx_file import OWN_SHEETS, as_text
from marketplace.catalogue.drafts.form_fields import NOT_TYPED, Shape, fields_of
from marketplace.catalogue.drafts.typed import from_front_matter
from marketplace.catalogue.entry_file import EntryContent, to_front_matter
from marketplace.catalogue.importer import read_directory
from marketplace.catalogue.kinds import Kind
from marketplace.config import ROOT
from tests.factories.bulk import filled_template, measure, saved, workbook
from tests.factories.catalogue import markdown_file

moment = datetime.datetime.fromisoformat
"""Cells of a spreadsheet know no time zone."""

TABLE = "Titel;Träger;Gesamtkosten: von\nBürgerbüro für alle;Stadt;1.234,50\n"


def read(name: str, data: bytes, kind: Kind | None = Kind.PROJECT) -> Reading:
    return read_files([(name, data)], kind)


def first(reading: Reading) -> dict[str, Any]:
    assert reading.failures == []
    return reading.rows[0].values


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode("utf-8-sig"), TABLE.encode(), TABLE.encode("cp1252"), TABLE.encode("utf-16"),
        b"\xfe\xff" + TABLE.encode("utf-16-be"), TABLE.encode("utf-16-le"), TABLE.encode("utf-16-be"),
        TABLE.replace(";", "\t").encode(), TABLE.replace("1.234,50", "1234.5").replace(";", ",").encode(),
        TABLE.replace("\n", "\r\n").encode(), f"sep=;\n{TABLE}".encode(),
        TABLE.encode() + b"\n;;;\n\n", TABLE.replace("Titel", " TITEL * ").encode(),
    ],
)  # fmt: skip
def test_a_table_as_text_however_it_was_saved(data: bytes) -> None:
    values = first(read("tabelle.csv", data))
    assert values["titel"] == "Bürgerbüro für alle"
    assert values["traeger"] == "Stadt"
    assert values["gesamtkosten"]["von"] in ("1.234,50", "1234.5")


def test_rows_keep_the_number_that_a_spreadsheet_shows() -> None:
    text = 'Titel;Träger;Staat\n\n"Zwei\nZeilen hier";x;y\n;;\nDritter Titel;x;y\n'
    assert [row.number for row in read("t.csv", text.encode()).rows] == [3, 5]


def test_ansi_is_said_and_broken_utf8_is_not_guessed() -> None:
    assert "Windows-1252" in read("t.csv", TABLE.encode("cp1252")).notices[0]
    broken = (TABLE + "Grüße;ä\xf6;ü\n").encode().replace("ö".encode(), b"\xf6")
    assert "In Zeile 3 steht ein beschädigtes Zeichen" in read("t.csv", broken).failures[0]
    lone = b"\xff\xfe" + "Titel;Tr\n".encode("utf-16-le") + b"\x00\xd8\x41\x00"
    assert "beschädigtes Zeichen" in read("t.csv", lone).failures[0]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (datetime.date(2025, 12, 31), "DD.MM.YYYY", "31.12.2025"), (moment("2021-03-01"), "mmm yy", "03.2021"),
        (moment("2021-01-01"), "yyyy", "2021"), (moment("2021-03-01"), 'dd"x"mm', "01.03.2021"),
        (2024, "General", "2024"), (1234.5, "#,##0.00", "1234,5"), (0.1 + 0.2, "General", "0,3"),
        (12500.0, "0", "12500"),
        (0.65, "0%", "65 %"), (0.125, "0.0%", "12,5 %"), (True, "General", "ja"), (False, "General", "nein"),
        (datetime.time(12, 30), "hh:mm", "12:30:00"), ("Text", "@", "Text"), (None, "", ""),
        (1e300, "General", "1e+300"),
        (float("inf"), "General", "inf"),
    ],
)  # fmt: skip
def test_typed_cells_read_as_a_german_types_them(value: Any, number_format: str, text: str) -> None:
    assert as_text(value, number_format) == text


def test_typed_cells_of_a_workbook() -> None:
    data = filled_template(
        [measure(1, Beginn=datetime.date(2019, 4, 1), **{"Weitere Beteiligte": 9572164, "Gesamtkosten: Jahr": 2021.0})]
    )
    values = first(read("m.xlsx", data))
    assert values["beginn"] == "01.04.2019"
    assert values["beteiligte"] == ["09572164"]
    assert values["gesamtkosten"] == {"jahr": "2021"}


def test_formulas_are_taken_by_their_stored_result() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Titel", "Träger", "Staat"])
    sheet.append(["=A1", "Stadt", None])
    sheet["C2"] = ArrayFormula("C2", "=SUM(A1:A2)")
    without_results = read("m.xlsx", saved(book))
    assert "ohne gespeichertes Ergebnis" in without_results.rows[0].problems[0].message
    assert without_results.rows[0].problems[0].place == "A2"
    calculated = _with_part(saved(book), "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>12345</v>")
    calculated = _with_part(calculated, "xl/worksheets/sheet1.xml", b"<v />", b"<v>12345</v>")
    reading = read("m.xlsx", calculated)
    assert "zuletzt gespeicherte Ergebnis" in reading.notices[0]
    assert reading.rows[0].title == "12345"


def _with_part(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, content.replace(old, new) if part == name else content)
    return out.getvalue()


def test_an_error_of_a_formula_forbids_the_row() -> None:
    row = read("m.xlsx", workbook(["Titel", "Träger", "Staat"], ["Ein Titel", "#REF!", None])).rows[0]
    assert row.problems[0].weight is Weight.FORBIDS
    assert "ergibt einen Fehler" in row.problems[0].message


def test_joined_cells_hold_for_all_their_rows() -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled_template([measure(1), measure(2), measure(3)])))
    sheet = book["Projekte"]
    column = next(cell.column_letter for cell in sheet[1] if cell.value == "Träger")
    sheet[f"{column}2"] = "Stadtwerke"
    sheet.merge_cells(f"{column}2:{column}3")
    reading = read("m.xlsx", saved(book))
    assert [row.values.get("traeger") for row in reading.rows] == ["Stadtwerke", "Stadtwerke", None]
    assert "Verbundene Zellen gelten für alle Zeilen, über die sie reichen." in reading.notices


def test_several_sheets_and_hidden_ones() -> None:
    book = openpyxl.Workbook()
    for name, state in (("Projekte", "visible"), ("Erfahrungen", "visible"), ("Alt", "hidden")):
        sheet = book.create_sheet(name)
        sheet.append(["Titel", "Handlungsfelder", "Quellen"])
        sheet.append([f"Titel in {name}"])
        sheet.sheet_state = state
    reading = read("m.xlsx", saved(book), kind=None)
    assert [(row.kind, row.title) for row in reading.rows] == [
        (Kind.PROJECT, "Titel in Projekte"), (Kind.LESSON, "Titel in Erfahrungen"),
    ]  # fmt: skip


def test_a_row_far_below_and_a_wide_sheet_are_no_trap() -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled_template([measure(1)])))
    book["Projekte"].cell(1_048_576, 1).value = "Weit unten steht noch etwas"
    assert [row.number for row in read("m.xlsx", saved(book)).rows] == [2, 1_048_576]
    wide = workbook(["Titel", "Träger", "Staat", *[None] * 250, "zu weit"], ["Ein Titel"])
    assert "mehr als 200 Spalten" in read("m.xlsx", wide).failures[0]


def test_a_bomb_is_not_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (70 * 1024 * 1024))
    assert len(out.getvalue()) < 100_000
    assert "entpackt größer" in read("m.xlsx", out.getvalue()).failures[0]


def changed_workbook(part: str, before: bytes, added: bytes) -> bytes:
    """Our template with something put in front of a tag of one of its parts."""
    template, out = zipfile.ZipFile(io.BytesIO(workbook_template(Kind.PROJECT))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in template.namelist():
            content = template.read(name)
            changed.writestr(name, content.replace(before, added + before) if name == part else content)
    return out.getvalue()


SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
COSTLY = {
    "rows as wide as they can be": (SHEET, b"</sheetData>", b'<row><c r="XFD1"/></row>' * 20_000),
    "empty cells": (SHEET, b"</sheetData>", (b"<row>" + b"<c/>" * 60 + b"</row>") * 3_500),
    "formats": (STYLES, b"</cellXfs>", b'<xf numFmtId="0"/>' * 50_000),
}


@pytest.mark.parametrize("change", COSTLY.values(), ids=COSTLY.keys())
def test_small_files_that_make_much_work_are_refused(change: tuple[str, bytes, bytes]) -> None:
    data = changed_workbook(*change)
    assert len(data) < 100_000
    assert "sehr viele leere Zeilen" in read("t.xlsx", data).failures[0]


def test_many_files_share_what_may_be_read() -> None:
    data = changed_workbook(SHEET, b"</sheetData>", (b"<row>" + b"<c/>" * 60 + b"</row>") * 2_000)
    reading = read_files([(f"{number}.xlsx", data) for number in range(4)], Kind.PROJECT)
    assert [failure[:6] for failure in reading.failures] == ["1.xlsx", "2.xlsx", "3.xlsx"]


def test_a_comment_does_not_slow_the_search_for_joined_cells() -> None:
    """The first expression for them looked through the rest of the file for each of these."""
    data = changed_workbook(SHEET, b"</worksheet>", b"<!-- " + b"<mergeCell " * 40_000 + b" -->")
    begin = time.process_time()
    read("t.xlsx", data)
    assert time.process_time() - begin < 5


def test_rows_that_are_only_formatted_are_no_trouble() -> None:
    data = changed_workbook(SHEET, b"</sheetData>", (b"<row>" + b'<c s="1"/>' * 40 + b"</row>") * 1_000)
    assert read("t.xlsx", data).failures == []


def test_entities_are_refused() -> None:
    doctype = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    data = _with_part(
        workbook(["Titel", "Träger", "Staat"], ["x"]), "xl/workbook.xml", b"<workbook", doctype + b"<workbook"
    )
    assert read("m.xlsx", data).failures


def test_front_matter_files_in_a_zip() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("ordner/a.md", markdown_file(Kind.PROJECT, "erster-eintrag"))
        archive.writestr("ordner/b.md", "kein Kopf")
        archive.writestr("__MACOSX/ordner/._a.md", "x")
    reading = read("alles.zip", out.getvalue())
    assert [row.title for row in reading.rows] == ["Titel von erster-eintrag"]
    assert "b.md: Zeile 1" in reading.failures[0]


def test_too_much_front_matter_is_refused_before_it_is_read() -> None:
    one = markdown_file(Kind.PROJECT, "ein-eintrag", partner=["x" * 200] * 120).encode()
    assert "größer als 24 KB" in read("a.md", one).failures[0]
    some = markdown_file(Kind.PROJECT, "ein-eintrag", partner=["x" * 200] * 80).encode()
    reading = read_files([(f"{number}.md", some) for number in range(40)])
    assert 30 < len(reading.rows) < 40
    assert "Bitte laden Sie diese Datei getrennt hoch" in reading.failures[0]


@pytest.mark.parametrize(
    ("change", "place"),
    [({"partner": "kein Liste"}, "partner"), ({"phase": "nie"}, "phase"), ({"gesamtkosten": 5}, "gesamtkosten"),
     ({"quellen": ["nur Text"]}, "quellen"), ({"titel": ["a"]}, "titel")],
)  # fmt: skip
def test_front_matter_of_a_wrong_shape_is_refused_with_its_line(change: dict[str, Any], place: str) -> None:
    text = markdown_file(Kind.PROJECT, "ein-eintrag", **change)
    row = read("a.md", text.encode()).rows[0]
    problem = next(problem for problem in row.problems if problem.key == place)
    assert problem.weight is Weight.FORBIDS
    line = next(number for number, each in enumerate(text.split("\n"), start=1) if each.startswith(place))
    assert problem.place == f"Zeile {line}"


def test_a_note_of_the_editors_is_not_taken() -> None:
    text = markdown_file(Kind.PROJECT, "ein-eintrag", einordnung="Sehr gut.", organisation="09572164")
    reading = read("a.md", text.encode())
    assert not NOT_TYPED & set(reading.rows[0].values)
    assert any(
        "„einordnung“ wird nicht übernommen. Die Einordnung schreibt die Redaktion." in n for n in reading.notices
    )


@pytest.mark.parametrize("kind", Kind)
def test_headings_mean_what_they_say(kind: Kind) -> None:
    columns = columns_of(kind)
    assert {column.field.key for column in columns} == set(fields_of(kind))
    assert [find_column(kind, column.label) for column in columns] == list(columns)
    assert [find_column(kind, column.name) for column in columns] == list(columns)


@pytest.mark.parametrize("kind", Kind)
def test_the_template_explains_every_column(kind: Kind) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_template(kind)))
    sheet, explained = book[kind.plural], book[OWN_SHEETS[0]]
    assert sheet.freeze_panes == "B2"
    labels = [str(cell.value).removesuffix(" *") for cell in sheet[1]]
    assert labels == [column.label for column in columns_of(kind)]
    told = {str(row[0]): row for row in explained.iter_rows(values_only=True) if row[0]}
    for column in columns_of(kind):
        assert all(told[column.label][index] for index in (2, 3, 4)), column.label
        assert (told[column.label][1] == "ja") == column.required
        for _value, label in column.field.choices:
            assert label in str(told[column.label][5])
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == len([c for c in columns_of(kind) if c.field.shape in (Shape.CHOICE, Shape.FLAG)])
    assert csv_template(kind).startswith(b"\xef\xbb\xbfTitel;")


def test_nothing_that_we_write_is_a_formula() -> None:
    values = {"titel": '=HYPERLINK("http://x")', "traeger": "+49 1", "staat": "@x", "text": "- eins\n- zwei"}
    rows = list(csv.reader(io.StringIO(write_csv(Kind.PROJECT, [values]).decode("utf-8-sig")), delimiter=";"))
    assert not [text for text in rows[1] if text.startswith(("=", "+", "-", "@"))]
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(Kind.PROJECT, [values])))["Projekte"]
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n"}
    assert sheet["A2"].value == values["titel"]


@cache
def library() -> dict[Kind, list[EntryContent]]:
    """Everything in ``content/``, read once."""
    found: dict[Kind, list[EntryContent]] = {kind: [] for kind in Kind}
    for source in read_directory(ROOT / "content"):
        if source.file.content:
            found[source.file.content.shared.kind].append(source.file.content)
    return found


@pytest.mark.parametrize("write", [write_csv, write_workbook])
@pytest.mark.parametrize("kind", Kind)
def test_the_whole_library_survives_a_table(kind: Kind, write: Any) -> None:
    """What stands in a table is what stood in the entry, for all fields that tables have."""
    wanted = []
    for content in library()[kind]:
        fields = from_front_matter(kind, to_front_matter(content), content.body)
        wanted.append({key: value for key, value in fields.items() if key in fields_of(kind) and value})
    assert wanted
    reading = read_files([("alles.x", write(kind, wanted))], kind)
    assert reading.failures == []
    for row, values in zip(reading.rows, wanted, strict=True):
        assert row.is_takeable, row.problems
        assert row.values == {key: _as_read(kind, key, value) for key, value in values.items()}


def _as_read(kind: Kind, key: str, value: Any) -> Any:
    """One line for what is one line, and no blanks at the ends of paragraphs."""
    shape = fields_of(kind)[key].shape
    if shape in (Shape.LINE, Shape.DATE):
        return " ".join(value.split())
    return value.strip("\n").rstrip() if shape in (Shape.TEXT, Shape.MARKDOWN) else value


_line = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp", "Zs"]), min_size=1)


@given(st.lists(_line.map(str.strip).filter(bool), min_size=1, max_size=5))
def test_several_values_of_a_cell_come_back(values: list[str]) -> None:
    assert split_values(join_values(values)) == values


@given(_line, _line)
def test_parts_with_strokes_come_back(document: str, section: str) -> None:
    column = find_column(Kind.PROJECT, "Quellen")
    assert column
    value = [{"dokument": document.strip("\\") or "x", "stelle": section.strip("\\") or "y", "jahr": "2024"}]
    assert read_text(column, write_text(column, value)) == value


@given(st.text())
def test_no_text_breaks_a_cell(text: str) -> None:
    for column in columns_of(Kind.PROJECT):
        with suppress(UnusableCellError):
            read_text(column, text)


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reading(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"---\n", b"Titel;Kurzfassung\n"):
        reading = read_files([("datei.csv", start + data)], Kind.PROJECT)
        assert reading.rows or reading.failures or reading.notices


@given(st.text(max_size=300))
def test_names_of_files_are_harmless(name: str) -> None:
    short = short_name(name)
    assert short
    assert len(short) <= 120
    assert "/" not in short
    assert not {unicodedata.category(char) for char in short} & {"Cc", "Cs"}


def test_together_files_may_not_be_too_large() -> None:
    half = b"x" * (MAX_BYTES // 2 + 1)
    assert "größer als 5 MB" in read_files([("a", half), ("b", half)]).failures[0]


def test_the_sign_before_a_formula_goes_again() -> None:
    assert defused("=1+1") == "'=1+1"
    assert defused("Text") == "Text"
