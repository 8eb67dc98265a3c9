"""``blaupause jobs`` and ``blaupause dev``: regular work, and the site on the own machine."""

import socket

import click
from flask import Flask, current_app
from werkzeug.serving import make_server

from marketplace import migrate
from marketplace.catalogue.importer import Outcome, import_directory
from marketplace.config import Settings
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.organisations.service import load_bundled_register
from marketplace.search import counting, indexing
from marketplace.search.port import SearchEngine


@click.group()
def jobs() -> None:
    """Regelmäßige Arbeiten."""


@jobs.command("run")
def run_jobs() -> None:
    """Alles Fällige erledigen; für cron oder einen systemd-Timer, beliebig oft."""
    number = indexing.process_queue(current_app.extensions["database"], current_app.extensions["search_engine"])
    click.echo(f"{number} Einträge im Suchindex auf den Stand gebracht.")
    with current_app.extensions["database"].unit_of_work():
        forgotten = counting.prune(clock.today())
    click.echo(f"{forgotten} alte Suchanfragen vergessen.")


@click.command("dev")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def dev(*, port: int, host: str) -> None:
    """Datenbank, Inhalte und Suchindex vorbereiten und die Website auf diesem Rechner starten."""
    if _is_taken(host, port):
        raise click.ClickException(f"Port {port} ist schon belegt. Bitte einen anderen wählen: make run PORT=8080")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    prepare(app)
    server = make_server(host, port, app, threaded=True)
    click.echo(f"\n  Blaupause läuft: http://{host}:{port}\n  Beenden mit Strg+C.\n")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Beendet.")


def prepare(app: Flask) -> None:
    """Bring schema, register, content and index up to date; each step does nothing when there is nothing to do."""
    settings: Settings = app.config["SETTINGS"]
    database: Database = app.extensions["database"]
    engine: SearchEngine = app.extensions["search_engine"]
    migrate.upgrade(database)
    if not engine.is_ready():
        indexing.rebuild(database, engine)
    with database.unit_of_work():
        load_bundled_register(settings.content_directory / "register")
        report = import_directory(settings.content_directory)
    for problem in report.problems:
        click.echo(str(problem), err=True)
    click.echo(
        f"Inhalte: {report.count(Outcome.NEW)} neu, {report.count(Outcome.UPDATED)} aktualisiert, "
        f"{report.count(Outcome.UNCHANGED)} unverändert."
    )
    indexing.ensure(database, engine)


def _is_taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
