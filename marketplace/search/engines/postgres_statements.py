"""The statements that read the PostgreSQL index, put together once for each of its two sides."""

from dataclasses import dataclass
from enum import Enum
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


_LAST_CHARACTER = "\U0010ffff"
_NOTHING_BETWEEN = sa.literal(b"")


class Plan(Enum):
    """When the server plans how to run a statement."""

    ONCE = "force_generic_plan"
    """There is one good way, and to look for it takes longer than to go it."""
    EACH_TIME = "force_custom_plan"
    """Which way is short depends on what is asked for."""


@dataclass(frozen=True)
class Stated:
    """A statement whose rows begin with the state they are of, in two columns; it tells that also if it finds nothing.

    What one statement reads is of one moment, so it needs no transaction.
    """

    select: sa.Select[Any]
    plan: Plan

    @classmethod
    def of(cls, statement: sa.Select[Any], plan: Plan = Plan.ONCE) -> "Stated":
        """Put the state before what a statement finds. The first column of that is never empty."""
        state, found = NEWEST.subquery("state"), statement.subquery("found")
        together = sa.select(state.c.build, state.c.last, *found.c).select_from(state.outerjoin(found, sa.true()))
        return cls(together, plan)


class Statements:
    """The statements on the tables of one side."""

    def __init__(self, name: str) -> None:
        side = SIDES[name]
        entry, terms, texts, vocabulary, postings = (table.c for table in side.tables)
        counts = entry.record.is_not(None)
        self.terms = Stated.of(sa.select(INDEX.c.term_filter, INDEX.c.term_count).where(INDEX.c.side == name))
        self.dictionary = Stated.of(sa.select(INDEX.c.dictionary_text).where(INDEX.c.side == name))
        self.all_rows = Stated.of(
            sa.select(
                packed_numbers(entry.number, entry.number).label("numbers"),
                sa.func.string_agg(entry.record, _ordered(_NOTHING_BETWEEN, entry.number)).label("records"),
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
        self.new_terms = Stated.of(sa.select(vocabulary.id, vocabulary.term).where(vocabulary.id > after))
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
                packed_numbers(terms.number).label("numbers"),
                packed_weights(weight).label("weights"),
            )
            .select_from(wanted.join(side.vocabulary, vocabulary.term == wanted.c.term))
            .where(
                terms.terms.contains(_array_of(vocabulary.id)),
                terms.number > wanted.c.above,
                terms.number > sa.bindparam("least", type_=sa.Integer),
            )
            .group_by(vocabulary.term),
            Plan.EACH_TIME,
        )
        beginning = (
            sa.func.unnest(sa.bindparam("prefixes", type_=ARRAY(sa.Text)))
            .table_valued(sa.column("prefix", sa.Text), name="beginning")
            .render_derived()
        )
        prefix = sa.collate(beginning.c.prefix, "C")
        first = (
            sa.select(vocabulary.term)
            .where(vocabulary.term >= prefix, vocabulary.term < prefix.concat(_LAST_CHARACTER))
            .order_by(vocabulary.term)
            .limit(sa.bindparam("limit", type_=sa.Integer))
            .lateral("first")
        )
        self.vocabulary = Stated.of(
            sa.select(beginning.c.prefix, sa.func.string_agg(first.c.term, "\n").label("terms"))
            .select_from(beginning.join(first, sa.true()))
            .group_by(beginning.c.prefix)
        )
        phrase = (
            sa.func.unnest(
                sa.bindparam("patterns", type_=ARRAY(sa.LargeBinary)), sa.bindparam("numbers", type_=ARRAY(sa.Text))
            )
            .table_valued(
                sa.column("pattern", sa.LargeBinary),
                sa.column("numbers", sa.Text),
                with_ordinality="place",
                name="phrase",
            )
            .render_derived()
        )
        # Codes have four bytes; the words themselves are needed only if the bytes begin within a code.
        begin = sa.func.position(phrase.c.pattern.op("IN")(texts.words))
        self.phrases = Stated.of(
            sa.select(
                phrase.c.place, texts.number, sa.case((begin % 4 == 1, sa.null()), else_=texts.words).label("words")
            )
            .join_from(phrase, side.texts, texts.number == sa.func.any(sa.cast(phrase.c.numbers, ARRAY(sa.Integer))))
            .where(begin > 0)
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


def packed_numbers(column: Any, by: Any = None) -> Any:
    """Numbers of many rows one behind the other, in four bytes each."""
    return sa.func.string_agg(
        sa.func.int4send(column), _NOTHING_BETWEEN if by is None else _ordered(_NOTHING_BETWEEN, by)
    )


def packed_weights(column: Any) -> Any:
    """Weights of many rows one behind the other, in four bytes each, which is enough to be exact."""
    return sa.func.string_agg(sa.func.float4send(sa.cast(column, sa.REAL)), _NOTHING_BETWEEN)


def _ordered(value: Any, by: Any) -> Any:
    return sa.dialects.postgresql.aggregate_order_by(value, by)


def _array_of(element: Any) -> Any:
    return sa.dialects.postgresql.array([element], type_=sa.Integer)
