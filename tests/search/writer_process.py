"""A process of its own that writes an index. It says so line by line and waits for an answer after each."""

import sys
from collections.abc import Iterator
from pathlib import Path

from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import SearchDocument
from tests.factories.search import document


def say(text: object) -> None:
    print(text, flush=True)  # noqa: T201 -- read by the test
    sys.stdin.readline()


def rebuild(engine: WhooshEngine, _first: int) -> None:
    def documents() -> Iterator[SearchDocument]:
        for number in range(1, 100):
            say(number)
            yield document(number, "Neu")

    engine.rebuild(documents())


def update(engine: WhooshEngine, first: int) -> None:
    for round_ in range(1, 1000):
        engine.update([document(first + n, f"Runde {round_}", changed=round_) for n in range(5)], [])
        say(round_)


if __name__ == "__main__":
    {"rebuild": rebuild, "update": update}[sys.argv[2]](
        WhooshEngine(Path(sys.argv[1]), lock_timeout=30), int(sys.argv[3])
    )
