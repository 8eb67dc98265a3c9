"""Who reuses what, for everybody: table, map and many pages."""

import re
from datetime import date

import pytest
from flask import Flask

from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.ledger.models import Reuse
from marketplace.ledger.rules import ReuseStage
from tests.factories.accounts import add_guide, add_membership
from tests.factories.catalogue import add_organisation
from tests.factories.curation import moment, on
from tests.factories.ledger import (
    ALL,
    DAY,
    THIRD,
    add_evidence,
    add_world,
    declared,
    load_world,
)
from tests.support.client import PageClient

END = date(2027, 9, 10)
GUIDE = "lotse@by.example"


@pytest.fixture(autouse=True)
def _world(app: Flask, database: Database) -> None:
    with on(DAY), app.app_context(), database.unit_of_work():
        add_world()
        add_guide(Remit("09"), mail=GUIDE)


def test_the_map_says_who_lies_in_the_middle_of_the_members(app: Flask, client: PageClient, database: Database) -> None:
    with on(DAY), app.test_request_context(), database.unit_of_work():
        world = load_world()
        district = add_organisation("09572", "Landkreis Erlangen-Höchstadt", kind="kreis")
        person = world.people[THIRD]
        add_membership(person, district)
        add_evidence(world, THIRD, district, stage=ReuseStage.RUNNING)
    with on(DAY):
        page = client.get_page("/nachnutzungen").text
    assert (
        "Ohne eigenen Ort im Verzeichnis, deshalb in der Mitte ihrer Mitglieder: Landkreis Erlangen-Höchstadt." in page
    )


def test_the_map_shows_both_places_and_the_table_says_the_same(
    app: Flask, client: PageClient, database: Database
) -> None:
    declared(app, database, confirmed=True)
    with on(DAY):
        page = client.get_page("/nachnutzungen")
        (picture,) = page.with_class("bp-map__picture")
        words = " ".join("".join(each.itertext()) for each in picture.iter())
        assert "Weisendorf: nutzt nach" in words
        assert "Kaiserslautern: gibt weiter" in words
        assert "© GeoBasis-DE / BKG" in page.text
        assert len(page.text.encode()) < 100_000
        for narrow in ("?feld=verwaltung", "?land=bayern", "?feld=x&land=y&seite=99999999", "?seite=-1"):
            assert "1 bestätigte Nachnutzung" in client.get_page("/nachnutzungen" + narrow).text
        assert "0 bestätigte Nachnutzungen" in client.get_page("/nachnutzungen?land=hessen").text


@pytest.mark.parametrize("path", ["/projekte/eine-loesung/nachnutzungen", ALL])
def test_the_page_stands_under_the_kind_of_the_entry(client: PageClient, path: str) -> None:
    assert client.get_page(path).heading == "Nachnutzungen: Titel von eine-loesung"
    assert client.get("/loesungen/gibt-es-nicht/nachnutzungen").status_code == 404


def test_hundreds_of_reuses_are_paged_and_their_page_stays_small(
    app: Flask, client: PageClient, database: Database
) -> None:
    with on(DAY), app.app_context(), database.unit_of_work() as session:
        world = load_world()
        for number in range(130):
            place = add_organisation(
                f"0957{number:04}", f"Gemeinde am langen Fluss {number}", latitude=48 + number / 50, longitude=9.5
            )
            session.add(_reuse_of(world.entry.id or 0, world.giver.id or 0, place.id or 0, number))
    with on(DAY):
        page = client.get("/nachnutzungen")
        assert "Die Karte zeigt die 100 neuesten." in page.text
        assert "130 bestätigte Nachnutzungen" in page.text
        assert len(page.data) < 100_000
        seen = set()
        for number in range(1, 7):
            text = client.get(f"/nachnutzungen?seite={number}").text
            seen |= set(re.findall(r"Gemeinde am langen Fluss (\d+)</a>", text))
        assert len(seen) == 130
        assert "Die übrigen stehen bei den einzelnen Einträgen." in client.get_page("/kommunen/07312000").text


def _reuse_of(entry_id: int, giver_id: int, taker_id: int, number: int) -> Reuse:
    return Reuse(
        public_id=f"reuse-{number:016}", entry_id=entry_id, giver_id=giver_id, taker_id=taker_id, stage="im-betrieb",
        since=DAY, giver_confirmed_on=DAY, taker_confirmed_on=DAY, declared_by="nehmend", created_at=moment(DAY),
        updated_at=moment(DAY), waiting_since=DAY, is_counted=True, evidence_from=DAY, valid_until=END,
    )  # fmt: skip
