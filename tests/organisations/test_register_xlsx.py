"""The Auszug: real quirks and broken workbooks."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from marketplace.organisations import register_xlsx
from marketplace.organisations.register import RegisterError
from marketplace.organisations.register_file import parse_register
from tests.organisations.register_files import HEAD, SMALL_TABLE, workbook


def refusal(data: bytes) -> str:
    with pytest.raises(RegisterError) as caught:
        parse_register(data)
    return caught.value.message


def with_cell(row: int, column: int, value: Any) -> bytes:
    table = [list(cells) for cells in SMALL_TABLE]
    table[row][column] = value
    return workbook(table)


def test_the_table_becomes_a_register_with_coordinates() -> None:
    register = parse_register(workbook())
    assert register.as_of == date(2024, 12, 31)
    assert [record.key for record in register.records] == ["01", "01051", "01051011", "010515163", "01051022"]
    brunsbuettel = register.records[2]
    assert (brunsbuettel.name, brunsbuettel.inhabitants, brunsbuettel.postcode) == ("Brunsbüttel", 12_651, "25541")
    assert (brunsbuettel.latitude, brunsbuettel.longitude) == (53.896932, 9.13735)
    assert brunsbuettel.inhabitants_on == date(2023, 12, 31)
    assert brunsbuettel.area_ha == 6521


def test_numbers_saved_as_numbers_keep_their_leading_zeros() -> None:
    table = [list(row) for row in SMALL_TABLE]
    table[3] = [60, 63.0, 1, 0, 51, 11, 11, "Brunsbüttel, Stadt", 65.21, 12651.0, 1, 1, 1, 1234, 9.13735, 53.896932]
    register = parse_register(workbook(table))
    record = register.records[2]
    assert (record.key, record.postcode, record.longitude) == ("01051011", "01234", 9.13735)


@pytest.mark.parametrize(("latitude", "longitude"), [("0", "0"), (None, None), ("", "")])
def test_a_place_without_coordinates_has_none(latitude: str | None, longitude: str | None) -> None:
    table = [list(row) for row in SMALL_TABLE]
    table[3][14], table[3][15] = longitude, latitude
    record = parse_register(workbook(table)).records[2]
    assert (record.latitude, record.longitude) == (None, None)


@pytest.mark.parametrize(
    ("row", "column", "value", "complaint"),
    [
        (3, 15, "9,13735", "liegen nicht in Deutschland"),
        (3, 14, "neun", "Längengrad „neun“ ist keine Zahl."),
        (3, 9, "viele", "Bevölkerung „viele“ ist keine Zahl."),
        (3, 2, "1", "Land „1“ besteht nicht aus 2 Ziffern."),
        (3, 1, "99", "Textkennzeichen „99“ gibt es für Satzart 60 nicht."),
        (3, 7, None, "Der Name fehlt."),
        (3, 0, "61", "Satzart „61“ gibt es nicht."),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(row: int, column: int, value: Any, complaint: str) -> None:
    message = refusal(with_cell(row, column, value))
    assert message.startswith(f"Zeile {row + 7}: ")
    assert complaint in message


def test_a_workbook_without_a_date_is_refused() -> None:
    assert "kein Gebietsstand" in refusal(workbook(head=[[], [], [], [], [], []]))


def test_a_workbook_with_one_sheet_is_refused() -> None:
    assert "kein zweites Tabellenblatt" in refusal(workbook(sheets=1))


def test_a_workbook_without_municipalities_is_refused() -> None:
    assert "keine Gemeinde" in refusal(workbook(table=[], head=HEAD))


@pytest.mark.parametrize("data", [b"PK\x03\x04 and then nothing", workbook()[:2000], workbook()[:-200]])
def test_a_corrupt_workbook_is_refused_with_one_sentence(data: bytes) -> None:
    assert refusal(data) == "Die Datei ist beschädigt oder keine Excel-Arbeitsmappe (.xlsx)."


def test_another_archive_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("brief.txt", "Guten Tag")
    assert "keine Excel-Arbeitsmappe" in refusal(buffer.getvalue())


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_xlsx, "MAX_UNPACKED_BYTES", 1_000)
    assert "entpackt zu groß" in refusal(workbook())


def test_a_table_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_xlsx, "MAX_ROWS", 8)
    assert "mehr als 8 Zeilen" in refusal(workbook())
