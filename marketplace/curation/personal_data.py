"""What curation keeps about people (``core/personal_data.py``)."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.tokens import hash_token, normalise_mail
from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.curation.models import Curation, ReviewQuestion, ReviewRequest


def _hash(person: Person) -> str:
    return hash_token(normalise_mail(person.mail) or "")


def _export_requests(person: Person) -> list[dict[str, Any]]:
    rows = db.session().exec(select(ReviewRequest).where(ReviewRequest.recipient_hash == _hash(person)))
    return [row.model_dump(exclude={"token_hash", "recipient_hash"}) for row in rows]


def _erase_requests(person: Person) -> None:
    db.session().execute(sa.delete(ReviewRequest).where(col(ReviewRequest.recipient_hash) == _hash(person)))


def _export_questions(person: Person) -> list[dict[str, Any]]:
    rows = db.session().exec(select(ReviewQuestion).where(ReviewQuestion.recipient_hash == _hash(person)))
    return [row.model_dump(exclude={"recipient_hash"}) for row in rows]


def _erase_questions(person: Person) -> None:
    db.session().execute(sa.delete(ReviewQuestion).where(col(ReviewQuestion.recipient_hash) == _hash(person)))


def _export_confirmations(person: Person) -> list[dict[str, Any]]:
    rows = db.session().exec(select(Curation).where(Curation.confirmed_account_id == person.account_id))
    return [{"entry_id": row.entry_id, "due": row.due} for row in rows]


def _erase_confirmations(person: Person) -> None:
    mine = col(Curation.confirmed_account_id) == person.account_id
    db.session().execute(sa.update(Curation).where(mine).values(confirmed_account_id=None))


personal_data.register(
    Processing(
        title="Nachfragen zu Einträgen",
        purpose="Fragen, ob ein Eintrag noch stimmt; zeigen, in welcher Rolle er bestätigt wurde",
        people="Ansprechstellen von Einträgen; Personen, die eine Organisation verwalten oder Einträge bestätigen",
        data="Prüfwert der E-Mail-Adresse, Eintrag, Zeitpunkte, Antwort; Nummer des Kontos, das zuletzt bestätigt hat. "
        "Öffentlich sind nur Rolle, Organisation und Tag der Bestätigung",
        legal_basis=PUBLIC_BODY,
        recipients="keine",
        retention="Fragen und Antworten 12 Wochen; wer zuletzt bestätigt hat bis zur nächsten Bestätigung oder bis zur "
        "Löschung des Kontos",
        tables=("curation", "review_request", "review_question"),
    ),
    PersonalTable("curation", "Bestätigte Einträge", _export_confirmations, _erase_confirmations),
    PersonalTable("review_request", "Nachfragen", _export_requests, _erase_requests),
    PersonalTable("review_question", "Fragen zu Einträgen", _export_questions, _erase_questions),
)
