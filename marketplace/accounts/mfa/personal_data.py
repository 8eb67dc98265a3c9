"""What the second factor keeps about people (``core/personal_data.py``)."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from marketplace.accounts.mfa.models import RecoveryCode, SecondFactor
from marketplace.accounts.mfa.service import count_recovery_codes
from marketplace.core import db, personal_data
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing


def _export_factor(person: Person) -> list[dict[str, Any]]:
    factor = db.session().get(SecondFactor, person.account_id)
    return [factor.model_dump(exclude={"secret"})] if factor else []


def _erase_factor(person: Person) -> None:
    db.session().execute(sa.delete(SecondFactor).where(col(SecondFactor.account_id) == person.account_id))


def _export_codes(person: Person) -> list[dict[str, Any]]:
    """How many are left; the codes themselves are not known here."""
    number = count_recovery_codes(person.account_id)
    return [{"left": number}] if number else []


def _erase_codes(person: Person) -> None:
    db.session().execute(sa.delete(RecoveryCode).where(col(RecoveryCode.account_id) == person.account_id))


personal_data.register(
    Processing(
        title="Zweiter Faktor",
        purpose="Schutz von Konten auch dann, wenn das Passwort in fremde Hände kommt",
        people="Personen, die einen zweiten Faktor eingerichtet haben",
        data="Geheimnis der App (verschlüsselt), Zeitpunkt der Einrichtung, Nummer des zuletzt benutzten Codes, "
        "Prüfwerte der Ersatzcodes",
        legal_basis=PUBLIC_BODY,
        recipients="keine",
        retention="bis die Person ihn ausschaltet oder das Konto gelöscht wird",
        tables=("second_factor", "recovery_code"),
    ),
    PersonalTable("second_factor", "Zweiter Faktor", _export_factor, _erase_factor),
    PersonalTable("recovery_code", "Ersatzcodes", _export_codes, _erase_codes),
)
