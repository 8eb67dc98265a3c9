"""``make search-quality``: ask the search all judged queries over the real content, print how good its answers are."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from marketplace.search.quality import Summary, Verdict, summarise
from tests.support.databases import start_postgres
from tests.support.library import judge, library_app, use_engine
from tools.search_steps import LABELS, SteppedEngine, Steps

WORST = 40
ENGINES = ("whoosh", "postgres", "memory")
MEASURES = f"{'nDCG@10':>9}{'MRR':>7}{'Recall@10':>11}{'ohne Treffer':>14}"


@click.command()
@click.option("--engine", type=click.Choice(ENGINES), default="whoosh", show_default=True, help="Suchmaschine.")
@click.option(
    "--database-url", help="Leere Datenbank; für postgres wird sonst ein Server gestartet und wieder beendet."
)
@click.option("--group", help="Nur die schlechtesten Fragen dieser Gruppe zeigen.")
@click.option("--verbose", is_flag=True, help="Auch die schlechtesten Fragen zeigen, mit dem, was fehlt.")
@click.option(
    "--steps", is_flag=True, help="Messen, was jeder Schritt beiträgt: einer nach dem anderen und jeder allein."
)
def main(*, engine: str, database_url: str | None, group: str | None, verbose: bool, steps: bool) -> None:
    """Güte der Suche über den echten Inhalten, je Gruppe und insgesamt."""
    if steps:
        _print_steps()
        return
    with _library(engine, database_url) as app:
        verdicts = judge(app)
    click.echo(f"{'Gruppe':<18}{'Fragen':>7}{MEASURES}")
    for name, summary in summarise(verdicts).items():
        click.echo(f"{name:<18}{summary.number:>7}{_row(summary)}")
    if verbose or group:
        _print_worst([verdict for verdict in verdicts if _is_shown(verdict, group)])


@contextmanager
def _library(engine: str, database_url: str | None = None) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory() as folder:
        if engine == "postgres" and database_url is None:
            with start_postgres() as url, library_app(Path(folder), engine, url) as app:
                yield app
        else:
            with library_app(Path(folder), engine, database_url) as app:
                yield app


def _print_steps() -> None:
    """Add one step to the other; then take each away from all."""
    names = Steps.names()
    series = [("nur Wortstämme, alle Wörter nötig", Steps.up_to(0))]
    series += [(f"+ {LABELS[name]}", Steps.up_to(place)) for place, name in enumerate(names, 1)]
    series += [(f"ohne {LABELS[name]}", Steps().without(name)) for name in names]
    click.echo(f"{'Schritt':<66}{MEASURES}{'  Prüfung: nDCG@10, Recall@10':>34}")
    with _library("memory") as app:
        synonyms = app.extensions["search_engine"].synonyms
        for label, steps in series:
            use_engine(app, SteppedEngine(steps, synonyms))
            verdicts = judge(app, corrects=steps.spelling)
            known = Summary.of([verdict for verdict in verdicts if not verdict.judgement.is_held_out])
            held_out = Summary.of([verdict for verdict in verdicts if verdict.judgement.is_held_out])
            click.echo(f"{label:<66}{_row(known)}{held_out.ndcg:>24.3f}{held_out.recall:>10.3f}")


def _is_shown(verdict: Verdict, group: str | None) -> bool:
    """Queries by which nobody may tune are only shown to who asks for them."""
    return verdict.judgement.group == group if group else not verdict.judgement.is_held_out


def _row(summary: Summary) -> str:
    return f"{summary.ndcg:>9.3f}{summary.mrr:>7.3f}{summary.recall:>11.3f}{summary.zero_hits:>14.3f}"


def _print_worst(verdicts: list[Verdict]) -> None:
    imperfect = [verdict for verdict in verdicts if verdict.ndcg < 0.85 or verdict.missing]
    for verdict in sorted(imperfect, key=lambda each: each.ndcg + each.recall)[:WORST]:
        grades = verdict.judgement.grades
        click.echo(f"\n{verdict.ndcg:.2f} {verdict.recall:.2f}  {verdict.judgement.query} ({verdict.judgement.group})")
        click.echo("  gefunden: " + ", ".join(f"{slug} {grades.get(slug, 0)}" for slug in verdict.found))
        if verdict.missing:
            click.echo("  es fehlt: " + ", ".join(f"{slug} {grades[slug]}" for slug in verdict.missing))


if __name__ == "__main__":
    main()
