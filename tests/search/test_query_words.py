from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.lexicon import Lexicon
from marketplace.search.query_words import MAX_CLAUSES, MAX_PHRASES, Alternative, analyse_query
from marketplace.search.ranking import Way
from marketplace.search.synonyms import Group, Relation, Synonyms


def test_words_phrases_and_exclusions() -> None:
    words = analyse_query('Sensor "Amt für Umwelt" -Wald -"alte Stadt"')
    assert [clause.alternatives[0] for clause in words.required] == [
        Alternative(("sensor",), exact=("=sensor",)),
        Alternative(("amt", "umwelt"), phrase=("amt", None, "umwelt")),
    ]
    assert [clause.alternatives[0].phrase for clause in words.excluded] == [("wald",), ("alt", "stadt")]


def test_more_phrases_than_anybody_types_are_read_as_words_or_left_out() -> None:
    words = analyse_query(" ".join(f'"eins{n}a zwei{n}a" -"drei{n}a vier{n}a"' for n in range(MAX_PHRASES)))
    assert sum(clause.runs for clause in (*words.required, *words.excluded)) == MAX_PHRASES
    assert len(words.required) == MAX_PHRASES // 2 + 2 * (MAX_PHRASES - MAX_PHRASES // 2)
    assert len(words.excluded) == MAX_PHRASES // 2
    words = analyse_query(" ".join(f"-eins{n}-zwei{n}" for n in range(MAX_CLAUSES)))
    assert sum(clause.runs for clause in words.excluded) == MAX_PHRASES


def test_a_hyphen_compound_is_found_by_its_parts_or_as_one_word() -> None:
    [clause] = analyse_query("Smart-City").required
    assert [way.terms for way in clause.alternatives] == [("smart", "city"), ("smartcity",)]


def test_a_compound_is_found_by_all_its_parts_as_a_last_resort() -> None:
    [clause] = analyse_query("Straßenbeleuchtung").required
    assert clause.parts == ("strass", "beleucht")
    assert [way.terms for way in clause.alternatives if way.way is Way.PARTS] == [("strass", "beleucht")]


def test_words_of_questions_are_optional_if_there_are_others() -> None:
    words = analyse_query("Wo finde ich Lecks?")
    assert [clause.text for clause in words.required] == ["Lecks"]
    assert [clause.text for clause in words.optional] == ["finde"]
    assert [clause.text for clause in analyse_query("Was finde ich?").required] == ["finde"]


def test_synonyms_of_runs_of_words_stand_in_for_each_of_them() -> None:
    synonyms = Synonyms(
        [Group(Relation.SAME, ("ÖPNV", "öffentlicher Nahverkehr")), Group(Relation.SAME, ("Nahverkehr", "Bahn"))]
    )
    clauses = analyse_query("öffentlicher Nahverkehr Köln", Lexicon(synonyms=synonyms)).required
    stand_ins = [[way.terms for way in clause.alternatives if way.way is Way.SAME] for clause in clauses]
    assert stand_ins == [[("opnv",)], [("opnv",)], []]
    [clause] = analyse_query('"Nahverkehr"', Lexicon(synonyms=synonyms)).required
    assert len(clause.alternatives) == 1


def test_a_minus_inside_a_word_or_alone_excludes_nothing() -> None:
    assert analyse_query("E-Mail - Wald").excluded == ()


def test_the_same_word_twice_is_one_word() -> None:
    assert len(analyse_query("Wald Wälder WALD").required) == 1


def test_only_single_long_words_may_be_stood_in_for() -> None:
    prefixes = [clause.prefix for clause in analyse_query('Hitze Rat "alte Stadt" Smart-City').required]
    assert prefixes == ["hitz", None, None, None]


@given(st.text(max_size=300))
def test_every_text_has_a_reading(text: str) -> None:
    words = analyse_query(text)
    assert len(words.required) <= MAX_CLAUSES
    assert all(way.terms for clause in words.required + words.excluded for way in clause.alternatives)
