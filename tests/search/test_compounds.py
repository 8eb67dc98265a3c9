"""What the dictionary says of single words."""

import pytest

from marketplace.search.compounds import Dictionary


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    """A small catalogue: its nouns with the number of texts that have them."""
    return Dictionary({"strasse": 9, "leuchte": 3, "turm": 3, "stadt": 5, "aktionsplan": 4, "parkraum": 2, "breze": 1})


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Straßenbeleuchtung", ("strass", "beleucht")),
        ("Strassenbeleuchtung", ("strass", "beleucht")),
        ("Bürgerbeteiligung", ("burger", "beteil")),
        ("Laternenmasten", ("latern", "mast")),
        ("Leuchtturmstädte", ("leuchtturm", "stadt")),
    ],
)
def test_takes_compounds_apart(dictionary: Dictionary, word: str, parts: tuple[str, ...]) -> None:
    assert dictionary.parts(word) == parts


@pytest.mark.parametrize(
    ("word", "term", "has_it"),
    [
        ("Straßenbeleuchtung", "beleucht", True),
        ("Straßenbeleuchtungen", "strass", True),
        ("Hitzeaktionsplan", "plan", True),
        ("Beleuchtung", "leucht", False),
        ("Beratung", "rat", False),
        ("Leuchttürme", "turm", False),
        ("Stadtplan", "park", False),
    ],
)
def test_knows_quickly_whether_a_compound_has_a_part(
    dictionary: Dictionary, word: str, term: str, *, has_it: bool
) -> None:
    assert dictionary.has_part(word, {term, "nirgends"}) is has_it


def test_parts_of_parts_are_parts(dictionary: Dictionary) -> None:
    assert {"hitz", "aktionsplan", "aktion", "plan"} <= set(dictionary.parts("Hitzeaktionsplan"))


@pytest.mark.parametrize("word", ["Leuchttürme", "Hochschule", "Rathaus", "Straße", "Weisendorf", "5G"])
def test_leaves_whole_what_says_something_else_than_its_parts(dictionary: Dictionary, word: str) -> None:
    assert dictionary.parts(word) == ()


def test_words_of_the_catalogue_become_parts(dictionary: Dictionary) -> None:
    assert Dictionary({}).parts("Brezenstadt") == ()
    assert dictionary.parts("Brezenstadt") == ("brez", "stadt")
