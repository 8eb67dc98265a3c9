"""The statements that read the PostgreSQL index, put together once for each of its two sides."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from marketplace.search.engines.postgres_tables import INDEX, SIDES
from marketplace.search.spelling import MAX_WORDS
from marketplace.search.weighing import EXACT_MARK

NEWEST = (
    sa.select(INDEX.c.side, INDEX.c.build, INDEX.c.last, INDEX.c.dictionary, INDEX.c.bulk)
    .where(INDEX.c.fingerprint == sa.bindparam("format", type_=sa.String))
    .order_by(INDEX.c.build.desc())
    .limit(1)
)
"""The state of the index."""


@dataclass(frozen=True)
class Stated:
    """A statement whose rows begin with the state they are of, in two columns; it tells that also if it finds nothing.

    What one statement reads is of one moment, so it needs no transaction.
    """

    select: sa.Select[Any]

    @classmethod
    def of(cls, statement: sa.Select[Any]) -> "Stated":
        """Put the state before what a statement finds. The first column of that is never empty."""
        state, found = NEWEST.subquery("state"), statement.subquery("found")
        return cls(sa.select(state.c.build, state.c.last, *found.c).select_from(state.outerjoin(found, sa.true())))


class Statements:
    """The statements on the tables of one side."""

    def __init__(self, name: str) -> None:
        side = SIDES[name]
        entry, terms, texts, vocabulary, postings = (table.c for table in side.tables)
        counts = entry.record.is_not(None)
        self.dictionary = Stated.of(sa.select(INDEX.c.dictionary_text).where(INDEX.c.side == name))
        self.all_rows = Stated.of(
            sa.select(
                sa.func.array_send(sa.func.array_agg(_ordered(entry.number, entry.number))).label("numbers"),
                sa.func.string_agg(entry.record, _ordered(sa.literal(b""), entry.number)).label("records"),
            ).where(counts)
        )
        parts = [~sa.exists().where(part.number == entry.number) for part in (terms, texts)]
        has_lost_postings = sa.and_(
            sa.exists().where(entry.number <= sa.bindparam("bulk", type_=sa.Integer)),
            ~sa.exists(sa.select(postings.term_id)),
        )
        is_incomplete = sa.or_(sa.exists().where(counts, sa.or_(*parts)), has_lost_postings)
        self.is_incomplete = Stated.of(sa.select(is_incomplete.label("is_incomplete")))
        after = sa.bindparam("after", type_=sa.Integer)
        self.new_rows = Stated.of(sa.select(side.entry).where(entry.number > after))
        wanted = (
            sa.func.unnest(sa.bindparam("terms", type_=ARRAY(sa.Text)), sa.bindparam("limits", type_=ARRAY(sa.Integer)))
            .table_valued(sa.column("term", sa.Text), sa.column("above", sa.Integer), name="wanted")
            .render_derived()
        )
        self.bulk = Stated.of(
            sa.select(vocabulary.term, postings.numbers, postings.weights)
            .join_from(side.vocabulary, side.postings, vocabulary.id == postings.term_id)
            .where(vocabulary.term == sa.func.any(sa.bindparam("terms", type_=ARRAY(sa.Text))))
        )
        # The terms of a row ascend, so that the place of one of them is found by bisection.
        weight = terms.weights[sa.func.width_bucket(vocabulary.id, terms.terms)]
        self.postings = Stated.of(
            sa.select(
                vocabulary.term,
                sa.func.array_send(sa.func.array_agg(terms.number)).label("numbers"),
                sa.func.array_send(sa.func.array_agg(weight)).label("weights"),
            )
            .select_from(wanted.join(side.vocabulary, vocabulary.term == wanted.c.term))
            .where(
                terms.terms.contains(_array_of(vocabulary.id)),
                terms.number > wanted.c.above,
                terms.number > sa.bindparam("least", type_=sa.Integer),
            )
            .group_by(vocabulary.term)
        )
        self.vocabulary = Stated.of(
            sa.select(vocabulary.term)
            .where(
                vocabulary.term >= sa.bindparam("low", type_=sa.Text),
                vocabulary.term < sa.bindparam("high", type_=sa.Text),
            )
            .order_by(vocabulary.term)
            .limit(sa.bindparam("limit", type_=sa.Integer))
        )
        # Codes have four bytes; the words themselves are needed only if the bytes begin within a code.
        place = sa.func.position(sa.bindparam("pattern", type_=sa.LargeBinary).op("IN")(texts.words))
        self.phrase = Stated.of(
            sa.select(texts.number, sa.case((place % 4 == 1, sa.null()), else_=texts.words).label("words")).where(
                texts.number == sa.func.any(sa.bindparam("numbers", type_=ARRAY(sa.Integer))), place > 0
            )
        )
        self.forms = Stated.of(
            sa.select(vocabulary.id, vocabulary.term)
            .where(vocabulary.id > after, vocabulary.term.startswith(EXACT_MARK))
            .order_by(vocabulary.id)
            .limit(MAX_WORDS)
        )
        self.titles = Stated.of(sa.select(texts.number, texts.title))


@lru_cache
def statements_of(side: str) -> Statements:
    """The statements on one side, put together once."""
    return Statements(side)


def _ordered(value: Any, by: Any) -> Any:
    return sa.dialects.postgresql.aggregate_order_by(value, by)


def _array_of(element: Any) -> Any:
    return sa.dialects.postgresql.array([element], type_=sa.Integer)
