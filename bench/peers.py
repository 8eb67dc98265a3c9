# ruff: noqa: S608 -- the pieces of SQL put together here are our own; what is asked for goes in as parameters
"""Other ways to do the same work, as their manuals show them: SQLite FTS5 with facets in SQL, and plain Whoosh."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from whoosh import fields, index, qparser, query, sorting
from whoosh.analysis import LanguageAnalyzer

from bench.task import FACETS, TOP, Answer, Texts, chosen_of, values_of, without
from marketplace.search import german
from marketplace.search.compounds import Dictionary
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import Facet, SearchDocument, SearchQuery
from marketplace.search.query_words import analyse_query

BOOSTS = {"title": 4.0, "summary": 2.0, "body": 1.0}


@dataclass
class Fts5:
    """SQLite FTS5 on our analysed words; filters and facets in a table beside it; our excerpts."""

    path: Path
    texts: Path
    name: str = "SQLite FTS5, Facetten in SQL"

    @cached_property
    def _db(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.executescript(
            "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -200000;"
            "CREATE TEMP TABLE found (id INTEGER PRIMARY KEY, score REAL)"
        )
        return connection

    @cached_property
    def _texts(self) -> Texts:
        return Texts(self.texts)

    def build(self, documents: Iterable[SearchDocument], _dictionary: Dictionary) -> None:
        """Write everything."""
        with sqlite3.connect(self.path) as connection:
            connection.execute(
                "CREATE VIRTUAL TABLE words USING fts5(title, summary, body, content='', tokenize='unicode61')"
            )
            connection.execute("CREATE TABLE value (id INTEGER, code INTEGER, PRIMARY KEY (id, code)) WITHOUT ROWID")
            for document in documents:
                texts = [_terms(text) for text in (document.title, document.summary, document.body)]
                connection.execute(
                    "INSERT INTO words (rowid, title, summary, body) VALUES (?, ?, ?, ?)", (document.entry_id, *texts)
                )
                codes = [_CODES[facet, value] for facet in FACETS for value in values_of(document, facet)]
                connection.executemany("INSERT INTO value VALUES (?, ?)", [(document.entry_id, code) for code in codes])
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            connection.execute("CREATE INDEX by_code ON value (code, id)")
            connection.execute("ANALYZE")
        connection.close()

    def size(self) -> float:
        """Megabytes on disk."""
        return self.path.stat().st_size / 1024**2

    def answer(self, asked: SearchQuery) -> Answer:
        """Do the whole task; what is found goes into a table, from which everything is counted."""
        terms = [term for clause in analyse_query(asked.text).required for term in clause.alternatives[0].terms]
        run = self._db.execute
        run("DELETE FROM found")
        run(
            "INSERT INTO found SELECT rowid, bm25(words, 4.0, 2.0, 1.0) FROM words WHERE words MATCH ?",
            (" ".join(f'"{term}"' for term in terms),),
        )
        chosen = chosen_of(asked)
        where, parameters = self._where(chosen)
        best = run(f"SELECT id FROM found {where} ORDER BY score, id LIMIT {TOP}", parameters).fetchall()
        [total] = run(f"SELECT count(*) FROM found {where}", parameters).fetchone()
        counted = self._count(where, parameters)
        for facet in chosen:
            others, more = self._where(without(chosen, facet))
            codes = [_CODES[facet, value] for value in CLOSED_LISTS[facet].values()]
            only = f"{others} {'AND' if others else 'WHERE'} code BETWEEN ? AND ?"
            counted = {code: number for code, number in counted.items() if code not in codes}
            counted |= self._count(only, [*more, min(codes), max(codes)])
        facets: dict[Facet, dict[str, int]] = {facet: {} for facet in FACETS}
        for code, number in counted.items():
            facet, value = _VALUES[code]
            facets[facet][value] = number
        return Answer(total, facets, self._texts.excerpts([row[0] for row in best], frozenset(terms)))

    def _count(self, where: str, parameters: list[int]) -> dict[int, int]:
        statement = f"SELECT code, count(*) FROM found CROSS JOIN value USING (id) {where} GROUP BY code"
        return dict(self._db.execute(statement, parameters).fetchall())

    def _where(self, chosen: dict[Facet, list[str]]) -> tuple[str, list[int]]:
        conditions: list[str] = []
        parameters: list[int] = []
        for facet, values in chosen.items():
            marks = ", ".join("?" * len(values))
            conditions.append(f"EXISTS (SELECT 1 FROM value AS v WHERE v.id = found.id AND v.code IN ({marks}))")
            parameters += [_CODES[facet, value] for value in values]
        return ("WHERE " + " AND ".join(conditions) if conditions else ""), parameters


@dataclass
class PlainWhoosh:
    """Whoosh with its own analyser, ranking, filters, ``groupedby`` and highlights."""

    path: Path
    name: str = "Whoosh nach Handbuch"

    @cached_property
    def _searcher(self) -> Any:
        return index.open_dir(str(self.path)).searcher()

    @cached_property
    def _parser(self) -> Any:
        return qparser.MultifieldParser(list(BOOSTS), index.open_dir(str(self.path)).schema)

    def build(self, documents: Iterable[SearchDocument], _dictionary: Dictionary) -> None:
        """Write everything."""
        self.path.mkdir()
        german_text = LanguageAnalyzer("de")
        names = {facet.value: fields.KEYWORD(commas=True, sortable=True) for facet in FACETS}
        texts = {
            name: fields.TEXT(analyzer=german_text, field_boost=boost, stored=True) for name, boost in BOOSTS.items()
        }
        schema = fields.Schema(id=fields.ID(stored=True), **texts, **names)
        writer = index.create_in(str(self.path), schema).writer(limitmb=256)
        for document in documents:
            facets = {facet.value: ",".join(values_of(document, facet)) for facet in FACETS}
            writer.add_document(
                id=str(document.entry_id), title=document.title, summary=document.summary, body=document.body,
                **{name: values for name, values in facets.items() if values},
            )  # fmt: skip
        writer.commit()

    def size(self) -> float:
        """Megabytes on disk."""
        return sum(path.stat().st_size for path in self.path.iterdir()) / 1024**2

    def answer(self, asked: SearchQuery) -> Answer:
        """The task, but all facets with all filters on: the others would need further searches."""
        chosen = chosen_of(asked)
        only = query.And(
            [query.Or([query.Term(facet.value, value) for value in values]) for facet, values in chosen.items()]
        )
        groups = sorting.Facets()
        for facet in FACETS:
            groups.add_facet(facet.value, sorting.FieldFacet(facet.value, allow_overlap=True, maptype=sorting.Count))
        results = self._searcher.search(
            self._parser.parse(asked.text), limit=TOP, filter=only if chosen else None, groupedby=groups
        )
        excerpts = [hit.highlights("title") + hit.highlights("body") for hit in results]
        return Answer(len(results), {facet: results.groups(facet.value) for facet in FACETS}, excerpts)


_CODES = {
    (facet, value): 100 * number + place
    for number, facet in enumerate(Facet)
    for place, value in enumerate(CLOSED_LISTS[facet].values())
}
_VALUES = {code: pair for pair, code in _CODES.items()}


def _terms(text: str) -> str:
    return " ".join(term for term in german.analyse(text).sequence if term)
