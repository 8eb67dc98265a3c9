"""``python -m bench.concurrency --size 10k``: four processes search while one writes and one rebuilds, as one table."""

import itertools
import multiprocessing
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import click

from bench.corpus import Corpus
from bench.engines import Place, open_engine, places
from bench.measure import number, parse_size, table
from marketplace.search.port import SearchDocument, SearchEngine, SearchQuery, SearchUnavailableError
from tests.factories.search import document

READERS = 4
BATCH = 200
"""Entries that the index queue hands over at once when many changed."""

_CONTEXT = multiprocessing.get_context("spawn")


@dataclass
class Reading:
    """What one reader met; times in seconds."""

    latencies: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    """When the first, second … update of this phase was found."""
    errors: int = 0


@dataclass
class Writing:
    """What the writer did."""

    handed_over: list[float] = field(default_factory=list)
    done: list[float] = field(default_factory=list)


def read(link: Connection, place: Place, size: int) -> None:
    """Phase after phase: search at the given rate until told to stop, look for each update in between."""
    engine = open_engine(place)
    queries = itertools.cycle(Corpus(size).queries())
    link.send("ready")
    while True:
        phase, rate = link.recv()
        reading, next_start = Reading(), time.monotonic()
        while not link.poll(0):
            if rate:
                next_start += READERS / rate
                time.sleep(max(0.0, next_start - time.monotonic()))
            _read_once(engine, next(queries), phase, reading)
        link.recv()
        link.send(reading)


def _read_once(engine: SearchEngine, query: SearchQuery, phase: int, reading: Reading) -> None:
    start = time.monotonic()
    try:
        engine.search(query)
        reading.latencies.append(time.monotonic() - start)
        while engine.search(SearchQuery(word(phase, len(reading.seen)))).total:
            reading.seen.append(time.monotonic())
    except SearchUnavailableError:
        reading.errors += 1


def word(phase: int, update: int) -> str:
    """What only this update of this phase brings."""
    return f"aenderung{phase}x{update}a"


def write(link: Connection, place: Place, size: int) -> None:
    """Phase after phase: change one entry after the other until told to stop."""
    engine = open_engine(place)
    places = itertools.cycle(range(1, size + 1, 7))
    link.send("ready")
    while True:
        phase = link.recv()
        writing = Writing()
        for update in itertools.count():
            if link.poll(0):
                break
            changed = changed_entry(next(places), word(phase, update))
            writing.handed_over.append(time.monotonic())
            engine.update([changed], [])
            writing.done.append(time.monotonic())
        link.recv()
        link.send(writing)


def changed_entry(entry_id: int, title: str) -> SearchDocument:
    """An entry of usual length."""
    return document(entry_id, title, "Kurz gesagt", "Ein Text über die Stadt und das Amt " * 40)


def rebuild(link: Connection, place: Place, size: int) -> None:
    """Rebuild once whenever told to; answers with the seconds it took."""
    documents = list(Corpus(size).documents())
    link.send("ready")
    while True:
        link.recv()
        start = time.monotonic()
        open_engine(place).rebuild(documents)
        link.send(time.monotonic() - start)


def _run(target: Any, link: Connection, place: Place, size: int) -> None:
    with suppress(EOFError):
        target(link, place, size)


class Peer:
    """Another process."""

    def __init__(self, target: Any, place: Place, size: int) -> None:
        self.link, other_end = _CONTEXT.Pipe()
        _CONTEXT.Process(target=_run, args=(target, other_end, place, size), daemon=True).start()
        other_end.close()
        self.link.recv()

    def ask(self, message: Any) -> Any:
        """Send a message, get the answer."""
        self.link.send(message)
        return self.link.recv()


@dataclass
class Crew:
    """All processes of a measurement."""

    readers: list[Peer]
    writer: Peer
    builder: Peer
    phases: int = 0

    def measure(self, seconds: float, rate: int, *, writes: bool, rebuilds: bool) -> dict[str, str]:
        """Figures of one phase."""
        self.phases += 1
        start = time.monotonic()
        for reader in self.readers:
            reader.link.send((self.phases, rate))
        if writes:
            self.writer.link.send(self.phases)
        built = self.builder.ask("rebuild") if rebuilds else None
        time.sleep(max(0.0, seconds - (time.monotonic() - start)))
        took = time.monotonic() - start
        writing = self.writer.ask("stop") if writes else Writing()
        # Readers may need a moment for what was written last.
        time.sleep(0.5)
        readings = [reader.ask("stop") for reader in self.readers]
        return _figures(readings, writing, took, built)


def _figures(readings: list[Reading], writing: Writing, took: float, built: float | None) -> dict[str, str]:
    latencies = [latency for reading in readings for latency in reading.latencies]
    seen = [(reading, at) for reading in readings for at in enumerate(reading.seen)]
    after_commit = [max(0.0, at - writing.done[update]) for _, (update, at) in seen]
    in_all = [at - writing.handed_over[update] for _, (update, at) in seen]
    unseen = sum(len(writing.done) - len(reading.seen) for reading in readings)
    return {
        "Suchen je Sekunde, alle Leser": number(len(latencies) / (took + 0.5)),
        "Suche (ms)": _spread(latencies),
        "Fehler": str(sum(reading.errors for reading in readings)),
        "Änderungen je Sekunde": number(len(writing.done) / took) if writing.done else "–",
        "Änderung schreiben (ms)": _spread([b - a for a, b in zip(writing.handed_over, writing.done, strict=True)]),
        "bis jeder Leser sie findet, ab Übergabe (ms)": _spread(in_all),
        "bis jeder Leser sie findet, ab Abschluss (ms)": _spread(after_commit),
        "nicht gefunden": str(unseen) if writing.done else "–",
        "Neuaufbau daneben (s)": number(built) if built else "–",
    }


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    ordered = sorted(seconds)
    chosen = (ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1])
    return " / ".join(number(each * 1000) for each in chosen)


def _batches(place: Place) -> str:
    """Entries per second when many are handed over at once, without readers."""
    engine = open_engine(place)
    start = time.monotonic()
    for batch in range(5):
        engine.update([changed_entry(batch * BATCH + place, "Viele") for place in range(1, BATCH + 1)], [])
    return number(5 * BATCH / (time.monotonic() - start))


@click.command()
@click.option("--size", default="10k", show_default=True, help="Zahl der Einträge.")
@click.option("--seconds", default=10.0, show_default=True, help="Dauer jeder Messung.")
@click.option("--rate", default=100, show_default=True, help="Suchen je Sekunde, die alle Leser zusammen stellen.")
@click.option("--engine", type=click.Choice(["Whoosh", "PostgreSQL"]), default="Whoosh", show_default=True)
def main(*, size: str, seconds: float, rate: int, engine: str) -> None:
    """Vier Leser und ein Schreiber auf einem Index; Zeiten als Median / 95 % / längste."""
    entries = parse_size(size)
    columns: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder, places(Path(folder), only=engine) as indexes:
        place = indexes[engine]
        open_engine(place).rebuild(Corpus(entries).documents())
        batches = _batches(place)
        crew = Crew(
            [Peer(read, place, entries) for _ in range(READERS)],
            Peer(write, place, entries),
            Peer(rebuild, place, entries),
        )
        for name, each_rate in ((f"{rate}/s", rate), ("ohne Pause", 0)):
            for what, writes, rebuilds in (
                ("nur lesen", False, False),
                ("+ Änderungen", True, False),
                ("+ Neuaufbau", True, True),
            ):
                columns[f"{name}, {what}"] = crew.measure(seconds, each_rate, writes=writes, rebuilds=rebuilds)
                click.echo(f"{name}, {what}: fertig", err=True)
    names = list(next(iter(columns.values())))
    click.echo(table(["", *columns], [[name, *(figures[name] for figures in columns.values())] for name in names]))
    click.echo(f"\nIn Gruppen zu {BATCH}, ohne Leser: {batches} Einträge je Sekunde.")


if __name__ == "__main__":
    main()
