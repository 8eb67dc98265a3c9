"""The plain rules of the check: reading ease, wording, overlaps, links, dates."""

from datetime import date
from typing import Any

import pytest

from marketplace.core import frontmatter
from marketplace.proofreading import facets, facts, readability, references, texts, wording
from marketplace.proofreading.facets import Unsaid
from marketplace.proofreading.overlap import Sources
from marketplace.proofreading.references import Library
from marketplace.proofreading.texts import ContentFile

TODAY = date(2026, 11, 29)


def file(body: str = "Ein Absatz.", name: str = "projekte/ein-eintrag.md", **meta: Any) -> ContentFile:
    found = texts.read(name, frontmatter.dump(meta or {"titel": "Ein Titel"}, body).encode())
    assert found is not None
    return found


def test_easy_texts_are_easier_than_hard_ones() -> None:
    easy = "Der Hund ist da. Er hat ein Haus. Das Haus ist rot. " * 5
    hard = "Die Verwaltungsdigitalisierung erfordert interkommunale Kooperationsvereinbarungen. " * 12
    values = [readability.reading_ease(text) for text in (easy, hard)]
    assert values[0] is not None
    assert values[1] is not None
    assert values[0] > 90
    assert values[1] < 0
    assert readability.reading_ease("Zu kurz.") is None


@pytest.mark.parametrize(
    ("word", "number"), [("Haus", 1), ("Gemeinde", 3), ("Bäume", 2), ("Straßenbeleuchtung", 5), ("z", 1)]
)
def test_syllables(word: str, number: int) -> None:
    assert readability.count_syllables(word) == number


WORDINGS = wording.read_wordings('- {wort: "Bürger|Bürgern", besser: "Bürgerschaft", ausser: ["gläsernen Bürger"]}')


@pytest.mark.parametrize("text", ["Die Bürger kommen", "mit den Bürgern", "Städte und Bürger"])
def test_words_that_leave_somebody_out_are_found(text: str) -> None:
    assert list(WORDINGS[0].find(text))


@pytest.mark.parametrize(
    "text",
    ["Bürgerinnen und Bürger", "Bürgerinnen, Bürger und Behörden", "Bürger und Bürgerinnen", "die Bürgerschaft",
     "Bürger-App", "vom gläsernen Bürger", "Bürger:innen"],
)  # fmt: skip
def test_both_sexes_names_and_compounds_are_fine(text: str) -> None:
    assert list(WORDINGS[0].find(text)) == []


SOURCE = """Der Bericht sagt, dass die Kom-
munen ihre Daten öff entlich im Netz zeigen sollen. Das Deutsche Institut für neue Städte rät es."""


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources([SOURCE], ["Deutsche Institut für neue Städte"])


def test_words_of_a_source_are_found_with_their_line(sources: Sources) -> None:
    body = "Erster Absatz.\n\nEs heißt, dass die Kommunen ihre Daten öffentlich\nim Netz zeigen."
    (found,) = sources.find(file(body))
    assert found.words == "dass die Kommunen ihre Daten öffentlich im Netz zeigen"
    assert found.line == file(body).document.body_line + 2


@pytest.mark.parametrize(
    "body",
    [
        "Kommunen sollen ihre Daten zeigen, öffentlich und im Netz.",
        "Das Deutsche Institut für neue Städte rät es.",
        "die Kommunen ihre Daten\n\nöffentlich im Netz zeigen",
        "| die Kommunen ihre Daten | öffentlich im Netz zeigen |",
    ],
)
def test_own_words_names_and_separate_thoughts_are_fine(sources: Sources, body: str) -> None:
    assert list(sources.find(file(body))) == []


def test_the_front_matter_is_compared_but_not_the_names_of_sources(sources: Sources) -> None:
    phrase = "die Kommunen ihre Daten öffentlich im Netz zeigen"
    assert list(sources.find(file(kurz=phrase)))
    assert list(sources.find(file(quellen=[{"dokument": phrase}]))) == []


LIBRARY = Library(
    {"projekte": frozenset({"laternen"}), "wissen": frozenset({"glossar"})}, frozenset({"/kommunen", "/suche"})
)


@pytest.mark.parametrize(
    "address",
    ["/projekte/laternen", "/wissen/glossar#wort", "/kommunen", "/suche?q=x&art=projekt", "/handlungsfelder/wasser",
     "#oben", "https://www.example.org/a?b", "http://münchen.de", "mailto:post@example.org"],
)  # fmt: skip
def test_links_that_lead_somewhere(address: str) -> None:
    assert LIBRARY.explain(address) is None


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/projekte/gibt-es-nicht", "gibt es nicht"),
        ("/loesungen/laternen", "/projekte/laternen"),
        ("/handlungsfelder/kochen", "gibt es nicht"),
        ("/suche?art=kuchen", "keinen Wert „kuchen“"),
        ("/suche?farbe=rot", "keine Angabe „farbe“"),
        ("https://example", "keine gültige Adresse"),
        ("https:///weg", "keine gültige Adresse"),
    ],
)
def test_links_that_lead_nowhere(address: str, words: str) -> None:
    assert words in str(LIBRARY.explain(address))


def test_who_stands_alone_is_found() -> None:
    linked = file(name="projekte/a.md", titel="A", verknuepfungen=[{"rolle": "nutzt", "ziel": "b"}])
    alone, pointed = file(name="projekte/c.md"), file(name="loesungen/b.md")
    page = file("Siehe [D](/projekte/d).", name="wissen/w.md")
    named = file(name="projekte/d.md")
    assert references.find_orphans([linked, alone, pointed, page, named]) == [alone]


@pytest.mark.parametrize(
    "meta",
    [
        {"stand": 2027},
        {"quellen": [{"jahr": 2030}]},
        {"beginn": "2021-05", "ende": "2021-04"},
        {"beginn": 2022, "ende": "2021-04"},
        {"antrag-ab": "2026-05-02", "antrag-bis": "2026-05-01"},
        {"laufend": True, "antrag-bis": "2026-05-01"},
    ],
)
def test_dates_that_cannot_be(meta: dict[str, Any]) -> None:
    assert len(list(facts.check_dates(file(**meta), TODAY))) == 1


@pytest.mark.parametrize(
    "meta",
    [{"stand": 2026}, {"beginn": "2021-05", "ende": "2021"}, {"beginn": 2021, "ende": "2021-04"}, {"laufend": True}],
)
def test_dates_that_can_be(meta: dict[str, Any]) -> None:
    assert list(facts.check_dates(file(**meta), TODAY)) == []


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("| A | B |\n|---|---|\n| | x |", 0),
        ("| | B |\n|---|---|\n| a | x |", 1),
        ("Text\n\n| A |  |\n|:--|--:|", 1),
        ("Kein | Tisch\n\n---", 0),
    ],
)
def test_columns_without_a_name_are_found(body: str, number: int) -> None:
    assert len(list(facts.check_tables(file(body)))) == number


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("loesungen/a.md", "Ein Satz. Noch einer.", 0),
        ("loesungen/a.md", "Nur einer.", 1),
        ("loesungen/a.md", None, 1),
        ("wissen/a.md", "Eins. Zwei. Drei. Vier. Fünf.", 1),
        ("projekte/a.md", None, 0),
    ],
)
def test_plain_summaries_have_two_to_four_sentences(name: str, text: str | None, number: int) -> None:
    assert len(list(facts.check_plain_summary(file(name=name, titel="x", einfach=text)))) == number


UNSAID = Unsaid.read("# Nachgesehen\nprojekte/laternen: [phase]\nloesungen/licht: [reifegrad, herausforderungen]\n")


def test_facets_are_asked_for_unless_the_sources_say_nothing() -> None:
    entry = file(name="projekte/laternen.md", organisation="09572164", einfach="Kurz. Gut.")
    (found,) = facets.check_facets(entry, Unsaid())
    assert found.message == "Nicht ausgefüllt: phase, herausforderungen."
    assert [each.message for each in facets.check_facets(entry, UNSAID)] == ["Nicht ausgefüllt: herausforderungen."]
    assert list(facets.check_facets(file(name="loesungen/licht.md"), UNSAID)) == []
    assert list(facets.check_facets(file(name="wissen/glossar.md"), UNSAID)) == []


def test_nobody_is_asked_for_a_place_abroad() -> None:
    entry = file(name="projekte/wien.md", staat="Österreich")
    assert "organisation" not in next(facets.check_facets(entry, Unsaid())).message


@pytest.mark.parametrize(
    ("row", "meta", "words"),
    [
        ("projekte/gibt-es-nicht: [phase]", {}, "gibt es nicht"),
        ("projekte/laternen: [phase]", {"phase": "etablieren"}, "„phase“ ist in „projekte/laternen“ ausgefüllt"),
        ("projekte/laternen: [lizenz]", {}, "fragt bei „projekte/laternen“ niemand"),
    ],
)
def test_rows_of_the_list_that_are_not_true_are_found(row: str, meta: dict[str, Any], words: str) -> None:
    entry = file(name="projekte/laternen.md", **meta)
    (found,) = facets.check_list([entry], Unsaid.read(f"# Nachgesehen\n\n{row}\n"))
    assert words in found.message
    assert (found.file, found.line) == ("ohne-angabe.yml", 3)


def test_rows_of_the_list_that_are_true_pass() -> None:
    entries = [file(name="projekte/laternen.md"), file(name="loesungen/licht.md")]
    assert list(facets.check_list(entries, UNSAID)) == []
