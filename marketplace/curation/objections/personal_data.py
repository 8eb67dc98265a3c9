"""What objections keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.curation.objections.models import Objection


def _export(person: Person) -> list[dict[str, Any]]:
    shown = {"decision", "text", "state", "created_at", "answer", "answered_at"}
    statement = select(Objection).where(Objection.account_id == person.account_id).order_by(col(Objection.id))
    return [row.model_dump(include=shown) for row in db.session().exec(statement)]


def _erase(person: Person) -> None:
    for column in ("account_id", "answered_by_id"):
        statement = sa.update(Objection).where(getattr(Objection, column) == person.account_id)
        db.session().execute(statement.values({column: None}))


personal_data.register(
    Processing(
        title="Widersprüche gegen Entscheidungen über Einträge",
        purpose="Entscheidungen von einer zweiten Person prüfen lassen",
        people="Mitglieder der Organisation; Lotsinnen und Lotsen, die entscheiden",
        data="Begründung, Antwort, Zeitpunkte, wer widersprochen und wer entschieden hat",
        legal_basis=PUBLIC_BODY,
        recipients="Mitglieder der Organisation, zuständige Lotsinnen und Lotsen, Verwaltung der Website",
        retention="wie der Eintrag; ohne die Person nach Löschung ihres Kontos",
        tables=("objection",),
    ),
    PersonalTable("objection", "Widersprüche", _export, _erase),
)
