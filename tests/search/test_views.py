import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from marketplace.app import create_app
from marketplace.catalogue.kinds import Kind
from marketplace.config import Settings
from marketplace.core import db
from marketplace.search import mending
from marketplace.search.port import SearchUnavailableError
from tests.factories.catalogue import add_entry, add_organisation
from tests.support.client import PageClient
from tests.support.page import Page, text_of


@pytest.fixture
def _entries(app: Flask, session: Session) -> None:
    add_organisation("09572164", "Weisendorf", inhabitants=6597, size_inhabitants=6597)
    add_entry(
        Kind.PROJECT, "licht-hier", titel="Licht an der Straße", organisation="09572164", handlungsfelder=["energie"]
    )
    add_entry(Kind.SOLUTION, "licht-ueberall", titel="Licht nach Bedarf", handlungsfelder=["energie", "infrastruktur"])
    add_entry(Kind.PROGRAMME, "geld-licht", titel="Geld für Licht", **{"antrag-bis": "2020-01-31"})
    db.commit(session)
    mending.ensure(app.extensions["database"], app.extensions["search_engine"])


def titles(page: Page) -> list[str]:
    return [text_of(title) for title in page.with_class("bp-hit__title")]


def chips(page: Page) -> dict[str, str]:
    return {text_of(chip): chip.get("href") or "" for chip in page.with_class("bp-chip")}


@pytest.mark.usefixtures("_entries")
def test_hits_are_counted_and_found_words_marked(client: PageClient) -> None:
    page = client.get_page("/suche?q=licht")
    assert page.heading == "3 Treffer"
    assert page.title == "3 Treffer für „licht“ – Blaupause"
    assert "Licht" in [text_of(mark) for mark in page.all("mark")]


@pytest.mark.usefixtures("_entries")
def test_a_hit_tells_what_decides_whether_to_open_it(client: PageClient) -> None:
    page = client.get_page("/suche?q=straße+licht&art=projekt")
    [hit] = [text_of(hit) for hit in page.with_class("bp-hit")]
    for words in ("Projekt", "Licht an der Straße", "Weisendorf", "Bayern", "Kleinstadt", "Energie", "Stand 2024"):
        assert words in hit
    programme = client.get_page("/suche?art=foerderprogramm")
    assert "Keine Anträge mehr" in text_of(programme.with_class("bp-hit")[0])


@pytest.mark.usefixtures("_entries")
def test_without_words_all_entries_or_all_of_a_kind_are_listed(client: PageClient) -> None:
    page = client.get_page("/suche")
    assert (page.heading, len(titles(page))) == ("3 Einträge", 3)
    assert client.get_page("/suche?art=loesung").heading == "1 Lösung"
    assert client.get_page("/suche?art=loesung&art=projekt").heading == "2 Treffer"


@pytest.mark.usefixtures("_entries")
def test_filters_are_checked_counted_and_can_be_taken_off(client: PageClient) -> None:
    page = client.get_page("/suche?q=licht&art=projekt&art=loesung&feld=infrastruktur")
    assert titles(page) == ["Licht nach Bedarf"]
    checked = [(box.get("name"), box.get("value")) for box in page.all("input") if "checked" in box.attrib]
    assert sorted(checked) == [("art", "loesung"), ("art", "projekt"), ("feld", "infrastruktur")]
    assert chips(page)["Filter entfernen: Art Projekt"] == "/suche?q=licht&art=loesung&feld=infrastruktur"
    assert page.link("Alle Filter entfernen") == "/suche?q=licht"


@pytest.mark.usefixtures("_entries")
def test_what_holds_nationwide_is_found_under_a_land_and_says_so(client: PageClient) -> None:
    page = client.get_page("/suche?q=licht&land=bayern&art=loesung")
    assert titles(page) == ["Licht nach Bedarf"]
    assert "bundesweit" in text_of(page.with_class("bp-hit")[0])
    assert "bundesweit" not in text_of(client.get_page("/suche?q=licht&art=loesung").with_class("bp-hit")[0])


@pytest.mark.usefixtures("_entries")
def test_the_order_can_be_chosen_and_survives_a_new_filter(client: PageClient) -> None:
    page = client.get_page("/suche?q=licht&sort=titel")
    assert titles(page) == ["Geld für Licht", "Licht an der Straße", "Licht nach Bedarf"]
    assert {i.get("name"): i.get("value") for i in page.all("input") if i.get("type") == "hidden"}["sort"] == "titel"
    current = [text_of(link) for link in page.with_class("bp-sort__item") if link.get("aria-current")]
    assert current == ["Titel A–Z"]
    assert text_of(page.with_class("bp-sort__item")[0]) == "Relevanz"


@pytest.mark.usefixtures("_entries")
def test_without_words_nothing_is_more_relevant_and_the_newest_come_first(client: PageClient) -> None:
    for address in ("/suche", "/suche?sort=relevanz", "/suche?sort=neueste", "/suche?q=-rakete"):
        links = client.get_page(address).with_class("bp-sort__item")
        assert [(text_of(link), link.get("aria-current")) for link in links] == [
            ("Neueste zuerst", "true"), ("Titel A–Z", None),
        ]  # fmt: skip
    page = client.get_page("/suche?sort=titel")
    assert page.link("Neueste zuerst") == "/suche"
    hidden = [i.get("name") for i in client.get_page("/suche?sort=neueste").all("input") if i.get("type") == "hidden"]
    assert "sort" not in hidden


@pytest.mark.usefixtures("_entries")
@pytest.mark.parametrize("address", ["/suche?land=bayern", "/suche?kommune=09572164"])
def test_without_words_a_chosen_land_comes_first_and_the_page_says_so(client: PageClient, address: str) -> None:
    page = client.get_page(address)
    links = page.with_class("bp-sort__item")
    assert [(text_of(link), link.get("aria-current")) for link in links] == [
        ("Gewähltes Land zuerst", "true"), ("Neueste zuerst", None), ("Titel A–Z", None),
    ]  # fmt: skip
    assert "sort=neueste" in page.link("Neueste zuerst")


@pytest.mark.usefixtures("_entries")
def test_what_could_not_be_followed_is_said(client: PageClient) -> None:
    page = client.get_page("/suche?q=licht&land=atlantis&seite=-1&sort=laune")
    notes = " ".join(text_of(note) for note in page.with_class("bp-note"))
    assert "atlantis" in notes
    assert "-1" in notes
    assert "laune" in notes


def test_results_have_pages(app: Flask, client: PageClient, session: Session) -> None:
    for number in range(25):
        add_entry(Kind.PROJECT, f"projekt-{number:02d}", titel=f"Vorhaben {number:02d}")
    db.commit(session)
    mending.ensure(app.extensions["database"], app.extensions["search_engine"])
    page = client.get_page("/suche?sort=titel")
    assert len(titles(page)) == 20
    assert titles(client.get_page(page.link("Weiter"))) == [f"Vorhaben {number}" for number in range(20, 25)]
    assert len(titles(client.get_page("/suche?sort=titel&seite=400"))) == 5


def test_without_an_index_the_page_says_so_and_offers_other_ways(
    app: Flask, client: PageClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise SearchUnavailableError

    add_entry(Kind.PROJECT, "ein-projekt", handlungsfelder=["energie"])
    db.commit(session)
    monkeypatch.setattr(app.extensions["search_engine"], "search", away)
    page = client.get_page("/suche?q=licht")
    assert page.heading == "Suche zurzeit nicht verfügbar"
    assert page.link("Energie") == "/handlungsfelder/energie"
    assert page.link("Noch einmal versuchen") == "/suche?q=licht"


def test_too_many_searches_get_a_page_that_says_how_long_to_wait(settings: Settings) -> None:
    limited = create_app(settings.model_copy(update={"rate_limits_enabled": True, "search_rate_limit": "2 per minute"}))
    limited.test_client_class = PageClient
    client = limited.test_client()
    try:
        statuses = [client.get("/suche").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert client.get("/kommunen").status_code == 200
    finally:
        limited.extensions["database"].engine.dispose()


WILD = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["", "\x00", '"', '"a', "-", "*", "?" * 50, "😀", "x" * 10_000, "a AND (b OR", "-1", "1e9", "%", "ß" * 300]
    ),
)
NAMES = [
    "q", "art", "feld", "land", "groesse", "phase", "reife", "herausforderung", "lizenz", "ort", "kommune", "mehr",
    "liste", "sort", "seite", "fremd",
]  # fmt: skip


@pytest.mark.usefixtures("_entries")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(st.sampled_from(NAMES), WILD), max_size=8))
def test_any_address_gives_a_page(client: PageClient, pairs: list[tuple[str, str]]) -> None:
    response = client.get(
        "/suche", query_string=[(name, value.encode("utf-8", "replace").decode()) for name, value in pairs]
    )
    assert response.status_code == 200
