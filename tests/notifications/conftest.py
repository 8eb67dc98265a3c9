"""People who are told things."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.core.db import Database
from marketplace.mail.senders import MemorySender
from marketplace.notifications.kinds import Frequency, NoticeKind
from marketplace.notifications.models import Notice
from marketplace.notifications.service import notify, set_preferences
from tests.factories.people import actor_of, add_person

KIND = NoticeKind.MEMBERSHIP_DECISION
OTHER_KIND = NoticeKind.MEMBERSHIP_REQUEST


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


Tell = Callable[..., int]


@pytest.fixture
def tell(app: Flask, database: Database, reader: Account) -> Tell:
    """Tell the reader something in a transaction of its own; returns the id of the notice."""

    def tell(subject: str = "Es gibt etwas Neues.", kind: NoticeKind = KIND, link: str = "/konto") -> int:
        with app.app_context(), database.unit_of_work():
            return notify(reader.id or 0, kind, subject, link=link).id or 0

    return tell


Choose = Callable[..., None]


@pytest.fixture
def choose(app: Flask, database: Database, reader: Account) -> Choose:
    """Let the reader choose how often mail comes."""

    def choose(frequency: Frequency, kind: NoticeKind = KIND) -> None:
        with app.app_context(), database.unit_of_work():
            set_preferences(reader.id or 0, {kind: frequency}, actor=actor_of(reader))

    return choose


def notices(database: Database) -> list[Notice]:
    """All notices, the oldest first."""
    with database.reading() as session:
        return list(session.exec(select(Notice).order_by("id")))
