"""People who want to hear of news, and a clock to run the regular work at any moment."""

import re
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import change_status
from marketplace.core import clock
from marketplace.core.clock import BERLIN
from marketplace.core.db import Database
from marketplace.mail.senders import MemorySender
from marketplace.notifications.models import Notice
from marketplace.search.port import SearchQuery
from marketplace.subscriptions import alerts, matching, service
from marketplace.subscriptions.models import Subscription
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.subscriptions.stored import store
from tests.factories.catalogue import add_entry
from tests.factories.people import actor_of, add_person

MAIL = "rathaus@weisendorf.example"


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.fixture
def sender(app: Flask) -> MemorySender:
    """Where mail of the application ends."""
    sender = app.extensions["courier"].sender
    assert isinstance(sender, MemorySender)
    return sender


@pytest.fixture
def reader(app: Flask, database: Database) -> Account:
    """Somebody with an account."""
    with app.app_context(), database.unit_of_work():
        return add_person("Kim Beispiel")


Publish = Callable[..., int]


@pytest.fixture
def publish(app: Flask, database: Database) -> Publish:
    """Publish an entry at a moment; returns its id."""

    def publish(
        slug: str = "ein-eintrag", kind: Kind = Kind.PROJECT, at: str = "2026-11-17T12:00", **facts: Any
    ) -> int:
        with clock.stopped_at(berlin(at)), app.app_context(), database.unit_of_work():
            return add_entry(kind, slug, **facts).id or 0

    return publish


SetStatus = Callable[..., None]


@pytest.fixture
def set_status(app: Flask, database: Database) -> SetStatus:
    """Archive, withdraw or publish an entry again at a moment."""

    def set_status(entry_id: int, status: Status, at: str = "2026-11-17T13:00") -> None:
        with clock.stopped_at(berlin(at)), app.app_context(), database.unit_of_work() as session:
            entry = session.get_one(Entry, entry_id)
            change_status(entry, status, reason="Grund", author="Test", record_as="entry.test")

    return set_status


Subscribe = Callable[..., Subscription]


@pytest.fixture
def subscribe(app: Flask, database: Database) -> Subscribe:
    """Let an address or an account hear of a search, at a moment; the search runs for the first time then."""

    def subscribe(
        query: SearchQuery | None = None,
        rhythm: Rhythm = Rhythm.SOON,
        *,
        mail: str = MAIL,
        account: Account | None = None,
        at: str = "2026-11-16T12:00",
    ) -> Subscription:
        parameters = store(query or SearchQuery())
        with clock.stopped_at(berlin(at)), app.app_context():
            with database.unit_of_work():
                if account is None:
                    made = service.subscribe_address(mail, parameters, rhythm)
                else:
                    made = service.subscribe(parameters, rhythm, actor=actor_of(account))
            matching.find_news(database)
        return made

    return subscribe


Run = Callable[[str], int]


@pytest.fixture
def run(app: Flask, database: Database) -> Run:
    """Do the regular work at a moment, given in German time; returns how many were told."""

    def run(moment: str) -> int:
        with clock.stopped_at(berlin(moment)), app.app_context():
            matching.find_news(database)
            return alerts.send_due(database)

    return run


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def slugs_in(mail: EmailMessage) -> list[str]:
    """Entries to which a mail links, in its order."""
    paths = "projekte|loesungen|foerderprogramme|erfahrungen"
    return re.findall(rf"http://127\.0\.0\.1:5000/(?:{paths})/([a-z0-9-]+)", text_of(mail))


def notices(database: Database) -> list[str]:
    """What people were told on the site, the oldest first."""
    with database.reading() as session:
        return [notice.subject for notice in session.exec(select(Notice).order_by("id"))]
