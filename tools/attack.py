"""Attack every route of a sample site on this machine with hostile values, as people of every kind.

    python -m tools.attack [--values 3] [--seed 1] [--postgres]

Takes minutes; the suite does the same with a few values (``tests/architecture/test_hostile_requests.py``).
"""

import logging
import random
import re
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click
from flask import Flask

from marketplace.accounts.sample import PASSWORD, PEOPLE
from marketplace.app import create_app
from marketplace.config import ROOT, Settings
from marketplace.site.cli import _add_sample_people, prepare
from tests.support.attacks import Walk
from tests.support.databases import empty_database, start_postgres

BEGINNINGS = ("/", "/konto", "/eintraege", "/anfragen", "/lotsen", "/pruefung", "/sammelimport", "/fragen", "/gesuche",
              "/verwaltung/personen", "/verwaltung/organisationen", "/verwaltung/mitgliedschaften", "/nachnutzungen",
              "/kommunen", "/suche?q=licht", "/suche.atom", "/wirkung.csv", "/konto/anmelden?weiter=/konto",
              "/konto/registrieren", "/konto/passwort-vergessen", "/abos", "/suche/abonnieren?q=licht",
              "/suche/vorschlaege?q=li", "/suche/gesucht", "/lotsen/sammlungen", "/lotsen/vertretung",
              "/konto/nachnutzungen", "/konto/daten.json", "/health")  # fmt: skip


@click.command()
@click.option("--values", default=3, show_default=True, help="Feindliche Werte je Feld.")
@click.option("--seed", default=1, show_default=True)
@click.option("--postgres", is_flag=True, help="Auf einem eigenen PostgreSQL statt auf SQLite.")
def attack(*, values: int, seed: int, postgres: bool) -> None:
    """Walk, attack, tell."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bp-attack-")))
        server = stack.enter_context(start_postgres()) if postgres else ""
        url = stack.enter_context(empty_database(server)) if postgres else f"sqlite:///{folder / 'site.db'}"
        settings = Settings(
            environment="test", database_url=url, search_directory=folder / "search", rate_limits_enabled=False,
            content_directory=ROOT / "content", search_engine="postgres" if postgres else "whoosh",
        )  # fmt: skip
        app = create_app(settings)
        prepare(app)
        _add_sample_people(app)
        logging.getLogger("blaupause.request").setLevel(logging.WARNING)
        faults = []
        for mail in ("", *(person.mail for person in PEOPLE[:5])):
            found = _attack_as(app, mail, random.Random(seed), values)  # noqa: S311 -- the same again, on purpose
            click.echo("\n".join(found))
            faults += found
        app.extensions["database"].engine.dispose()
    sys.exit(1 if faults else 0)


def _attack_as(app: Flask, mail: str, chance: random.Random, values: int) -> list[str]:
    client = app.test_client()
    if mail:
        page = client.get("/konto/anmelden").text
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
        client.post("/konto/anmelden", data={"csrf_token": token, "mail": mail, "password": PASSWORD})
        if client.get("/konto").status_code != 200:
            raise click.ClickException(f"{mail} kann sich nicht anmelden.")
    strangers = tuple(person.mail for person in PEOPLE if person.mail != mail)
    walk = Walk(app, client, mail or "nobody", strangers=strangers)
    walk.look_around(*BEGINNINGS)
    click.echo(f"{walk.name}: {sum(map(len, walk.pages.values()))} Seiten, {len(walk.forms)} Formulare", err=True)
    walk.attack_addresses(chance, values)
    walk.attack_forms(chance, values)
    walk.attack_whole_forms(chance, values)
    click.echo(f"{walk.name}: {dict(walk.asked)}, {len(walk.faults)} Fehler", err=True)
    return walk.faults


if __name__ == "__main__":
    attack()
