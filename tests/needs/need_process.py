"""A process of its own that does something with a Gesuch at the same moment as another one."""

import os
from multiprocessing.connection import Connection
from typing import Any

from flask import Flask

from marketplace.accounts.queries import find_account_by_mail
from marketplace.accounts.sessions import load_actor
from marketplace.app import create_app
from marketplace.catalogue.queries import find_entry
from marketplace.config import Settings
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.needs import groups, queries, service
from marketplace.organisations.queries import get_by_key


def actor(mail: str) -> Actor:
    account = find_account_by_mail(mail)
    assert account is not None
    return load_actor(account)


def do(app: Flask, link: Connection, work: str, facts: dict[str, Any]) -> None:
    """Do the work in one transaction; both processes have read before either writes."""
    with app.extensions["database"].unit_of_work() as session:
        who, need = actor(facts["who"]), queries.get_need(facts["need"])
        entry = find_entry("melder")
        session.commit()
        link.send("bereit")
        link.recv()
        if work == "join":
            service.join(need, get_by_key(facts["place"]), actor=who)
        elif work == "leave":
            service.leave(need, get_by_key(facts["place"]), actor=who)
        elif work == "open":
            groups.open_group(need, actor=who)
        elif work == "ask" and entry is not None:
            groups.ask_together(need, entry, "Können wir zusammen einsteigen?", token=facts["token"], actor=who)
        else:
            raise ValueError(work)


def run(link: Connection, environment: dict[str, str], work: str, facts: dict[str, Any]) -> None:
    """Do it and tell how it went."""
    os.environ.update(environment)
    app = create_app(Settings.from_env())
    with app.test_request_context():
        try:
            do(app, link, work, facts)
            link.send("getan")
        except DomainError as error:
            link.send(error.message)
