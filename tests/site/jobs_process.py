"""A process of its own that does all regular work once, and may be killed in the middle of it."""

import importlib
import os
from datetime import datetime
from multiprocessing.connection import Connection

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core import clock
from marketplace.site.jobs import run_jobs
from tests.curation.job_process import die_at_call


def run(link: Connection, environment: dict[str, str], moment: datetime, dies_in: str) -> None:
    """Wait for the start, do the work, tell what failed; ``dies_in`` names a function and which call, or is empty."""
    os.environ.update(environment)
    app = create_app(Settings.from_env())
    if dies_in:
        module, name, number = dies_in.split(":")
        die_at_call(importlib.import_module(module), name, int(number))
    link.send("bereit")
    link.recv()
    failed: list[str] = []
    with clock.stopped_at(moment):
        run_jobs(app, lambda _line: None, failed.append)
    link.send(failed)
