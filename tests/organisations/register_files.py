"""Builds small register files line by line and cell by cell, with every trap that a test wants."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

AS_OF = "20250831"


def line(
    level: str,
    key: str,
    name: str,
    *,
    association: str = "",
    code: str = "",
    area: str = "",
    inhabitants: str = "",
    postcode: str = "",
    as_of: str = AS_OF,
) -> str:
    """A line of 220 characters; the name is cut after 50 as in the real file."""
    head = f"{level}{as_of}{key:<8}{association:<4}{name[:50]:<50}{'Sitz':<50}{code:<2}"
    return f"{head:<128}{area:<11}{inhabitants:<11}{'':<15}{postcode:<5}".ljust(220)


def state(key: str, name: str, **more: str) -> str:
    return line("10", key, name, **more)


def district(key: str, name: str, code: str = "44", **more: str) -> str:
    return line("40", key, name, code=code, **more)


def association(key: str, name: str, code: str, **more: str) -> str:
    """``key``: 5 digits Kreis and 4 digits Verband."""
    return line("50", key[:5], name, association=key[5:], code=code, **more)


def municipality(
    key: str, name: str, inhabitants: int, *, of: str = "0000", code: str = "64", area: int = 1000, **more: str
) -> str:
    """``of``: 4 digits of the Verband in the same Kreis."""
    more = {"postcode": "12345"} | more
    return line(
        "60", key, name, association=of, code=code, area=f"{area:011}", inhabitants=f"{inhabitants:011}", **more
    )


def small_register() -> list[str]:
    """Kiel, and a Kreis with an Amt of two Gemeinden, a Gemeinde of its own and gemeindefreies Gebiet."""
    return [
        state("01", "Schleswig-Holstein"),
        district("01002", "Kiel, Landeshauptstadt", "41"),
        association("010020000", "Kiel, Landeshauptstadt", "50"),
        municipality("01002000", "Kiel, Landeshauptstadt", 250_000, code="61", postcode="24103"),
        district("01051", "Dithmarschen", "43"),
        association("010510011", "Brunsbüttel, Stadt", "50"),
        municipality("01051011", "Brunsbüttel, Stadt", 12_000, of="0011", code="63", postcode="25541"),
        association("010515163", "Burg-St. Michaelisdonn", "51"),
        municipality("01051022", "Dingen", 700, of="5163", postcode="25715"),
        municipality("01051024", "Eddelak", 4_800, of="5163", postcode="25719"),
        association("010519105", "Sachsenwald (Forstgutsbez.),gemfr.Geb.", "50"),
        municipality("01051105", "Sachsenwald (Forstgutsbez.),gemfr.Geb.", 0, of="9105", code="66", postcode=""),
    ]


def text_file(lines: Iterable[str], encoding: str = "utf-8-sig") -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


HEAD: list[list[Any]] = [
    ["Gemeinden in Deutschland nach Fläche, Bevölkerung und Postleitzahl am 31.12.2024 (4. Quartal)"],
    [],
    ["Satz-art", "Text-kenn-zeichen", "Amtlicher Regionalschlüssel (ARS)"],
    [None, None, "Land", "RB", "Kreis", "VB", "Gem"],
    [
        None,
        None,
        "Gebietsstand am 31.12.2024 (4. Quartal)",
        None,
        None,
        None,
        None,
        None,
        "31.12.2023",
        "am 31.12.2023",
    ],
    [],
]

FOOT: list[list[Any]] = [
    [],
    ["Quelle: Gemeindeverzeichnis-Informationssytem GV-ISys"],
    ["1) Abweichungen bei den Flächenangaben sind durch Runden der Zahlen möglich."],
]

_UNREAD = [6396, 6255, 194]
_THERE = ["9,13735", "53,896932"]

SMALL_TABLE: list[list[Any]] = [
    ["10", None, "01", None, None, None, None, "Schleswig-Holstein"],
    ["40", "43", "01", "0", "51", None, None, "Dithmarschen"],
    ["50", "50", "01", "0", "51", "0011", None, "Brunsbüttel, Stadt"],
    ["60", "63", "01", "0", "51", "0011", "011", "Brunsbüttel, Stadt", 65.21, 12651, *_UNREAD, "25541", *_THERE],
    ["50", "51", "01", "0", "51", "5163", None, "Burg-St. Michaelisdonn"],
    ["60", "64", "01", "0", "51", "5163", "022", "Dingen", 7.01, 650, *_UNREAD, "25715", "9,1", "53,95"],
]  # fmt: skip


def workbook(
    table: Sequence[Sequence[Any]] = SMALL_TABLE, *, head: Sequence[Sequence[Any]] = HEAD, sheets: int = 2
) -> bytes:
    """An Auszug with a cover sheet, the head above row 7, the table and the footnotes."""
    book = openpyxl.Workbook()
    sheet = book.active if sheets == 1 else book.create_sheet("Onlineprodukt_Gemeinden")
    assert sheet is not None
    for row in [*head, *table, *FOOT]:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
