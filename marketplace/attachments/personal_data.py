"""What attachments keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.attachments.models import Attachment
from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing

_NOT_EXPORTED = {"id", "set_id", "position"}


def _export(person: Person) -> list[dict[str, Any]]:
    statement = select(Attachment).where(Attachment.uploaded_by_id == person.account_id).order_by(col(Attachment.id))
    return [each.model_dump(exclude=_NOT_EXPORTED) for each in db.session().exec(statement)]


def _erase(person: Person) -> None:
    """The file belongs to the entry and stays; who sent it is forgotten."""
    mine = col(Attachment.uploaded_by_id) == person.account_id
    db.session().execute(sa.update(Attachment).where(mine).values(uploaded_by_id=None))


personal_data.register(
    Processing(
        title="Anlagen",
        purpose="Unterlagen und Bilder zu Einträgen bereitstellen",
        people="Personen mit Konto; Personen, die in einer Datei genannt oder abgebildet sind",
        data="wer eine Datei wann hochgeladen hat; Inhalt der Datei. Aufnahmeort, Zeit und Gerät werden aus Bildern "
        "entfernt, Angaben in den Eigenschaften von Dokumenten nicht",
        legal_basis=PUBLIC_BODY,
        recipients="wer hochgeladen hat: keine; die Datei: nach der Veröffentlichung alle",
        retention="so lange ein Entwurf oder eine Fassung sie enthält, danach 7 Tage; wer hochgeladen hat, bis zur "
        "Löschung des Kontos",
        tables=("attachment",),
    ),
    PersonalTable("attachment", "Hochgeladene Anlagen", _export, _erase),
)
