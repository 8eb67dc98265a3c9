"""What is written into one side of the PostgreSQL index. Whoever calls this keeps all other writers out."""

import itertools
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from marketplace.search.compounds import Dictionary
from marketplace.search.engines.array_document import IndexedDocument, fingerprint, prepare
from marketplace.search.engines.postgres_reader import DOCUMENT, FORMAT, IndexState, WrittenTerms, integers
from marketplace.search.engines.postgres_statements import packed_numbers, packed_weights
from marketplace.search.engines.postgres_tables import INDEX, Side
from marketplace.search.engines.term_filter import TermFilter
from marketplace.search.port import IndexBusyError, SearchDocument

WRITE_LOCK, REBUILD_LOCK = 0x5EA6C401, 0x5EA6C402
"""Advisory locks of the database: one for all that write, one for rebuilds."""

COLLECTING_MEMORY = "64MB"
"""For a rebuild, to bring what is in each document into an order by terms; beyond that PostgreSQL uses the disk."""

_LOCK_NOT_AVAILABLE = "55P03"


class IndexWriter:
    """Adds to one side and removes from it; numbers go on from the last one given."""

    def __init__(self, connection: Connection, side: Side, dictionary: Dictionary, last: int = 0) -> None:
        self.last = last
        self._dictionary = dictionary
        self._connection = connection
        self._side = side
        self._ids: dict[str, int] = {}
        self.terms = WrittenTerms(TermFilter(b""), 0)

    def clear(self) -> None:
        """Make the side empty, without its inverted index: that is built much faster when everything is there."""
        self._connection.execute(sa.text(f"TRUNCATE {', '.join(table.name for table in self._side.tables)}"))
        self._side.terms_index.drop(self._connection, checkfirst=True)

    def finish(self) -> int:
        """Build the inverted index and the postings of a side that was filled after ``clear``.

        Returns the number up to which the postings reach; 0 if no document has a word, so that none are missed.
        """
        self._side.terms_index.create(self._connection)
        self.terms = WrittenTerms(TermFilter.of(self._ids), len(self._ids))
        has_postings = self._collect_postings()
        for table in self._side.tables:
            self._connection.execute(sa.text(f"ANALYZE {table.name}"))
        return self.last if has_postings else 0

    def _collect_postings(self) -> bool:
        terms, postings = self._side.terms, self._side.postings
        each = sa.func.unnest(terms.c.terms, terms.c.weights).table_valued(
            sa.column("id", sa.Integer), sa.column("weight", sa.Double), name="each"
        ).render_derived()  # fmt: skip
        lists = packed_numbers(terms.c.number), packed_weights(each.c.weight)
        collected = sa.select(each.c.id, *lists).select_from(terms.join(each, sa.true())).group_by(each.c.id)
        self._connection.execute(sa.select(sa.func.set_config("work_mem", COLLECTING_MEMORY, True)))
        self._connection.execute(postings.insert().from_select(postings.c.keys(), collected))
        return bool(self._connection.scalar(sa.select(sa.exists(sa.select(postings.c.term_id)))))

    def _learn_terms(self, terms: Collection[str]) -> None:
        """Look up the ids of terms; new terms get one."""
        vocabulary = self._side.vocabulary
        known = sa.select(vocabulary).where(vocabulary.c.term == sa.func.any(_texts(terms)))
        self._ids = {row.term: row.id for row in self._connection.execute(known)}
        highest = self._connection.execute(sa.select(sa.func.max(vocabulary.c.id))).scalar_one() or 0
        self._add_terms([term for term in terms if term not in self._ids], highest)

    def _add_terms(self, terms: Iterable[str], highest: int) -> None:
        new = {term: number for number, term in enumerate(terms, highest + 1)}
        self._copy(self._side.vocabulary, [(number, term) for term, number in new.items()])
        self._ids |= new

    def add(self, documents: Sequence[SearchDocument]) -> None:
        """Write documents of entries of which no writing is there."""
        ready = [prepare(document, self._dictionary) for document in documents]
        new = dict.fromkeys(term for document in ready for term in document.weights if term not in self._ids)
        self._add_terms(new, len(self._ids))
        self._add_rows(documents, ready, keeps_source=False)

    def _add_rows(
        self, documents: Sequence[SearchDocument], ready: Sequence[IndexedDocument], *, keeps_source: bool
    ) -> None:
        side, rows = self._side, list(zip(itertools.count(self.last + 1), documents, ready, strict=False))
        self._copy(side.entry, [(number, document.entry_id, done.record) for number, document, done in rows])
        self._copy(side.terms, [(number, *self._terms_of(done)) for number, _, done in rows])
        self._copy(
            side.texts,
            [
                (number, done.title, done.words, DOCUMENT.dump_json(document).decode() if keeps_source else None)
                for number, document, done in rows
            ],
        )
        self.last += len(documents)

    def _terms_of(self, document: IndexedDocument) -> tuple[list[int], list[float]]:
        pairs = sorted((self._ids[term], weight) for term, weight in document.weights.items())
        return [term_id for term_id, _ in pairs], [weight for _, weight in pairs]

    def _remove(self, entry_ids: Collection[int]) -> None:
        """Remove the writings of entries."""
        entry, side = self._side.entry, self._side
        gone = sa.delete(entry).where(entry.c.entry_id == sa.func.any(integers(entry_ids)))
        rows = self._connection.execute(gone.returning(entry.c.number)).scalars()
        numbers = integers(rows.all())
        for table in (side.terms, side.texts):
            self._connection.execute(sa.delete(table).where(table.c.number == sa.func.any(numbers)))

    def replace(self, documents: Iterable[SearchDocument], removed: Collection[int]) -> None:
        """Write documents again, of several of one entry the last one, and remove other entries."""
        newest = {document.entry_id: document for document in documents}
        gone = sorted(set(removed) - newest.keys())
        self._remove({*newest, *gone})
        ready = [prepare(document, self._dictionary) for document in newest.values()]
        self._learn_terms({term for document in ready for term in document.weights})
        self._add_rows(list(newest.values()), ready, keeps_source=True)
        # Readers who know these entries from before must learn that they are gone, and a rebuild that read them, too;
        # also if they were gone already: who reads only now has not seen the number that said so.
        numbered = enumerate(gone, self.last + 1)
        self._copy(self._side.entry, [(number, entry_id, None) for number, entry_id in numbered])
        self.last += len(gone)

    def _copy(self, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
        if not rows:
            return
        names = ", ".join(column.name for column in table.columns)
        types = [column.type.compile(self._connection.dialect).split(" COLLATE")[0].lower() for column in table.columns]
        cursor: Any = self._connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)


def write_state(connection: Connection, state: IndexState, dictionary: Dictionary, terms: WrittenTerms) -> None:
    """Make this the state of its side after a rebuild."""
    values = {
        **state._asdict(),
        "fingerprint": FORMAT + fingerprint(),
        "dictionary_text": dictionary.dumps(),
        "term_filter": terms.filter.bits,
        "term_count": terms.highest,
    }
    statement = insert(INDEX).values(values).on_conflict_do_update(index_elements=[INDEX.c.side], set_=values)
    connection.execute(statement)


def write_last(connection: Connection, side: str, last: int) -> None:
    """Note the highest number given on a side after an update."""
    connection.execute(sa.update(INDEX).where(INDEX.c.side == side).values(last=last))


def lock(connection: Connection, key: int, timeout: float) -> None:
    """Take a lock until the end of the transaction; raises IndexBusyError if others keep it for too long."""
    if connection.execute(sa.select(sa.func.pg_try_advisory_xact_lock(key))).scalar_one():
        return
    setting = sa.func.current_setting("lock_timeout")
    before = connection.execute(sa.select(setting)).scalar_one()
    try:
        with connection.begin_nested():
            limit = sa.func.set_config("lock_timeout", f"{int(timeout * 1000)}ms", True)
            connection.execute(sa.select(limit))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
            connection.execute(sa.select(sa.func.set_config("lock_timeout", before, True)))
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise IndexBusyError("The index is being written by somebody else.") from error


def _texts(values: Collection[str]) -> Any:
    return sa.cast(list(values), sa.ARRAY(sa.Text))
