import re

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session

from marketplace.catalogue.kinds import Kind
from marketplace.core import db
from marketplace.core.db import Database
from tests.factories.catalogue import add_entry
from tests.support.client import PageClient
from tests.support.page import text_of


def test_the_start_page_of_an_empty_site_has_no_empty_boxes(client: PageClient) -> None:
    page = client.get_page("/")
    assert "Neu in der Sammlung" not in page.text
    assert "Zum Beispiel" not in page.text


def test_the_start_page_counts_what_can_be_read(client: PageClient, session: Session) -> None:
    for number in range(3):
        add_entry(Kind.PROJECT, f"projekt-{number}", handlungsfelder=["wasser"])
    add_entry(Kind.LESSON, "erfahrung-1").status = "entwurf"
    db.commit(session)
    page = client.get_page("/")
    doors = {text_of(door.find(".//{*}h3")): text_of(door) for door in page.with_class("bp-door")}  # type: ignore[arg-type]
    assert list(doors) == ["Projekte", "Lösungen", "Förderprogramme", "Erfahrungen"]
    assert doors["Projekte"].startswith("3 Einträge")
    assert doors["Erfahrungen"].startswith("0 Einträge")
    assert [text_of(card) for card in page.with_class("bp-index__count")].count("3 Einträge") == 1


def test_one_large_delivery_leaves_room_for_other_kinds_among_the_newest(client: PageClient, session: Session) -> None:
    add_entry(Kind.PROJECT, "aelteres-projekt", titel="Das ältere Projekt")
    for number in range(8):
        add_entry(Kind.LESSON, f"erfahrung-{number}")
    db.commit(session)
    titles = [text_of(title) for title in client.get_page("/").with_class("bp-card__title")]
    assert "Das ältere Projekt" in titles
    assert len(titles) == 3


@pytest.mark.parametrize("name", ["ueber", "impressum", "datenschutz", "barrierefreiheit", "leichte-sprache"])
def test_static_pages_are_complete(client: PageClient, name: str) -> None:
    page = client.get_page(f"/{name}")
    assert "{{" not in page.html
    assert "platzhalter" not in page.html


def test_the_imprint_names_the_operator(client: PageClient) -> None:
    assert "Zweckverband Beispielland" in client.get_page("/impressum").text


def test_the_current_place_is_marked_in_the_navigation(client: PageClient) -> None:
    page = client.get_page("/handlungsfelder/wasser")
    current = [text_of(link) for link in page.with_class("bp-nav__link") if link.get("aria-current")]
    assert current == ["Handlungsfelder"]


def test_the_only_script_is_our_own_and_stops_nothing(client: PageClient) -> None:
    [script] = client.get_page("/").all("script")
    assert script.get("type") == "module"  # runs after the page is there
    assert (script.get("src") or "").startswith("/static/js/suggestions.js?v=")


# --- display ---


def choose(client: PageClient, value: str, *, back: str = "/kommunen", **headers: str) -> tuple[int, str, str]:
    response = client.post("/darstellung", data={"darstellung": value, "zurueck": back}, headers=headers)
    return response.status_code, response.headers.get("Location", ""), response.headers.get("Set-Cookie", "")


def test_a_chosen_display_is_kept_and_shown(client: PageClient) -> None:
    assert choose(client, "dunkel")[:2] == (303, "/kommunen")
    page = client.get_page("/")
    assert page.one("html").get("data-kern-theme") == "dark"
    pressed = [text_of(b) for b in page.with_class("bp-theme__button") if b.get("aria-pressed") == "true"]
    assert pressed == ["Dunkel"]


def test_following_the_system_forgets_the_choice(client: PageClient) -> None:
    choose(client, "hell")
    choose(client, "system")
    assert client.get_page("/").one("html").get("data-kern-theme") is None
    assert client.get_cookie("darstellung") is None


def test_a_page_sets_no_cookie_until_somebody_chooses(client: PageClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


@pytest.mark.parametrize(
    "back", ["https://boese.example/", "//boese.example", "/\\boese.example", "javascript:alert(1)", "/a\r\nX: y", ""]
)
def test_the_way_back_never_leads_elsewhere(client: PageClient, back: str) -> None:
    assert choose(client, "hell", back=back)[1] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://boese.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_change_the_display(client: PageClient, headers: dict[str, str]) -> None:
    status, _, cookie = choose(client, "dunkel", **headers)
    assert (status, cookie) == (400, "")


def test_an_unknown_display_follows_the_system(client: PageClient) -> None:
    assert choose(client, "neon")[0] == 303


def test_the_display_address_cannot_be_opened_alone(client: PageClient) -> None:
    client.get_page("/darstellung", status=405)


# --- errors and machines ---


def test_an_unknown_address_offers_the_search(client: PageClient) -> None:
    page = client.get_page("/gibt-es-nicht", status=404)
    assert [form.get("action") for form in page.all("form") if form.get("role") == "search"] == ["/suche"]


def test_without_a_database_there_is_a_page_that_says_so(app: Flask, client: PageClient) -> None:
    app.extensions["database"].engine.dispose()
    app.extensions["database"].engine = sa.create_engine("sqlite:////gibt/es/nicht.db")
    page = client.get_page("/", status=503)
    assert "Die Datenbank antwortet nicht" in page.text
    response = client.get("/health")
    assert (response.status_code, response.json["ready"], response.json["live"]) == (503, False, True)  # type: ignore[index]


def test_health_of_a_working_site(client: PageClient, database: Database) -> None:
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json["database"] is True  # type: ignore[index]


def test_machines_find_robots_and_icon(client: PageClient) -> None:
    assert client.get("/robots.txt").mimetype == "text/plain"
    assert client.get("/favicon.ico").data[:4] == b"\x00\x00\x01\x00"


def test_every_page_names_its_own_address(client: PageClient) -> None:
    page = client.get_page("/kommunen?q=wei")
    canonical = [link.get("href") for link in page.all("link") if link.get("rel") == "canonical"]
    assert canonical == ["http://127.0.0.1:5000/kommunen"]
    assert re.match(r"Kommunen – Blaupause$", page.title)
