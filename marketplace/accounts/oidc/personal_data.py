"""What sign-in through other services keeps about people (``core/personal_data.py``)."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.oidc.models import LinkedIdentity, OpenIdentity
from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing


def _export_linked(person: Person) -> list[dict[str, Any]]:
    statement = select(LinkedIdentity).where(LinkedIdentity.account_id == person.account_id)
    return [row.model_dump() for row in db.session().exec(statement.order_by(col(LinkedIdentity.id)))]


def _erase_linked(person: Person) -> None:
    db.session().execute(sa.delete(LinkedIdentity).where(col(LinkedIdentity.account_id) == person.account_id))


def _export_open(person: Person) -> list[dict[str, Any]]:
    """By the address, which whoever came with the identity named; whose it is was not checked, so nothing else."""
    statement = select(OpenIdentity).where(OpenIdentity.mail == person.mail)
    rows = db.session().exec(statement.order_by(col(OpenIdentity.id)))
    return [{"issuer": row.issuer, "mail": row.mail, "expires_at": row.expires_at} for row in rows]


def _erase_open(person: Person) -> None:
    db.session().execute(sa.delete(OpenIdentity).where(col(OpenIdentity.mail) == person.mail))


personal_data.register(
    Processing(
        title="Anmeldung über einen anderen Dienst",
        purpose="Anmeldung mit dem Konto eines Dienstes, den der Betreiber eingebunden hat",
        people="Personen, die sich so anmelden",
        data="Adresse des Dienstes und Kennung der Person dort; bis zur Verbindung mit einem Konto auch Name und "
        "E-Mail-Adresse, die der Dienst nennt",
        legal_basis=PUBLIC_BODY,
        recipients="Der Dienst erfährt, dass und wann sich die Person hier anmeldet.",
        retention="bis die Person die Verbindung löst oder das Konto gelöscht wird; ohne Verbindung 1 Stunde",
        tables=("linked_identity", "open_identity"),
    ),
    PersonalTable("linked_identity", "Verbundene Zugänge", _export_linked, _erase_linked),
    PersonalTable("open_identity", "Noch nicht verbundene Zugänge", _export_open, _erase_open),
)
