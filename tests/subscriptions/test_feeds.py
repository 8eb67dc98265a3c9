"""Feeds: valid Atom with stable names, found by readers, quick to say that nothing is new."""

from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from defusedxml.ElementTree import fromstring as parse
from flask import Flask

from marketplace.app import create_app
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.config import Settings
from marketplace.core.db import Database
from marketplace.search.port import SearchQuery, SearchUnavailableError
from marketplace.subscriptions import atom, feeds
from marketplace.subscriptions.atom import Feed
from tests.factories.catalogue import add_organisation
from tests.factories.people import sign_in
from tests.subscriptions.conftest import Publish, SetStatus, berlin
from tests.support.client import PageClient

A = f"{{{atom.NAMESPACE}}}"
SITE = "http://127.0.0.1:5000"


def check_feed(xml: str) -> ElementTree.Element:
    """The parsed feed, once it has all that RFC 4287 demands (4.1.1, 4.1.2)."""
    root = parse(xml)
    assert root.tag == f"{A}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    for element in (root, *root.findall(f"{A}entry")):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(A + name)
            assert (found.text or "").strip(), f"{name} ist leer."
        assert element.findtext(f"{A}id", "").startswith("tag:127.0.0.1,2026:")
        assert [author.findtext(f"{A}name") for author in element.findall(f"{A}author")]
        for moment in element.findall(f"{A}updated") + element.findall(f"{A}published"):
            assert berlin((moment.text or "").removesuffix("Z")), moment.text
            assert (moment.text or "").endswith("Z")
        links = [(link.get("rel"), link.get("type")) for link in element.findall(f"{A}link")]
        assert links.count(("alternate", "text/html")) == 1
        assert len(links) == len(set(links))
    ids = [entry.findtext(f"{A}id") for entry in root.findall(f"{A}entry")]
    assert len(ids) == len(set(ids))
    (own,) = [link for link in root.findall(f"{A}link") if link.get("rel") == "self"]
    assert own.get("type") == "application/atom+xml"
    return root


Read = Callable[..., ElementTree.Element]


@pytest.fixture
def read(client: PageClient) -> Read:
    def read(address: str) -> ElementTree.Element:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status
        assert answer.mimetype == "application/atom+xml"
        return check_feed(answer.text)

    return read


def titles(feed: ElementTree.Element) -> list[str | None]:
    return [entry.findtext(f"{A}title") for entry in feed.findall(f"{A}entry")]


def link_of(element: ElementTree.Element, relation: str) -> str | None:
    return next(link.get("href") for link in element.findall(f"{A}link") if link.get("rel") == relation)


def test_the_feed_of_a_search(read: Read, publish: Publish) -> None:
    publish("alter-wald", titel="Alter Wald", at="2026-11-10T12:00")
    publish("neuer-wald", titel="Neuer Wald", handlungsfelder=["klimaanpassung"])
    publish("bahn", titel="Eine Bahn")
    feed = read("/suche.atom?q=Wald")
    assert titles(feed) == ["Neuer Wald", "Alter Wald"]
    assert feed.findtext(f"{A}title") == "Blaupause: „Wald“"
    assert feed.findtext(f"{A}updated") == "2026-11-17T11:00:00Z"
    assert link_of(feed, "self") == f"{SITE}/suche.atom?q=Wald"
    assert link_of(feed, "alternate") == f"{SITE}/suche?q=Wald"
    first = feed.findall(f"{A}entry")[0]
    assert link_of(first, "alternate") == f"{SITE}/projekte/neuer-wald"
    assert first.findtext(f"{A}id") == "tag:127.0.0.1,2026:eintrag:neuer-wald"
    assert [category.get("term") for category in first.findall(f"{A}category")] == ["projekt", "klimaanpassung"]
    assert titles(read("/suche.atom?q=Wald&feld=klimaanpassung")) == ["Neuer Wald"]


def test_what_has_only_some_of_the_words_is_no_entry(read: Read, publish: Publish) -> None:
    publish("wald", titel="Ein Wald")
    assert titles(read("/suche.atom?q=Wald+Seilbahn")) == []


@pytest.mark.parametrize(
    ("address", "page", "expected"),
    [
        ("/loesungen.atom", "/suche?art=loesung", ["Eine Lösung"]),
        ("/handlungsfelder/klimaanpassung.atom", "/handlungsfelder/klimaanpassung", ["Ein Projekt"]),
        ("/kommunen/09572164.atom", "/kommunen/09572164", ["Ein Projekt"]),
        ("/suche.atom", "/suche", ["Ein Projekt", "Eine Lösung"]),
    ],
)
def test_feeds_of_a_kind_an_action_field_and_a_place(
    app: Flask, database: Database, read: Read, publish: Publish, *, address: str, page: str, expected: list[str]
) -> None:
    with app.app_context(), database.unit_of_work():
        add_organisation()
    publish("loesung", Kind.SOLUTION, titel="Eine Lösung", at="2026-11-10T12:00")
    publish("projekt", titel="Ein Projekt", handlungsfelder=["klimaanpassung"], organisation="09572164")
    feed = read(address)
    assert titles(feed) == expected
    assert link_of(feed, "self") == SITE + address
    assert link_of(feed, "alternate") == SITE + page


@pytest.mark.parametrize("address", ["/handlungsfelder/x.atom", "/kommunen/99999999.atom", "/projekt.atom", "/x.atom"])
def test_feeds_that_do_not_exist(client: PageClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("query", ["feld=gibt-es-nicht", "q=" + "y" * 5000, "q=%00%FF%01", "seite=x&sort=y", "ort=1"])
def test_no_search_is_an_error(read: Read, query: str) -> None:
    feed = read(f"/suche.atom?{query}")
    if query.startswith("feld"):
        assert "gibt-es-nicht" in feed.findtext(f"{A}subtitle", "")


def test_titles_are_escaped_and_control_characters_left_out(read: Read, publish: Publish) -> None:
    publish("boese", titel="Amt & <script>alert(1)</script>", kurz="]]> & <b>fett</b> " + "x" * 60)
    entry = read("/suche.atom").findall(f"{A}entry")[0]
    assert entry.findtext(f"{A}title") == "Amt & <script>alert(1)</script>"
    content = entry.find(f"{A}content")
    assert content is not None
    assert content.get("type") == "html"
    assert "&lt;b&gt;fett&lt;/b&gt;" in (content.text or "")
    assert "<b>" not in (content.text or "")
    moment = berlin("2026-11-17T12:00")
    bad = Feed("tag:x", "a\x00b\x1f\ud800\ufffe", "", "x", "http://x/\x0b", "http://x/", moment)
    assert parse(atom.write(bad)).findtext(f"{A}title") == "ab"


def test_names_stay_whatever_changes(read: Read, publish: Publish, set_status: SetStatus) -> None:
    entry_id = publish()
    before = read("/suche.atom?q=Titel&seite=2&sort=titel")
    set_status(entry_id, Status.WITHDRAWN)
    assert titles(read("/suche.atom?q=Titel")) == []
    set_status(entry_id, Status.PUBLISHED)
    after = read("/suche.atom?q=Titel")
    assert after.findtext(f"{A}id") == before.findtext(f"{A}id")
    assert [each.findtext(f"{A}id") for each in after.findall(f"{A}entry")] == [
        "tag:127.0.0.1,2026:eintrag:ein-eintrag"
    ]
    assert after.findtext(f"{A}updated") == "2026-11-17T12:00:00Z", "the change shows"


def test_the_newest_fifty(read: Read, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "LIMIT", 3)
    for minute in range(5):
        publish(f"eintrag-{minute}", at=f"2026-11-17T12:0{minute}")
    feed = read("/suche.atom")
    assert titles(feed) == [f"Titel von eintrag-{minute}" for minute in (4, 3, 2)]
    assert "Die neuesten 3 Einträge" in feed.findtext(f"{A}subtitle", "")


def test_nothing_new_is_said_in_one_line(client: PageClient, publish: Publish) -> None:
    publish()
    first = client.get("/suche.atom")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert parsedate_to_datetime(first.headers["Last-Modified"]) == berlin("2026-11-17T12:00")
    for condition in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = client.get("/suche.atom", headers=condition)
        assert again.status_code == 304
        assert again.data == b""
    publish("zweiter", at="2026-11-17T12:30")
    assert client.get("/suche.atom", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_feed_sets_no_cookie_and_is_kept_nowhere_for_who_is_signed_in(
    app: Flask, client: PageClient, database: Database, reader: Any, publish: Publish
) -> None:
    publish()
    assert "Set-Cookie" not in client.get("/suche.atom").headers
    with app.app_context(), database.unit_of_work():
        sign_in(client, reader)
    assert client.get("/suche.atom").headers["Cache-Control"] == "private, no-store"


def test_readers_come_again_when_the_search_is_down(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_query: SearchQuery) -> None:
        raise SearchUnavailableError("weg")

    monkeypatch.setattr(app.extensions["search_engine"], "search", away)
    answer = client.get("/suche.atom")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "300"


def test_pages_let_readers_find_their_feed(app: Flask, client: PageClient, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        add_organisation()
    for path, feed in (
        ("/suche?q=Wald&sort=titel", "/suche.atom?q=Wald"),
        ("/handlungsfelder/klimaanpassung", "/handlungsfelder/klimaanpassung.atom"),
        ("/kommunen/09572164", "/kommunen/09572164.atom"),
    ):
        page = client.get_page(path)
        found = [link.get("href") for link in page.all("link") if link.get("type") == "application/atom+xml"]
        assert found == [feed]
        assert client.get(feed).status_code == 200
        assert page.link("Atom-Feed") == feed


def test_feeds_are_limited_like_the_search(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"rate_limits_enabled": True, "search_rate_limit": "3 per minute"}))
    client = app.test_client()
    answers = [client.get(path).status_code for path in ("/suche.atom", "/projekte.atom", "/suche.atom", "/suche.atom")]
    app.extensions["database"].engine.dispose()
    assert answers == [200, 200, 200, 429]


def test_an_empty_feed_has_a_date(read: Read) -> None:
    feed = read("/suche.atom?q=Gibtesnicht")
    assert titles(feed) == []
    assert berlin(feed.findtext(f"{A}updated", "").removesuffix("Z")) + timedelta(days=1)
