"""What recommendations keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.curation.featuring.models import FeaturedEntry


def _export(person: Person) -> list[dict[str, Any]]:
    statement = select(FeaturedEntry).where(FeaturedEntry.account_id == person.account_id)
    return [row.model_dump() for row in db.session().exec(statement.order_by(col(FeaturedEntry.entry_id)))]


def _erase(person: Person) -> None:
    mine = col(FeaturedEntry.account_id) == person.account_id
    db.session().execute(sa.update(FeaturedEntry).where(mine).values(account_id=None))


personal_data.register(
    Processing(
        title="Empfohlene Einträge",
        purpose="Einträge für begrenzte Zeit auf der Startseite empfehlen",
        people="Lotsinnen und Lotsen, Verwaltung der Website",
        data="wer einen Eintrag zuletzt empfohlen hat; nie öffentlich",
        legal_basis=PUBLIC_BODY,
        recipients="keine",
        retention="bis die Empfehlung beendet oder ersetzt wird, längstens bis zur Löschung des Kontos",
        tables=("featured_entry",),
    ),
    PersonalTable("featured_entry", "Empfohlene Einträge", _export, _erase),
)
