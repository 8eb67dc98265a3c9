"""The tables of the PostgreSQL index. They stand apart from those of the site, because SQLite has none of them.

All tables but one exist twice, as side a and side b: one side serves, a rebuild fills the other and then says so in
``search_index``. Of several sides of its format a process uses the one that was filled last; a process of the version
before goes on with the other one. Migrations make the tables; ``migrate.py`` compares them on PostgreSQL only.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

METADATA = sa.MetaData()

INDEX = sa.Table(
    "search_index",
    METADATA,
    sa.Column("side", sa.String(1), primary_key=True),
    sa.Column("build", sa.BigInteger, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.Column("fingerprint", sa.String(40), nullable=False),
    sa.Column("dictionary", sa.String(16), nullable=False, server_default=""),
    sa.Column("dictionary_text", sa.Text, nullable=False, server_default=""),
    sa.Column("bulk", sa.Integer, nullable=False, server_default="0"),
    sa.Column("term_filter", sa.LargeBinary, nullable=False, server_default=""),
    sa.Column("term_count", sa.Integer, nullable=False, server_default="0"),
)
"""A row for each side that is filled: by which rebuild, the highest number given there, in which format, with which
dictionary of compounds, up to which number its ``postings`` reach, and which of its terms have ids up to which one."""


@dataclass(frozen=True)
class Side:
    """One set of tables. Each writing of an entry gets the next number and replaces the writing before."""

    name: str
    entry: sa.Table
    """Which number is the writing of which entry; without a record if the entry was removed by it."""
    terms: sa.Table
    """For each number its terms, as ascending ids, and the weight of each."""
    texts: sa.Table
    """For each number what to sort by, and the codes of its words in order.

    Of what was written since the rebuild also the document itself, as JSON: the next rebuild may read it with another
    dictionary.
    """
    vocabulary: sa.Table
    postings: sa.Table
    """For each term what a rebuild wrote, as one list: the numbers that have it, and its weight in each, packed as
    ``int4send`` and ``float4send`` write them.

    Numbers that were removed since still stand there. What was written since stands in ``terms`` alone.
    """

    @property
    def terms_index(self) -> sa.Index:
        """The inverted index: which numbers have a term."""
        return next(iter(self.terms.indexes))

    @property
    def tables(self) -> list[sa.Table]:
        """All tables of the side."""
        return [self.entry, self.terms, self.texts, self.vocabulary, self.postings]


def _make_side(name: str) -> Side:
    def table(kind: str, *columns: sa.Column[object] | sa.Index) -> sa.Table:
        return sa.Table(f"search_{name}_{kind}", METADATA, *columns)

    def number() -> sa.Column[object]:
        return sa.Column("number", sa.Integer, primary_key=True, autoincrement=False)

    return Side(
        name,
        entry=table(
            "entry",
            number(),
            sa.Column("entry_id", sa.Integer, nullable=False, unique=True),
            sa.Column("record", sa.LargeBinary),
        ),
        terms=table(
            "terms",
            number(),
            sa.Column("terms", ARRAY(sa.Integer), nullable=False),
            sa.Column("weights", ARRAY(sa.Double), nullable=False),
            sa.Index(f"ix_search_{name}_terms", "terms", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        ),
        texts=table(
            "texts",
            number(),
            sa.Column("title", sa.Text, nullable=False),
            sa.Column("words", sa.LargeBinary, nullable=False),
            sa.Column("source", sa.Text),
        ),
        vocabulary=table(
            "vocabulary",
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("term", sa.Text(collation="C"), nullable=False, unique=True),
        ),
        postings=table(
            "postings",
            sa.Column("term_id", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("numbers", sa.LargeBinary, nullable=False),
            sa.Column("weights", sa.LargeBinary, nullable=False),
        ),
    )


SIDES = {name: _make_side(name) for name in ("a", "b")}
