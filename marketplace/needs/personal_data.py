"""What Gesuche keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from marketplace.accounts.former_names import forget_names
from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.needs.models import Need, NeedAnswer, NeedGroup, NeedMessage, NeedSeeker, NeedTold


def _table(
    table: type[SQLModel], label: str, account: str, shown: set[str], texts: tuple[str, ...] = ()
) -> PersonalTable:
    """A table whose rows stay without the person: they speak for an organisation. ``texts`` lose name and address."""
    column: Any = col(getattr(table, account))

    def export(person: Person) -> list[dict[str, Any]]:
        order = sa.inspect(table).primary_key
        rows = db.session().exec(select(table).where(column == person.account_id).order_by(*order))
        return [row.model_dump(include=shown) for row in rows]

    def erase(person: Person) -> None:
        if texts:
            forget_names(person, db.session().exec(select(table).where(column == person.account_id)), *texts)
            db.session().flush()
        db.session().execute(sa.update(table).where(column == person.account_id).values({account: None}))

    return PersonalTable(table.__tablename__, label, export, erase)  # type: ignore[arg-type]


def _export_told(person: Person) -> list[dict[str, Any]]:
    statement = select(NeedTold).where(NeedTold.account_id == person.account_id).order_by(col(NeedTold.entry_id))
    return [row.model_dump(include={"entry_id", "at"}) for row in db.session().exec(statement)]


def _erase_told(person: Person) -> None:
    db.session().execute(sa.delete(NeedTold).where(col(NeedTold.account_id) == person.account_id))


personal_data.register(
    Processing(
        title="Gesuche",
        purpose="Zeigen, was Kommunen brauchen, und Kommunen zusammenbringen, die dasselbe suchen",
        people="Personen, die für ihre Organisation suchen, antworten oder in einer Gruppe schreiben; Lotsinnen und "
        "Lotsen",
        data="wer ein Gesuch, eine Antwort oder eine Nachricht geschrieben hat (nie öffentlich; gezeigt wird die "
        "Organisation); welche neuen Einträge einer Person mitgeteilt wurden",
        legal_basis=PUBLIC_BODY,
        recipients="Gruppe: die beteiligten Kommunen, zuständige Lotsinnen und Lotsen, Verwaltung der Website",
        retention="Bezug zur Person, auch Name und Adresse in Texten, bis zur Löschung des Kontos; Texte der "
        "Organisation bleiben",
        tables=("need", "need_seeker", "need_answer", "need_group", "need_message", "need_told"),
    ),
    _table(
        Need,
        "Gesuche",
        "account_id",
        {"slug", "title", "text", "words", "state", "created_at", "updated_at"},
        ("title", "text", "words", "closing_note", "objection"),
    ),
    _table(NeedSeeker, "Auch gesucht", "account_id", {"need_id", "organisation_id", "joined_at"}),
    _table(NeedAnswer, "Antworten auf Gesuche", "account_id", {"need_id", "text", "at"}, ("text",)),
    _table(NeedGroup, "Eröffnete Gruppen", "opened_by_id", {"need_id", "opened_at"}),
    _table(NeedMessage, "Nachrichten in Gruppen", "account_id", {"need_id", "text", "at"}, ("text",)),
    PersonalTable("need_told", "Mitgeteilte Einträge zu Gesuchen", _export_told, _erase_told),
)
