"""What subscriptions keep about people (``core/personal_data.py``): export, deletion, register of processing."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.models import Entry
from marketplace.core import db, personal_data
from marketplace.core.personal_data import Person, PersonalTable, Processing
from marketplace.subscriptions import service
from marketplace.subscriptions.models import EntryFollow, SavedSearch, Subscription, SubscriptionLink


def _mine(person: Person) -> sa.ColumnElement[bool]:
    """Those of the account, and those that its address has without it."""
    return (col(Subscription.account_id) == person.account_id) | (col(Subscription.mail) == person.mail)


def _export_subscriptions(person: Person) -> list[dict[str, Any]]:
    statement = select(Subscription, SavedSearch.parameters).where(
        _mine(person), Subscription.search_id == SavedSearch.id
    )
    found = db.session().exec(statement.order_by(col(Subscription.id)))
    return [{**row.model_dump(), "search": f"/suche?{parameters}"} for row, parameters in found]


def _erase_subscriptions(person: Person) -> None:
    service.end_where(_mine(person))


def _export_links(person: Person) -> list[dict[str, Any]]:
    links = select(SubscriptionLink).where(SubscriptionLink.mail == person.mail).order_by(col(SubscriptionLink.id))
    return [link.model_dump(exclude={"token_hash"}) for link in db.session().exec(links)]


def _erase_links(person: Person) -> None:
    db.session().execute(sa.delete(SubscriptionLink).where(col(SubscriptionLink.mail) == person.mail))


def _export_follows(person: Person) -> list[dict[str, Any]]:
    statement = (
        select(EntryFollow, Entry.slug)
        .where(EntryFollow.account_id == person.account_id, EntryFollow.entry_id == Entry.id)
        .order_by(col(EntryFollow.entry_id))
    )
    return [{**row.model_dump(), "entry": slug} for row, slug in db.session().exec(statement)]


def _erase_follows(person: Person) -> None:
    db.session().execute(sa.delete(EntryFollow).where(col(EntryFollow.account_id) == person.account_id))


personal_data.register(
    Processing(
        title="Abos und Folgen",
        purpose="Auf Wunsch sagen, was in einer Suche oder zu einem Eintrag neu ist",
        people="Personen mit Konto; Personen ohne Konto, die ein Abo angefordert haben",
        data="Suche, Häufigkeit, Zeitpunkte; gefolgte Einträge; ohne Konto die E-Mail-Adresse, bis zur Bestätigung "
        "mit einem Prüfwert des Links",
        legal_basis="Art. 6 Abs. 1 Buchst. a DSGVO (Einwilligung, doppelt bestätigt)",
        recipients="keine; E-Mails gehen über den Mailserver des Betreibers",
        retention="bis die Person das Abo beendet; ohne Bestätigung 14 Tage; ohne Konto auch, sobald die Adresse keine "
        "E-Mail mehr annimmt",
        tables=("subscription", "subscription_link", "entry_follow"),
    ),
    PersonalTable("subscription", "Abos", _export_subscriptions, _erase_subscriptions),
    PersonalTable("subscription_link", "Unbestätigte Abos und Links", _export_links, _erase_links),
    PersonalTable("entry_follow", "Gefolgte Einträge", _export_follows, _erase_follows),
)
