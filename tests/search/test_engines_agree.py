"""The fast engines against the plain one: whatever is indexed and asked, all give the same answer, scores included."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.db import Database
from marketplace.search import german, learning
from marketplace.search.compounds import Dictionary
from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import Facet, Fit, SearchDocument, SearchEngine, SearchQuery, Sort
from marketplace.search.synonyms import Group, Relation, Synonyms
from tests.support.databases import copy_of

WORDS = [
    "Hitze", "Hitzeaktionsplan", "Hitzeschutz", "Straße", "Strassen", "Straßenbeleuchtung", "Smart-City", "smartcity",
    "Smart", "City", "Sensor", "Sensoren", "Wald", "Wälder", "Kläranlage", "Bürger", "und", "für", "der", "1.000",
    "4.0", "5G-Netz", "E-Mail", "Käse", "Kaese", "x", "Beleuchtung", "Aktionsplan", "Waldhitze", "bezahlt", "bezahlen",
    "finden", "Lora", "WAN", "LoRaWAN", "Quarkwald", "Quarks", "Hitez", "Bürgerhaushalt", "Laterne",
]  # fmt: skip
SYNONYMS = Synonyms(
    [
        Group(Relation.SAME, ("Sensor", "Fühler", "Smart City")),
        Group(Relation.RELATED, ("Hitze", "Käse", "Wald der Hitze")),
        Group(Relation.NARROWER, ("Straße", "Laterne", "LoRa WAN")),
    ]
)
dictionaries = st.builds(
    learning.learn,
    st.sampled_from([(), ("Der Quark im Quark.", "Ein Quark")]),
    st.sampled_from([(), SYNONYMS.expressions, list(SYNONYMS.expressions)[:1]]),
)
texts = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
facets = st.fixed_dictionaries(
    {facet: st.lists(st.sampled_from(CLOSED_LISTS[facet].values()[:4]), unique=True, max_size=3).map(tuple)
     for facet in Facet}
)  # fmt: skip
documents = st.builds(
    SearchDocument, entry_id=st.integers(1, 12), title=texts, summary=texts, body=texts, facets=facets,
    published=st.integers(0, 3), nationwide=st.booleans(), changed=st.integers(0, 5),
    year=st.sampled_from([0, 2015, 2024]), completeness=st.sampled_from([0.0, 0.3, 1.0]), reuses=st.integers(0, 40),
    unconfirmed=st.booleans(),
)  # fmt: skip
batches = st.tuples(st.lists(documents, max_size=6), st.lists(st.integers(1, 12), max_size=4))
query_words = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map(lambda word: f"-{word}"),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
    st.text(max_size=8),
)
queries = st.builds(
    SearchQuery,
    text=st.lists(query_words, max_size=4).map(" ".join),
    filters=st.dictionaries(
        st.sampled_from(list(Facet)), st.integers(0, 4), max_size=2
    ).map(lambda chosen: {facet: frozenset(CLOSED_LISTS[facet].values()[:number]) for facet, number in chosen.items()}),
    sort=st.sampled_from(list(Sort)),
    page=st.integers(-1, 3),
    page_size=st.integers(1, 5),
    only=st.none() | st.frozensets(st.integers(1, 12), max_size=8),
    fit=st.none() | st.builds(
        Fit,
        state=st.none() | st.sampled_from(CLOSED_LISTS[Facet.STATE].values()[:4]),
        size=st.none() | st.sampled_from(CLOSED_LISTS[Facet.SIZE].values()),
    ),
)  # fmt: skip


changes_and_questions = st.tuples(
    st.lists(documents, max_size=10, unique_by=lambda document: document.entry_id),
    st.lists(batches, max_size=6),
    st.lists(queries, min_size=1, max_size=8),
    dictionaries,
)
Case = tuple[list[SearchDocument], list[tuple[list[SearchDocument], list[int]]], list[SearchQuery], Dictionary]


def assert_agree(one: SearchEngine, other: SearchEngine, asked: list[SearchQuery], known: list[SearchDocument]) -> None:
    assert one.states() == other.states()
    assert one.count() == other.count()
    assert one.lexicon().dictionary.version == other.lexicon().dictionary.version
    for query in asked:
        assert one.search(query) == other.search(query)
        assert [one.explain(query.text, n) for n in (1, 2)] == [other.explain(query.text, n) for n in (1, 2)]
        for word in german.cut(query.text)[0]:
            form = german.fold_word(word)
            assert one.words_like(form) == other.words_like(form)
    for document in known:
        assert one.similar(document, 4) == other.similar(document, 4)


@settings(max_examples=40, deadline=None)
@given(case=changes_and_questions)
def test_whoosh_agrees(case: Case) -> None:
    first, changes, asked, dictionary = case
    with TemporaryDirectory() as directory:
        engines: tuple[SearchEngine, ...] = (
            WhooshEngine(Path(directory), synonyms=lambda: SYNONYMS),
            MemoryEngine(lambda: SYNONYMS),
        )
        for engine in engines:
            engine.rebuild(first, dictionary)
            for written, deleted in changes:
                engine.update(written, deleted)
        assert_agree(*engines, asked, first)


@pytest.fixture(scope="module")
def database(postgres_template: str) -> Iterator[Database]:
    with copy_of(postgres_template) as url:
        database = Database(url)
        yield database
        database.engine.dispose()


@pytest.mark.postgres
@settings(max_examples=40, deadline=None)
@given(case=changes_and_questions)
def test_postgres_agrees_in_every_process_after_every_change(database: Database, case: Case) -> None:
    first, changes, asked, dictionary = case
    writer, reader = (PostgresEngine(database, synonyms=lambda: SYNONYMS) for _ in range(2))
    memory = MemoryEngine(lambda: SYNONYMS)
    for engine in (writer, memory):
        engine.rebuild(first, dictionary)
    for written, deleted in [([], []), *changes]:
        for engine in (writer, memory):
            engine.update(written, deleted)
        assert_agree(reader, memory, asked, first)
    assert_agree(writer, memory, asked, first)
