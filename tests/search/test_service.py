from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import Session

from marketplace.catalogue import service as catalogue
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.search import service
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import Facet, SearchQuery, SearchUnavailableError
from marketplace.search.results import SearchPage
from tests.factories.catalogue import add_entry, add_organisation


@pytest.fixture(autouse=True)
def _in_session(session: Session) -> None:
    """Every test here works inside one session."""


def add(*args: object, **changes: object) -> Entry:
    """An entry that is committed, and therefore indexed."""
    entry = add_entry(*args, **changes)  # type: ignore[arg-type]
    db.commit(db.session())
    return entry


def search(text: str = "", **options: object) -> SearchPage:
    return service.search(SearchQuery(text, **options))  # type: ignore[arg-type]


def slugs(page: SearchPage) -> list[str]:
    return [item.card.slug for item in page.items]


def test_found_words_are_marked_in_title_and_summary() -> None:
    add(titel="Kläranlagen <im> Verbund", kurz="Mehrere Gemeinden betreiben ihre Kläranlage gemeinsam & günstig.")
    [item] = search("klaeranlage").items
    assert item.title == "<mark>Kläranlagen</mark> &lt;im&gt; Verbund"
    assert item.snippet == "Mehrere Gemeinden betreiben ihre <mark>Kläranlage</mark> gemeinsam &amp; günstig."


def test_a_piece_of_the_text_is_shown_if_the_summary_has_no_word() -> None:
    add(body="## Anfang\n\nZuerst etwas anderes.\n\nDann **Bodensensoren** im Park <b>.")
    [item] = search("Bodensensor").items
    assert "Dann <mark>Bodensensoren</mark> im Park &lt;b&gt;" in item.snippet
    assert item.snippet.startswith("Anfang: Zuerst")


def test_words_of_details_tags_and_organisations_are_found() -> None:
    add_organisation("09572164", "Weisendorf")
    add(Kind.SOLUTION, "a-loesung", organisation="09572164", schlagworte=["Baumkataster"], bausteine=["LoRaWAN-Netz"])
    for text in ("weisendorf", "baumkataster", "lorawan", "bayern", "verwaltung"):
        assert slugs(search(text)) == ["a-loesung"]


def test_what_people_say_who_do_not_know_the_word_leads_there_and_the_list_says_why() -> None:
    add(Kind.SOLUTION, "a-eins", suchworte=["voller Mülleimer", "Leerungsfahrten sparen"])
    add(Kind.SOLUTION, "a-zwei")
    [item] = search("Mülleimer").items
    assert item.card.slug == "a-eins"
    assert item.snippet == f"{item.card.summary} … Auch gesucht als: voller <mark>Mülleimer</mark>"


def test_title_and_summary_count_more_than_what_people_say_beside_them_and_that_more_than_the_text() -> None:
    add(slug="a-text", body="## Text\n\nEs gibt einen Mülleimer.")
    add(slug="b-suchwort", suchworte=["Mülleimer"])
    add(slug="c-kurz", kurz="Ein Mülleimer meldet, dass er voll ist, und wird erst dann geleert.")
    assert slugs(search("Mülleimer")) == ["c-kurz", "b-suchwort", "a-text"]


def test_entries_withdrawn_a_moment_ago_are_left_out() -> None:
    entry = add(slug="a-eins")
    add(slug="a-zwei")
    entry.status = "zurueckgezogen"
    assert slugs(search()) == ["a-zwei"]


def test_facets_show_values_with_hits_and_those_chosen() -> None:
    add(slug="a-eins", handlungsfelder=["wasser"], phase="etablieren")
    add(slug="a-zwei", handlungsfelder=["wasser", "arbeit"], phase="experimentieren")
    add(Kind.SOLUTION, "a-drei", handlungsfelder=["energie"])
    page = search(filters={Facet.KIND: frozenset({"projekt"}), Facet.ACTION_FIELD: frozenset({"wasser", "tourismus"})})
    facets = {facet.facet: facet for facet in page.facets}
    shown = [(choice.value, choice.count, choice.is_chosen) for choice in facets[Facet.ACTION_FIELD].choices]
    assert shown == [("wasser", 2, True), ("arbeit", 1, False), ("tourismus", 0, True)]
    assert [choice.value for choice in facets[Facet.KIND].choices] == ["projekt"]
    assert facets[Facet.KIND].has_chosen
    assert [choice.value for choice in facets[Facet.PHASE].choices] == ["experimentieren", "etablieren"]
    assert facets[Facet.LICENCE].choices == []
    assert [choice.label for choice in page.chosen] == ["Projekt", "Wasser", "Tourismus"]


def test_pages() -> None:
    for number in range(1, 46):
        add_entry(slug=f"a-{number}")
    db.commit(db.session())
    page = search(page=3)
    assert (page.total, page.page, page.pages, page.first, page.last) == (45, 3, 3, 41, 45)
    assert search(page=99).query.page == 3
    empty = search("gibtesnicht")
    assert (empty.total, empty.page, empty.pages, empty.first, empty.last) == (0, 1, 1, 0, 0)


def test_a_text_without_words_is_explained() -> None:
    add()
    assert search("🦄").hints == ["Ihre Eingabe enthält kein Wort, nach dem gesucht werden kann."]
    assert search("").hints == search("titel").hints == search("-titel").hints == []


def test_similar_entries_never_contain_the_entry_itself() -> None:
    first = add(slug="a-eins", titel="Füllstand von Abfallbehältern messen", handlungsfelder=["abfall-emissionen"])
    second = add(slug="a-zwei", titel="Füllstand der Abfallbehälter im Park", handlungsfelder=["abfall-emissionen"])
    add(slug="a-drei", titel="Radwege bauen", kurz="Eine ganz andere Kurzfassung über Wege für den Verkehr im Ort.")
    assert service.similar_ids(first) == [second.id]
    assert service.similar_ids(first, without={second.id or 0}) == []


def test_without_an_index_search_is_unavailable_and_nothing_is_similar(app: Flask, tmp_path: Path) -> None:
    entry = add()
    app.extensions["search_engine"] = WhooshEngine(tmp_path / "keiner")
    with pytest.raises(SearchUnavailableError):
        search("titel")
    assert service.similar_ids(entry) == []


def test_withdrawing_removes_an_entry_from_the_results() -> None:
    entry = add(slug="a-eins")
    catalogue.withdraw_entry(entry, reason="Überholt", author="Test")
    db.commit(db.session())
    assert search().total == 0
