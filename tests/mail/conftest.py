"""Mails with templates of their own, so that these tests do not depend on any feature."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from marketplace.config import Settings, SmtpSecurity
from marketplace.core.db import Database
from marketplace.mail import outbox
from marketplace.mail.courier import Courier
from marketplace.mail.senders import MemorySender, SmtpSender
from tests.support.smtp import Mailbox, smtp_server

TEMPLATES = Path(__file__).with_name("templates")
NAME = "tests/greeting"
ADDRESS = "rathaus@weisendorf.example"
FACTS = {"name": "Ada Beispiel", "text": "Ein Absatz.", "link": "http://127.0.0.1:5000/konto"}


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application, with the templates of these tests besides its own."""
    templates = app.extensions["mail_templates"]
    templates.loader = ChoiceLoader([templates.loader, FileSystemLoader(TEMPLATES)])
    return app


@pytest.fixture
def courier(app: Flask) -> Courier:
    """The courier of the application; it works when it is asked to, not after each commit."""
    courier: Courier = app.extensions["courier"]
    courier.wake = lambda: None  # type: ignore[method-assign]
    return courier


@pytest.fixture
def sender(app: Flask) -> MemorySender:
    """The sender of the application."""
    sender = app.extensions["courier"].sender
    assert isinstance(sender, MemorySender)
    return sender


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server without encryption."""
    with smtp_server() as mailbox:
        yield mailbox


def smtp_settings(settings: Settings, port: int, **changes: object) -> Settings:
    """The settings with a mail server on this machine."""
    values = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": SmtpSecurity.NONE, "smtp_timeout": 5}
    return settings.model_copy(update={**values, **changes})


@pytest.fixture
def smtp_courier(courier: Courier, settings: Settings, mailbox: Mailbox) -> Courier:
    """The courier of the application, delivering to the real mail server."""
    courier.sender = SmtpSender(smtp_settings(settings, mailbox.port))
    return courier


Promise = Callable[..., bool]


@pytest.fixture
def promise(app: Flask, database: Database) -> Promise:
    """Promise a mail in a transaction of its own."""

    def promise(recipient: str = ADDRESS, **changes: str) -> bool:
        with app.app_context(), database.unit_of_work():
            key = changes.pop("key", None)
            return outbox.send_mail(NAME, recipient, key=key, **{**FACTS, **changes})

    return promise
