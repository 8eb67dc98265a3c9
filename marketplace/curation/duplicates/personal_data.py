"""What pairs keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.curation.duplicates.models import EntryPair


def _export(person: Person) -> list[dict[str, Any]]:
    statement = select(EntryPair).where(EntryPair.proposed_by_id == person.account_id).order_by(col(EntryPair.id))
    return [row.model_dump(include={"state", "note", "found_at"}) for row in db.session().exec(statement)]


def _erase(person: Person) -> None:
    mine = col(EntryPair.proposed_by_id) == person.account_id
    db.session().execute(sa.update(EntryPair).where(mine).values(proposed_by_id=None))


personal_data.register(
    Processing(
        title="Doppelte Einträge",
        purpose="Einträge zusammenführen, die dasselbe sagen",
        people="Lotsinnen und Lotsen",
        data="wer eine Zusammenführung vorgeschlagen hat und warum",
        legal_basis=PUBLIC_BODY,
        recipients="Lotsinnen und Lotsen, Verwaltung der Website",
        retention="wie die Einträge; ohne die Person nach Löschung ihres Kontos",
        tables=("entry_pair",),
    ),
    PersonalTable("entry_pair", "Vorschläge zum Zusammenführen", _export, _erase),
)
