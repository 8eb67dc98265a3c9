"""What drafts keep about people (``core/personal_data.py``): export, deletion, register of processing."""

import re
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from marketplace.accounts.models import Account
from marketplace.catalogue.drafts.models import Draft, DraftAuthor, DraftComment, DraftEvent, EntryContact, KeptInput
from marketplace.catalogue.drafts.queries import FORMER_AUTHOR
from marketplace.core import clock, db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing

KEPT_FOR = timedelta(days=14)
"""How long input waits that was sent after the session had ended."""

_LONGEST_NOTE = 2000


def forget_kept_input() -> int:
    """Drop input for which nobody came back; returns how many pages."""
    result = db.session().execute(sa.delete(KeptInput).where(col(KeptInput.created_at) <= clock.now() - KEPT_FOR))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _rows(model: type[SQLModel], *conditions: Any) -> list[dict[str, Any]]:
    rows = db.session().exec(select(model).where(*conditions).order_by(*sa.inspect(model).primary_key))
    return [row.model_dump() for row in rows]


def _written_by(person: Person) -> Any:
    return col(Draft.id).in_(select(DraftAuthor.draft_id).where(DraftAuthor.account_id == person.account_id))


def _names(column: Any, person: Person) -> Any:
    return sa.func.lower(column) == person.mail.lower()


def _erase_drafts(person: Person) -> None:
    """Drafts of organisations stay, without the person; those that belong to nobody else go."""
    _erase_from_notes(person)
    session = db.session()
    others = select(DraftAuthor.draft_id).where(DraftAuthor.account_id != person.account_id)
    alone = (col(Draft.organisation_id).is_(None), col(Draft.entry_id).is_(None), col(Draft.id).not_in(others))
    session.execute(sa.delete(Draft).where(_written_by(person), *alone))
    as_text = sa.func.lower(sa.cast(col(Draft.contact), sa.Text))
    for draft in session.exec(select(Draft).where(as_text.contains(person.mail.lower(), autoescape=True))):
        draft.contact = {}
    session.execute(sa.update(Draft).where(col(Draft.changed_by_id) == person.account_id).values(changed_by_id=None))


def _erase_from_notes(person: Person) -> None:
    """Take name and address out of what reviewers wrote to the person."""
    session = db.session()
    account = session.get(Account, person.account_id)
    names = [text for text in (person.mail, account.name if account else "") if text]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    events = select(DraftEvent).join(Draft, col(Draft.id) == col(DraftEvent.draft_id)).where(_written_by(person))
    noted: list[Draft | DraftEvent] = [*session.exec(select(Draft).where(_written_by(person))), *session.exec(events)]
    for each in noted:
        if each.note:
            each.note = pattern.sub(FORMER_AUTHOR, each.note)[:_LONGEST_NOTE]
    comments = select(DraftComment).join(Draft, col(Draft.id) == col(DraftComment.draft_id)).where(_written_by(person))
    for comment in session.exec(comments):
        comment.text = pattern.sub(FORMER_AUTHOR, comment.text)
        comment.answer = pattern.sub(FORMER_AUTHOR, comment.answer)


def _erase_events(person: Person) -> None:
    db.session().execute(
        sa.update(DraftEvent).where(col(DraftEvent.account_id) == person.account_id).values(account_id=None)
    )


def _erase_comments(person: Person) -> None:
    db.session().execute(
        sa.update(DraftComment).where(col(DraftComment.account_id) == person.account_id).values(account_id=None)
    )


def _delete_authors(person: Person) -> None:
    db.session().execute(sa.delete(DraftAuthor).where(col(DraftAuthor.account_id) == person.account_id))


def _delete_kept(person: Person) -> None:
    db.session().execute(sa.delete(KeptInput).where(col(KeptInput.account_id) == person.account_id))


def _delete_contacts(person: Person) -> None:
    db.session().execute(sa.delete(EntryContact).where(_names(EntryContact.mail, person)))


personal_data.register(
    Processing(
        title="Entwürfe und Prüfung von Einträgen",
        purpose="Einträge gemeinsam schreiben, prüfen und veröffentlichen; niemand entscheidet über Eigenes",
        people="Personen mit Konto",
        data="wer an einem Entwurf geschrieben oder über ihn entschieden hat, wann und mit welcher Begründung; "
        "Anmerkungen zu einzelnen Angaben und Antworten darauf; Eingaben, die nach dem Ende der Anmeldung abgeschickt "
        "wurden",
        legal_basis=PUBLIC_BODY,
        recipients="Mitglieder der Organisation, zuständige Lotsinnen und Lotsen, Verwaltung der Website",
        retention="bis zur Löschung des Entwurfs oder des Kontos; aufgehobene Eingaben 14 Tage",
        tables=("draft_author", "draft_event", "draft_comment", "kept_input", "draft"),
    ),
    PersonalTable(
        "draft_author",
        "Mitgeschriebene Entwürfe",
        lambda person: _rows(DraftAuthor, col(DraftAuthor.account_id) == person.account_id),
        _delete_authors,
    ),
    PersonalTable(
        "draft_event",
        "Schritte bei Entwürfen",
        lambda person: _rows(DraftEvent, col(DraftEvent.account_id) == person.account_id),
        _erase_events,
    ),
    PersonalTable(
        "draft_comment",
        "Anmerkungen zu Entwürfen",
        lambda person: _rows(DraftComment, col(DraftComment.account_id) == person.account_id),
        _erase_comments,
    ),
    PersonalTable(
        "kept_input",
        "Aufgehobene Eingaben",
        lambda person: _rows(KeptInput, col(KeptInput.account_id) == person.account_id),
        _delete_kept,
    ),
    PersonalTable("draft", "Entwürfe", lambda person: _rows(Draft, _written_by(person)), _erase_drafts),
)
personal_data.register(
    Processing(
        title="Ansprechstellen von Einträgen",
        purpose="Rückfragen zu einem Eintrag an die richtige Stelle leiten",
        people="Beschäftigte, wenn statt eines Funktionspostfachs eine persönliche Adresse angegeben wird",
        data="Stelle, E-Mail-Adresse, Telefonnummer; nie öffentlich",
        legal_basis=PUBLIC_BODY,
        recipients="Mitglieder der Organisation, zuständige Lotsinnen und Lotsen, Verwaltung der Website",
        retention="bis die Organisation sie ändert oder löscht",
        tables=("entry_contact",),
    ),
    PersonalTable(
        "entry_contact",
        "Ansprechstelle von Einträgen",
        lambda person: _rows(EntryContact, _names(EntryContact.mail, person)),
        _delete_contacts,
    ),
)
