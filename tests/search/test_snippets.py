import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from marketplace.search import german
from marketplace.search.query_words import analyse_query
from marketplace.search.snippets import EXCERPT_LENGTH, Highlighter


def highlighter(query: str) -> Highlighter:
    terms = {term for clause in analyse_query(query).required for way in clause.alternatives for term in way.terms}
    return Highlighter(frozenset(terms))


def test_all_forms_of_a_word_are_marked_as_written() -> None:
    marked = highlighter("strassen kläranlage").mark("Straßen, Strasse und KLAERANLAGEN, nicht Stress")
    expected = "<mark>Straßen</mark>, <mark>Strasse</mark> und <mark>KLAERANLAGEN</mark>, nicht Stress"
    assert marked == expected


def test_parts_of_compounds_are_marked_or_the_whole() -> None:
    assert highlighter("City").mark("Smart-City-Plan") == "Smart-<mark>City</mark>-Plan"
    assert highlighter("E-Mail").mark("E-Mail") == "<mark>E-Mail</mark>"


def test_texts_are_escaped() -> None:
    text = '<script>alert("Hitze")</script> & <b>Hitze</b>'
    marked = highlighter("hitze script").mark(text)
    assert re.sub("</?mark>", "", marked) == str(escape(text))
    assert "<mark>script</mark>" in marked
    assert "<script" not in marked


def test_an_excerpt_shows_where_most_words_are() -> None:
    text = (
        "Anfang mit Hitze. " + "Dazwischen steht nichts. " * 40 + "Im Wald hilft Schatten gegen Hitze. " + "Ende. " * 50
    )
    excerpt = highlighter("hitze wald").excerpt(text)
    assert excerpt is not None
    assert "Im <mark>Wald</mark> hilft Schatten gegen <mark>Hitze</mark>." in excerpt
    assert excerpt.startswith("… ")
    assert excerpt.endswith(" …")
    assert len(re.sub("</?mark>", "", excerpt)) <= EXCERPT_LENGTH + 4


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("strasse", "Die STRAẞEN hier", "STRAẞEN"),
        ("Kläranlage", "Neue Klaeranlagen hier", "Klaeranlagen"),
        ("Klaeranlage", "Neue Kläranlage hier", "Kläranlage"),
        ("café", "Im Cafe\u0301 hier", "Café"),
        ("1000", "Mit 1.000 Leuchten", "1.000"),
        ("4.0", "Mit Industrie 4,0 hier", "4,0"),
        ("Quellen", "Eine Quelle hier", "Quelle"),
        ("CO2", "Die CO₂-Ampel hier", "CO₂"),
        ("city", "Die Smart-City hier", "City"),
    ],
)
def test_excerpts_find_all_spellings(query: str, text: str, marked: str) -> None:
    assert f"<mark>{marked}</mark>" in (highlighter(query).excerpt(text) or "")


@given(
    st.lists(
        st.sampled_from(["Straße", "Strassen", "Käse", "Kaese", "neue", "Quelle", "1.000", "GRÖSSE", "Größe", "é", "ß"])
    )
)
def test_excerpts_find_what_marks_find(words: list[str]) -> None:
    text = " ".join(words)
    for query in {*words, "groesse", "strasse"}:
        assert (highlighter(query).excerpt(text) is not None) == highlighter(query).has_hit(text)


def test_without_a_hit_there_is_no_excerpt() -> None:
    assert highlighter("hitze").excerpt("Nichts davon") is None
    assert highlighter("").excerpt("Nichts davon") is None
    assert not highlighter("hitze").has_hit("Nichts davon")


@given(st.text(max_size=400), st.text(max_size=30))
def test_whatever_the_texts_only_marks_are_added(text: str, query: str) -> None:
    for result in (highlighter(query).mark(text), highlighter(query + text[:20]).excerpt(text)):
        if result is not None:
            assert "<" not in re.sub("</?mark>", "", result)
            assert result.count("<mark>") == result.count("</mark>")
    plain = re.sub("</?mark>", "", highlighter(query).mark(text))
    assert plain == str(escape(german.compose(text)))


def test_words_with_a_part_that_was_looked_for_are_marked() -> None:
    wanted = Highlighter(frozenset({"beleucht"}))
    assert wanted.mark("Die Straßenbeleuchtung") == "Die <mark>Straßenbeleuchtung</mark>"
    excerpt = wanted.excerpt("Nichts. " * 60 + "Dann die Straßenbeleuchtung hier." + " Ende." * 60)
    assert excerpt is not None
    assert "Dann die <mark>Straßenbeleuchtung</mark> hier." in excerpt
    assert Highlighter(frozenset({"rat"})).mark("Beratung im Stadtrat") == "Beratung im <mark>Stadtrat</mark>"


def test_expressions_are_marked_where_their_words_stand_side_by_side() -> None:
    wanted = Highlighter(frozenset({"internet _ ding", "offent nahverkehr"}))
    marked = wanted.mark("Das Internet der Dinge; Dinge im Internet; öffentlicher Nahverkehr, Nahverkehr, öffentlich")
    assert marked == (
        "Das <mark>Internet der Dinge</mark>; Dinge im Internet; <mark>öffentlicher Nahverkehr</mark>, Nahverkehr, "
        "öffentlich"
    )
    excerpt = wanted.excerpt("Internet. " * 60 + "Im Internet der Dinge liegt es." + " Dinge." * 60)
    assert excerpt is not None
    assert "Im <mark>Internet der Dinge</mark> liegt es." in excerpt


def test_a_word_without_end_takes_no_time() -> None:
    assert Highlighter(frozenset({"beleucht", "strass"})).excerpt("b" * 300_000 + " ende") is None


@pytest.mark.parametrize(
    ("term", "text", "marked"),
    [
        ("revu", "Die Revue der Straßen", "Die <mark>Revue</mark> der Straßen"),
        ("strass", "Grüße aus der Hauptstraße, Nr. 1", "Grüße aus der <mark>Hauptstraße</mark>, Nr. 1"),
        ("burger", "Neue Buergerinnen, aktuell", "Neue <mark>Buergerinnen</mark>, aktuell"),
        ("haushalt", "Treue, Steuer und Haushalte", "Treue, Steuer und <mark>Haushalte</mark>"),
    ],
)
def test_letters_that_count_for_nothing_move_no_mark(term: str, text: str, marked: str) -> None:
    assert Highlighter(frozenset([term])).mark(text) == marked
    assert Highlighter(frozenset([term])).excerpt(text) == marked
