"""``blaupause search``: build the index anew, say how it is, show what was looked for in vain."""

import sys

import click
from flask import current_app

from marketplace.search import counting, indexing
from marketplace.search.phrases import Outcome
from marketplace.search.port import IndexBusyError, SearchUnavailableError


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
        except IndexBusyError:
            raise click.ClickException("Der Suchindex wird gerade von einem anderen Prozess geschrieben.") from None
        except SearchUnavailableError as error:
            raise click.ClickException(f"Der Suchindex lässt sich nicht schreiben: {error}") from None
    click.echo(f"{number} Einträge im Suchindex.")


@search.command()
def status() -> None:
    """Den Suchindex mit der Datenbank vergleichen; Rückgabewert 1, wenn er abweicht."""
    found = indexing.check(current_app.extensions["database"], current_app.extensions["search_engine"])
    click.echo(str(found))
    if not found.is_complete:
        sys.exit(1)


@search.command("zero-hits")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Höchstzahl der Zeilen.")
@click.option("--all", "with_single", is_flag=True, help="Auch, was nur einmal gesucht wurde.")
def zero_hits(*, limit: int, with_single: bool) -> None:
    """Zeigen, wonach zuletzt vergeblich gesucht wurde: wie oft, an wie vielen Tagen, zuletzt wann."""
    with current_app.extensions["database"].reading():
        rows = counting.list_unanswered(limit, at_least=1 if with_single else 2)
    if not rows:
        click.echo("In den letzten Wochen wurde nichts mehrfach vergeblich gesucht.")
    for row in rows:
        note = f" ({Outcome.PARTLY.label})" if row.outcome == Outcome.PARTLY else ""
        click.echo(f"{row.times:>5} mal  {row.days:>3} Tage  {row.last_day:%d.%m.%Y}  {row.phrase}{note}")
