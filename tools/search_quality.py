"""``make search-quality``: ask the search all judged queries over the real content, print how good its answers are."""

import tempfile
from pathlib import Path

import click

from marketplace.search.quality import Summary, Verdict, summarise
from tests.support.library import judge, library_app

WORST = 40


@click.command()
@click.option("--engine", default="whoosh", show_default=True, help="Suchmaschine: whoosh, memory, postgres.")
@click.option("--database-url", help="Datenbank, falls nicht SQLite; sie muss leer sein.")
@click.option("--group", help="Nur die schlechtesten Fragen dieser Gruppe zeigen.")
@click.option("--verbose", is_flag=True, help="Auch die schlechtesten Fragen zeigen, mit dem, was fehlt.")
def main(*, engine: str, database_url: str | None, group: str | None, verbose: bool) -> None:
    """Güte der Suche über den echten Inhalten, je Gruppe und insgesamt."""
    with tempfile.TemporaryDirectory() as folder, library_app(Path(folder), engine, database_url) as app:
        verdicts = judge(app)
    click.echo(f"{'Gruppe':<18}{'Fragen':>7}{'nDCG@10':>9}{'MRR':>7}{'Recall@10':>11}{'ohne Treffer':>14}")
    for name, summary in summarise(verdicts).items():
        click.echo(_row(name, summary))
    if verbose or group:
        _print_worst([verdict for verdict in verdicts if group in (None, verdict.judgement.group)])


def _row(name: str, summary: Summary) -> str:
    return (
        f"{name:<18}{summary.number:>7}{summary.ndcg:>9.3f}{summary.mrr:>7.3f}{summary.recall:>11.3f}"
        f"{summary.zero_hits:>14.3f}"
    )


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
