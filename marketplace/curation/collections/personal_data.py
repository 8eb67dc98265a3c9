"""What collections keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.curation.collections.models import Collection


def _export(person: Person) -> list[dict[str, Any]]:
    statement = select(Collection).where(Collection.changed_by_id == person.account_id).order_by(col(Collection.id))
    return [row.model_dump(include={"slug", "title", "updated_at"}) for row in db.session().exec(statement)]


def _erase(person: Person) -> None:
    mine = col(Collection.changed_by_id) == person.account_id
    db.session().execute(sa.update(Collection).where(mine).values(changed_by_id=None))


personal_data.register(
    Processing(
        title="Einstiegspakete",
        purpose="Einträge für typische Anfänge zusammenstellen",
        people="Lotsinnen und Lotsen, Verwaltung der Website",
        data="wer ein Paket zuletzt geändert hat; nie öffentlich",
        legal_basis=PUBLIC_BODY,
        recipients="Lotsinnen und Lotsen, Verwaltung der Website",
        retention="bis zur nächsten Änderung oder bis zur Löschung des Kontos",
        tables=("collection",),
    ),
    PersonalTable("collection", "Einstiegspakete", _export, _erase),
)
