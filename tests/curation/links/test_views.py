"""What people decide about dead addresses."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.catalogue.drafts.models import EntryContact
from marketplace.core import clock
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.curation import ageing
from marketplace.curation.desk import EVERYWHERE
from marketplace.curation.links import queries
from marketplace.curation.links.gathering import gather
from marketplace.curation.models import WebLink
from marketplace.organisations.models import Organisation
from tests.curation.links.test_checking import NOON
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.curation import entry_of, review_of
from tests.support.client import PageClient
from tests.support.forms import send
from tests.support.people import new_client, signed_in

DEAD = "https://alt.example/bericht"
PAGE = "/eintraege/ein-eintrag/adressen"


@pytest.fixture
def guide(app: Flask, database: Database) -> PageClient:
    """A guide, and an entry in whose sources, links and text a dead address stands."""
    with clock.stopped_at(NOON), app.app_context(), database.unit_of_work() as session:
        add_organisation()
        entry = add_entry(
            organisation="09572164",
            weblinks=[{"titel": "Bericht", "adresse": DEAD}, {"titel": "Mehr", "adresse": f"{DEAD}/mehr"}],
            quellen=[{"dokument": "Bericht", "stelle": "S. 1", "jahr": 2024, "link": DEAD}],
            body=f"Siehe [Bericht]({DEAD}).",
        )
        session.add(EntryContact(entry_id=entry.id, mail="amt@weisendorf.example"))
        add_guide(Remit("09"))
        add_guide(Remit("07"), mail="fern@land.example")
        add_account("fremd@anders.example")
    with clock.stopped_at(NOON):
        ageing.plan(database)
        gather(database)
    with database.unit_of_work() as session:
        link = session.exec(select(WebLink).where(WebLink.address == DEAD)).one()
        link.state, link.answer, link.since = "tot", "404", NOON
        link.moved_to = "https://neu.example/bericht"
    return signed_in(new_client(app), "lotse@land.example")


def dead(database: Database) -> int:
    with database.reading():
        return queries.count_dead(EVERYWHERE)


def test_the_dead_address_stands_first_with_a_proposal(guide: PageClient) -> None:
    page = guide.get_page(PAGE)
    assert "führt seit Längerem ins Leere (Antwort 404, seit 21. November 2026)" in page.text
    assert "dauerhaft umgezogen nach https://neu.example/bericht" in page.text
    assert page.by_id("neu-1").get("value") == "https://neu.example/bericht"


def test_an_address_is_replaced_everywhere_as_a_new_version(app: Flask, guide: PageClient, database: Database) -> None:
    due = review_of(app, "ein-eintrag").due
    with clock.stopped_at(NOON + timedelta(days=30)):
        guide = signed_in(new_client(app), "lotse@land.example")
        answer = send(guide, guide.get_page(PAGE), "Adresse ersetzen", follow_redirects=True)
        assert "Die Adresse ist im Eintrag ersetzt." in answer.text
        html = guide.get_page("/projekte/ein-eintrag").html
    assert html.count('href="https://neu.example/bericht"') == 3
    assert f'href="{DEAD}"' not in html
    assert f'href="{DEAD}/mehr"' in html, "A longer address is another one."
    assert entry_of(app, "ein-eintrag").version == 2
    assert review_of(app, "ein-eintrag").due == due, "Nobody looked at the facts."
    assert dead(database) == 0


def test_that_a_page_is_gone_is_said_to_readers(guide: PageClient, database: Database) -> None:
    send(guide, guide.get_page(PAGE), "Die Seite gibt es nicht mehr", {"hinweis": "liegt im Stadtarchiv"})
    shown = guide.get_page("/projekte/ein-eintrag").text
    assert shown.count("(gibt es nicht mehr: liegt im Stadtarchiv)") == 2
    assert dead(database) == 0


def test_an_address_may_stay_as_it_is(guide: PageClient, database: Database) -> None:
    send(guide, guide.get_page(PAGE), "So lassen")
    assert "gibt es nicht mehr" not in guide.get_page("/projekte/ein-eintrag").text
    assert dead(database) == 0


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Bitte eine vollständige Adresse angeben"),
        ("javascript:alert(1)", "Bitte eine vollständige Adresse angeben"),
        ("https://neu.example/a b", "Bitte eine vollständige Adresse angeben"),
        ('https://neu.example/"x', "Bitte eine vollständige Adresse angeben"),
        ("https://neu.example/" + "x" * 600, "Bitte eine vollständige Adresse angeben"),
        (DEAD, "Das ist die bisherige Adresse."),
    ],
)
def test_bad_addresses_are_told_at_the_field(guide: PageClient, app: Flask, typed: str, message: str) -> None:
    page = guide.get_page(PAGE)
    answer = send(guide, page, "Adresse ersetzen", {"neu": typed})
    assert answer.status_code == 200
    assert message in answer.text
    assert entry_of(app, "ein-eintrag").version == 1


def test_a_note_has_its_limit(guide: PageClient) -> None:
    answer = send(guide, guide.get_page(PAGE), "Die Seite gibt es nicht mehr", {"hinweis": "x" * 301})
    assert "Bitte höchstens 300 Zeichen" in answer.text
    assert "x" * 301 in answer.text


def test_what_is_not_asked_is_refused(guide: PageClient) -> None:
    page = guide.get_page(PAGE)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.html)
    assert token
    for path, was in ((f"{PAGE}/1", "weg da"), (f"{PAGE}/999", "weg"), ("/eintraege/nichts/adressen/1", "weg")):
        response = guide.post(path, data={"csrf_token": token[1], "was": was})
        assert response.status_code in (400, 404), (path, was)


@pytest.mark.parametrize("who", ["fern@land.example", "fremd@anders.example"])
def test_strangers_decide_nothing(app: Flask, guide: PageClient, database: Database, who: str) -> None:
    stranger = signed_in(new_client(app), who)
    assert stranger.get(PAGE).status_code == 403
    token = re.search(r'name="csrf_token" value="([^"]+)"', stranger.get("/konto").text)
    assert token
    assert stranger.post(f"{PAGE}/1", data={"csrf_token": token[1], "was": "weg"}).status_code == 403
    assert dead(database) == 1


def test_members_replace_unreviewed_only_what_does_not_answer(
    app: Flask, guide: PageClient, database: Database
) -> None:
    with app.app_context(), database.unit_of_work() as session:
        place = session.exec(select(Organisation)).one()
        add_membership(add_account("mitglied@weisendorf.example"), place)
    member = signed_in(new_client(app), "mitglied@weisendorf.example")
    token = re.search(r'name="csrf_token" value="([^"]+)"', member.get(PAGE).text)
    assert token
    typed = {"csrf_token": token[1], "was": "ersetzen", "neu": "https://anders.example/"}
    refused = member.post(f"{PAGE}/2", data=typed)
    assert "Diese Adresse antwortet." in refused.text
    assert entry_of(app, "ein-eintrag").version == 1
    assert member.post(f"{PAGE}/1", data=typed).status_code == 303
    assert entry_of(app, "ein-eintrag").version == 2
