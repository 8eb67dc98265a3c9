from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlmodel import Session, col, select

from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.search import counting
from marketplace.search.cli import search as commands
from marketplace.search.counting import PhraseCounter
from marketplace.search.models import SearchPhrase
from marketplace.search.phrases import Outcome
from tests.factories.catalogue import add_entry
from tests.support.client import PageClient

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _entry(app: Flask, session: Session) -> Iterator[None]:
    add_entry(slug="licht", titel="Licht an der Straße", handlungsfelder=["energie"])
    db.commit(session)
    with clock.stopped_at(NOON):
        yield


def counted(app: Flask) -> dict[tuple[str, str], tuple[int, int]]:
    """What stands in the table after a write: days and times by phrase and outcome."""
    database: Database = app.extensions["database"]
    app.extensions["phrase_counter"].flush(database)
    with database.reading() as session:
        rows = session.exec(select(SearchPhrase).order_by(col(SearchPhrase.phrase)))
        return {(row.phrase, row.outcome): (row.days, row.times) for row in rows}


def test_searches_are_counted_by_how_they_went(app: Flask, client: PageClient) -> None:
    for text in ("Licht", "licht ", "licht rakete", "rakete"):
        client.get("/suche", query_string={"q": text})
    assert counted(app) == {
        ("licht", "gefunden"): (1, 2), ("licht rakete", "teilweise"): (1, 1), ("rakete", "nichts"): (1, 1),
    }  # fmt: skip


@pytest.mark.parametrize("address", [
    "/suche", "/suche?q=licht&seite=2", "/suche?q=licht&sort=titel", "/suche?q=licht&feld=energie",
    "/suche?q=rakete&feld=energie", "/suche?q=frau+licht", "/suche?q=licht&land=atlantis",
])  # fmt: skip
def test_only_new_searches_without_anything_personal_are_counted(app: Flask, client: PageClient, address: str) -> None:
    client.get(address)
    assert counted(app) == {}


def test_reloads_and_looks_ahead_are_not_counted(app: Flask, client: PageClient) -> None:
    etag = client.get("/suche?q=licht").headers["ETag"]
    assert client.get("/suche?q=licht", headers={"If-None-Match": etag}).status_code == 304
    client.get("/suche?q=licht", headers={"Sec-Purpose": "prefetch"})
    client.head("/suche?q=licht")
    assert counted(app) == {("licht", "gefunden"): (1, 1)}


def test_days_are_counted_once_each_whoever_writes(database: Database) -> None:
    one, other = PhraseCounter(), PhraseCounter()
    for days in (0, 0, 1, 3):
        with clock.stopped_at(NOON + timedelta(days=days)):
            for counter in (one, other):
                counter.note("licht", Outcome.FOUND)
                counter.flush(database)
    with database.reading() as session:
        [row] = session.exec(select(SearchPhrase))
    assert (row.days, row.times, row.last_day) == (3, 8, (NOON + timedelta(days=3)).date())


def test_writes_come_at_most_once_a_minute(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = PhraseCounter()
    counter.note("licht", Outcome.FOUND)
    counter.flush_if_due(database)
    with database.reading():
        assert counting.list_suggested() == {}
    monkeypatch.setattr(counting, "PAUSE", 0.0)
    for _ in range(5):
        counter.note("licht", Outcome.FOUND)
    counter.flush_if_due(database)
    with database.reading():
        assert counting.list_suggested() == {"licht": 6}


def test_counts_wait_while_the_database_is_away(database: Database) -> None:
    counter = PhraseCounter()
    counter.note("licht", Outcome.FOUND)
    away = Database("sqlite://")  # has no tables
    counter.flush(away)
    away.engine.dispose()
    counter.flush(database)
    with database.reading() as session:
        assert [row.times for row in session.exec(select(SearchPhrase))] == [1]


def test_a_flood_of_different_phrases_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MAX_WAITING", 3)
    counter = PhraseCounter()
    for number in range(10):
        counter.note(f"wort {number % 5}", Outcome.FOUND)
    counter.flush(database)
    with database.reading() as session:
        assert [row.times for row in session.exec(select(SearchPhrase))] == [2, 2, 2]


def test_old_and_surplus_phrases_are_forgotten(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    today = NOON.date()

    def add(phrase: str, outcome: Outcome, times: int, age: int) -> None:
        last_day = today - timedelta(days=age)
        session.add(SearchPhrase(phrase=phrase, outcome=outcome, days=1, times=times, last_day=last_day))

    add("alt gefunden", Outcome.FOUND, 9, 181)
    add("gefunden", Outcome.FOUND, 9, 179)
    add("alt vergeblich", Outcome.NOTHING, 9, 61)
    add("vergeblich", Outcome.NOTHING, 8, 59)
    add("alt einmal", Outcome.FOUND, 1, 31)
    add("einmal", Outcome.FOUND, 1, 29)
    assert counting.prune(today) == 3
    monkeypatch.setattr(counting, "MAX_ROWS", 2)
    assert counting.prune(today) == 1
    left = session.exec(select(SearchPhrase.phrase).order_by(SearchPhrase.phrase))
    assert list(left) == ["gefunden", "vergeblich"]


def test_the_command_shows_what_was_looked_for_in_vain(app: Flask, client: PageClient) -> None:
    def output(*args: str) -> str:
        with app.app_context():
            return CliRunner().invoke(commands, ["zero-hits", *args]).output

    assert "nichts mehrfach vergeblich" in output()
    for text in ("rakete", "rakete", "licht rakete", "licht rakete", "mond", "licht", "licht"):
        client.get("/suche", query_string={"q": text})
    counted(app)
    assert output().splitlines() == [
        "    2 mal    1 Tage  20.11.2026  licht rakete (nicht mit allen Wörtern gefunden)",
        "    2 mal    1 Tage  20.11.2026  rakete",
    ]
    assert "mond" in output("--all")
