"""``python -m bench.processor --size 10k``: computing time of the whole task and of hostile texts, server included.

On a machine that does other things as well, what passes until an answer is there says more about these than about us.
"""

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from bench.contest import WARM_UP, in_own_process, ratios
from bench.corpus import Corpus
from bench.engines import Ours, learn_dictionary, places
from bench.hostile import ask
from bench.measure import Times, number, parse_size, table
from bench.peer_tantivy import Tantivy
from bench.task import Contestant, Texts
from tests.support.hostile import HOSTILE_TEXTS


def computing(folder: str | None) -> float:
    """Milliseconds that this process and the server whose sockets are in a folder have been computing (Linux)."""
    return time.process_time() * 1000 + sum(map(_of_process, _backends(folder) if folder else ()))


def _backends(folder: str) -> Iterator[Path]:
    postmaster = int((Path(folder) / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="ascii")
    yield from (Path(f"/proc/{process}") for process in children.split())


def _of_process(process: Path) -> float:
    return int((process / "schedstat").read_text(encoding="ascii").split()[0]) / 1e6


def _taken(action: Callable[[], object], folder: str | None) -> float:
    before = computing(folder)
    action()
    return computing(folder) - before


def compete(contestants: list[Contestant], folders: dict[str, str], corpus: Corpus) -> dict[str, list[float]]:
    """Of each query for each contestant, in turn."""
    for query in corpus.queries(draw=WARM_UP):
        for each in contestants:
            each.answer(query)
    gc.collect()
    gc.freeze()
    taken: dict[str, list[float]] = {each.name: [] for each in contestants}
    for place, query in enumerate(corpus.queries()):
        turn = place % len(contestants)
        for each in [*contestants[turn:], *contestants[:turn]]:
            taken[each.name].append(
                _taken(lambda each=each, query=query: each.answer(query), folders.get(each.name))  # type: ignore[misc]
            )
    return taken


def hostile(one: Ours, folder: str | None, corpus: Corpus) -> dict[str, float]:
    """Of each hostile text, asked once, with nothing kept from before."""
    one.engine.search(corpus.queries()[0])
    one.engine.words_like("stdat")
    return {name: _taken(lambda text=text: ask(one.engine, text), folder) for name, text in HOSTILE_TEXTS.items()}  # type: ignore[misc]


@click.command()
@click.option("--size", default="10k", show_default=True, help="Zahl der Einträge.")
def main(*, size: str) -> None:
    """Rechenzeit in Millisekunden, Median / 95 %, mit der des Servers; dann die bösartigen Eingaben."""
    corpus = Corpus(parse_size(size))
    with tempfile.TemporaryDirectory() as name, places(Path(name)) as indexes:
        texts, documents = Path(name) / "texts.db", list(corpus.documents())
        Texts(texts).write(documents)
        ours = [Ours(engine, place, texts) for engine, place in indexes.items()]
        contestants: list[Contestant] = [*ours, Tantivy(Path(name) / "tantivy")]
        dictionary = learn_dictionary(documents)
        for each in contestants:
            each.build(documents, dictionary)
        documents.clear()
        folders = {one.name: str(one.place).split("host=")[1].replace("%2F", "/")
                   for one in ours if isinstance(one.place, str)}  # fmt: skip
        taken = in_own_process(compete, contestants, folders, corpus)
        times = {each: Times.from_list(values) for each, values in taken.items()}
        others = times[contestants[-1].name]
        click.echo(table(["", "ms", "gegen tantivy"], [[n, str(t), ratios(t, others)] for n, t in times.items()]))
        worst = {one.name: in_own_process(hostile, one, folders.get(one.name), corpus) for one in ours}
        rows = [[text, *(number(figures[text]) for figures in worst.values())] for text in HOSTILE_TEXTS]
        click.echo(table(["bösartige Eingabe", *worst], rows))


if __name__ == "__main__":
    main()
