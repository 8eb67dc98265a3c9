"""What accounts keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from marketplace.accounts import credentials, queries
from marketplace.accounts.models import (
    Account,
    AccountSession,
    AccountToken,
    GuideCover,
    GuideRemit,
    Invitation,
    KeptForm,
    Membership,
    OrganisationProposal,
)
from marketplace.core import audit, db
from marketplace.core import personal_data as registry
from marketplace.core.actor import Actor
from marketplace.core.audit import AuditRecord
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.core.personal_data import PUBLIC_BODY, Person, PersonalTable, Processing
from marketplace.mail import outbox
from marketplace.mail.models import OutboxMail

SECRETS = frozenset({"password_hash", "token_hash"})
"""Columns that nobody gets, not even the person: they say nothing and would only help a thief."""


def export_person(account_id: int, *, actor: Actor) -> dict[str, Any]:
    """All that the site keeps about a person, as plain values."""
    authorize("account.own", account_id, actor=actor)
    return dict(registry.export(_person(queries.get_account(account_id))))


def delete_own_account(account_id: int, *, password: str, actor: Actor) -> None:
    """Delete the own account after asking for the password once more."""
    authorize("account.own", account_id, actor=actor)
    account = queries.get_account(account_id)
    if account.is_site_admin and queries.count_site_admins() <= 1:
        raise DomainError("Sie verwalten diese Website allein. Bitte geben Sie diese Aufgabe zuerst weiter.")
    credentials.check_password(account, password)
    erase_account(account, actor=actor)


def erase_account(account: Account, *, actor: Actor) -> None:
    """Take a person out of all tables; what they contributed stays, without them."""
    account_id = account.id or 0
    registry.erase(_person(account))
    audit.record("account.deleted", f"account:{account_id}", actor=actor.reference)
    db.session().flush()


def _person(account: Account) -> Person:
    return Person(account.id or 0, account.mail)


def _rows_of(model: type[SQLModel], column: Any) -> registry.Export:
    """Export of all rows of a table in which this column is the person's id."""

    def export(person: Person) -> list[dict[str, Any]]:
        return _plain(model, column == person.account_id)

    return export


def _plain(model: type[SQLModel], *conditions: Any) -> list[dict[str, Any]]:
    table = model.__table__  # type: ignore[attr-defined]
    rows = db.session().execute(sa.select(table).where(*conditions).order_by(*table.primary_key.columns))
    return [{key: value for key, value in row.items() if key not in SECRETS} for row in rows.mappings()]


def _delete_rows(model: type[SQLModel], column: Any) -> registry.Erase:
    def erase(person: Person) -> None:
        db.session().execute(sa.delete(model).where(column == person.account_id))

    return erase


def _export_memberships(person: Person) -> list[dict[str, Any]]:
    found = []
    for row in queries.list_memberships_of(person.account_id):
        facts = row.membership.model_dump()
        found.append({**facts, "organisation": row.organisation.name})
    return found


def _erase_memberships(person: Person) -> None:
    session = db.session()
    session.execute(sa.delete(Membership).where(col(Membership.account_id) == person.account_id))
    decided = sa.update(Membership).where(col(Membership.decided_by_id) == person.account_id)
    session.execute(decided.values(decided_by_id=None))


def _invitations(person: Person) -> Any:
    return sa.or_(col(Invitation.mail) == person.mail, col(Invitation.invited_by_id) == person.account_id)


def _export_invitations(person: Person) -> list[dict[str, Any]]:
    rows = _plain(Invitation, _invitations(person))
    # Whom somebody invited is another person's address.
    return [row if row["mail"] == person.mail else {**row, "mail": None} for row in rows]


def _erase_invitations(person: Person) -> None:
    db.session().execute(sa.delete(Invitation).where(_invitations(person)))


def _export_mail(person: Person) -> list[dict[str, Any]]:
    statement = select(OutboxMail).where(sa.func.lower(OutboxMail.recipient) == person.mail.lower())
    return [
        {"recipient": mail.recipient, "subject": mail.subject, "status": mail.status, "created_at": mail.created_at}
        for mail in db.session().exec(statement.order_by(col(OutboxMail.id)))
    ]


def _erase_mail(person: Person) -> None:
    outbox.erase_recipient(person.mail)


def _export_audit(person: Person) -> list[dict[str, Any]]:
    return _plain(AuditRecord, col(AuditRecord.actor) == f"account:{person.account_id}")


def _covers(person: Person) -> Any:
    return sa.or_(col(GuideCover.absent_id) == person.account_id, col(GuideCover.stand_in_id) == person.account_id)


def _export_covers(person: Person) -> list[dict[str, Any]]:
    return _plain(GuideCover, _covers(person))


def _erase_covers(person: Person) -> None:
    db.session().execute(sa.delete(GuideCover).where(_covers(person)))


def _keep(_person: Person) -> None:
    """Audit records name the number of the account only, which then belongs to nobody."""


registry.register(
    Processing(
        title="Konten",
        purpose="Anmeldung von Beschäftigten der Kommunen und anderer Organisationen; Zuordnung von Beiträgen",
        people="Personen mit Konto",
        data="E-Mail-Adresse, selbst gewählter Name, Prüfwert des Passworts (Argon2id), Zeitpunkte von Anlage, "
        "Bestätigung und letzter Nutzung, Zuständigkeit und Vertretungen als Lotsin oder Lotse",
        legal_basis=PUBLIC_BODY,
        recipients="keine; den Namen sehen Mitglieder derselben Organisation und zuständige Lotsinnen und Lotsen",
        retention="bis zur Löschung durch die Person; unbestätigt 14 Tage; ungenutzt 3 Jahre, Hinweis 30 Tage vorher",
        tables=("account", "guide_remit", "guide_cover"),
    ),
    PersonalTable("account", "Konto", _rows_of(Account, Account.id), _delete_rows(Account, Account.id)),
    PersonalTable(
        "guide_remit", "Zuständigkeiten", _rows_of(GuideRemit, GuideRemit.account_id),
        _delete_rows(GuideRemit, GuideRemit.account_id),
    ),
    PersonalTable("guide_cover", "Vertretungen", _export_covers, _erase_covers),
)  # fmt: skip
registry.register(
    Processing(
        title="Anmeldungen",
        purpose="Angemeldet bleiben; eigene Anmeldungen sehen und beenden; Abwehr von Missbrauch",
        people="Personen mit Konto",
        data="Prüfwert des Anmelde-Cookies, Browser und Betriebssystem in Worten, Zeitpunkte; keine IP-Adresse. "
        "Zähler von Versuchen unter einem täglich wechselnden Prüfwert",
        legal_basis=PUBLIC_BODY,
        recipients="keine",
        retention="12 Stunden nach der letzten Nutzung, längstens 14 Tage; Zähler höchstens 1 Tag",
        tables=("account_session", "account_token"),
    ),
    PersonalTable(
        "account_session", "Anmeldungen", _rows_of(AccountSession, AccountSession.account_id),
        _delete_rows(AccountSession, AccountSession.account_id),
    ),
    PersonalTable(
        "account_token", "Offene Links aus E-Mails, halbe Anmeldungen", _rows_of(AccountToken, AccountToken.account_id),
        _delete_rows(AccountToken, AccountToken.account_id),
    ),
)  # fmt: skip
registry.register(
    Processing(
        title="Eingaben nach dem Ende der Anmeldung",
        purpose="Nichts doppelt tippen: Ein Formular, das nach dem Ende der Anmeldung ankam, lässt sich noch senden",
        people="Personen mit Konto",
        data="Adresse des Formulars und was darin stand, nie Passwörter und Codes",
        legal_basis=PUBLIC_BODY,
        recipients="keine",
        retention="bis es gesendet oder gelöscht wird, längstens 14 Tage; höchstens 10 je Konto",
        tables=("kept_form",),
    ),
    PersonalTable(
        "kept_form", "Noch nicht gesendete Eingaben", _rows_of(KeptForm, KeptForm.account_id),
        _delete_rows(KeptForm, KeptForm.account_id),
    ),
)  # fmt: skip
registry.register(
    Processing(
        title="Mitgliedschaften und Einladungen",
        purpose="Feststellen, wer für eine Organisation handeln darf",
        people="Personen mit Konto; eingeladene Personen",
        data="Organisation, Stand und Grund der Bestätigung, Zeitpunkte; bei Einladungen die E-Mail-Adresse",
        legal_basis=PUBLIC_BODY,
        recipients="Mitglieder der Organisation, zuständige Lotsinnen und Lotsen, Verwaltung der Website",
        retention="bis zum Ende der Mitgliedschaft; Einladungen 14 Tage",
        tables=("membership", "invitation"),
    ),
    PersonalTable("membership", "Mitgliedschaften", _export_memberships, _erase_memberships),
    PersonalTable("invitation", "Einladungen", _export_invitations, _erase_invitations),
)
registry.register(
    Processing(
        title="Meldungen fehlender Organisationen",
        purpose="Organisationen aufnehmen, die im Verzeichnis fehlen",
        people="Personen mit Konto",
        data="Name, Art, Ort und Website der Organisation; wer sie wann gemeldet hat",
        legal_basis=PUBLIC_BODY,
        recipients="Verwaltung der Website",
        retention="bis zur Antwort oder bis zur Löschung des Kontos",
        tables=("organisation_proposal",),
    ),
    PersonalTable(
        "organisation_proposal", "Gemeldete Organisationen",
        _rows_of(OrganisationProposal, OrganisationProposal.account_id),
        _delete_rows(OrganisationProposal, OrganisationProposal.account_id),
    ),
)  # fmt: skip
registry.register(
    Processing(
        title="Versand von E-Mails",
        purpose="Bestätigung von Adressen, Rücksetzen von Passwörtern, Benachrichtigung",
        people="Personen mit Konto; eingeladene Personen",
        data="E-Mail-Adresse, Betreff; der Text nur bis zum Versand",
        legal_basis=PUBLIC_BODY,
        recipients="Mailserver des Betreibers",
        retention="Text bis zum Versand; Adresse und Betreff nach der Frist BLAUPAUSE_MAIL_RETENTION_DAYS",
        tables=("outbox_mail",),
    ),
    PersonalTable("outbox_mail", "E-Mails", _export_mail, _erase_mail),
)
registry.register(
    Processing(
        title="Protokoll der Änderungen",
        purpose="Nachvollziehen, wer mit welchem Recht etwas geändert hat",
        people="Personen mit Konto",
        data="Nummer des Kontos, Handlung, Zeitpunkt, bei Entscheidungen über Einträge die Begründung; kein Name, "
        "keine Adresse",
        legal_basis=PUBLIC_BODY,
        recipients="keine",
        retention="dauerhaft; nach Löschung des Kontos gehört die Nummer zu niemandem mehr",
        tables=("audit_record",),
    ),
    PersonalTable("audit_record", "Protokoll", _export_audit, _keep),
)
