"""What the ledger keeps about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.former_names import forget_names
from marketplace.accounts.tokens import hash_token, normalise_mail
from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.ledger.models import Reuse, ReuseCosts, ReuseQuestion

_OF_THE_ROW = ("giver_account_id", "taker_account_id")


def _export_reuses(person: Person) -> list[dict[str, Any]]:
    mine = sa.or_(col(Reuse.giver_account_id) == person.account_id, col(Reuse.taker_account_id) == person.account_id)
    rows = db.session().exec(select(Reuse).where(mine).order_by(col(Reuse.id)))
    return [row.model_dump(exclude=set(_OF_THE_ROW)) for row in rows]


def _erase_reuses(person: Person) -> None:
    took_part = sa.or_(
        col(Reuse.giver_account_id) == person.account_id, col(Reuse.taker_account_id) == person.account_id
    )
    rows = db.session().exec(select(Reuse).where(took_part))
    forget_names(person, rows, "variant", "adaptation", "note")
    db.session().flush()
    for name in _OF_THE_ROW:
        mine = sa.column(name) == person.account_id
        db.session().execute(sa.update(Reuse).where(mine).values({name: None}))


def _hash(person: Person) -> str:
    return hash_token(normalise_mail(person.mail) or "")


def _export_questions(person: Person) -> list[dict[str, Any]]:
    rows = db.session().exec(select(ReuseQuestion).where(ReuseQuestion.recipient_hash == _hash(person)))
    return [row.model_dump(exclude={"token_hash", "recipient_hash"}) for row in rows]


def _erase_questions(person: Person) -> None:
    db.session().execute(sa.delete(ReuseQuestion).where(col(ReuseQuestion.recipient_hash) == _hash(person)))


def _export_costs(person: Person) -> list[dict[str, Any]]:
    statement = select(ReuseCosts).where(ReuseCosts.account_id == person.account_id).order_by(col(ReuseCosts.id))
    return [row.model_dump(exclude={"account_id"}) for row in db.session().exec(statement)]


def _erase_costs(person: Person) -> None:
    mine = col(ReuseCosts.account_id) == person.account_id
    forget_names(person, db.session().exec(select(ReuseCosts).where(mine)), "adapted", "wish_known")
    db.session().flush()
    db.session().execute(sa.update(ReuseCosts).where(mine).values(account_id=None))


personal_data.register(
    Processing(
        title="Verzeichnis der Nachnutzungen",
        purpose="Zeigen, wer was nachnutzt und was das wirklich gekostet hat; beide Seiten danach fragen",
        people="Personen, die für ihre Organisation bestätigen oder Angaben machen; Ansprechstellen von Einträgen",
        data="wer zuletzt für welche Seite bestätigt und wer Kosten angegeben hat (Nummer des Kontos), Prüfwert der "
        "E-Mail-Adresse von Nachfragen, Antwort und Zeitpunkte. Öffentlich sind nur Organisationen, nie Personen",
        legal_basis=PUBLIC_BODY,
        recipients="keine",
        retention="Nachfragen und Antworten 24 Monate; wer bestätigt hat bis zur nächsten Bestätigung oder bis zur "
        "Löschung des Kontos",
        tables=("reuse", "reuse_question", "reuse_costs"),
    ),
    PersonalTable("reuse", "Bestätigte Nachnutzungen", _export_reuses, _erase_reuses),
    PersonalTable("reuse_question", "Nachfragen zu Nachnutzungen", _export_questions, _erase_questions),
    PersonalTable("reuse_costs", "Angaben zu Kosten", _export_costs, _erase_costs),
)
