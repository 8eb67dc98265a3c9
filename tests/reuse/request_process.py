"""A process of its own that does something with a request, and may be killed at a chosen moment."""

import os
import signal
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from flask import Flask

from marketplace.accounts.queries import find_account_by_mail
from marketplace.accounts.sessions import load_actor
from marketplace.app import create_app
from marketplace.catalogue.queries import find_entry
from marketplace.config import Settings
from marketplace.core import clock
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.organisations.queries import get_by_key
from marketplace.reuse import queries, sending, service, ticking
from marketplace.reuse.models import ReuseRequest
from tests.factories.reuse import ASKED


def die(*_args: object, **_more: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def actor(mail: str) -> Actor:
    account = find_account_by_mail(mail)
    assert account is not None
    return load_actor(account)


def send(mail: str, token: str) -> ReuseRequest:
    """Ask for the solution in the current session."""
    entry = find_entry("pegelmelder")
    assert entry is not None
    target = queries.list_targets(entry)[0]
    return sending.create_request(entry, ASKED, get_by_key("09572164"), target, token=token, actor=actor(mail))


def do(app: Flask, link: Connection, work: str, facts: dict[str, Any]) -> None:
    """Do the work in one transaction; both processes have read before either writes."""
    with app.extensions["database"].unit_of_work() as session:
        who = actor(facts["who"])
        request = queries.get_request(facts["request"]) if "request" in facts else None
        session.commit()
        link.send("bereit")
        link.recv()
        if work == "send":
            send(facts["who"], facts["token"])
        elif request is None:
            raise ValueError(work)
        elif work == "write":
            service.write(request, "Gern.", token=facts["token"], actor=who, seen_revision=1)
        else:
            service.act(work, request, actor=who, note="Weil.", seen_revision=1)


def run(link: Connection, environment: dict[str, str], work: str, facts: dict[str, Any]) -> None:
    """Do it and tell how it went."""
    os.environ.update(environment)
    app = create_app(Settings.from_env())
    if facts.get("dies"):
        app.extensions["courier"].wake = die
    with app.app_context():
        try:
            do(app, link, work, facts)
            link.send("getan")
        except DomainError as error:
            link.send(type(error).__name__)


def tick(link: Connection, environment: dict[str, str], moment: datetime, dies: bool) -> None:
    """Let the clock run; ``dies`` kills the process between the commit and the mail."""
    os.environ.update(environment)
    app = create_app(Settings.from_env())
    if dies:
        app.extensions["courier"].wake = die
    link.send("bereit")
    link.recv()
    with clock.stopped_at(moment), app.app_context():
        link.send(ticking.tick(app.extensions["database"]))
