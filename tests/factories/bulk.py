"""Uploads of many entries for tests, and tables as people fill them."""

import io
from typing import Any

import openpyxl

from marketplace.accounts.models import Account
from marketplace.catalogue.bulk import service
from marketplace.catalogue.bulk.models import BulkUpload
from marketplace.catalogue.bulk.templates import workbook_template, write_workbook
from marketplace.catalogue.drafts.service import new_public_id
from marketplace.catalogue.kinds import Kind
from marketplace.organisations.models import Organisation
from tests.factories.drafts import typed
from tests.factories.people import actor_of


def filled_template(rows: list[dict[str, Any]], kind: Kind = Kind.PROJECT) -> bytes:
    """Our own template, filled by heading as somebody does in Excel."""
    book = openpyxl.load_workbook(io.BytesIO(workbook_template(kind)))
    sheet = book[kind.plural]
    columns = {str(cell.value).removesuffix(" *"): cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for heading, value in row.items():
            sheet.cell(number, columns[heading]).value = value
    return saved(book)


def workbook(*rows: list[Any], name: str = "Tabelle1") -> bytes:
    """A workbook of somebody's own, row by row."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def measure(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A complete small measure, by heading."""
    row = {
        "Titel": f"Maßnahme {number}: Sensoren an Bauwerk {number}",
        "Kurzfassung": f"Das Bauwerk {number} wird mit Sensoren überwacht, damit Schäden früh auffallen.",
        "Text": f"## Ausgangslage\n\nBauwerk {number} ist alt.",
        "Handlungsfelder": "Infrastruktur; Datenmanagement",
        "Quellen": f"Jahresbericht 2024 | Seite {number} | 2024",
        "Stand der Angaben": 2024,
    }
    return {key: value for key, value in {**row, **changes}.items() if value is not None}


def add_upload(person: Account, place: Organisation, **changes: Any) -> BulkUpload:
    """An upload of one row that waits, in the current session."""
    return service.receive(
        new_public_id(),
        [("massnahmen.xlsx", write_workbook(Kind.PROJECT, [typed(**changes)]))],
        organisation_id=place.id or 0,
        kind=None,
        actor=actor_of(person),
        find_similar=lambda _title: [],
    )
