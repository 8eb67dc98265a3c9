from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.query_words import MAX_CLAUSES, Alternative, analyse_query


def test_words_phrases_and_exclusions() -> None:
    words = analyse_query('Sensor "Amt für Umwelt" -Wald -"alte Stadt"')
    assert [clause.alternatives for clause in words.required] == [
        (Alternative(("sensor",)),),
        (Alternative(("amt", "umwelt")),),
    ]
    assert words.required[1].phrase == ("amt", None, "umwelt")
    assert [clause.phrase for clause in words.excluded] == [(), ("alt", "stadt")]
    assert words.terms == {"sensor", "amt", "umwelt"}


def test_a_compound_is_found_by_its_parts_or_as_one_word() -> None:
    [clause] = analyse_query("Smart-City").required
    assert clause.alternatives == (Alternative(("smart", "city")), Alternative(("smartcity",)))


def test_a_minus_inside_a_word_or_alone_excludes_nothing() -> None:
    assert analyse_query("E-Mail - Wald").excluded == ()


def test_the_same_word_twice_is_one_word() -> None:
    assert len(analyse_query("Wald Wälder WALD").required) == 1


def test_only_single_long_words_may_be_stood_in_for() -> None:
    prefixes = [clause.prefix for clause in analyse_query('Hitze Rat "alte Stadt" Smart-City').required]
    assert prefixes == ["hitz", None, None, None]


def test_relaxed_words_stand_alone() -> None:
    relaxed = analyse_query('Smart-City "Amt für Umwelt" Amt').relaxed()
    assert [clause.alternatives[0].terms for clause in relaxed] == [("smart",), ("city",), ("amt",), ("umwelt",)]


@given(st.text(max_size=300))
def test_every_text_has_a_reading(text: str) -> None:
    words = analyse_query(text)
    assert len(words.required) <= MAX_CLAUSES
    assert all(way.terms for clause in words.required + words.excluded for way in clause.alternatives)
