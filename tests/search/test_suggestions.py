import threading
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from marketplace.app import create_app
from marketplace.catalogue import service as catalogue
from marketplace.catalogue.kinds import Kind
from marketplace.config import Settings
from marketplace.core import db
from marketplace.core.db import Database
from marketplace.search import suggestions
from marketplace.search.models import SearchPhrase
from marketplace.search.phrases import Outcome
from marketplace.search.suggestions import Suggestions
from tests.factories.catalogue import add_entry, add_organisation
from tests.support.client import PageClient


@pytest.fixture(autouse=True)
def _look_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "LOOK_AGAIN", 0.0)


@pytest.fixture(autouse=True)
def _entries(session: Session) -> None:
    add_organisation("09572164", "Weisendorf")
    add_organisation("09572165", "Weisenbach")
    add_entry(
        Kind.SOLUTION, "lora", titel="LoRaWAN in Weisendorf", organisation="09572164", handlungsfelder=["energie"],
        schlagworte=["Wetterstation"],
    )  # fmt: skip
    add_entry(Kind.PROJECT, "energie", titel="Energie sparen", schlagworte=["Wetterstation", "einmalig"])
    db.commit(session)


def suggest(client: PageClient, text: str) -> list[tuple[str, str, str, str]]:
    response = client.get("/suche/vorschlaege", query_string={"q": text})
    assert response.status_code == 200
    return [(s["kind"], s["label"], s["note"], s["address"]) for s in response.get_json()["suggestions"]]


def test_entries_fields_and_places_with_entries_are_suggested(client: PageClient) -> None:
    assert suggest(client, "weisen") == [
        ("kommune", "Weisendorf", "Gemeinde", "/kommunen/09572164"),
        ("eintrag", "LoRaWAN in Weisendorf", "Lösung", "/loesungen/lora"),
    ]
    assert suggest(client, "energ") == [
        ("handlungsfeld", "Energie", "Handlungsfeld", "/handlungsfelder/energie"),
        ("eintrag", "Energie sparen", "Projekt", "/projekte/energie"),
    ]
    assert suggest(client, "mobil") == []


def test_tags_of_several_entries_are_suggested_as_search(client: PageClient) -> None:
    assert suggest(client, "wetter") == [("suchbegriff", "Wetterstation", "Suchbegriff", "/suche?q=Wetterstation")]
    assert suggest(client, "einmal") == []


def test_past_searches_are_suggested_once_enough_people_used_them(client: PageClient, session: Session) -> None:
    def add(phrase: str, outcome: Outcome, days: int, times: int) -> None:
        session.add(SearchPhrase(phrase=phrase, outcome=outcome, days=days, times=times, last_day=date(2026, 11, 1)))

    add("lorawan sparen", Outcome.FOUND, 3, 3)
    add("lorawan energie", Outcome.FOUND, 1, 5)
    add("lorawan selten", Outcome.FOUND, 2, 4)
    add("lorawan vergeblich", Outcome.NOTHING, 9, 9)
    add("wetterstation", Outcome.FOUND, 9, 9)
    db.commit(session)
    found = [label for kind, label, _, _ in suggest(client, "lora") if kind == "suchbegriff"]
    assert found == ["LoRaWAN Energie", "LoRaWAN sparen"]
    assert len(suggest(client, "wetter")) == 1


def test_news_appear_and_withdrawn_entries_go(client: PageClient, session: Session) -> None:
    assert suggest(client, "pegel") == []
    entry = add_entry(slug="pegel", titel="Pegel messen")
    db.commit(session)
    assert [label for _, label, _, _ in suggest(client, "pegel")] == ["Pegel messen"]
    catalogue.withdraw_entry(entry, reason="Überholt", author="Test")
    db.commit(session)
    assert suggest(client, "pegel") == []


def test_nobody_waits_for_news(database: Database, session: Session) -> None:
    known = Suggestions(database)
    assert known.find("pegel") == []
    add_entry(slug="pegel", titel="Pegel messen")
    db.commit(session)
    # Starts to gather; whether that is done in time for this answer depends on the machine.
    known.find("pegel")
    for thread in threading.enumerate():
        if thread.name == "suggestions":
            thread.join()
    assert [each.label for each in known.find("pegel")] == ["Pegel messen"]
    for thread in threading.enumerate():
        if thread.name == "suggestions":
            thread.join()


def test_without_a_database_nothing_or_what_is_known_is_suggested(app: Flask, client: PageClient) -> None:
    known = app.extensions["suggestions"]
    known.find("weis")
    known._database = Database("sqlite://")
    assert len(suggest(client, "weisen")) == 2
    app.extensions["suggestions"] = Suggestions(known._database, in_background=False)
    assert suggest(client, "weisen") == []
    assert client.get("/suche/vorschlaege?q=weisen").headers["Cache-Control"] == "no-store"


def test_answers_may_be_kept_for_less_than_a_minute(client: PageClient) -> None:
    response = client.get("/suche/vorschlaege?q=weis")
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "public, max-age=30"
    assert suggestions.CACHE_SECONDS < 60
    assert response.headers["X-Robots-Tag"] == "noindex"
    again = client.get("/suche/vorschlaege?q=weis", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_suggestions_have_a_limit_of_their_own(settings: Settings) -> None:
    limits = {"rate_limits_enabled": True, "search_rate_limit": "1 per minute", "suggestion_rate_limit": "2 per minute"}
    limited = create_app(settings.model_copy(update=limits))
    client = limited.test_client()
    try:
        assert [client.get("/suche/vorschlaege?q=x").status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/suche").status_code == 200
    finally:
        limited.extensions["database"].engine.dispose()


WILD = ["\x00", "%", "'", "a" * 60_000, "\u202eabc", "(" * 500, "ae" * 900]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=400), st.sampled_from(WILD)))
def test_any_input_has_an_answer(client: PageClient, text: str) -> None:
    response = client.get("/suche/vorschlaege", query_string={"q": text.encode("utf-8", "replace").decode()})
    assert response.status_code == 200
    assert len(response.data) < 5000
