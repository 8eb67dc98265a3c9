# ruff: noqa: S608 -- the pieces of SQL put together here are our own; what is asked for goes in as parameters
"""Other ways to do the same work, as their manuals show them: SQLite FTS5 with facets in SQL, and plain Whoosh."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import fields, index, qparser, query, sorting
from whoosh.analysis import LanguageAnalyzer

from marketplace.search import german
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import Facet, SearchDocument, SearchQuery
from marketplace.search.query_words import analyse_query


class Fts5:
    """SQLite FTS5 on our analysed words, title 4, summary 2, body 1; filters and facets in tables beside it."""

    name = "SQLite FTS5, Facetten in SQL"

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)

    def build(self, documents: Iterable[SearchDocument]) -> None:
        """Write everything."""
        self._db.executescript(
            "CREATE VIRTUAL TABLE words USING fts5(title, summary, body, content='', tokenize='unicode61');"
            "CREATE TABLE value (id INTEGER, code INTEGER, PRIMARY KEY (id, code)) WITHOUT ROWID;"
        )
        for document in documents:
            texts = [_terms(text) for text in (document.title, document.summary, document.body)]
            self._db.execute(
                "INSERT INTO words (rowid, title, summary, body) VALUES (?, ?, ?, ?)", (document.entry_id, *texts)
            )
            codes = [_CODES[facet, value] for facet, values in document.facets.items() for value in values]
            self._db.executemany("INSERT INTO value VALUES (?, ?)", [(document.entry_id, code) for code in codes])
        self._db.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._db.execute("CREATE INDEX by_code ON value (code, id)")
        self._db.execute("ANALYZE")
        self._db.commit()

    def search(self, asked: SearchQuery) -> int:
        """Twenty best, number of all, all facets each with the other filters on."""
        match = " ".join(
            f'"{term}"' for clause in analyse_query(asked.text).required for term in clause.alternatives[0].terms
        )
        run = self._db.execute
        run("DROP TABLE IF EXISTS temp.found")
        run(
            "CREATE TEMP TABLE found AS SELECT rowid AS id, bm25(words, 4.0, 2.0, 1.0) AS score"
            " FROM words WHERE words MATCH ?",
            (match,),
        )
        chosen = {facet: sorted(values) for facet, values in asked.filters.items() if values}
        where, parameters = self._where(chosen)
        run(f"SELECT id FROM found {where} ORDER BY score, id LIMIT 20", parameters).fetchall()
        [total] = run(f"SELECT count(*) FROM found {where}", parameters).fetchone()
        count = "SELECT code, count(*) FROM found CROSS JOIN value USING (id)"
        run(f"{count} {where} GROUP BY code", parameters).fetchall()
        for facet in chosen:
            others, more = self._where({other: values for other, values in chosen.items() if other is not facet})
            others = f"{others} AND code BETWEEN ? AND ?" if others else "WHERE code BETWEEN ? AND ?"
            codes = [_CODES[facet, value] for value in CLOSED_LISTS[facet].values()]
            run(f"{count} {others} GROUP BY code", [*more, min(codes), max(codes)]).fetchall()
        return int(total)

    def _where(self, chosen: dict[Facet, list[str]]) -> tuple[str, list[int]]:
        conditions: list[str] = []
        parameters: list[int] = []
        for facet, values in chosen.items():
            marks = ", ".join("?" * len(values))
            conditions.append(f"id IN (SELECT id FROM value WHERE code IN ({marks}))")
            parameters += [_CODES[facet, value] for value in values]
        return ("WHERE " + " AND ".join(conditions) if conditions else ""), parameters


class PlainWhoosh:
    """Whoosh with its own analyser, ranking, filters and ``groupedby``."""

    name = "Whoosh nach Handbuch"

    def __init__(self, path: Path) -> None:
        path.mkdir()
        german_text = LanguageAnalyzer("de")
        names = {facet.value: fields.KEYWORD(commas=True, sortable=True) for facet in Facet}
        texts = {name: fields.TEXT(analyzer=german_text, field_boost=boost) for name, boost in _BOOSTS.items()}
        self._index = index.create_in(str(path), fields.Schema(id=fields.ID(stored=True), **texts, **names))
        self._parser = qparser.MultifieldParser(list(_BOOSTS), self._index.schema)
        self._searcher: Any = None

    def build(self, documents: Iterable[SearchDocument]) -> None:
        """Write everything."""
        writer = self._index.writer(limitmb=256)
        for document in documents:
            facets = {facet.value: ",".join(values) for facet, values in document.facets.items() if values}
            writer.add_document(
                id=str(document.entry_id), title=document.title, summary=document.summary, body=document.body, **facets
            )
        writer.commit()
        self._searcher = self._index.searcher()

    def search(self, asked: SearchQuery) -> int:
        """Twenty best, number of all, all facets (with all filters on; the others would need further searches)."""
        only = query.And(
            [
                query.Or([query.Term(facet.value, v) for v in values])
                for facet, values in asked.filters.items()
                if values
            ]
        )
        grouped = [sorting.FieldFacet(facet.value, allow_overlap=True, maptype=sorting.Count) for facet in Facet]
        groups = sorting.Facets()
        for facet, one in zip(Facet, grouped, strict=True):
            groups.add_facet(facet.value, one)
        results = self._searcher.search(
            self._parser.parse(asked.text), limit=20, filter=only if asked.filters else None, groupedby=groups
        )
        return len(results)


_CODES = {
    (facet, value): 100 * number + place
    for number, facet in enumerate(Facet)
    for place, value in enumerate(CLOSED_LISTS[facet].values())
}
_BOOSTS = {"title": 4.0, "summary": 2.0, "body": 1.0}


def _terms(text: str) -> str:
    return " ".join(term for term in german.analyse(text).sequence if term)
