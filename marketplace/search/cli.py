"""``blaupause search``: build the index anew, say how it is."""

import sys

import click
from flask import current_app

from marketplace.search import indexing
from marketplace.search.port import SearchUnavailableError


@click.group()
def search() -> None:
    """Suchindex aufbauen und prüfen."""


@search.command()
def rebuild() -> None:
    """Den Suchindex neu aufbauen; bis zum Ende antwortet der bisherige."""
    with click.progressbar(length=1, label="Suchindex", show_pos=True) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(1)

        try:
            number = indexing.rebuild(current_app.extensions["database"], current_app.extensions["search_engine"], show)
        except SearchUnavailableError:
            raise click.ClickException("Der Suchindex wird gerade von einem anderen Prozess geschrieben.") from None
    click.echo(f"{number} Einträge im Suchindex.")


@search.command()
def status() -> None:
    """Den Suchindex mit der Datenbank vergleichen; Rückgabewert 1, wenn er abweicht."""
    found = indexing.check(current_app.extensions["database"], current_app.extensions["search_engine"])
    click.echo(str(found))
    if not found.is_complete:
        sys.exit(1)
