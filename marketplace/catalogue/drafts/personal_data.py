"""What drafts and contacts keep about people (``core/personal_data.py``)."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.drafts.models import Draft, DraftAuthor, DraftEvent, EntryContact, KeptInput
from marketplace.core import db
from marketplace.core.personal_data import Person, PersonalTable, Processing, register


def _rows(model: Any, condition: Any) -> list[dict[str, Any]]:
    table = model.__table__
    statement = sa.select(table).where(condition).order_by(*table.primary_key.columns)
    return [dict(row) for row in db.session().execute(statement).mappings()]


def _written_by(person: Person) -> Any:
    mine = select(DraftAuthor.draft_id).where(DraftAuthor.account_id == person.account_id)
    return sa.or_(col(Draft.id).in_(mine), col(Draft.changed_by_id) == person.account_id)


def _export_drafts(person: Person) -> list[dict[str, Any]]:
    return _rows(Draft, _written_by(person))


def _erase_drafts(person: Person) -> None:
    """What was written for an organisation stays with it; what nobody else could ever see goes."""
    session = db.session()
    for draft in session.exec(select(Draft).where(_written_by(person))).all():
        others = select(DraftAuthor).where(
            DraftAuthor.draft_id == draft.id, DraftAuthor.account_id != person.account_id
        )
        if draft.organisation_id is None and draft.entry_id is None and session.exec(others).first() is None:
            session.delete(draft)
            continue
        if person.mail in (value.strip().lower() for value in draft.contact.values()):
            draft.contact = {}
        if draft.changed_by_id == person.account_id:
            draft.changed_by_id = None
    session.flush()


def _export_authors(person: Person) -> list[dict[str, Any]]:
    return _rows(DraftAuthor, col(DraftAuthor.account_id) == person.account_id)


def _erase_authors(person: Person) -> None:
    db.session().execute(sa.delete(DraftAuthor).where(col(DraftAuthor.account_id) == person.account_id))


def _export_events(person: Person) -> list[dict[str, Any]]:
    return _rows(DraftEvent, col(DraftEvent.account_id) == person.account_id)


def _erase_events(person: Person) -> None:
    theirs = sa.update(DraftEvent).where(col(DraftEvent.account_id) == person.account_id)
    db.session().execute(theirs.values(account_id=None))


def _export_kept(person: Person) -> list[dict[str, Any]]:
    return _rows(KeptInput, col(KeptInput.account_id) == person.account_id)


def _erase_kept(person: Person) -> None:
    db.session().execute(sa.delete(KeptInput).where(col(KeptInput.account_id) == person.account_id))


def _export_contacts(person: Person) -> list[dict[str, Any]]:
    return _rows(EntryContact, sa.func.lower(EntryContact.mail) == person.mail)


def _erase_contacts(person: Person) -> None:
    db.session().execute(sa.delete(EntryContact).where(sa.func.lower(EntryContact.mail) == person.mail))


register(
    Processing(
        title="Schreiben von Einträgen",
        purpose="Einträge gemeinsam schreiben, prüfen und veröffentlichen; zu einem Eintrag jemanden fragen können",
        people="Personen, die an Entwürfen schreiben oder sie prüfen; Kontakte von Einträgen",
        data="wer an welchem Entwurf geschrieben oder über ihn entschieden hat, Zeitpunkte, Bemerkungen; "
        "Funktionspostfach und Telefon des Kontakts, nie öffentlich",
        legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO mit dem Datenschutzrecht des Bundes oder Landes (öffentliche "
        "Stelle), sonst Art. 6 Abs. 1 Buchst. f DSGVO",
        recipients="Mitglieder der Organisation, zuständige Lotsinnen und Lotsen",
        retention="bis zur Löschung des Entwurfs; nach Löschung des Kontos bleibt der Beitrag ohne Person",
        tables=("draft", "draft_author", "draft_event", "kept_input", "entry_contact"),
    ),
    PersonalTable("entry_contact", "Kontakte von Einträgen", _export_contacts, _erase_contacts),
    PersonalTable("draft_author", "Mitarbeit an Entwürfen", _export_authors, _erase_authors),
    PersonalTable("draft_event", "Schritte von Entwürfen", _export_events, _erase_events),
    PersonalTable("kept_input", "Aufgehobene Eingaben", _export_kept, _erase_kept),
    PersonalTable("draft", "Entwürfe", _export_drafts, _erase_drafts),
)
