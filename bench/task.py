"""What every engine of the comparison does: ten best, number of all, six facets, filters, highlighted excerpts."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from marketplace.search.compounds import PLAIN, Dictionary
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import Facet, SearchDocument, SearchQuery
from marketplace.search.snippets import Highlighter

TOP = 10
FACETS = (Facet.KIND, Facet.ACTION_FIELD, Facet.STATE, Facet.SIZE, Facet.PHASE, Facet.CHALLENGE)
"""Each is counted with all other filters on."""


@dataclass(frozen=True)
class Answer:
    """What came out, so that answers can be compared."""

    total: int
    facets: Mapping[Facet, Mapping[str, int]]
    excerpts: list[str]


class Contestant(Protocol):
    """One way to do the task. Made in one process, used in others: it opens its files when it is first asked."""

    @property
    def name(self) -> str:
        """What it is called in the tables."""
        ...

    def build(self, documents: Iterable[SearchDocument], dictionary: Dictionary) -> None:
        """Write everything."""
        ...

    def size(self) -> float:
        """Megabytes on disk."""
        ...

    def answer(self, query: SearchQuery) -> Answer:
        """Do the whole task."""
        ...


class Texts:
    """Title, summary and body of all entries in an SQLite file, for those who keep only an index of them."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)

    def write(self, documents: Iterable[SearchDocument]) -> None:
        """Keep all."""
        self._db.execute("CREATE TABLE text (id INTEGER PRIMARY KEY, title TEXT, summary TEXT, body TEXT)")
        self._db.execute("BEGIN")
        rows = ((each.entry_id, each.title, each.summary, each.body) for each in documents)
        self._db.executemany("INSERT INTO text VALUES (?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def excerpts(self, ids: list[int], terms: frozenset[str], dictionary: Dictionary = PLAIN) -> list[str]:
        """Marked title and excerpt of entries, made as the search page makes them."""
        highlighter = Highlighter(terms, dictionary)
        heads = {each[0]: each[1:] for each in self._read("id, title, summary", ids)}
        highlighter.read_ahead(text for head in heads.values() for text in head)
        elsewhere = [entry_id for entry_id in ids if not highlighter.has_hit(heads[entry_id][1])]
        bodies = dict(self._read("id, body", elsewhere))
        highlighter.read_ahead(bodies.values())
        excerpts: list[str] = []
        for entry_id in ids:
            title, summary = heads[entry_id]
            excerpt = highlighter.excerpt(bodies[entry_id]) if entry_id in bodies else None
            excerpts.append(highlighter.mark(title) + (excerpt or highlighter.mark(summary)))
        return excerpts

    def _read(self, columns: str, ids: list[int]) -> list[Any]:
        marks = ", ".join("?" * len(ids))
        return self._db.execute(f"SELECT {columns} FROM text WHERE id IN ({marks})", ids).fetchall()  # noqa: S608


def values_of(document: SearchDocument, facet: Facet) -> tuple[str, ...]:
    """Values by which a document is found and counted; what is nationwide has every Land."""
    if facet is Facet.STATE and document.nationwide:
        return tuple(CLOSED_LISTS[facet].values())
    return tuple(document.facets.get(facet, ()))


def chosen_of(query: SearchQuery) -> dict[Facet, list[str]]:
    """Chosen values by facet."""
    return {facet: sorted(values) for facet, values in query.filters.items() if values}


def without(chosen: dict[Facet, list[str]], facet: Facet) -> dict[Facet, list[str]]:
    """All other filters."""
    return {other: values for other, values in chosen.items() if other is not facet}
