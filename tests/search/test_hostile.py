"""Whatever somebody types, a search does a bounded amount of work: counted, so that no other load disturbs the test.

How long these texts take with 10,000 entries is measured by ``bench/hostile.py``.
"""

import random
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from marketplace.core.db import Database
from marketplace.search.correction import find_correction
from marketplace.search.engines import array_match
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.nearby import find_nearby
from marketplace.search.port import SearchDocument, SearchEngine
from marketplace.search.query_words import MAX_CLAUSES, analyse_query
from marketplace.search.ranking import ALL_EXPANSIONS, MAX_CANDIDATES, MAX_EXPANSIONS, expansions
from marketplace.search.results import Scope
from marketplace.search.url import query_from_args
from tests.factories.search import document
from tests.search.reads import noted_reads
from tests.support.databases import copy_of
from tests.support.hostile import HOSTILE_TEXTS

MOST_CALLS = 100_000
"""Calls of functions; one takes less than half a microsecond, all together stay below 100 ms."""

MOST_LOOK_UPS = ALL_EXPANSIONS + 8 * MAX_CLAUSES
"""Terms in one search: some ways to say each word, and the longer ones that stand in for words."""

MOST_STATEMENTS = 24
"""Trips to a PostgreSQL server for one page."""

MOST_POSTINGS = 3 * MOST_LOOK_UPS
"""Terms of which a page reads the documents from a PostgreSQL server; it tries shorter searches, too."""

MOST_BYTES = 2 * 1024 * 1024
BEGINNINGS = ("stad", "gemei", "dien", "verw", "projek", "digi", "date", "komm", "plat", "mobi", "ener", "klim")


def documents_that_begin_alike() -> Iterator[SearchDocument]:
    """Hundreds of words that begin alike, which is what costs most."""
    choose = random.Random(7)  # noqa: S311 -- words of a test
    words = [f"{start}{chr(97 + n % 26)}{chr(97 + n // 26)}er" for start in BEGINNINGS for n in range(520)]
    frequent = "Stadt Gemeinde digital Projekt Daten und mit der"
    for n in range(1, 301):
        yield document(n, " ".join(choose.sample(words, 8)), body=f"{frequent} {' '.join(choose.sample(words, 60))}")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    engine = WhooshEngine(Path(tmp_path_factory.mktemp("search")) / "index")
    engine.rebuild(documents_that_begin_alike())
    engine.words_like("stdat")  # reads all words, once in a process
    return engine


@pytest.fixture(scope="module")
def postgres(postgres_template: str) -> Iterator[Database]:
    with copy_of(postgres_template) as url:
        database = Database(url)
        PostgresEngine(database).rebuild(documents_that_begin_alike())
        yield database
        database.engine.dispose()


@contextmanager
def counted() -> Iterator[Callable[[], int]]:
    calls = 0

    def count(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield lambda: calls
    finally:
        sys.setprofile(before)


def ask_like_the_page(engine: SearchEngine, text: str) -> None:
    query, _ = query_from_args(MultiDict({"q": text}))
    found = engine.search(query)
    find_correction(engine, query.text, found.frequencies)
    find_nearby(engine, query, found, Scope())


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_no_text_makes_the_page_work_much(engine: WhooshEngine, text: str) -> None:
    with counted() as calls:
        ask_like_the_page(engine, text)
    assert calls() < MOST_CALLS


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_no_text_takes_much_memory(engine: WhooshEngine, text: str) -> None:
    tracemalloc.start()
    try:
        ask_like_the_page(engine, text)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MOST_BYTES


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_a_search_looks_up_a_bounded_number_of_terms(engine: WhooshEngine, text: str) -> None:
    query, _ = query_from_args(MultiDict({"q": text}))
    looked_up = 0

    def count(frame: Any, event: str, _arg: Any) -> None:
        nonlocal looked_up
        looked_up += event == "call" and frame.f_code is array_match._saturate.__code__

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        engine.search(query)
    finally:
        sys.setprofile(before)
    assert looked_up <= MOST_LOOK_UPS


@pytest.mark.postgres
@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_no_text_keeps_the_database_busy(postgres: Database, text: str) -> None:
    """With nothing in memory, as in a new process."""
    engine = PostgresEngine(postgres)
    engine.words_like("stdat")
    with noted_reads() as reads:
        ask_like_the_page(engine, text)
    assert len(reads) <= MOST_STATEMENTS
    assert sum(len(values.get("terms", ())) for _, values in reads) <= MOST_POSTINGS
    assert all(values.get("limit", 0) <= MAX_CANDIDATES for _, values in reads)


def test_the_more_words_the_fewer_longer_ones_stand_in_for_each() -> None:
    longer = [analyse_query(" ".join(BEGINNINGS[:words])).required[0].expansions for words in (1, 4, 8, 12)]
    assert longer == [MAX_EXPANSIONS, MAX_EXPANSIONS, 16, 10]
    for words in range(1, MAX_CLAUSES + 1):
        assert words * expansions(words) <= ALL_EXPANSIONS
