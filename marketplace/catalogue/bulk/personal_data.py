"""What uploads keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.bulk.models import BulkRow, BulkUpload
from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing


def _uploads(person: Person) -> Any:
    return select(BulkUpload.id).where(BulkUpload.account_id == person.account_id)


def _export_uploads(person: Person) -> list[dict[str, Any]]:
    rows = select(BulkUpload).where(BulkUpload.account_id == person.account_id).order_by(col(BulkUpload.id))
    return [row.model_dump() for row in db.session().exec(rows)]


def _export_rows(person: Person) -> list[dict[str, Any]]:
    rows = select(BulkRow).where(col(BulkRow.upload_id).in_(_uploads(person))).order_by(col(BulkRow.id))
    return [row.model_dump() for row in db.session().exec(rows)]


def _erase_uploads(person: Person) -> None:
    db.session().execute(sa.delete(BulkUpload).where(col(BulkUpload.account_id) == person.account_id))


def _erase_rows(person: Person) -> None:
    db.session().execute(sa.delete(BulkRow).where(col(BulkRow.upload_id).in_(_uploads(person))))


personal_data.register(
    Processing(
        title="Hochgeladene Tabellen mit Einträgen",
        purpose="mehrere Einträge auf einmal als Entwürfe anlegen: Vorschau, Berichtigung, Übernahme",
        people="Personen mit Konto, die eine Tabelle hochladen; Personen, die darin genannt sind",
        data="wer wann welche Tabelle hochgeladen hat und was darin steht",
        legal_basis=PUBLIC_BODY,
        recipients="nur die Person, die sie hochgeladen hat",
        retention="der Inhalt einer Zeile bis zur Übernahme, die ganze Tabelle höchstens 14 Tage",
        tables=("bulk_upload", "bulk_row"),
    ),
    PersonalTable("bulk_upload", "Hochgeladene Tabellen", _export_uploads, _erase_uploads),
    PersonalTable("bulk_row", "Zeilen hochgeladener Tabellen", _export_rows, _erase_rows),
)
