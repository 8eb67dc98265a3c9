"""What is read of the PostgreSQL index: within one transaction that sees one state of it, however long it takes."""

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection, Engine

from marketplace.search.compounds import Dictionary
from marketplace.search.engines.array_document import RECORD_TYPE, WORD_TYPE, fingerprint
from marketplace.search.engines.array_snapshot import CorruptIndexError, Documents, Floats, phrase_starts
from marketplace.search.engines.postgres_statements import statements_of
from marketplace.search.engines.postgres_tables import INDEX, SIDES, Side
from marketplace.search.port import SearchDocument, SearchUnavailableError

READ_LOCK_TIMEOUT = "100ms"
"""Readers wait for a table only if a rebuild empties it; then the other side serves already."""

DOCUMENT = TypeAdapter(SearchDocument)
"""How a document is kept as JSON."""

_ARRAY_HEADER = 20
_INTEGERS = np.dtype([("size", ">i4"), ("value", ">i4")])
_DOUBLES = np.dtype([("size", ">i4"), ("value", ">f8")])
FORMAT = "2-"
"""Counts up when the tables change in a way that ``fingerprint`` does not show."""

_NO_INDEX = "There is no index of this format."
_LAST_CHARACTER = "\U0010ffff"

_NEWEST = (
    sa.select(INDEX.c.side, INDEX.c.build, INDEX.c.last, INDEX.c.dictionary, INDEX.c.bulk)
    .where(INDEX.c.fingerprint == sa.bindparam("format", type_=sa.String))
    .order_by(INDEX.c.build.desc())
    .limit(1)
)

_NEWEST_WITH_SETTINGS = _NEWEST.add_columns(
    # A scan of all arrays takes several times as long as the index, which the planner does not expect.
    sa.func.set_config("enable_seqscan", "off", True),
    sa.func.set_config("jit", "off", True),
    # How much was written since the rebuild decides which way is short.
    sa.func.set_config("plan_cache_mode", "force_custom_plan", True),
    sa.func.set_config("lock_timeout", READ_LOCK_TIMEOUT, True),
)
"""Both in one trip to the server."""


class IndexState(NamedTuple):
    """One state of the index: which rebuild filled which side, and the highest number given since."""

    side: str
    build: int
    last: int
    dictionary: str
    """Version of the dictionary that the side was built with."""
    bulk: int
    """Up to this number postings stand in one list for each term."""

    @property
    def age(self) -> tuple[int, int]:
        """Grows with each change."""
        return self.build, self.last


def find_state(connection: Connection) -> IndexState | None:
    """The state now, or None if there is no index of this format."""
    row = connection.execute(_NEWEST, {"format": FORMAT + fingerprint()}).one_or_none()
    return IndexState(*row) if row else None


def require_state(connection: Connection) -> IndexState:
    """The state now; raises SearchUnavailableError if there is no index of this format."""
    state = find_state(connection)
    if state is None:
        raise SearchUnavailableError(_NO_INDEX)
    return state


def read_dictionary(connection: Connection, side: str) -> Dictionary:
    """The dictionary that a side was built with."""
    return Dictionary.loads(connection.execute(sa.select(INDEX.c.dictionary_text).filter_by(side=side)).scalar_one())


def find_spare_side(connection: Connection) -> Side:
    """The side that a rebuild may fill: never one that serves processes of this format, nor the one filled last."""
    own = find_state(connection)
    newest = sa.select(INDEX.c.side).order_by(INDEX.c.build.desc()).limit(1)
    serving = own.side if own else connection.execute(newest).scalar_one_or_none()
    return SIDES["b" if serving == "a" else "a"]


def next_build(connection: Connection) -> int:
    """A number higher than those of all builds before; the time alone could go back."""
    highest = connection.execute(sa.select(sa.func.max(INDEX.c.build))).scalar_one() or 0
    return max(time.time_ns(), highest + 1)


@contextmanager
def reading(engine: Engine) -> Iterator["IndexReader"]:
    """A reader of the newest state."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        row = connection.execute(_NEWEST_WITH_SETTINGS, {"format": FORMAT + fingerprint()}).one_or_none()
        if row is None:
            raise SearchUnavailableError(_NO_INDEX)
        yield IndexReader(connection, IndexState(*row[: len(IndexState._fields)]))


@dataclass(frozen=True)
class Rows:
    """Writings of entries in order of their numbers; ``removed`` are the entries that were removed."""

    numbers: Documents
    records: NDArray[Any]
    """One of RECORD_TYPE for each number; an empty one if the entry was removed."""
    removed: list[int]


class IndexReader:
    """Reads one state of the index."""

    def __init__(self, connection: Connection, state: IndexState) -> None:
        self.state = state
        self._connection = connection
        self._statements = statements_of(state.side)

    def require_whole(self) -> None:
        """Raise CorruptIndexError if the tables do not belong together, for instance after a backup of some of them."""
        if self._connection.execute(self._statements.is_incomplete, {"bulk": self.state.bulk}).scalar_one():
            raise CorruptIndexError("There are entries without terms or texts.")

    def list_rows(self) -> Rows:
        """All writings that count."""
        row = self._connection.execute(self._statements.all_rows).one()
        return Rows(_from_integers(row.numbers), np.frombuffer(row.records or b"", RECORD_TYPE), [])

    def list_rows_after(self, number: int) -> Rows:
        """Writings with a higher number, and what they removed."""
        rows = self._connection.execute(self._statements.new_rows, {"after": number}).all()
        records = [row.record or bytes(RECORD_TYPE.itemsize) for row in rows]
        return Rows(
            np.array([row.number for row in rows], np.int64),
            np.frombuffer(b"".join(records), RECORD_TYPE),
            [row.entry_id for row in rows if row.record is None],
        )

    def read_dictionary(self) -> Dictionary:
        """The dictionary that the index was built with."""
        return read_dictionary(self._connection, self.state.side)

    def list_forms(self, after: int) -> list[tuple[int, str]]:
        """Terms of the forms of words, with ids above a limit; the first ones are the most frequent, roughly."""
        rows = self._connection.execute(self._statements.forms, {"after": after})
        return [(row.id, row.term) for row in rows]

    def find_postings(self, wanted: Mapping[str, int]) -> dict[str, list[tuple[Documents, Floats]]]:
        """For each term the numbers above its limit that have it, and its weight in each, in up to two pieces.

        A limit of 0 asks for everything. The first piece may have numbers of writings that were replaced since.
        """
        found: dict[str, list[tuple[Documents, Floats]]] = {term: [] for term in wanted}
        if new := [term for term, limit in wanted.items() if limit == 0]:
            self._add_postings(found, self._statements.bulk, {"terms": new})
        limits = [max(limit, self.state.bulk) for limit in wanted.values()]
        if min(limits, default=0) < self.state.last:
            values = {"terms": list(wanted), "limits": limits, "least": min(limits)}
            self._add_postings(found, self._statements.postings, values)
        return found

    def _add_postings(self, found: dict[str, list[tuple[Documents, Floats]]], statement: Any, values: Any) -> None:
        for row in self._connection.execute(statement, values):
            found[row.term].append(_postings_of(row))

    def list_terms(self, prefix: str, limit: int) -> list[str]:
        """The first terms in order that begin with a prefix; also of entries that were changed or removed since."""
        values = {"low": prefix, "high": prefix + _LAST_CHARACTER, "limit": limit}
        return list(self._connection.execute(self._statements.vocabulary, values).scalars())

    def find_phrase(self, codes: list[int], numbers: Documents) -> list[int]:
        """Those of the numbers in whose words these codes stand side by side."""
        pattern = np.array(codes, WORD_TYPE).tobytes()
        rows = self._connection.execute(self._statements.phrase, {"numbers": numbers.tolist(), "pattern": pattern})
        return [
            row.number
            for row in rows
            if row.words is None or len(phrase_starts(np.frombuffer(row.words, WORD_TYPE), codes))
        ]

    def list_titles(self) -> list[tuple[int, str]]:
        """Number and sort key of the title of each writing."""
        return [(row.number, row.title) for row in self._connection.execute(self._statements.titles)]


def read_changes(connection: Connection, side: Side, after: int) -> tuple[list[SearchDocument], set[int]]:
    """What was written by updates after a number, to be written elsewhere; and the entries that were removed."""
    entry, texts = side.entry.c, side.texts.c
    together = side.entry.outerjoin(side.texts, entry.number == texts.number)
    statement = sa.select(entry.entry_id, entry.record, texts.source).select_from(together)
    rows = connection.execute(statement.where(entry.number > after)).all()
    documents = [DOCUMENT.validate_json(row.source) for row in rows if row.record is not None]
    return documents, {row.entry_id for row in rows if row.record is None}


def integers(values: Collection[int]) -> Any:
    """Numbers as one parameter."""
    return sa.cast(list(values), ARRAY(sa.Integer))


def _postings_of(row: Any) -> tuple[Documents, Floats]:
    numbers, weights = _from_integers(row.numbers), _from_doubles(row.weights)
    order = np.argsort(numbers, kind="stable")
    return numbers[order], weights[order]


def _from_integers(data: bytes | None) -> Documents:
    """Values of an integer array as PostgreSQL sends it."""
    return np.frombuffer((data or b"")[_ARRAY_HEADER:], _INTEGERS)["value"].astype(np.int64)


def _from_doubles(data: bytes | None) -> Floats:
    return np.frombuffer((data or b"")[_ARRAY_HEADER:], _DOUBLES)["value"].astype(np.float64)
