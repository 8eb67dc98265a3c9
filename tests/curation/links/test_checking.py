"""Addresses against a real server: polite, patient, never twice, and a person decides."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from marketplace.catalogue.lifecycle import Status
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.core.safe_http import SafeClient
from marketplace.curation import ageing
from marketplace.curation.desk import EVERYWHERE
from marketplace.curation.links import checking, queries
from marketplace.curation.links.checking import Pace, check_due, is_night
from marketplace.curation.links.gathering import gather
from marketplace.curation.links.verdicts import LinkState
from marketplace.curation.models import WebLink, WebLinkUse
from marketplace.site import jobs
from tests.factories.catalogue import add_entry
from tests.factories.curation import entry_of
from tests.support.web_server import WebServer, test_client, web_server

NOON = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
NO_PAUSE = Pace(limit=100, pause=timedelta(0))


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running


def add(app: Flask, *paths: str, slug: str = "ein-eintrag", **changes: Any) -> None:
    """An entry that names pages of the server, gathered."""
    database = app.extensions["database"]
    links = [{"titel": f"Seite {number}", "adresse": path} for number, path in enumerate(paths)]
    with clock.stopped_at(NOON), app.app_context(), database.unit_of_work():
        add_entry(slug=slug, weblinks=links, **changes)
    with clock.stopped_at(NOON):
        ageing.plan(database)
        gather(database)


def check(app: Flask, *, after: timedelta = timedelta(0), pace: Pace = NO_PAUSE, **client: Any) -> int:
    with clock.stopped_at(NOON + after):
        return check_due(app.extensions["database"], test_client(**client), pace)


def links(app: Flask) -> dict[str, WebLink]:
    with app.extensions["database"].reading() as session:
        found = session.exec(select(WebLink).order_by(col(WebLink.id)))
        return {link.address.partition("/")[2].partition("/")[2].partition("/")[2]: link for link in found}


def states(app: Flask) -> dict[str, tuple[str, str]]:
    return {path: (link.state, link.answer) for path, link in links(app).items()}


def test_what_servers_answer(app: Flask, server: WebServer) -> None:
    pages = ["fine", "status/404", "status/403", "status/500", "busy", "head-refused", "head-breaks", "loop"]
    pages += ["nonsense", "to/301/fine", "to/302/fine", "endless", "lies"]
    add(app, *(f"{server.address}/{page}" for page in pages))
    assert check(app) == 4, "After trouble the host is left alone for a while."
    for hours in range(1, 8):
        check(app, after=timedelta(hours=hours))
    assert states(app) == {
        "fine": ("erreichbar", "200"),
        "status/404": ("gestoert", "404"),
        "status/403": ("nicht-pruefbar", "403"),
        "status/500": ("gestoert", "500"),
        "busy": ("ungeprueft", "429"),
        "head-refused": ("erreichbar", "200"),
        "head-breaks": ("erreichbar", "200"),
        "loop": ("gestoert", "weiterleitungen"),
        "nonsense": ("gestoert", "antwort"),
        "to/301/fine": ("erreichbar", "200"),
        "to/302/fine": ("erreichbar", "200"),
        "endless": ("erreichbar", "200"),
        "lies": ("erreichbar", "200"),
    }
    assert links(app)["to/301/fine"].moved_to == f"{server.address}/fine"
    assert links(app)["to/302/fine"].moved_to is None


def test_a_server_that_hangs_costs_a_moment_only(app: Flask, server: WebServer) -> None:
    add(app, f"{server.address}/hang")
    check(app, seconds=0.2)
    assert states(app) == {"hang": ("gestoert", "zeit")}


def test_the_site_as_it_runs_asks_nobody_in_its_own_network(app: Flask, server: WebServer) -> None:
    """The client with nothing injected; the redirect is not even reached."""
    add(app, f"{server.address}/fine", "http://192.168.0.1/", "http://[::1]/", "http://169.254.169.254/latest/")
    with clock.stopped_at(NOON):
        check_due(app.extensions["database"], SafeClient("Blaupause"), NO_PAUSE)
    assert {link.answer for link in links(app).values()} == {"verboten"}
    assert server.asked == []


def test_an_unchanged_page_need_not_be_sent(app: Flask, server: WebServer) -> None:
    add(app, f"{server.address}/unchanged")
    check(app)
    check(app, after=timedelta(days=31))
    assert states(app) == {"unchanged": ("erreichbar", "304")}
    assert server.seen[-1]["if-none-match"] == '"eins"'


def test_a_dead_page_becomes_a_task_after_a_week_and_not_before(app: Flask, server: WebServer) -> None:
    add(app, f"{server.address}/status/404")
    database = app.extensions["database"]
    tasks = []
    for days in range(10):
        check(app, after=timedelta(days=days))
        with database.reading():
            tasks.append(queries.count_dead(EVERYWHERE))
    assert tasks == [0] * 7 + [1] * 3
    with database.reading():
        task = queries.list_dead(EVERYWHERE, 0, 10)[0]
        assert task.since == NOON, "Dead since its first failure."
        assert task.link.startswith("/eintraege/ein-eintrag/adressen#adresse-")
        assert queries.count_dead([]) == 0
    assert entry_of(app, "ein-eintrag").status == Status.PUBLISHED


def test_a_page_that_comes_back_is_no_task_any_more(app: Flask, server: WebServer) -> None:
    add(app, f"{server.address}/status/seite")
    server.statuses["seite"] = 404
    for days in (0, 7):
        check(app, after=timedelta(days=days))
    assert links(app)["status/seite"].state == LinkState.DEAD
    server.statuses["seite"] = 200
    check(app, after=timedelta(days=14))
    assert states(app) == {"status/seite": ("erreichbar", "200")}


def test_a_host_is_asked_once_in_a_while(app: Flask, server: WebServer) -> None:
    add(app, *(f"{server.address}/fine?{number}" for number in range(4)))
    pace = Pace(limit=100, pause=timedelta(seconds=10))
    assert check(app, pace=pace) == 1
    assert check(app, pace=pace, after=timedelta(seconds=9)) == 0
    assert check(app, pace=pace, after=timedelta(seconds=10)) == 1


def test_a_run_has_its_limit(app: Flask, server: WebServer) -> None:
    add(app, *(f"{server.address}/fine?{number}" for number in range(4)))
    assert check(app, pace=Pace(limit=3, pause=timedelta(0))) == 3
    assert check(app, pace=Pace(limit=3, pause=timedelta(0))) == 1


def test_who_is_busy_is_left_alone(app: Flask, server: WebServer) -> None:
    add(app, f"{server.address}/busy", f"{server.address}/fine")
    check(app)
    assert [path for _method, path in server.asked] == ["/busy"], "No second try, and nothing else on that host."
    check(app, after=timedelta(hours=1))
    assert server.asked[-1][1] == "/fine"


def test_two_jobs_at_once_ask_once(app: Flask, server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one begins while the first waits for the answer."""
    add(app, f"{server.address}/fine")
    look = checking.look

    def meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(checking, "look", look)
        assert check(app) == 0
        return look(*args)

    monkeypatch.setattr(checking, "look", meanwhile)
    assert check(app) == 1
    assert len(server.asked) == 1


def test_a_job_that_dies_while_it_waits_forgets_nothing(
    app: Flask, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(app, f"{server.address}/fine")

    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(checking, "look", die)
        with pytest.raises(KeyboardInterrupt):
            check(app)
    assert check(app, after=timedelta(minutes=59)) == 0
    assert check(app, after=timedelta(hours=1)) == 1


def test_addresses_follow_the_versions_of_an_entry(app: Flask, database: Database) -> None:
    add(app, "https://a.example/", "https://b.example/", body="Siehe [c](https://c.example/).")
    with database.reading() as session:
        assert len(session.exec(select(WebLinkUse)).all()) == 3
    with clock.stopped_at(NOON):
        assert gather(database) == 0
    with clock.stopped_at(NOON), app.app_context(), database.unit_of_work() as session:
        entry = session.merge(entry_of(app, "ein-eintrag"))
        entry.further_links, entry.version = [], entry.version + 1
    with clock.stopped_at(NOON):
        ageing.plan(database)
        assert gather(database) == 1
    with database.reading() as session:
        assert [link.address for link in session.exec(select(WebLink))] == ["https://c.example/"]


def test_addresses_of_withdrawn_entries_are_not_asked(app: Flask, database: Database, server: WebServer) -> None:
    add(app, f"{server.address}/fine")
    with app.app_context(), database.unit_of_work() as session:
        session.merge(entry_of(app, "ein-eintrag")).status = Status.WITHDRAWN
    assert check(app) == 0


@pytest.mark.parametrize(
    ("moment", "is_it"),
    [
        (datetime(2026, 11, 21, 0, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 2, 59, tzinfo=UTC), True),
        (datetime(2026, 7, 1, 3, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 21, 12, 0, tzinfo=UTC), False),
    ],
)
def test_night_is_german_night(moment: datetime, is_it: bool) -> None:
    assert is_night(moment) is is_it


def test_only_the_running_site_checks(app: Flask, server: WebServer) -> None:
    add(app, f"{server.address}/fine")
    with clock.stopped_at(NOON):
        assert "hier nicht abgerufen" in jobs.check_links(app)
    assert server.asked == []
