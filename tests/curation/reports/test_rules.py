"""When a machine holds a report until a person looks at it."""

import pytest

from marketplace.curation.reports.rules import suspicions

FINE = {"is_bait_taken": False, "is_too_fast": False, "recent": 0}


@pytest.mark.parametrize(
    ("text", "facts", "words"),
    [
        ("Der Preis stimmt nicht.", {"is_bait_taken": True}, "unsichtbare Feld"),
        ("Der Preis stimmt nicht.", {"is_too_fast": True}, "schneller"),
        ("Siehe http://a.example www.b.example HTTPS://c.example", {}, "viele Webadressen"),
        ("Der Preis stimmt nicht.", {"recent": 5}, "viele Meldungen"),
    ],
)
def test_is_held(text: str, facts: dict[str, object], words: str) -> None:
    found = suspicions(text, **{**FINE, **facts})  # type: ignore[arg-type]
    assert len(found) == 1
    assert words in found[0]


def test_what_a_person_writes_is_not_held() -> None:
    text = "Seit 2025 kostet es 300 €, siehe https://a.example/preise und www.a.example."
    assert suspicions(text, is_bait_taken=False, is_too_fast=False, recent=4) == []
