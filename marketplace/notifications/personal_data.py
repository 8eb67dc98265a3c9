"""What notices keep about people (``core/personal_data.py``)."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Erase, Export, Person, PersonalTable, Processing
from marketplace.notifications.models import Notice, NoticePreference


def _rows_of(model: type[SQLModel], account_id: Any) -> Export:
    def export(person: Person) -> list[dict[str, Any]]:
        rows = db.session().exec(select(model).where(account_id == person.account_id))
        return [row.model_dump() for row in rows]

    return export


def _delete_rows(model: type[SQLModel], account_id: Any) -> Erase:
    def erase(person: Person) -> None:
        db.session().execute(sa.delete(model).where(account_id == person.account_id))

    return erase


personal_data.register(
    Processing(
        title="Mitteilungen",
        purpose="Personen mit Konto sagen, was sie angeht, auf der Website und auf Wunsch per E-Mail",
        people="Personen mit Konto; Personen, von denen eine Mitteilung handelt",
        data="Anlass mit Namen von Personen und Organisationen, Zeitpunkte, ob gelesen; Häufigkeit der E-Mails",
        legal_basis=PUBLIC_BODY,
        recipients="keine",
        retention="gelesen 90 Tage, sonst ein Jahr, längstens bis zur Löschung des Kontos",
        tables=("notice", "notice_preference"),
    ),
    PersonalTable(
        "notice", "Mitteilungen", _rows_of(Notice, col(Notice.account_id)), _delete_rows(Notice, col(Notice.account_id))
    ),
    PersonalTable(
        "notice_preference",
        "E-Mails zu Mitteilungen",
        _rows_of(NoticePreference, col(NoticePreference.account_id)),
        _delete_rows(NoticePreference, col(NoticePreference.account_id)),
    ),
)
