"""Mistyped words whose right form no entry has, but the synonyms; words of entries are in ``language_contract.py``."""

import pytest

from marketplace.search.correction import Correction, find_correction
from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.port import SearchQuery
from marketplace.search.synonyms import Group, Relation, Synonyms
from tests.factories.search import document

SYNONYMS = Synonyms(
    [
        Group(Relation.SAME, ("Kita", "Kindertagesstätte", "Kindergarten")),
        Group(Relation.SAME, ("Rufbus", "Nahverkehr nach Bedarf")),
        Group(Relation.SAME, ("Weiher", "Teich")),
    ]
)


@pytest.fixture
def engine() -> MemoryEngine:
    engine = MemoryEngine(lambda: SYNONYMS)
    engine.rebuild(
        [document(1, "Plätze im Kindergarten"), document(2, "Nahverkehr nach Bedarf"), document(3, "Kittel")]
    )
    return engine


def correct(engine: MemoryEngine, text: str) -> Correction | None:
    return find_correction(engine, text, engine.search(SearchQuery(text)).frequencies)


@pytest.mark.parametrize(("typed", "meant"), [("Kitta", "kita"), ("Rufbuss", "rufbus")])
def test_a_word_of_the_synonyms_is_meant_if_it_finds_more(engine: MemoryEngine, typed: str, meant: str) -> None:
    correction = correct(engine, typed)
    assert correction is not None
    assert correction.forms == {typed: meant}
    assert correction.is_needed


def test_it_is_written_as_in_the_file(engine: MemoryEngine) -> None:
    correction = correct(engine, "Plätze Kitta")
    assert correction is not None
    written = {form: [SYNONYMS.written(form) or ""] for form in correction.forms.values()}
    assert correction.apply("Plätze Kitta", written) == "Plätze Kita"


@pytest.mark.parametrize("typed", ["Kita", "Kittel", "Weihher"])
def test_what_is_right_or_finds_no_more_stays(engine: MemoryEngine, typed: str) -> None:
    assert correct(engine, typed) is None
