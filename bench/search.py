"""``python -m bench.search --sizes 1k,10k,100k``: our engines against others, and the pages, as one table."""

import gc
import itertools
import tempfile
import time
from pathlib import Path

import click

from bench.contest import agreement, alone, compete, in_own_process, rows_of
from bench.corpus import Corpus
from bench.engines import Ours, Place, learn_dictionary, open_engine, places
from bench.hostile import measure_hostile
from bench.measure import Times, number, parse_size, seconds, table
from bench.pages import measure_pages
from bench.peer_tantivy import Tantivy
from bench.peers import Fts5, PlainWhoosh
from bench.task import Contestant, Texts
from marketplace.search.compounds import Dictionary
from marketplace.search.port import SearchDocument, SearchEngine, SearchQuery
from tests.factories.search import document

PLAIN_WHOOSH_LIMIT = 10_000
"""Beyond this, plain Whoosh needs minutes for single searches."""

CHANGES = 40


def measure(corpus: Corpus, folder: Path, *, with_pages: bool) -> dict[str, str]:
    """All figures of one size."""
    documents = list(corpus.documents())
    dictionary = learn_dictionary(documents)
    texts = folder / "texts.db"
    Texts(texts).write(documents)
    with places(folder) as indexes:
        ours = [Ours(name, place, texts) for name, place in indexes.items()]
        peers: list[Contestant] = [Tantivy(folder / "tantivy"), Fts5(folder / "fts5.db", texts)]
        slow: list[Contestant] = [PlainWhoosh(folder / "plain")] if corpus.size <= PLAIN_WHOOSH_LIMIT else []
        figures = _build([*ours, *peers, *slow], documents, dictionary)
        documents.clear()
        gc.collect()
        taken = in_own_process(compete, [*ours, *peers], slow, corpus)
        figures |= rows_of(taken, [each.name for each in ours], few=[each.name for each in slow])
        agreed = in_own_process(agreement, ours[0], peers, corpus)
        figures |= {f"von 100 Suchen gleich viele / weniger Treffer: {name}": text for name, text in agreed.items()}
        for each in [*ours, *peers]:
            first, used = in_own_process(alone, each, corpus)
            figures[f"erste Antwort eines neuen Prozesses (ms): {each.name}"] = number(first)
            figures[f"Speicher eines Lesers (MB): {each.name}"] = number(used)
        for one in ours:
            figures |= in_own_process(_measure_ours, one.name, one.place, corpus)
    return figures | (measure_pages(corpus, folder) if with_pages else {})


def _build(contestants: list[Contestant], documents: list[SearchDocument], dictionary: Dictionary) -> dict[str, str]:
    took = {each.name: seconds(lambda each=each: each.build(documents, dictionary)) for each in contestants}  # type: ignore[misc]
    first = took[contestants[0].name]
    times = {f"aufbauen (s): {name}": f"{number(time)} (×{number(time / first)})" for name, time in took.items()}
    return times | {f"auf der Platte (MB): {each.name}": number(each.size()) for each in contestants}


def _measure_ours(name: str, place: Place, corpus: Corpus) -> dict[str, str]:
    """Figures of one of our engines alone, in a process of its own."""
    engine = open_engine(place)
    queries = corpus.queries()
    engine.search(queries[0])
    hostile = measure_hostile(engine)
    phrases = [SearchQuery(f'"{query.text}"') for query in queries[:200]]
    documents = list(itertools.islice(corpus.documents(), 200))
    changes = Times.of(lambda n: _change(engine, n), range(1, CHANGES + 1), warm_up=3)
    figures = {
        "nur Treffer, Zahl, 8 Facetten": str(Times.of(engine.search, queries)),
        "als Wortgruppe in Anführungszeichen": str(Times.of(engine.search, phrases)),
        "ähnliche Einträge": str(Times.of(lambda each: engine.similar(each, 4), documents)),
        **hostile,
        "Änderung eines Eintrags, bis sie zu finden ist": str(changes),
        "Änderungen je Sekunde, einzeln": number(1000 / changes.median),
    }
    return {f"{what}: {name}": figure for what, figure in figures.items()}


def _change(engine: SearchEngine, n: int) -> None:
    engine.update([document(n, f"Änderung {n} am Eintrag", "Kurz", "Text " * 300)], [])
    engine.search(SearchQuery("Änderung"))


@click.command()
@click.option("--sizes", default="1k,10k", show_default=True, help="Größen, zum Beispiel 1k,10k,100k.")
@click.option("--pages/--no-pages", default=True, help="Auch die Seiten der Anwendung messen.")
def main(*, sizes: str, pages: bool) -> None:
    """Suche und Seiten messen; Zeiten in Millisekunden, Median / 95 %."""
    columns: dict[int, dict[str, str]] = {}
    for size in map(parse_size, sizes.split(",")):
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            columns[size] = measure(Corpus(size), Path(folder), with_pages=pages)
        click.echo(f"{size}: {time.perf_counter() - start:.0f} s, {columns[size]}", err=True)
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    rows = [[name, *(figures.get(name, "–") for figures in columns.values())] for name in names]
    click.echo(table(["", *(f"{size:,}".replace(",", ".") for size in columns)], rows))


if __name__ == "__main__":
    main()
