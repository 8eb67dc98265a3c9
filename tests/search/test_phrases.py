from datetime import date

import pytest

from marketplace.search.phrases import Outcome, kept_since, may_be_suggested, phrase_of


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("  Hitze   Senioren ", "hitze senioren"),
        ("Smart-City-Strategie 2030", "smart-city-strategie 2030"),
        ("5G", None),
        ("LoRaWAN 5G", "lorawan 5g"),
        ("Monitoring 2030", "monitoring 2030"),
        ("Straßenbeleuchtung", "straßenbeleuchtung"),
        ("Was kostet eine Kita App", "was kostet eine kita app"),
        ("Paulskirche und Annaberg", "paulskirche und annaberg"),
    ],
)
def test_plain_words_are_kept(text: str, phrase: str | None) -> None:
    assert phrase_of(text) == phrase


@pytest.mark.parametrize(
    "text",
    [
        "anna.beispiel@stadt.de", "anna at stadt de @", "www.beispiel.de", "https://beispiel.de", "0171 2345678",
        "0171 23 45 67", "+49 30 12345", "12345 Musterstadt", "Musterstraße 12", "Am Ring 5a", "Hauptstr 7",
        "Frau Beispiel", "Herr Beispiel Bürgermeister", "Dr Beispiel", "Petra Beispiel", "beispiel jürgen",
        "Juergen Beispiel", "mehmet beispiel", "hans-peter beispiel", '"genau so"', "licht -straße", "", "ab",
        "ein zwei drei vier fünf sechs sieben", "x" * 61, "licht\x00", "licht; drop table", "az 2024 17",
        "🦄 licht",
    ],
)  # fmt: skip
def test_what_may_point_to_a_person_is_not_kept(text: str) -> None:
    assert phrase_of(text) is None


def test_a_phrase_is_suggested_after_several_days_or_many_uses() -> None:
    assert not may_be_suggested(2, 4)
    assert may_be_suggested(3, 3)
    assert may_be_suggested(1, 5)


def test_what_was_not_found_is_kept_for_a_shorter_time() -> None:
    today = date(2026, 11, 20)
    assert kept_since(Outcome.NOTHING, today) == kept_since(Outcome.PARTLY, today) > kept_since(Outcome.FOUND, today)
