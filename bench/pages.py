"""Times of whole pages through the application, on a database filled with the synthetic catalogue."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask

from bench.contest import in_own_process
from bench.corpus import Corpus
from bench.first_page import app_in
from bench.measure import Times, memory, number, seconds
from marketplace import migrate
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry, EntryActionField, EntryChallenge, EntryState
from marketplace.core.db import Database
from marketplace.search import indexing
from marketplace.search.port import Facet, SearchDocument
from marketplace.search.url import args_from_query

BATCH = 1000
DETAILS: dict[Kind, dict[str, Any]] = {
    Kind.PROJECT: {},
    Kind.SOLUTION: {"solution_types": ["anwendung"]},
    Kind.PROGRAMME: {"level": "bund", "funder": "Bund"},
    Kind.LESSON: {"lesson_type": "erfolg", "basis": "praxis", "core": "Wer früh fragt, spart später Arbeit."},
}


def _serve(folder: Path, addresses: list[str]) -> float:
    """Answer these in a process of its own; returns all the memory it has then, in MB."""
    app = app_in(folder)
    for address in addresses:
        _get(app, address)
    return memory()


def _cold_start(folder: Path, address: str) -> float:
    """Seconds until a new process that loads nothing but the site has answered this."""
    start = time.time()
    command = [sys.executable, "-m", "bench.first_page", str(folder), address]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) - start  # noqa: S603


def measure_pages(corpus: Corpus, folder: Path) -> dict[str, str]:
    """Figures of the pages of one size."""
    app = app_in(folder)
    database: Database = app.extensions["database"]
    migrate.upgrade(database)
    _fill(database, corpus)
    rebuild = seconds(lambda: indexing.rebuild(database, app.extensions["search_engine"]))
    searches = [f"/suche?{urlencode(args_from_query(query))}" for query in corpus.queries(200)]
    entries = _addresses(database, corpus.size)
    lists = ["/", "/handlungsfelder", "/handlungsfelder/wasser", "/suche"] * 15
    reading = (searches + entries + lists)[::3]
    throughput = len(reading) / seconds(lambda: [_get(app, address) for address in reading])
    figures = {
        "Index aus der Datenbank aufbauen (s)": number(rebuild),
        "Seite: Suche mit Facetten und Auszügen": str(Times.of(lambda a: _get(app, a), searches)),
        "Vorschläge beim Tippen": str(Times.of(lambda a: _get(app, a), _typed(corpus))),
        "Seite: Eintrag mit ähnlichen Einträgen": str(Times.of(lambda a: _get(app, a), entries)),
        "Seite: Start": str(Times.of(lambda a: _get(app, a), ["/"] * 50, warm_up=3)),
        "gemischt lesen, Seiten je Sekunde auf einem Kern": number(throughput),
    }
    database.engine.dispose()
    figures["Kaltstart: neuer Prozess bis zur ersten Trefferseite (s)"] = number(_cold_start(folder, searches[0]))
    figures["Speicher eines ganzen Prozesses nach diesen Seiten (MB)"] = number(in_own_process(_serve, folder, reading))
    return figures


def _get(app: Flask, address: str) -> None:
    response = app.test_client().get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address}: {response.status_code}")


def _typed(corpus: Corpus) -> list[str]:
    """What the search field asks while a hundred searches are typed, letter by letter."""
    texts = [query.text for query in corpus.queries(100)]
    return [f"/suche/vorschlaege?{urlencode({'q': text[:n]})}" for text in texts for n in range(2, len(text) + 1)]


def _addresses(database: Database, size: int) -> list[str]:
    """Two hundred entries from all over the catalogue."""
    wanted = range(1, size + 1, max(1, size // 200))
    with database.engine.connect() as connection:
        found = connection.execute(sa.select(Entry.kind, Entry.slug).where(Entry.id.in_(wanted)).order_by(Entry.id))
        return [f"/{Kind(kind).path}/{slug}" for kind, slug in found]


def _fill(database: Database, corpus: Corpus) -> None:
    """All entries by bulk inserts; what publishing does beside that (versions, audit) is not measured here."""
    tables = (Entry, EntryActionField, EntryChallenge, EntryState)
    rows: dict[type, list[dict[str, Any]]] = {table: [] for table in tables}
    with database.engine.begin() as connection:
        for document in corpus.documents():
            _add_rows(rows, document)
            if len(rows[Entry]) == BATCH or document.entry_id == corpus.size:
                for table in tables:
                    if rows[table]:
                        connection.execute(sa.insert(table), rows[table])
                    rows[table].clear()


def _add_rows(rows: dict[type, list[dict[str, Any]]], document: SearchDocument) -> None:
    facets, entry_id = document.facets, document.entry_id
    kind = Kind(facets[Facet.KIND][0])
    moment = datetime.fromtimestamp(document.published, UTC)
    first = {facet: (facets[facet][0] if facets[facet] else None) for facet in Facet}
    rows[Entry].append({
        "id": entry_id, "kind": kind.value, "slug": f"eintrag-{entry_id}", "title": document.title,
        "summary": document.summary, "body": _paragraphs(document.body), "language": "de", "status": "veroeffentlicht",
        "phase": first[Facet.PHASE], "maturity": first[Facet.MATURITY], "licence": first[Facet.LICENCE], "as_of": 2024,
        "sources": [{"document": "Beispiel", "section": "1", "year": 2024}], "further_links": [],
        "details": DETAILS[kind], "version": 1, "created_at": moment, "updated_at": moment, "published_at": moment,
    })  # fmt: skip
    for table, facet in (
        (EntryActionField, Facet.ACTION_FIELD),
        (EntryChallenge, Facet.CHALLENGE),
        (EntryState, Facet.STATE),
    ):
        rows[table] += [
            {"entry_id": entry_id, "value": value, "position": place} for place, value in enumerate(facets[facet])
        ]


def _paragraphs(text: str) -> str:
    words = text.split()
    parts = [" ".join(words[start : start + 60]) for start in range(0, len(words), 60)]
    return "\n\n".join(f"## {part.split()[0]}\n\n{part}" for part in parts)
