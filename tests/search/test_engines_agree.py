"""The fast engine against the plain one: whatever is indexed and asked, both give the same answer, scores included."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import Facet, SearchDocument, SearchQuery, Sort

WORDS = [
    "Hitze", "Hitzeaktionsplan", "Hitzeschutz", "Straße", "Strassen", "Straßenbeleuchtung", "Smart-City", "smartcity",
    "Smart", "City", "Sensor", "Sensoren", "Wald", "Wälder", "Kläranlage", "Bürger", "und", "für", "der", "1.000",
    "4.0", "5G-Netz", "E-Mail", "Käse", "Kaese", "x",
]  # fmt: skip
texts = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
facets = st.fixed_dictionaries(
    {facet: st.lists(st.sampled_from(CLOSED_LISTS[facet].values()[:4]), unique=True, max_size=3).map(tuple)
     for facet in Facet}
)  # fmt: skip
documents = st.builds(
    SearchDocument, entry_id=st.integers(1, 12), title=texts, summary=texts, body=texts, facets=facets,
    published=st.integers(0, 3), nationwide=st.booleans(), changed=st.integers(0, 5),
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
    text=st.lists(query_words, max_size=3).map(" ".join),
    filters=st.dictionaries(
        st.sampled_from(list(Facet)), st.integers(0, 4), max_size=2
    ).map(lambda chosen: {facet: frozenset(CLOSED_LISTS[facet].values()[:number]) for facet, number in chosen.items()}),
    sort=st.sampled_from(list(Sort)),
    page=st.integers(-1, 3),
    page_size=st.integers(1, 5),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    first=st.lists(documents, max_size=10, unique_by=lambda document: document.entry_id),
    changes=st.lists(batches, max_size=6),
    asked=st.lists(queries, min_size=1, max_size=8),
)
def test_both_engines_agree(
    first: list[SearchDocument], changes: list[tuple[list[SearchDocument], list[int]]], asked: list[SearchQuery]
) -> None:
    with TemporaryDirectory() as directory:
        whoosh, memory = WhooshEngine(Path(directory)), MemoryEngine()
        for engine in (whoosh, memory):
            engine.rebuild(first)
            for written, deleted in changes:
                engine.update(written, deleted)
        assert whoosh.states() == memory.states()
        for query in asked:
            assert whoosh.search(query) == memory.search(query)
        for document in first:
            assert whoosh.similar(document, 4) == memory.similar(document, 4)
