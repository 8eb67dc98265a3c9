"""What reports keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.curation.reports.models import Report


def _sent_by(person: Person) -> Any:
    return sa.or_(col(Report.account_id) == person.account_id, sa.func.lower(Report.mail) == person.mail.lower())


def _export(person: Person) -> list[dict[str, Any]]:
    """What the person reported and was answered; not what guides did with it."""
    shown = {"reason", "text", "mail", "state", "created_at", "outcome", "answer", "decided_at"}
    rows = db.session().exec(select(Report).where(_sent_by(person)).order_by(col(Report.id)))
    return [row.model_dump(include=shown) for row in rows]


def _erase(person: Person) -> None:
    session = db.session()
    session.execute(sa.update(Report).where(_sent_by(person)).values(account_id=None, mail=None))
    decided = sa.update(Report).where(col(Report.decided_by_id) == person.account_id)
    session.execute(decided.values(decided_by_id=None))


personal_data.register(
    Processing(
        title="Fehlermeldungen zu Einträgen",
        purpose="Fehler in Einträgen berichtigen; wer gemeldet hat, bekommt eine Antwort",
        people="Personen, die einen Fehler melden; Lotsinnen und Lotsen, die entscheiden",
        data="Grund und Text der Meldung, freiwillig eine E-Mail-Adresse, bei Anmeldung das Konto; Antwort; "
        "keine IP-Adresse",
        legal_basis=PUBLIC_BODY,
        recipients="zuständige Lotsinnen und Lotsen, Verwaltung der Website",
        retention="Adresse 90 Tage nach der Antwort; Meldung 2 Jahre nach der Antwort; angehaltene Meldungen 30 Tage",
        tables=("report",),
    ),
    PersonalTable("report", "Gemeldete Fehler", _export, _erase),
)
