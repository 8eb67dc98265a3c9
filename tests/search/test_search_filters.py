"""Facets in long lists, what suits a municipality, searches in one place, and what comes nearest to nothing."""

import pytest
from flask import Flask
from sqlmodel import Session

from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import db
from marketplace.search import mending
from tests.factories.catalogue import add_entry, add_organisation
from tests.support.client import PageClient
from tests.support.page import Page, text_of

FIELDS = [field.value for field in ActionField]


@pytest.fixture(autouse=True)
def _entries(app: Flask, session: Session) -> None:
    add_organisation("09572164", "Weisendorf", inhabitants=6597, postcode="91085")
    add_organisation("09572", "Landkreis Erlangen-Höchstadt", kind="kreis")
    add_organisation("05315000", "Köln", inhabitants=1_000_000)
    add_organisation("05111000", "Neustadt", inhabitants=30_000)
    add_organisation("09575153", "Neustadt", inhabitants=13_000)
    add_organisation("amt", "Ein Amt", kind="ministerium")
    add_entry(
        Kind.PROJECT, "licht-klein", titel="Licht in Weisendorf", organisation="09572164", handlungsfelder=["energie"]
    )
    add_entry(Kind.PROJECT, "licht-gross", titel="Licht in Köln", organisation="05315000")
    add_entry(Kind.PROJECT, "gemeinsam", titel="Gemeinsames Wasser", organisation="amt", beteiligte=["09572164"])
    add_entry(Kind.PROGRAMME, "geld", titel="Geld für Licht", handlungsfelder=["energie"])
    db.commit(session)
    mending.ensure(app.extensions["database"], app.extensions["search_engine"])


def titles(page: Page) -> list[str]:
    return sorted(text_of(title) for title in page.with_class("bp-hit__title"))


def choices(page: Page, name: str) -> list[str]:
    return [box.get("value") or "" for box in page.all("input") if box.get("name") == name and "value" in box.attrib]


def checked(page: Page, name: str) -> list[str]:
    return [box.get("value") or "" for box in page.all("input") if box.get("name") == name and "checked" in box.attrib]


def hidden(page: Page) -> dict[str, str]:
    return {i.get("name") or "": i.get("value") or "" for i in page.all("input") if i.get("type") == "hidden"}


def chips(page: Page) -> dict[str, str]:
    return {text_of(chip): chip.get("href") or "" for chip in page.with_class("bp-chip")}


def notes(page: Page) -> str:
    return " ".join(text_of(note) for note in page.with_class("bp-note"))


# Long lists


@pytest.fixture
def _fields(app: Flask, session: Session) -> None:
    for start in (0, 5, 10, 15):
        add_entry(slug=f"netz-{start}", titel="Netze", handlungsfelder=FIELDS[start : start + 5])
    add_entry(slug="netz-oft", titel="Netze", handlungsfelder=FIELDS[-3:])
    db.commit(session)
    mending.ensure(app.extensions["database"], app.extensions["search_engine"])


@pytest.mark.usefixtures("_fields")
def test_a_long_list_shows_the_most_frequent_choices_and_a_link_to_all(client: PageClient) -> None:
    page = client.get_page("/suche?q=netz")
    assert len(choices(page, "feld")) == 8
    assert sorted(choices(page, "feld")[:3]) == sorted(FIELDS[-3:])
    assert page.link("Alle 19 anzeigen") == "/suche?q=netz&mehr=feld#filter-feld"
    assert page.by_id("filter-feld").get("open") is not None


@pytest.mark.usefixtures("_fields")
def test_choices_that_are_on_stand_in_the_folded_list(client: PageClient) -> None:
    folded = choices(client.get_page("/suche?q=netz"), "feld")
    last = next(value for value in FIELDS if value not in folded)
    page = client.get_page(f"/suche?q=netz&feld={last}")
    assert choices(page, "feld") == [*folded, last]
    assert checked(page, "feld") == [last]
    assert page.link("Alle 19 anzeigen")


@pytest.mark.usefixtures("_fields")
def test_the_whole_list_is_in_the_alphabet_and_stays_open(client: PageClient) -> None:
    page = client.get_page("/suche?q=netz&sort=titel&mehr=feld")
    labels = [ActionField(value).label for value in choices(page, "feld")]
    assert labels == sorted(field.label for field in ActionField)
    assert hidden(page)["mehr"] == "feld"
    assert page.link("Weniger anzeigen") == "/suche?q=netz&sort=titel#filter-feld"


@pytest.mark.usefixtures("_fields")
def test_the_whole_list_can_be_searched(client: PageClient) -> None:
    page = client.get_page("/suche?q=netz&mehr=feld&liste=MOBIL&feld=energie")
    assert choices(page, "feld") == ["energie", "mobilitaet"]
    assert checked(page, "feld") == ["energie"]
    page = client.get_page("/suche?q=netz&mehr=feld&liste=raumfahrt")
    assert choices(page, "feld") == []
    assert "In der Liste steht nichts mit „raumfahrt“" in page.text
    assert choices(client.get_page("/suche?q=netz&mehr=feld&liste=klimaschu"), "feld") == ["umwelt-klimaschutz"]


@pytest.mark.parametrize("value", ["art", "groesse", "fremd", ""])
def test_what_is_short_is_not_unfolded(client: PageClient, value: str) -> None:
    page = client.get_page(f"/suche?mehr={value}&liste=x")
    assert "mehr" not in hidden(page)
    assert len(choices(page, "art")) == 2


# What suits a municipality


@pytest.mark.parametrize(
    "typed", ["09572164", "Weisendorf", "weisen", "WEISENDORF", "Markt Weisendorf", "91085", " 09572164 "]
)
def test_what_suits_a_municipality_is_of_its_land_and_size_or_of_none(client: PageClient, typed: str) -> None:
    page = client.get_page(f"/suche?q=licht&kommune={typed}")
    assert titles(page) == ["Geld für Licht", "Licht in Weisendorf"]
    assert chips(page) == {"Filter entfernen: Passt zu: Weisendorf (Kleinstadt, Bayern)": "/suche?q=licht"}
    assert hidden(page)["kommune"] == "09572164"
    assert "bundesweit" in page.text
    assert page.link("Titel A–Z") == "/suche?q=licht&kommune=09572164&sort=titel"


def test_a_new_name_replaces_the_municipality(client: PageClient) -> None:
    page = client.get_page("/suche?q=licht&kommune=K%C3%B6ln&kommune=09572164")
    assert "Passt zu: Köln (Großstadt, Nordrhein-Westfalen)" in " ".join(chips(page))
    page = client.get_page("/suche?q=licht&kommune=&kommune=09572164")
    assert "Passt zu: Weisendorf (Kleinstadt, Bayern)" in " ".join(chips(page))


def test_a_kreis_has_no_size(client: PageClient) -> None:
    page = client.get_page("/suche?kommune=09572")
    assert "Passt zu: Landkreis Erlangen-Höchstadt (Bayern)" in " ".join(chips(page))
    assert "Licht in Weisendorf" in titles(page)


def test_an_unknown_municipality_is_said_and_changes_nothing(client: PageClient) -> None:
    page = client.get_page("/suche?q=licht&kommune=Entenhausen")
    assert len(titles(page)) == 3
    assert "Die Kommune „Entenhausen“ steht nicht im Verzeichnis." in notes(page)
    assert page.by_id("kommune").get("value") == "Entenhausen"
    assert "kommune" not in hidden(page)


def test_of_several_municipalities_one_can_be_chosen(client: PageClient) -> None:
    page = client.get_page("/suche?q=licht&kommune=neustadt")
    assert "Welche ist Ihre?" in notes(page)
    links = [a.get("href") for note in page.with_class("bp-note") for a in note.iter() if a.get("href")]
    assert links == ["/suche?q=licht&kommune=05111000", "/suche?q=licht&kommune=09575153"]
    assert "Passt zu: Neustadt (Kleinstadt, Bayern)" in " ".join(chips(client.get_page(links[1] or "")))


# In one place, in one field


def test_a_search_in_the_entries_of_an_organisation(client: PageClient) -> None:
    page = client.get_page("/suche?ort=09572164")
    assert titles(page) == ["Gemeinsames Wasser", "Licht in Weisendorf"]
    assert chips(page) == {"Filter entfernen: Nur: Weisendorf": "/suche"}
    assert hidden(page)["ort"] == "09572164"
    assert titles(client.get_page("/suche?ort=09572164&q=licht")) == ["Licht in Weisendorf"]
    assert client.get_page("/suche?ort=09572164&art=projekt").link("Alle Filter entfernen") == "/suche"


def test_an_unknown_organisation_is_said_and_changes_nothing(client: PageClient) -> None:
    page = client.get_page("/suche?ort=atlantis")
    assert len(titles(page)) == 4
    assert "„atlantis“ gibt es nicht" in notes(page)


@pytest.mark.parametrize(
    ("address", "name", "value"),
    [("/kommunen/09572164", "ort", "09572164"), ("/handlungsfelder/energie", "feld", "energie")],
)
def test_places_and_fields_have_a_search_of_their_own(client: PageClient, address: str, name: str, value: str) -> None:
    page = client.get_page(address)
    [form] = page.with_class("bp-search-form--scoped")
    fields = {field.get("name"): field.get("value") for field in form.iter() if field.get("name")}
    assert fields == {name: value, "q": None}
    assert form.get("action") == "/suche"


def test_a_municipality_leads_to_what_suits_it(client: PageClient) -> None:
    assert client.get_page("/kommunen/09575153").link("Was zu Neustadt passt") == "/suche?kommune=09575153"


# Nothing found


def test_nothing_at_all_leads_to_the_action_fields(client: PageClient) -> None:
    page = client.get_page("/suche?q=qqxyz+abc&land=bayern")
    assert page.heading == "Keine Treffer"
    assert page.link("Ohne Suchbegriffe weitersehen") == "/suche?land=bayern"
    assert page.link("Energie") == "/handlungsfelder/energie"
    assert "Ohne Filter" not in page.text
    assert page.link("Gesuch aufgeben") == "/gesuche/neu?worte=qqxyz+abc"


def test_fewer_filters_are_offered_with_their_hits(client: PageClient) -> None:
    page = client.get_page("/suche?q=licht&land=hessen&art=projekt&phase=etablieren")
    assert page.heading == "Keine Treffer"
    assert page.link("Ohne Filter suchen") == "/suche?q=licht"
    assert "Ohne Filter suchen (3 Treffer)" in page.text
    page = client.get_page("/suche?q=licht&land=hessen&art=projekt")
    assert page.link("Ohne den Filter „Art: Projekt“") == "/suche?q=licht&land=hessen"
    assert "Ohne den Filter „Bundesland: Hessen“ (2 Treffer)" in page.text
    assert "Ohne Filter suchen" not in page.text
    page = client.get_page("/suche?q=wasser&ort=05315000")
    assert page.link("Ohne Filter suchen") == "/suche?q=wasser"


def test_fewer_words_are_offered_with_their_hits(client: PageClient) -> None:
    page = client.get_page("/suche?q=licht+k%C3%B6ln+rakete")
    assert "Kein Eintrag enthält alle Wörter." in notes(page)
    assert page.link("licht köln") == "/suche?q=licht+k%C3%B6ln"
    assert "Mit weniger Wörtern: licht köln (1 Treffer mit allen Wörtern)" in notes(page)


def test_action_fields_of_what_is_near_are_offered(client: PageClient) -> None:
    page = client.get_page("/suche?q=geld&land=hessen&art=projekt")
    assert page.heading == "Keine Treffer"
    assert "Verwandte Handlungsfelder Energie" in page.text
    assert "Mobilität" not in text_of(page.with_class("bp-index")[0])
