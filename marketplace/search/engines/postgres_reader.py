"""What is read of the PostgreSQL index: each answer says of which state it is, and only those of one state count."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from marketplace.search.compounds import Dictionary
from marketplace.search.engines.array_document import RECORD_TYPE, WORD_TYPE, fingerprint
from marketplace.search.engines.array_snapshot import CorruptIndexError, Documents, Phrase, phrase_starts
from marketplace.search.engines.postgres_links import Link
from marketplace.search.engines.postgres_statements import NEWEST, Stated, statements_of
from marketplace.search.engines.postgres_tables import INDEX, SIDES, Side
from marketplace.search.engines.term_filter import TermFilter
from marketplace.search.port import SearchDocument, SearchUnavailableError

DOCUMENT = TypeAdapter(SearchDocument)
"""How a document is kept as JSON."""

FORMAT = "3-"
"""Counts up when the tables change in a way that ``fingerprint`` does not show."""

Piece = tuple[Documents, NDArray[np.float32]]
"""Numbers that have a term, ascending, and its weight in each."""

NO_INDEX = "There is no index of this format."


class TryAgainError(Exception):
    """Others went on, the index was switched or a connection lost while something was being read."""


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
    row = connection.execute(NEWEST, {"format": FORMAT + fingerprint()}).one_or_none()
    return IndexState(*row) if row else None


def require_state(connection: Connection) -> IndexState:
    """The state now; raises SearchUnavailableError if there is no index of this format."""
    state = find_state(connection)
    if state is None:
        raise SearchUnavailableError(NO_INDEX)
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


def ask_state(link: Link) -> IndexState | None:
    """The same on a connection that only reads."""
    rows = link.run(NEWEST, {"format": FORMAT + fingerprint()})
    return IndexState(*rows[0]) if rows else None


@cache
def _age_now(dialect: sa.Dialect, index_format: str) -> str:
    """The statement that finds the age of the state now, in two numbers of eight bytes."""
    age = [sa.cast(NEWEST.selected_columns[name], sa.BigInteger) for name in ("build", "last")]
    statement = NEWEST.with_only_columns(*age).params(format=index_format)
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


@dataclass(frozen=True)
class WrittenTerms:
    """Which terms with ids up to the highest one there may be."""

    filter: TermFilter
    highest: int

    def advance(self, reader: "IndexReader") -> "WrittenTerms":
        """With what was written until the state of a reader."""
        new = reader.list_terms_after(self.highest)
        return WrittenTerms(self.filter.with_terms(term for _, term in new), max(new)[0]) if new else self


@dataclass(frozen=True)
class Rows:
    """Writings of entries in order of their numbers; ``removed`` are the entries that were removed."""

    numbers: Documents
    records: NDArray[Any]
    """One of RECORD_TYPE for each number; an empty one if the entry was removed."""
    removed: list[int]


class IndexReader:
    """Reads one state of the index; raises TryAgainError if there is a newer one."""

    def __init__(self, link: Link, state: IndexState, *, is_confirmed: bool = False) -> None:
        """``is_confirmed`` says that nobody can change the state any more, as within a transaction."""
        self.state = state
        self._link = link
        self._statements = statements_of(state.side)
        self._is_asked, self._is_confirmed = False, is_confirmed

    def _run(self, statement: Stated, values: Mapping[str, Any] | None = None) -> Sequence[tuple[Any, ...]]:
        """Rows that a statement finds in the state of this reader."""
        rows = self._link.run(statement.select, {**(values or {}), "format": FORMAT + fingerprint()}, statement.plan)
        if not rows or rows[0][:2] != self.state.age:
            raise TryAgainError
        self._is_confirmed = True
        # A statement that finds nothing still tells the state.
        return [row[2:] for row in rows] if rows[0][2] is not None else []

    def ask(self) -> None:
        """Have the server say whether this is still the state, while this process evaluates what it has in memory.

        Once is enough, and what was read of the index has told it by the way.
        """
        if not (self._is_confirmed or self._is_asked):
            self._link.ask(_age_now(self._link.dialect, FORMAT + fingerprint()))
            self._is_asked = True

    def confirm(self) -> None:
        """Make sure that this was still the state when it was asked."""
        self.ask()
        answer = self._link.answer()
        if not self._is_confirmed and answer != tuple(number.to_bytes(8, "big") for number in self.state.age):
            raise TryAgainError

    def require_whole(self) -> None:
        """Raise CorruptIndexError if the tables do not belong together, for instance after a backup of some of them."""
        [[is_incomplete]] = self._run(self._statements.is_incomplete, {"bulk": self.state.bulk})
        if is_incomplete:
            raise CorruptIndexError("There are entries without terms or texts.")

    def list_rows(self) -> Rows:
        """All writings that count."""
        found = self._run(self._statements.all_rows)
        numbers, records = found[0] if found else (b"", b"")
        return Rows(_unpack_numbers(numbers), np.frombuffer(records, RECORD_TYPE), [])

    def list_rows_after(self, number: int) -> Rows:
        """Writings with a higher number, and what they removed."""
        rows = sorted(self._run(self._statements.new_rows, {"after": number}))
        return Rows(
            np.array([number for number, _, _ in rows], np.int64),
            np.frombuffer(b"".join(record or bytes(RECORD_TYPE.itemsize) for _, _, record in rows), RECORD_TYPE),
            [entry_id for _, entry_id, record in rows if record is None],
        )

    def read_dictionary(self) -> Dictionary:
        """The dictionary that the index was built with."""
        [[text]] = self._run(self._statements.dictionary)
        return Dictionary.loads(text)

    def read_terms(self) -> "WrittenTerms":
        """What the rebuild noted of its terms."""
        [[bits, highest]] = self._run(self._statements.terms)
        return WrittenTerms(TermFilter(bits), highest)

    def list_terms_after(self, number: int) -> list[tuple[int, str]]:
        """Terms with an id above a limit, with their ids."""
        return [(term_id, term) for term_id, term in self._run(self._statements.new_terms, {"after": number})]

    def list_forms(self, after: int) -> list[tuple[int, str]]:
        """Terms of the forms of words, with ids above a limit; the first ones are the most frequent, roughly."""
        return sorted((number, term) for number, term in self._run(self._statements.forms, {"after": after}))

    def find_postings(self, wanted: Mapping[str, int]) -> dict[str, list[Piece]]:
        """For each term the numbers above its limit that have it, and its weight in each, in up to two pieces.

        A limit of 0 asks for everything. The first piece may have numbers of writings that were replaced since.
        """
        found: dict[str, list[Piece]] = {term: [] for term in wanted}
        if new := [term for term, limit in wanted.items() if limit == 0]:
            self._add_postings(found, self._statements.bulk, {"terms": new})
        limits = [max(limit, self.state.bulk) for limit in wanted.values()]
        if min(limits, default=0) < self.state.last:
            values = {"terms": list(wanted), "limits": limits, "least": min(limits)}
            self._add_postings(found, self._statements.postings, values)
        return found

    def _add_postings(self, found: dict[str, list[Piece]], statement: Stated, values: Mapping[str, Any]) -> None:
        for term, numbers, weights in self._run(statement, values):
            found[term].append(_postings_of(numbers, weights))

    def list_terms(self, prefixes: Collection[str], limit: int) -> dict[str, list[str]]:
        """For each prefix the first terms in order that begin with it; also of entries that were changed since."""
        rows = self._run(self._statements.vocabulary, {"prefixes": list(prefixes), "limit": limit})
        return {prefix: [] for prefix in prefixes} | {prefix: sorted(terms.split("\n")) for prefix, terms in rows}

    def find_phrases(self, phrases: Sequence[Phrase]) -> list[list[int]]:
        """For each phrase those of its numbers in whose words these codes stand side by side."""
        patterns = [np.array(codes, WORD_TYPE).tobytes() for codes, _ in phrases]
        # As text, because a list of thousands of numbers is slow on its way.
        numbers = [f"{{{','.join(map(str, each.tolist()))}}}" for _, each in phrases]
        found: list[list[int]] = [[] for _ in phrases]
        for place, number, words in self._run(self._statements.phrases, {"patterns": patterns, "numbers": numbers}):
            if words is None or len(phrase_starts(np.frombuffer(words, WORD_TYPE), phrases[place - 1][0])):
                found[place - 1].append(number)
        return found

    def list_titles(self) -> list[tuple[int, str]]:
        """Number and sort key of the title of each writing."""
        return [(number, title) for number, title in self._run(self._statements.titles)]


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


def _postings_of(numbers_sent: bytes, weights_sent: bytes) -> Piece:
    numbers, weights = _unpack_numbers(numbers_sent), np.frombuffer(weights_sent, ">f4").astype(np.float32)
    if np.any(numbers[:-1] > numbers[1:]):
        order = np.argsort(numbers, kind="stable")
        numbers, weights = numbers[order], weights[order]
    return numbers, weights


def _unpack_numbers(data: bytes) -> Documents:
    return np.frombuffer(data, ">i4").astype(np.int64)
