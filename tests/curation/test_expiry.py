"""A funding programme whose deadline is over shows as open nowhere, though nothing of it was changed since."""

from datetime import date

import pytest
from flask import Flask

from marketplace.catalogue.kinds import Kind
from marketplace.core.db import Database
from tests.factories.catalogue import add_entry
from tests.factories.curation import on, run_job
from tests.support.client import PageClient

OPEN = ("Antrag möglich", "Frist endet bald", "Laufende Antragstellung")
PAGES = (
    "/foerderprogramme/digitale-zwillinge", "/suche?q=Zwillinge", "/suche?art=foerderprogramm",
    "/handlungsfelder/verwaltung", "/",
)  # fmt: skip


@pytest.fixture
def programme(app: Flask, database: Database) -> Flask:
    """A programme until 31 March 2026 whose author also ticked „jederzeit“."""
    with on(date(2026, 1, 10)), app.app_context(), database.unit_of_work():
        add_entry(
            Kind.PROGRAMME, "digitale-zwillinge", titel="Förderung digitaler Zwillinge", stand=2026, laufend=True,
            **{"antrag-bis": "2026-03-31"},
        )  # fmt: skip
    return app


@pytest.mark.parametrize("path", PAGES)
def test_open_through_the_last_day_and_closed_from_midnight(programme: Flask, client: PageClient, path: str) -> None:
    with on(date(2026, 3, 31), hour=23):
        assert "Frist endet bald" in client.get_page(path).text
    with on(date(2026, 4, 1), hour=0):
        text = client.get_page(path).text
    assert "Keine Anträge mehr" in text
    assert not [words for words in OPEN if words in text]


def test_nothing_had_to_run_for_that(programme: Flask, client: PageClient) -> None:
    """Neither a job nor the index has a part in it: the status is computed when it is shown."""
    run_job(programme, date(2026, 1, 10))
    with on(date(2027, 6, 1)):
        text = client.get_page("/suche?q=Zwillinge").text
    assert "Keine Anträge mehr" in text
