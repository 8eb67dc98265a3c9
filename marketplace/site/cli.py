"""``blaupause jobs`` and ``blaupause dev``: regular work, and the site on the own machine."""

import socket
import sys
import threading

import click
from flask import Flask, current_app
from werkzeug.serving import make_server

from marketplace import migrate
from marketplace.accounts import sample
from marketplace.catalogue import library
from marketplace.catalogue.drafts import sample as sample_drafts
from marketplace.catalogue.importer import Outcome, import_directory
from marketplace.config import Environment, Settings
from marketplace.core.db import Database
from marketplace.core.errors import DomainError
from marketplace.ledger import sample as sample_reuses
from marketplace.needs import sample as sample_needs
from marketplace.organisations.service import load_bundled_register
from marketplace.questions import sample as sample_questions
from marketplace.reuse import sample as sample_requests
from marketplace.search import indexing, mending
from marketplace.search.port import SearchEngine, SearchUnavailableError
from marketplace.site import jobs as jobs_table


@click.group()
def jobs() -> None:
    """Regelmäßige Arbeiten."""


@jobs.command("run")
def run_jobs() -> None:
    """Alles Fällige erledigen; für cron oder einen systemd-Timer, beliebig oft."""
    if not jobs_table.run_jobs(_this_app(), click.echo, _complain):
        sys.exit(1)


def _complain(line: str) -> None:
    click.echo(line, err=True)


def _this_app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]


@click.command("dev")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def dev(*, port: int, host: str) -> None:
    """Datenbank, Inhalte und Suchindex vorbereiten und die Website auf diesem Rechner starten."""
    if _is_taken(host, port):
        raise click.ClickException(f"Port {port} ist schon belegt. Bitte einen anderen wählen: make run PORT=8080")
    app = _this_app()
    _use_address(app, f"http://{host}:{port}")
    prepare(app)
    people = _add_sample_people(app) if app.config["SETTINGS"].environment != Environment.PRODUCTION else []
    server = make_server(host, port, app, threaded=True)
    ended = threading.Event()
    threading.Thread(target=jobs_table.run_regularly, args=(app, ended, _complain), name="jobs").start()
    click.echo(f"\n  Blaupause läuft: http://{host}:{port}")
    if path := _mailbox_path(app):
        click.echo(f"  E-Mails der Website: http://{host}:{port}{path}")
    if people:
        click.echo(_introduce(people))
    click.echo("  Beenden mit Strg+C.\n")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Beendet.")
    finally:
        ended.set()


@click.command("sample")
def sample_command() -> None:
    """Beispielpersonen mit Entwürfen anlegen (nur in der Entwicklung; `blaupause dev` tut es von selbst)."""
    click.echo(_introduce(_add_sample_people(_this_app())))


def _add_sample_people(app: Flask) -> list[sample.SamplePerson]:
    if app.config["SETTINGS"].environment == Environment.PRODUCTION:
        raise DomainError("Beispielpersonen gibt es nur in der Entwicklung, nicht im Betrieb.")
    with app.app_context(), app.extensions["database"].unit_of_work():
        people = sample.add_sample_people()
        sample_drafts.add_sample_drafts()
        sample_drafts.add_sample_revision()
        sample_reuses.add_sample_reuses()
        sample_requests.add_sample_requests()
        sample_needs.add_sample_needs()
        sample_questions.add_sample_questions()
        return people


def _introduce(people: list[sample.SamplePerson]) -> str:
    lines = [f"    {person.mail:<32} {person.part}" for person in people]
    return "\n".join([f"  Beispielpersonen (Passwort: {sample.PASSWORD}):", *lines])


def _use_address(app: Flask, address: str) -> None:
    """Links in mails lead to this server, unless the settings say where the site is."""
    settings: Settings = app.config["SETTINGS"]
    if "base_url" not in settings.model_fields_set:
        app.config["SETTINGS"] = settings.model_copy(update={"base_url": address})


def _mailbox_path(app: Flask) -> str | None:
    """Where mail is shown, unless it goes to a mail server or this is no development."""
    paths = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint == "mailbox.mails"]
    return paths[0] if paths and app.extensions["courier"].sender.keeps_mail else None


def prepare(app: Flask) -> None:
    """Bring schema, register, content and index up to date; each step does nothing when there is nothing to do."""
    settings: Settings = app.config["SETTINGS"]
    database: Database = app.extensions["database"]
    engine: SearchEngine = app.extensions["search_engine"]
    migrate.upgrade(database)
    with database.unit_of_work(), indexing.later():
        load_bundled_register(settings.content_directory / "register")
        report = import_directory(settings.content_directory)
        parts = library.import_parts(settings.content_directory, coming=report.outcomes)
    for problem in [*report.problems, *(problem for part in parts for problem in part.problems)]:
        click.echo(str(problem), err=True)
    click.echo(
        f"Inhalte: {report.count(Outcome.NEW)} neu, {report.count(Outcome.UPDATED)} aktualisiert, "
        f"{report.count(Outcome.UNCHANGED)} unverändert."
    )
    _prepare_index(database, engine)


def _prepare_index(database: Database, engine: SearchEngine) -> None:
    """The site starts without a search, too, and says so on its pages."""
    try:
        mending.ensure(database, engine)
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
