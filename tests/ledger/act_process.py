"""A process of its own that acts on a reuse for one side, or does the job of a day, and may be killed in it."""

import os
from datetime import date
from multiprocessing.connection import Connection

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.ledger import asking, counting, daily, queries, service
from marketplace.ledger.rules import Side
from tests.factories.curation import on
from tests.support.processes import die_at_call

DAY = date(2026, 3, 10)


def run_act(link: Connection, environment: dict[str, str], name: str, public_id: str, side: str) -> None:
    """Wait for the start, act, tell what came of it."""
    os.environ.update(environment)
    app = create_app(Settings.from_env())
    with on(DAY), app.test_request_context():
        link.send("bereit")
        link.recv()
        try:
            with app.extensions["database"].unit_of_work():
                reuse = queries.get_reuse(public_id)
                who = Side(side)
                actor = Actor(
                    account_id=1 if who is Side.GIVER else 2, organisation_ids=frozenset({reuse.organisation_id(who)})
                )
                service.act(name, reuse, who, actor=actor, reason="Grund")
            link.send("getan")
        except DomainError as error:
            link.send(error.message)


def run_daily(link: Connection, environment: dict[str, str], day: date, dies_in: str, at_call: int) -> None:
    """Wait for the start, do the job, tell that it is done; ``dies_in`` names a function, or is empty."""
    os.environ.update(environment)
    app = create_app(Settings.from_env())
    if dies_in:
        die_at_call(asking if hasattr(asking, dies_in) else counting, dies_in, at_call)
    link.send("bereit")
    link.recv()
    with on(day), app.app_context():
        link.send(daily.keep_ledger(app.extensions["database"]))
