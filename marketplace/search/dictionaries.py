"""Keeps the dictionary of compounds in the database, so that all indexes beside it are built with the same one."""

from collections.abc import Iterable

from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.search import compounds, learning, queries
from marketplace.search.compounds import Dictionary, Expression
from marketplace.search.models import SearchDictionary

GROWTH = 2
SPARE_ENTRIES = 100
"""With more than ``GROWTH`` times the entries it was learned from, and these, a dictionary is learned anew."""


def learn(database: Database, expressions: Iterable[Expression]) -> Dictionary:
    """Learn a dictionary from the published entries."""
    return learning.learn(queries.iterate_texts(database, learning.MAX_TEXTS), expressions)


def keep(dictionary: Dictionary, entries: int) -> None:
    """Make a dictionary, learned from so many entries, that of all indexes beside this database."""
    row = SearchDictionary(
        id=1,
        version=dictionary.version,
        content=dictionary.dumps(),
        entries=entries,
        learned_at=clock.now(),
    )
    db.session().merge(row)


def find_current(database: Database) -> Dictionary | None:
    """The dictionary that was learned last, unless that was by other rules than those of this version of the site."""
    with database.reading():
        stored = queries.find_dictionary()
        if stored is None:
            return None
        dictionary = Dictionary.loads(stored.content)
        return dictionary if dictionary.version == stored.version else None


def current_version() -> str:
    """Version of the dictionary that indexes should have; before anything was learned that of the base list alone."""
    stored = queries.find_dictionary()
    return stored.version if stored else compounds.PLAIN.version


def is_outgrown(database: Database) -> bool:
    """Whether there are many more entries than the dictionary was learned from."""
    with database.reading():
        stored = queries.find_dictionary()
        return queries.count_published() > (stored.entries if stored else 0) * GROWTH + SPARE_ENTRIES
