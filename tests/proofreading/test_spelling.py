"""Spelling with a small dictionary of its own, and once with the real one."""

import pytest

from marketplace.core.errors import DomainError
from marketplace.proofreading import dictionary
from marketplace.proofreading.spelling import Speller, read_words

KNOWN = frozenset(
    {
        "die",
        "Stadt",
        "stadt",
        "Plan",
        "plan",
        "hat",
        "eine",
        "Nutzung",
        "nutzung",
        "Verwaltung",
        "Reife",
        "und",
        "ist",
        "neu",
    }
)
OWN = ["Nachnutzung", "App*", "LoRaWAN", "Lock-in"]


@pytest.fixture
def speller() -> Speller:
    return Speller(KNOWN.__contains__, OWN)


@pytest.mark.parametrize(
    "text",
    [
        "Die Stadt hat eine App",
        "Apps und App",
        "Neu ist die LoRaWAN-App",
        "Stadtplan und Verwaltungsplan",
        "Verwaltungs- und Stadtplan",
        "Lock-in",
        "Nachnutzungsplan",
        "BBSR 2017 und 5G und KTS",
    ],
)
def test_words_compounds_and_abbreviations_are_known(speller: Speller, text: str) -> None:
    assert list(speller.find_unknown(text)) == []


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Die Statd hat eine App", ["Statd"]),
        ("Stadtplna", ["Stadtplna"]),
        ("Lock", ["Lock"]),
        ("lorawan", ["lorawan"]),
        ("LoRaWAN-Ap", ["LoRaWAN-Ap"]),
    ],
)
def test_slips_are_found(speller: Speller, text: str, unknown: list[str]) -> None:
    assert list(speller.find_unknown(text)) == unknown


def test_a_list_of_words_may_have_remarks() -> None:
    assert read_words("# Namen\nAachen  # Stadt\n\nApp*\n") == ["Aachen", "App*"]


def test_the_real_dictionary_knows_german() -> None:
    speller = Speller(dictionary.load())
    text = "Die Gemeinden erneuern ihre Straßenbeleuchtung und veröffentlichen Ergebnisse des Förderprogramms."
    assert list(speller.find_unknown(text)) == []
    assert list(speller.find_unknown("Die Gemeidne erneuert ihre Straßenbeleuchtnug")) == [
        "Gemeidne", "Straßenbeleuchtnug",
    ]  # fmt: skip


def test_without_dictionary_it_says_what_is_missing(tmp_path) -> None:
    with pytest.raises(DomainError, match="npm ci"):
        dictionary.load(tmp_path)
