import pytest

from marketplace.search.correction import find_correction
from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.lexicon import Lexicon
from marketplace.search.port import SearchQuery
from marketplace.search.query_words import analyse_query
from marketplace.search.questions import infinitive_of, is_sentence
from marketplace.search.ranking import IMPORTANCE_BESIDE_NOUNS
from marketplace.search.synonyms import Group, Relation, Synonyms
from tests.factories.search import document


@pytest.mark.parametrize(
    ("verb", "particle", "whole"),
    [
        ("kaufen", "ein", "einkaufen"),
        ("lade", "hoch", None),
        ("kommt", "zurück", "zuruckkommen"),
        ("wartet", "ab", "abwarten"),
        ("Leute", "ein", None),
        ("ist", "an", None),
    ],
)
def test_verbs_and_their_particles(verb: str, particle: str, whole: str | None) -> None:
    assert infinitive_of(verb, particle) == whole


def test_a_verb_is_found_though_its_particle_stands_at_the_end() -> None:
    clause, *_ = analyse_query("Wer kauft am Ort ein, wenn Schnee liegt?").required
    assert ("kauft", ("einkauf",)) in [(clause.text, way.terms) for way in clause.alternatives]
    elsewhere = analyse_query("Wer kauft ein Haus am Ort").required
    assert ("einkauf",) not in [way.terms for clause in elsewhere for way in clause.alternatives]


def test_a_word_of_questions_counts_where_it_has_a_synonym_together_with_others() -> None:
    lexicon = Lexicon(synonyms=Synonyms([Group(Relation.SAME, ("Senior", "ältere Menschen"))]))
    assert [clause.text for clause in analyse_query("Hilfe für ältere Menschen", lexicon).required] == [
        "Hilfe",
        "ältere",
        "Menschen",
    ]
    assert [clause.text for clause in analyse_query("Hilfe für Menschen", lexicon).required] == ["Hilfe"]


def test_what_is_written_as_a_noun_is_no_word_of_questions() -> None:
    assert [clause.text for clause in analyse_query("Wie besetzen wir freie Stellen?").required][-1] == "Stellen"
    assert [clause.text for clause in analyse_query("Wo stellen wir Laternen hin?").required] == ["Laternen"]
    assert [clause.text for clause in analyse_query("STELLEN IM AMT").required] == ["AMT"]


def test_nouns_of_a_sentence_tell_more_than_its_other_words() -> None:
    def importance(text: str) -> dict[str, float]:
        return {clause.text: clause.importance for clause in analyse_query(text).required}

    less = IMPORTANCE_BESIDE_NOUNS
    assert importance("Wie sparen wir denn Strom im Amt?") == {"sparen": less, "Strom": 1.0, "Amt": 1.0}
    assert importance("Strom sparen im Amt") == {"Strom": 1.0, "sparen": 1.0, "Amt": 1.0}
    assert importance("wie sparen wir denn strom im amt") == {"sparen": 1.0, "strom": 1.0, "amt": 1.0}


@pytest.mark.parametrize("text", ["Wie finde ich Lecks?", "Was tun wir gegen Hitze im Sommer"])
def test_sentences(text: str) -> None:
    assert is_sentence(text)


@pytest.mark.parametrize("text", ["", "Hitze", "Amt für Umwelt", "Förderung Breitband Bayern Dorf"])
def test_search_words_are_no_sentence(text: str) -> None:
    assert not is_sentence(text)


@pytest.mark.parametrize(
    ("text", "is_needed"),
    [
        ("Leute mit Ahnung von Laternen", False),  # Ahnung is a word; that no entry has it is no mistake
        ("Ahnung Laternen", True),
        ("Wer hat davon eine Ahnung", True),
    ],
)
def test_a_sentence_that_finds_something_is_not_changed_unasked(text: str, is_needed: bool) -> None:
    engine = MemoryEngine()
    engine.rebuild([document(1, "Mahnung der Laternen"), document(2, "Laternen")])
    correction = find_correction(engine, text, engine.search(SearchQuery(text)).frequencies)
    assert correction is not None
    assert (correction.forms, correction.is_needed) == ({"Ahnung": "mahnung"}, is_needed)
