"""Our engines by where their index is: a directory, or the address of a PostgreSQL database."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from bench.corpus import CONTENT
from bench.task import FACETS, TOP, Answer, Texts
from marketplace.core.db import Database
from marketplace.search.compounds import Dictionary
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.engines.postgres_tables import METADATA
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.learning import MAX_TEXTS, learn
from marketplace.search.port import SearchDocument, SearchEngine, SearchQuery
from marketplace.search.synonym_file import SynonymFile
from tests.support.databases import migrated_database, start_postgres

Place = Path | str
SYNONYMS = CONTENT / "synonyme.yml"


@contextmanager
def places(folder: Path, *, only: str | None = None) -> Iterator[dict[str, Place]]:
    """Places of new indexes by the name of the engine; PostgreSQL on a server of its own that is gone afterwards."""
    if only == "Whoosh":
        yield {"Whoosh": folder / "ours"}
        return
    with start_postgres(is_safe=True) as server, migrated_database(server) as url:
        yield {"PostgreSQL": url} if only else {"Whoosh": folder / "ours", "PostgreSQL": url}


def open_engine(place: Place) -> SearchEngine:
    """The engine of an index, with the synonyms of the library."""
    synonyms = SynonymFile(SYNONYMS)
    if isinstance(place, Path):
        return WhooshEngine(place, synonyms=synonyms, lock_timeout=60)
    return PostgresEngine(Database(place), synonyms=synonyms, lock_timeout=60)


def learn_dictionary(documents: list[SearchDocument]) -> Dictionary:
    """What the site learns of its entries before it builds an index."""
    texts = (
        "\n".join((each.title, each.summary, each.body)) for each in documents[:: len(documents) // MAX_TEXTS or 1]
    )
    return learn(texts, SynonymFile(SYNONYMS)().expressions)


def size_on_disk(place: Place) -> float:
    """Megabytes of an index."""
    if isinstance(place, Path):
        return sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) / 1024**2
    with Database(place).engine.connect() as connection:
        sizes = [
            connection.execute(sa.select(sa.func.pg_total_relation_size(table.name))).scalar_one()
            for table in METADATA.sorted_tables
        ]
    return sum(sizes) / 1024**2


@dataclass
class Ours:
    """One of our engines, with compounds, synonyms and boosts, and the excerpts of the search page."""

    name: str
    place: Place
    texts: Path

    @cached_property
    def engine(self) -> SearchEngine:
        """The engine, opened in this process."""
        return open_engine(self.place)

    @cached_property
    def _texts(self) -> Texts:
        return Texts(self.texts)

    def build(self, documents: Iterable[SearchDocument], dictionary: Dictionary) -> None:
        """Write everything; not with this object's engine, so that it can still be sent to other processes."""
        open_engine(self.place).rebuild(documents, dictionary)

    def size(self) -> float:
        """Megabytes on disk."""
        return size_on_disk(self.place)

    def answer(self, query: SearchQuery) -> Answer:
        """Do the whole task."""
        found = self.engine.search(replace(query, page_size=TOP))
        excerpts = self._texts.excerpts([hit.entry_id for hit in found.hits], found.terms, found.dictionary)
        return Answer(found.total, {facet: found.facets[facet] for facet in FACETS}, excerpts)
