"""The page of the transfer: real figures only, and a good page when there are none."""

import csv
import io
from datetime import date, timedelta

from flask import Flask

from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.impact import queries
from marketplace.reuse.models import ReuseEvent, ReuseRequest
from tests.factories.curation import on
from tests.factories.ledger import THIRD, World, add_evidence, add_world, run_job
from tests.support.client import PageClient

DAY = date(2026, 3, 10)


def cells(client: PageClient) -> dict[tuple[str, str], str]:
    response = client.get("/wirkung.csv")
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["Kennzahl", "Gruppe", "Wert"]
    return {(name, group): value for name, group, value in rows[1:]}


def test_without_anything_it_says_so(client: PageClient) -> None:
    page = client.get_page("/wirkung")
    assert "Noch gibt es nichts zu zählen" in page.text
    assert page.with_class("bp-chart") == []
    assert cells(client)["Anfragen", ""] == "0"


def add_request(
    world: World, number: int, *, answered: bool = False, escalated: bool = False, escalated_after: bool = False
) -> None:
    now, session = clock.now(), db.session()
    request = ReuseRequest(
        public_id=f"anfrage-{number}-{'x' * 12}", entry_id=world.entry.id or 0, taker_id=world.taker.id or 0,
        giver_id=world.giver.id, token_hash=str(number), created_at=now, updated_at=now,
        answered_at=now + timedelta(days=20) if answered else None, state="abgelehnt",
    )  # fmt: skip
    session.add(request)
    session.flush()
    if escalated or escalated_after:
        # After the answer it is another question that nobody answered.
        at = now + timedelta(days=40 if escalated_after else 14)
        session.add(ReuseEvent(request_id=request.id, action="clock.escalated", to="angefragt", part="website", at=at))


def test_the_figures_are_those_of_requests_and_ledger(app: Flask, client: PageClient, database: Database) -> None:
    with on(DAY), app.test_request_context(), database.unit_of_work():
        world = add_world()
        first = add_evidence(world)
        add_evidence(world, THIRD, world.third, via=first)
        add_request(world, 1, answered=True)
        add_request(world, 2, answered=True, escalated=True)
        add_request(world, 3, escalated=True)
        add_request(world, 4)
        add_request(world, 5, answered=True, escalated_after=True)
    with on(DAY):
        page = client.get_page("/wirkung")
        assert len(page.with_class("bp-chart")) == 7
        found = cells(client)
    expected = {
        "Anfragen": "5", "Beantwortete Anfragen": "3", "Innerhalb der Frist beantwortet": "2",
        "Nicht innerhalb der Frist beantwortet": "2", "Bestätigte Nachnutzungen": "2",
        "Nachnutzende Organisationen": "2", "Gebende Organisationen": "2", "Nachnutzungen von Nachnutzungen": "1",
    }  # fmt: skip
    assert {name: found[name, ""] for name in expected} == expected
    assert found["Bestätigte Nachnutzungen nach Bundesland", "Bayern"] == "1"
    assert found["Bestätigte Nachnutzungen nach Bundesland", "Schleswig-Holstein"] == "1"
    assert found["Bestätigte Nachnutzungen nach Größenklasse", "Kleinstadt (5.000 bis 19.999)"] == "1"
    assert found["Neu bestätigte Nachnutzungen nach Quartal", "1/2026"] == "2"
    assert found["Anfragen nach Bundesland", "Bayern"] == "5"
    assert found["Anfragen nach Größenklasse", "Kleinstadt (5.000 bis 19.999)"] == "5"
    assert found["Innerhalb der Frist beantwortet nach Quartal", "1/2026"] == "2"


def test_what_was_not_renewed_is_no_longer_counted_and_its_beginning_still_is(
    app: Flask, client: PageClient, database: Database
) -> None:
    with on(DAY), app.test_request_context(), database.unit_of_work():
        add_evidence(add_world())
    run_job(app, date(2027, 9, 11))
    with on(date(2027, 9, 11)):
        found = cells(client)
    assert found["Bestätigte Nachnutzungen", ""] == "0"
    assert found["Neu bestätigte Nachnutzungen nach Quartal", "1/2026"] == "1"


def test_the_groups_add_up_to_the_whole(app: Flask, database: Database) -> None:
    with on(DAY), app.test_request_context(), database.unit_of_work():
        world = add_world()
        add_evidence(world)
        add_evidence(world, THIRD, world.third)
    with database.reading():
        impact = queries.get_impact()
    assert sum(bar.number for bar in impact.by_state) == sum(bar.number for bar in impact.by_size) == impact.reuses == 2
