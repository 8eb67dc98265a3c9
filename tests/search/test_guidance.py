"""What guides see of the search in the site, on each engine that serves sites; nobody else does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.app import create_app
from marketplace.catalogue.kinds import Kind
from marketplace.config import Settings
from marketplace.core import clock
from marketplace.search import indexing
from marketplace.search.models import SearchPhrase
from marketplace.search.phrases import Outcome
from tests.factories.catalogue import add_entry
from tests.factories.people import add_person, sign_in
from tests.support.client import PageClient
from tests.support.page import Page, text_of
from tests.support.people import new_client

WHY = "/suche/warum/licht-hier?q=strassenlaternen"


@pytest.fixture(params=["whoosh", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Flask]:
    changes = {"search_engine": "whoosh"}
    if request.param == "postgres":
        changes = {"search_engine": "postgres", "database_url": request.getfixturevalue("postgres_copy")}
    app = create_app(settings.model_copy(update=changes))
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def _entries(app: Flask) -> None:
    with app.app_context(), app.extensions["database"].unit_of_work():
        add_entry(Kind.SOLUTION, "licht-hier", "Jede Laterne im Ort.", titel="Straßenlaterne nach Bedarf")
        add_entry(Kind.PROJECT, "licht-dort", "Die Straßenbeleuchtung wird gedimmt.", titel="Beleuchtung am Weg")
        add_entry(Kind.LESSON, "anderes", titel="Etwas anderes")
    indexing.rebuild(app.extensions["database"], app.extensions["search_engine"])


def signed_in(app: Flask, name: str, **what: Any) -> PageClient:
    """The browser of somebody."""
    client = new_client(app)
    with app.app_context(), app.extensions["database"].unit_of_work():
        sign_in(client, add_person(name, **what))
    return client


@pytest.fixture
def guide(app: Flask) -> PageClient:
    return signed_in(app, "Lotse", remits=(("09", ""),))


def rows(page: Page) -> list[str]:
    return [text_of(row) for row in page.with_class("kern-table__row")]


@pytest.mark.usefixtures("_entries")
def test_a_guide_follows_the_link_of_a_hit_to_the_reasons_of_its_rank(guide: PageClient) -> None:
    [link] = [
        link.get("href") or ""
        for link in guide.get_page("/suche?q=strassenlaternen+ort").all("a")
        if text_of(link).startswith("Warum hier? Straßenlaterne")
    ]
    page = guide.get_page(link)
    assert page.heading == "Warum hier? Straßenlaterne nach Bedarf"
    assert "auf Platz 1 von 2" in page.text
    assert [row for row in rows(page) if "strassenlaternen" in row] != []


@pytest.mark.usefixtures("_entries")
def test_the_reasons_name_word_way_place_and_boosts(guide: PageClient) -> None:
    page = guide.get_page(WHY)
    [word] = [row for row in rows(page) if row.startswith("strassenlaternen")]
    assert "Titel: „Straßenlaterne“" in word
    assert "das Wort" in word
    assert [row.split()[0] for row in rows(page)[3:]] == ["Nachnutzung", "Aktualität", "Vollständigkeit", "Bestätigung"]
    assert "Er enthält alle Wörter der Suche" in page.text
    partly = guide.get_page("/suche/warum/licht-dort?q=laterne+bahnhof")
    assert "Er enthält nur einen Teil der Wörter" in partly.text
    assert "Nicht im Eintrag gefunden: „bahnhof“" in partly.text
    assert "Text: „Straßenbeleuchtung“" in " ".join(rows(partly))


@pytest.mark.usefixtures("_entries")
def test_what_is_not_found_is_said_and_nothing_typed_is_an_error(guide: PageClient) -> None:
    assert "findet diesen Eintrag nicht" in guide.get_page("/suche/warum/anderes?q=strassenlaternen").text
    assert "Ohne Suchbegriffe" in guide.get_page("/suche/warum/anderes").text
    for text in ("%22", "%00", "-", "a" * 5000, "%F0%9F%A6%84", "%ff", "und+die"):
        guide.get_page(f"/suche/warum/licht-hier?q={text}")
    assert guide.get("/suche/warum/gibt-es-nicht?q=licht").status_code == 404


@pytest.mark.usefixtures("_entries")
def test_only_guides_and_site_admins_know_the_reasons_and_what_is_searched(app: Flask) -> None:
    clients = {
        "fremd": new_client(app),
        "gast": signed_in(app, "Gast"),
        "verwaltung": signed_in(app, "Verwaltung", is_site_admin=True),
    }
    status = {
        name: [client.get(address).status_code for address in (WHY, "/suche/gesucht")]
        for name, client in clients.items()
    }
    assert status == {"fremd": [303, 303], "gast": [403, 403], "verwaltung": [200, 200]}
    shown = {name: "Warum hier?" in client.get_page("/suche?q=laterne").text for name, client in clients.items()}
    assert shown == {"fremd": False, "gast": False, "verwaltung": True}
    assert "Warum hier?" not in clients["verwaltung"].get_page("/suche").text


def test_what_was_searched_in_vain_is_listed_with_counts(app: Flask, guide: PageClient) -> None:
    today = clock.today()
    with app.extensions["database"].unit_of_work() as session:
        for phrase, outcome, times, days_ago in (
            ("flugtaxi", Outcome.NOTHING, 7, 2),
            ("drohne im wald", Outcome.PARTLY, 3, 20),
            ("nur einmal", Outcome.NOTHING, 1, 0),
            ("laterne", Outcome.FOUND, 40, 40),
        ):
            last_day = today - timedelta(days=days_ago)
            session.add(SearchPhrase(phrase=phrase, outcome=outcome.value, days=2, times=times, last_day=last_day))

    def phrases(address: str) -> list[str]:
        return [text_of(cell) for cell in guide.get_page(address).all("th") if cell.get("scope") == "row"]

    assert phrases("/suche/gesucht") == ["flugtaxi", "drohne im wald"]
    assert "unter „Auch gesucht als“ einzutragen" in guide.get_page("/suche/gesucht").text
    assert phrases("/suche/gesucht?tage=7") == ["flugtaxi"]
    assert phrases("/suche/gesucht?ergebnis=mit-treffern") == []
    page = guide.get_page("/suche/gesucht?ergebnis=mit-treffern&tage=60")
    assert rows(page)[1].split()[:4] == ["laterne", "gefunden", "40", "2"]
    assert page.link("laterne") == "/suche?q=laterne"
    assert phrases("/suche/gesucht?tage=x&ergebnis=%00") == ["flugtaxi", "drohne im wald"]
