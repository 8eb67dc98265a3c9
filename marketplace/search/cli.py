"""``blaupause search``: build the index anew, say how it is, check the synonyms, explain a rank, show vain searches."""

import sys

import click
from flask import current_app

from marketplace.catalogue import queries as catalogue
from marketplace.search import counting, explaining, indexing, mending
from marketplace.search.phrases import Outcome
from marketplace.search.port import IndexBusyError, SearchUnavailableError
from marketplace.search.synonym_file import read_groups
from marketplace.search.synonyms import main_key


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
    found = mending.check(current_app.extensions["database"], current_app.extensions["search_engine"])
    click.echo(str(found))
    if not found.is_complete:
        sys.exit(1)


@search.command()
@click.argument("word", required=False)
def synonyms(word: str | None) -> None:
    """Die Datei der Synonyme prüfen (Rückgabewert 1 bei Fehlern), oder zeigen, was für WORD eintritt."""
    path = current_app.config["SETTINGS"].content_directory / "synonyme.yml"
    groups, problems = read_groups(path.read_text(encoding="utf-8", errors="replace") if path.exists() else "")
    for problem in problems:
        click.echo(f"{path.name}, {problem}", err=True)
    if word:
        for group in groups:
            if main_key(word) in map(main_key, group.words):
                click.echo(f"{group.relation.value}: {', '.join(group.words)}")
    else:
        click.echo(f"{len(groups)} Gruppen von Synonymen, {len(problems)} Fehler.")
    if problems:
        sys.exit(1)


@search.command()
@click.argument("text")
@click.argument("slug")
def explain(text: str, slug: str) -> None:
    """Zeigen, warum der Eintrag SLUG bei der Suche nach TEXT an seiner Stelle steht."""
    with current_app.extensions["database"].reading():
        entry = catalogue.find_entry(slug)
        if entry is None:
            raise click.ClickException(f"Den Eintrag „{slug}“ gibt es nicht.")
        rank = explaining.explain(text, entry)
    if rank is None:
        raise click.ClickException(f"„{text}“ findet diesen Eintrag nicht.")
    for word in rank.words:
        share, places = word.share, ", ".join(found.label for found in word.fields)
        click.echo(
            f"{word.score:8.3f}  „{share.text}“: {share.way.label} ({', '.join(share.terms)}) "
            f"in {places}; Stärke {share.strength:.2f} × Seltenheit {share.rarity:.2f}, "
            f"in {share.documents} Einträgen"
        )
    for name, factor in rank.explanation.boosts.items():
        click.echo(f" × {factor:.3f}  {name}")
    has = (
        "hat alle Wörter"
        if rank.explanation.is_complete
        else "hat nur einen Teil der Wörter und steht unter allen anderen"
    )
    click.echo(f"{rank.explanation.score:8.3f}  zusammen; {has}")


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
