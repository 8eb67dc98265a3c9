"""The English catalogue holds all words that pages show, and nothing else; ``make translations`` keeps it so."""

import re

import pytest
from babel.messages.catalog import Catalog, Message

from tools import translations

PLACEHOLDERS = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return translations.read()


def forms(words: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return words if isinstance(words, tuple) else (words or "",)


def all_messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_the_catalogue_has_the_words_of_the_sources_and_no_others(catalogue: Catalog) -> None:
    expected = translations.written(translations.update(catalogue, translations.collect()))
    assert translations.PATH.read_bytes() == expected, "Bitte `make translations` ausführen und ergänzen."


def test_nothing_is_left_to_translate(catalogue: Catalog) -> None:
    assert [message.id for message in translations.missing(catalogue)] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert list(catalogue.obsolete) == []
    assert len(all_messages(catalogue)) > 2500


def test_one_and_many_have_both_their_form(catalogue: Catalog) -> None:
    wrong = [m.id for m in all_messages(catalogue) if len(forms(m.id)) != len(forms(m.string))]
    assert wrong == []


def test_placeholders_are_those_of_the_german_words(catalogue: Catalog) -> None:
    for message in all_messages(catalogue):
        allowed = [set(PLACEHOLDERS.findall(words)) for words in forms(message.id)]
        for words in forms(message.string):
            assert set(PLACEHOLDERS.findall(words)) in allowed, message.id
        assert set(PLACEHOLDERS.findall(forms(message.string)[-1])) == allowed[-1], message.id


def test_blanks_at_the_ends_stay(catalogue: Catalog) -> None:
    for message in all_messages(catalogue):
        for german, english in zip(forms(message.id), forms(message.string), strict=True):
            assert german[:1].isspace() == english[:1].isspace(), german
            assert german[-1:].isspace() == english[-1:].isspace(), german


def test_english_is_written_with_english_marks(catalogue: Catalog) -> None:
    assert [m.string for m in all_messages(catalogue) if any("„" in words for words in forms(m.string))] == []


def test_words_keep_their_translation_while_others_come_and_go() -> None:
    old, found = Catalog(locale="en"), Catalog(locale="en")
    old.add("Lösung", "Solution")
    old.add("Gestern", "Yesterday")
    found.add("Lösung", locations=[("a.html", 3)])
    found.add(("%(num)s Eintrag", "%(num)s Einträge"), locations=[("a.html", 4)])
    new = translations.update(old, found)
    assert [(message.id, message.string) for message in all_messages(new)] == [
        ("Lösung", "Solution"),
        (("%(num)s Eintrag", "%(num)s Einträge"), ("", "")),
    ]
    assert b"a.html:" not in translations.written(new)
