"""A process of its own that does the job of a day, and may be killed in the middle of it."""

import os
import signal
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

from marketplace.app import create_app
from marketplace.catalogue import service as catalogue
from marketplace.config import Settings
from marketplace.curation import ageing, asking
from tests.factories.curation import on


def die_at_call(module: Any, name: str, number: int) -> None:
    """Let a function of a module kill the process when it is called for the so-many-th time."""
    real, calls = getattr(module, name), []

    def counting(*args: Any, **more: Any) -> Any:
        calls.append(True)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **more)

    setattr(module, name, counting)


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
