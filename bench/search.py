"""``python -m bench.search --sizes 1k,10k,100k``: build, search and page times of growing catalogues, as one table."""

import multiprocessing
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bench.corpus import Corpus
from bench.engines import Place, open_engine, places, size_on_disk
from bench.measure import Times, memory, number, seconds, table
from bench.pages import measure_pages
from bench.peers import Fts5, PlainWhoosh
from marketplace.search.port import SearchDocument, SearchEngine, SearchQuery
from tests.factories.search import document

PLAIN_WHOOSH_LIMIT = 10_000
"""Beyond this, plain Whoosh needs minutes for single searches."""

PLAIN_WHOOSH_QUERIES = 60


def _read(place: Place, corpus: Corpus, answers: Any) -> None:
    """In a process of its own: first search, all searches, memory."""
    queries = corpus.queries()
    before = memory()
    engine = open_engine(place)
    start = time.perf_counter()
    engine.search(queries[0])
    cold = (time.perf_counter() - start) * 1000
    fresh = Times.of(engine.search, queries, warm_up=0)
    warm = Times.of(engine.search, queries)
    plain = Times.of(engine.search, [SearchQuery(query.text) for query in queries])
    phrases = Times.of(engine.search, [SearchQuery(f'"{query.text}"') for query in queries[:100]])
    answers.put((cold, fresh, warm, plain, phrases, memory() - before))


def _in_own_process(target: Callable[..., None], *args: Any) -> Any:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=target, args=(*args, answers))
    process.start()
    answer = answers.get()
    process.join()
    return answer


def measure(corpus: Corpus, folder: Path, *, with_pages: bool) -> dict[str, str]:
    """All figures of one size."""
    documents = list(corpus.documents())
    with places(folder) as indexes:
        figures, build, ours = _measure_engine("Whoosh", indexes["Whoosh"], documents, corpus)
        others, other_build, other = _measure_engine("PostgreSQL", indexes["PostgreSQL"], documents, corpus)
    figures |= others | {
        "PostgreSQL gegen Whoosh: aufbauen": f"×{number(other_build / build)}",
        "PostgreSQL gegen Whoosh: suchen": _ratios(other, ours),
    }
    figures |= _compare(Fts5(folder / "fts5.db"), documents, corpus.queries(), build, ours)
    if corpus.size <= PLAIN_WHOOSH_LIMIT:
        peer = PlainWhoosh(folder / "plain")
        figures |= _compare(peer, documents, corpus.queries(PLAIN_WHOOSH_QUERIES), build, ours)
    documents.clear()
    return figures | (measure_pages(corpus, folder) if with_pages else {})


def _measure_engine(
    name: str, place: Place, documents: list[SearchDocument], corpus: Corpus
) -> tuple[dict[str, str], float, Times]:
    """Figures of one of our engines, the seconds of its build and the times of its searches."""
    engine = open_engine(place)
    build = seconds(lambda: engine.rebuild(documents))
    on_disk = size_on_disk(place)
    cold, fresh, warm, plain, phrases, reader_memory = _in_own_process(_read, place, corpus)
    engine.search(SearchQuery("Stadt"))
    changes = Times.of(lambda n: _change(engine, n), list(range(1, 41)), warm_up=3)
    figures = {
        "Index aufbauen (s)": number(build),
        "Index auf der Platte (MB)": number(on_disk),
        "Suche: 20 beste, Zahl, 8 Facetten, mit Filtern": str(warm),
        "dieselben ohne Filter": str(plain),
        "als Wortgruppe in Anführungszeichen": str(phrases),
        "erste Suche eines neuen Prozesses": number(cold),
        "dessen erste 500 Suchen": str(fresh),
        "Speicher des Lesers (MB)": number(reader_memory),
        "Änderung eines Eintrags, bis sie zu finden ist": str(changes),
    }
    return {f"{name}: {what}": figure for what, figure in figures.items()}, build, warm


def _change(engine: SearchEngine, n: int) -> None:
    engine.update([document(n, f"Änderung {n} am Eintrag", "Kurz", "Text " * 300)], [])
    engine.search(SearchQuery("Änderung"))


def _compare(
    peer: Fts5 | PlainWhoosh, documents: list[SearchDocument], queries: list[SearchQuery], build: float, ours: Times
) -> dict[str, str]:
    """Figures of a peer, with how many times ours they are."""
    took = seconds(lambda: peer.build(documents))
    times = Times.of(peer.search, queries, warm_up=3)
    return {
        f"{peer.name}: aufbauen (s)": f"{number(took)} (×{number(took / build)})",
        f"{peer.name}: suchen": f"{times} ({_ratios(times, ours)})",
    }


def _ratios(times: Times, ours: Times) -> str:
    return f"×{number(times.median / ours.median)} / ×{number(times.p95 / ours.p95)}"


def parse_size(text: str) -> int:
    """``10k`` as a number."""
    return int(text.removesuffix("k")) * (1000 if text.endswith("k") else 1)


@click.command()
@click.option("--sizes", default="1k,10k", show_default=True, help="Größen, zum Beispiel 1k,10k,100k.")
@click.option("--pages/--no-pages", default=True, help="Auch die Seiten der Anwendung messen.")
def main(*, sizes: str, pages: bool) -> None:
    """Suche und Seiten messen; Zeiten in Millisekunden, Median / 95 %."""
    columns: dict[int, dict[str, str]] = {}
    for size in map(parse_size, sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            columns[size] = measure(Corpus(size), Path(folder), with_pages=pages)
        click.echo(f"{size}: {columns[size]}", err=True)
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    rows = [[name, *(figures.get(name, "–") for figures in columns.values())] for name in names]
    click.echo(table(["", *(f"{size:,}".replace(",", ".") for size in columns)], rows))


if __name__ == "__main__":
    main()
