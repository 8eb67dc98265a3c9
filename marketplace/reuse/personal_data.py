"""What requests keep about people (``core/personal_data.py``): export, deletion, register of processing."""

import re
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from marketplace.accounts.models import Account
from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.reuse.models import (
    OrganisationAbsence,
    ReuseDraft,
    ReuseEvent,
    ReuseMessage,
    ReuseReading,
    ReuseRequest,
)

GONE = "Diese Kontaktdaten wurden mit dem Konto gelöscht."
FORMER = "(ehemaliges Konto)"


def _rows(model: type[SQLModel], *conditions: Any, without: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    rows = db.session().exec(select(model).where(*conditions).order_by(*sa.inspect(model).primary_key))
    return [row.model_dump(exclude={"token_hash", *without}) for row in rows]


def _mine(model: Any, column: str = "account_id") -> Any:
    return lambda person: _rows(model, getattr(model, column) == person.account_id)


def _forget(model: Any, column: str = "account_id") -> Any:
    def erase(person: Person) -> None:
        mine = getattr(model, column) == person.account_id
        db.session().execute(sa.update(model).where(mine).values({column: None}))

    return erase


def _drafts(person: Person) -> Any:
    return sa.or_(col(ReuseDraft.account_id) == person.account_id, col(ReuseDraft.mail) == person.mail)


def _erase_drafts(person: Person) -> None:
    db.session().execute(sa.delete(ReuseDraft).where(_drafts(person)))


def _erase_readings(person: Person) -> None:
    db.session().execute(sa.delete(ReuseReading).where(col(ReuseReading.account_id) == person.account_id))


def _erase_messages(person: Person) -> None:
    """What was written belongs to the thread of two organisations; contact data, name and address go."""
    session, mine = db.session(), col(ReuseMessage.account_id) == person.account_id
    session.execute(sa.update(ReuseMessage).where(mine, col(ReuseMessage.is_contact)).values(text=GONE))
    pattern = _names_of(person)
    takes_part = select(ReuseMessage.request_id).where(mine)
    for message in session.exec(select(ReuseMessage).where(col(ReuseMessage.request_id).in_(takes_part))):
        message.text = pattern.sub(FORMER, message.text)
    session.execute(sa.update(ReuseMessage).where(mine).values(account_id=None))


def _erase_events(person: Person) -> None:
    session, mine = db.session(), col(ReuseEvent.account_id) == person.account_id
    pattern = _names_of(person)
    for event in session.exec(select(ReuseEvent).where(mine)):
        event.note, event.account_id = pattern.sub(FORMER, event.note), None


def _erase_requests(person: Person) -> None:
    session, pattern = db.session(), _names_of(person)
    for request in session.exec(select(ReuseRequest).where(ReuseRequest.requester_id == person.account_id)):
        request.question, request.requester_id = pattern.sub(FORMER, request.question), None


def _names_of(person: Person) -> re.Pattern[str]:
    account = db.session().get(Account, person.account_id)
    names = [text for text in (person.mail, account.name if account else "") if text]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)


personal_data.register(
    Processing(
        title="Anfragen zur Nachnutzung",
        purpose="Kommunen, die eine Lösung nachnutzen möchten, mit denen zusammenbringen, die sie haben",
        people="Personen mit Konto; wer eine Anfrage schreibt und noch keines hat",
        data="wer für welche Organisation gefragt, geschrieben oder etwas entschieden hat und wann; Nachrichten und "
        "Dateien; bis wohin jemand gelesen hat; Kontaktdaten nur, wenn die Person sie selbst teilt; bis zum Senden die "
        "E-Mail-Adresse von Personen ohne Konto",
        legal_basis=PUBLIC_BODY,
        recipients="Mitglieder der beiden Organisationen, zuständige Lotsinnen und Lotsen, Verwaltung der Website",
        retention="3 Jahre nach dem Ende der Anfrage, bei genutzten Lösungen so lange die Nachnutzung verzeichnet ist; "
        "nicht gesendete Entwürfe 30 Tage; die Verbindung zur Person bis zur Löschung des Kontos",
        tables=(
            "reuse_request",
            "reuse_event",
            "reuse_message",
            "reuse_reading",
            "reuse_draft",
            "organisation_absence",
        ),
    ),
    PersonalTable("reuse_request", "Anfragen", _mine(ReuseRequest, "requester_id"), _erase_requests),
    PersonalTable("reuse_event", "Schritte bei Anfragen", _mine(ReuseEvent), _erase_events),
    PersonalTable("reuse_message", "Nachrichten in Anfragen", _mine(ReuseMessage), _erase_messages),
    PersonalTable("reuse_reading", "Gelesene Anfragen", _mine(ReuseReading), _erase_readings),
    PersonalTable(
        "reuse_draft", "Entwürfe von Anfragen", lambda person: _rows(ReuseDraft, _drafts(person)), _erase_drafts
    ),
    PersonalTable(
        "organisation_absence",
        "Eingetragene Abwesenheiten",
        _mine(OrganisationAbsence),
        _forget(OrganisationAbsence),
    ),
)
