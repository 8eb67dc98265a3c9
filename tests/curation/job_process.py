"""A process of its own that does the job of a day, and may be killed in the middle of it."""

import os
from datetime import date
from multiprocessing.connection import Connection

from marketplace.app import create_app
from marketplace.catalogue import service as catalogue
from marketplace.config import Settings
from marketplace.curation import ageing, asking
from tests.factories.curation import on
from tests.support.processes import die_at_call


def run(link: Connection, environment: dict[str, str], day: date, dies_in: str, at_call: int) -> None:
    """Wait for the start, do the job, tell that it is done; ``dies_in`` names a function, or is empty."""
    os.environ.update(environment)
    app = create_app(Settings.from_env())
    if dies_in:
        die_at_call(catalogue if hasattr(catalogue, dies_in) else asking, dies_in, at_call)
    link.send("bereit")
    link.recv()
    with on(day), app.app_context():
        link.send(ageing.apply_freshness(app.extensions["database"]))
