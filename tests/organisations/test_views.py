import pytest
from sqlmodel import Session

from marketplace.catalogue.kinds import Kind
from marketplace.core import db
from tests.factories.catalogue import add_entry, add_organisation
from tests.support.client import PageClient
from tests.support.page import Page, text_of


@pytest.fixture(autouse=True)
def _places(session: Session) -> None:
    add_organisation("09572164", "Weisendorf", inhabitants=6597, search_name="weisendorf")
    add_organisation("01002000", "Kiel", inhabitants=247000, search_name="kiel")
    add_organisation("provider", "Ein Dienstleister", kind="it-dienstleister", search_name="ein dienstleister")
    add_entry(Kind.PROJECT, "projekt-hier", titel="Das eigene Projekt", organisation="09572164")
    add_entry(Kind.SOLUTION, "gemeinsam", titel="Etwas Gemeinsames", organisation="provider", beteiligte=["09572164"])
    db.commit(session)


def names(page: Page) -> list[str]:
    return [text_of(name) for name in page.with_class("bp-place__name")]


def test_the_list_begins_with_those_that_have_something_to_show(client: PageClient) -> None:
    page = client.get_page("/kommunen")
    assert names(page) == ["Weisendorf", "Ein Dienstleister"]
    assert "2 Einträge" in page.text
    assert "1 Kommune mit Einträgen" in page.text


def test_the_whole_register_can_be_shown(client: PageClient) -> None:
    page = client.get_page("/kommunen?alle=ja")
    assert names(page)[:2] == ["Kiel", "Weisendorf"]
    assert "2 Kommunen" in page.text


def test_a_search_finds_places_without_entries_too(client: PageClient) -> None:
    assert names(client.get_page("/kommunen?q=kiel")) == ["Kiel"]
    assert names(client.get_page("/kommunen?q=01002")) == ["Kiel"]
    assert names(client.get_page("/kommunen?q=&alle=ja&land=bayern")) == ["Weisendorf"]


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=" + "x" * 5000, "seite=-1", "seite=1e9", "seite=99999999999999999999", "land=atlantis", "q=%25_'"],
)  # fmt: skip
def test_any_query_gives_a_page(client: PageClient, query: str) -> None:
    client.get_page(f"/kommunen?{query}")


def test_a_municipality_shows_its_own_entries_and_those_it_took_part_in(client: PageClient) -> None:
    page = client.get_page("/kommunen/09572164")
    assert page.heading == "Weisendorf"
    assert page.link("Das eigene Projekt") == "/projekte/projekt-hier"
    assert "Beteiligt an" in page.text
    assert page.link("Etwas Gemeinsames") == "/loesungen/gemeinsam"


def test_a_land_with_entries_of_its_own_leads_to_those_of_its_municipalities(
    client: PageClient, session: Session
) -> None:
    add_organisation("09", "Bayern", kind="land", search_name="bayern")
    add_entry(Kind.PROGRAMME, "foerderung", titel="Die Förderung des Landes", organisation="09")
    db.commit(session)
    page = client.get_page("/kommunen/09")
    assert page.link("Die Förderung des Landes") == "/foerderprogramme/foerderung"
    assert page.link("Einträge aus Bayern ansehen") == "/suche?land=bayern"


def test_a_municipality_without_entries_shows_the_way_to_its_land(client: PageClient) -> None:
    page = client.get_page("/kommunen/01002000")
    assert "noch keinen Eintrag" in page.text
    assert page.link("Einträge aus Schleswig-Holstein") == "/suche?land=schleswig-holstein"


def test_a_former_key_leads_to_the_present_one(client: PageClient, session: Session) -> None:
    add_organisation("09572999", "Altdorf", successor_key="09572164")
    db.commit(session)
    response = client.get("/kommunen/09572999")
    assert (response.status_code, response.headers["Location"]) == (301, "/kommunen/09572164")


@pytest.mark.parametrize("key", ["99999999", "gibt-es-nicht", "%00", "x" * 300])
def test_an_unknown_key_is_not_found(client: PageClient, key: str) -> None:
    client.get_page(f"/kommunen/{key}", status=404)


def test_long_lists_have_pages(client: PageClient, session: Session) -> None:
    for number in range(60):
        add_organisation(f"05{number:06d}", f"Ort {number:02d}", search_name=f"ort {number:02d}")
    db.commit(session)
    page = client.get_page("/kommunen?q=ort&land=nordrhein-westfalen")
    assert len(names(page)) == 50
    assert names(client.get_page(page.link("Weiter"))) == [f"Ort {number}" for number in range(50, 60)]
