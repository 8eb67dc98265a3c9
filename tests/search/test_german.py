import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search import german


def test_umlauts_and_their_spellings_fold_together() -> None:
    for one, other in [("Müller", "Mueller"), ("Größe", "Groesse"), ("Ärzte", "AERZTE"), ("STRAẞE", "strasse")]:
        assert german.fold(one) == german.fold(other)


def test_ue_that_is_no_umlaut_stays() -> None:
    assert [german.fold(word) for word in ("Quelle", "neue", "Bauer", "Steuer")] == [
        "quelle",
        "neue",
        "bauer",
        "steuer",
    ]


def test_words_in_order_without_stop_words() -> None:
    assert german.analyse("Die Kläranlage der Stadt").sequence == [None, "klaranlag", None, "stadt"]


def test_compounds_with_hyphens_give_their_parts_and_the_whole() -> None:
    analysis = german.analyse("Smart-City-Strategie 2024-2025")
    assert analysis.sequence == ["smart", "city", "strategi", "2024", "2025"]
    assert analysis.extras == ["smartcitystrategi"]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("Autos", "Auto"), ("Kameras", "Kamera"), ("Handys", "Handy"), ("Apps", "App"), ("Interviews", "Interview")],
)
def test_plurals_that_the_stemmer_does_not_know(plural: str, singular: str) -> None:
    assert german.term_of(plural) == german.term_of(singular)


@pytest.mark.parametrize(
    "words", [("kostenlos", "kostenlose"), ("nervös", "nervöse"), ("Biogas", "Biogase"), ("grandios", "grandiose")]
)
def test_what_only_ends_like_a_plural_stays(words: tuple[str, str]) -> None:
    assert len(set(map(german.term_of, words))) == 1
    assert german.term_of(words[0]) == german.fold(words[0])


def test_economy_is_not_economic_efficiency() -> None:
    assert german.term_of("Wirtschaftlichkeit") != german.term_of("Wirtschaft") == german.term_of("wirtschaftlich")
    assert german.term_of("Möglichkeiten") == german.term_of("Möglichkeit")


def test_numbers() -> None:
    assert german.analyse("1.000.000 und 3,5 am 20.11.2026").sequence == [
        "1000000",
        None,
        "3.5",
        None,
        "20",
        "11",
        "2026",
    ]


def test_endings_for_all_genders_are_no_words() -> None:
    for text in ("Bürger:innen", "Bürger*innen", "Bürger_innen", "Bürger/innen", "Bürger/-innen", "BürgerInnen"):
        assert german.analyse(text).sequence == ["burger"]


def test_sort_keys_follow_din_5007() -> None:
    titles = ["Zebra", "Österreich", "„Ofen“", "ofen 2", "Osten", "Ämter", "Amt"]
    assert sorted(titles, key=german.sort_key) == ["Amt", "Ämter", "„Ofen“", "ofen 2", "Osten", "Österreich", "Zebra"]


@given(st.text())
def test_positions_of_terms_agree_with_the_terms_themselves(text: str) -> None:
    analysis = german.analyse(text)
    composed = german.compose(text)
    found = [term for _, _, term in german.find_terms(composed)]
    assert sorted(found) == sorted([term for term in analysis.sequence if term] + analysis.extras)
    for start, end, _ in german.find_terms(composed):
        assert 0 <= start < end <= len(composed)


@given(st.text())
def test_every_word_that_is_indexed_can_be_asked_for(text: str) -> None:
    for term in german.analyse(text).sequence:
        assert term is None or 0 < len(term.encode("utf-8", "surrogatepass")) <= 4 * german.MAX_WORD
