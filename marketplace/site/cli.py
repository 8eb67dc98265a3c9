"""``blaupause jobs`` and ``blaupause dev``: regular work, and the site on the own machine."""

import socket
import sys
import threading
import time
from collections.abc import Callable

import click
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.serving import make_server

from marketplace import migrate
from marketplace.catalogue.importer import Outcome, import_directory
from marketplace.config import Settings
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.organisations.service import load_bundled_register
from marketplace.search import counting, indexing
from marketplace.search.port import IndexBusyError, SearchEngine, SearchUnavailableError


@click.group()
def jobs() -> None:
    """Regelmäßige Arbeiten."""


@jobs.command("run")
def run_jobs() -> None:
    """Alles Fällige erledigen; für cron oder einen systemd-Timer, beliebig oft."""
    failures = 0
    for job in JOBS:
        try:
            click.echo(job(current_app.extensions["database"], current_app.extensions["search_engine"]))
        except SearchUnavailableError as error:
            failures += 1
            click.echo(f"Der Suchindex ließ sich nicht in Ordnung bringen: {error}", err=True)
    if failures:
        sys.exit(1)


def _mend_index(database: Database, engine: SearchEngine) -> str:
    try:
        found = indexing.ensure(database, engine)
    except IndexBusyError:
        return "Der Suchindex wird gerade von einem anderen Prozess geschrieben."
    if waiting := indexing.count_waiting(database):
        raise SearchUnavailableError(f"{waiting} Änderungen warten noch darauf, gefunden werden zu können.")
    return str(found) if found.is_complete else f"{found} Er wurde in Ordnung gebracht."


def _forget_searches(database: Database, _engine: SearchEngine) -> str:
    with database.unit_of_work():
        return f"{counting.prune(clock.today())} alte Suchanfragen vergessen."


JOBS: list[Callable[[Database, SearchEngine], str]] = [_mend_index, _forget_searches]
JOBS_PAUSE = 60.0
"""Seconds between two runs of all jobs on the own machine; elsewhere cron says when."""


@click.command("dev")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def dev(*, port: int, host: str) -> None:
    """Datenbank, Inhalte und Suchindex vorbereiten und die Website auf diesem Rechner starten."""
    if _is_taken(host, port):
        raise click.ClickException(f"Port {port} ist schon belegt. Bitte einen anderen wählen: make run PORT=8080")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    prepare(app)
    threading.Thread(target=_work_regularly, args=(app,), name="jobs", daemon=True).start()
    server = make_server(host, port, app, threaded=True)
    click.echo(f"\n  Blaupause läuft: http://{host}:{port}\n  Beenden mit Strg+C.\n")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Beendet.")


def _work_regularly(app: Flask) -> None:
    while True:
        time.sleep(JOBS_PAUSE)
        for job in JOBS:
            try:
                job(app.extensions["database"], app.extensions["search_engine"])
            except (SearchUnavailableError, SQLAlchemyError) as error:
                click.echo(f"Eine regelmäßige Arbeit ist misslungen: {error}", err=True)


def prepare(app: Flask) -> None:
    """Bring schema, register, content and index up to date; each step does nothing when there is nothing to do."""
    settings: Settings = app.config["SETTINGS"]
    database: Database = app.extensions["database"]
    engine: SearchEngine = app.extensions["search_engine"]
    migrate.upgrade(database)
    _prepare_index(database, engine)
    with database.unit_of_work():
        load_bundled_register(settings.content_directory / "register")
        report = import_directory(settings.content_directory)
    for problem in report.problems:
        click.echo(str(problem), err=True)
    click.echo(
        f"Inhalte: {report.count(Outcome.NEW)} neu, {report.count(Outcome.UPDATED)} aktualisiert, "
        f"{report.count(Outcome.UNCHANGED)} unverändert."
    )
    _prepare_index(database, engine)


def _prepare_index(database: Database, engine: SearchEngine) -> None:
    """The site starts without a search, too, and says so on its pages."""
    try:
        indexing.ensure(database, engine)
    except SearchUnavailableError as error:
        click.echo(f"Der Suchindex lässt sich nicht schreiben, die Website startet ohne Suche: {error}", err=True)


def _is_taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
