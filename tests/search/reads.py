"""What a search asks the PostgreSQL server, which no event of SQLAlchemy tells: it reads on connections of its own."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from marketplace.search.engines.postgres_links import Link


@contextmanager
def noted_reads() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """In this block and thread, each statement that reads the index, with its values."""
    reads: list[tuple[str, dict[str, Any]]] = []

    def note(frame: Any, event: str, _arg: Any) -> None:
        if event == "call" and frame.f_code is Link.run.__code__:
            reads.append((str(frame.f_locals["statement"]), dict(frame.f_locals["values"])))
        elif event == "call" and frame.f_code is Link.ask.__code__:
            reads.append((frame.f_locals["question"], {}))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield reads
    finally:
        sys.setprofile(before)
