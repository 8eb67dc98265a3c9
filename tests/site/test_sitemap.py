"""The map of the site: valid, whole, and quick to say that nothing is new."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from defusedxml.ElementTree import fromstring as parse
from flask import Flask
from sqlmodel import Session

from marketplace.app import create_app
from marketplace.catalogue import library
from marketplace.catalogue import service as catalogue
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.queries import find_entry
from marketplace.config import Settings
from marketplace.core import db, frontmatter
from marketplace.core.db import Database
from marketplace.site import sitemap
from tests.factories.catalogue import add_entry, add_organisation
from tests.support.client import PageClient

SITE = "http://127.0.0.1:5000"
STEPS = ("licht", "schritt-1", "schritt-2", "schritt-3", "schritt-4")
S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _world(session: Session) -> None:
    add_organisation("09572164", "Weisendorf")
    add_organisation("09572165", "Leerdorf")
    add_organisation("09572166", "Neudorf")
    add_entry(Kind.SOLUTION, "licht", handlungsfelder=["energie"], organisation="09572164", beteiligte=["09572166"])
    add_entry(Kind.LESSON, "entwurf", handlungsfelder=["wasser"], organisation="09572165").status = "entwurf"
    db.commit(session)


Read = Callable[..., dict[str, str | None]]


@pytest.fixture
def read(client: PageClient) -> Read:
    """Addresses on the site with the moment of their last change, from a file that has the form it must have."""

    def read(path: str = "/sitemap.xml", root: str = "urlset", each: str = "url") -> dict[str, str | None]:
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "application/xml")
        found: ElementTree.Element = parse(answer.text)
        assert found.tag == S + root
        pages = [(page.findtext(f"{S}loc", ""), page.findtext(f"{S}lastmod")) for page in found.findall(S + each)]
        assert len(pages) == len({address for address, _ in pages}) == len(found)
        assert all(address.startswith(SITE + "/") for address, _ in pages)
        assert all(datetime.fromisoformat(moment).tzinfo for _, moment in pages if moment)
        return {address.removeprefix(SITE): moment for address, moment in pages}

    return read


def test_what_can_be_read_is_named_and_nothing_else(read: Read, client: PageClient) -> None:
    pages = read()
    assert {"/", "/ueber", "/wissen", "/sammlungen", "/kommunen", "/loesungen/licht", "/handlungsfelder/energie",
            "/kommunen/09572164", "/kommunen/09572166"} <= set(pages)  # fmt: skip
    assert not {"/erfahrungen/entwurf", "/handlungsfelder/wasser", "/kommunen/09572165"} & set(pages)
    assert {client.get(path).status_code for path in pages} == {200}


def test_pages_under_wissen_and_packages_are_named(read: Read, app: Flask, database: Database, tmp_path: Path) -> None:
    source = [{"dokument": "Ein Bericht", "stelle": "Kapitel 3", "jahr": 2025}]
    shared = {"titel": "Licht am Weg", "kurz": "Womit eine kleine Gemeinde beginnt, die ihr Licht erneuern will."}
    page = {
        "id": "licht",
        **shared,
        "einfach": "Es wird hell im Ort. Das ist gut für alle Menschen.",
        "reihenfolge": 10,
        "hilft-bei": ["licht"],
        "quellen": source,
        "stand": 2025,
    }
    package = {"id": "licht", **shared, "eintraege": [{"eintrag": slug, "text": "Zuerst das."} for slug in STEPS]}
    for folder, meta in (("wissen", page), ("sammlungen", package)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "licht.md").write_text(frontmatter.dump(meta, "Ein Absatz."), encoding="utf-8")
    with app.app_context(), database.unit_of_work():
        for slug in STEPS[1:]:
            add_entry(slug=slug)
        reports = library.import_parts(tmp_path)
    assert [str(problem) for report in reports for problem in report.problems] == []
    pages = read()
    for folder in ("/wissen", "/sammlungen"):
        assert pages[f"{folder}/licht"] == pages[folder] is not None


def test_the_last_change_of_an_entry_is_that_of_its_field_and_place(read: Read, session: Session) -> None:
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    entry = add_entry(slug="neu", handlungsfelder=["energie"], organisation="09572164")
    db.commit(session)
    entry.updated_at = moment.replace(year=2027)
    db.commit(session)
    pages = read()
    assert pages["/projekte/neu"] == "2027-03-01T12:30:00+00:00"
    for path in ("/", "/kommunen", "/handlungsfelder/energie", "/kommunen/09572164"):
        assert pages[path] == pages["/projekte/neu"], path
    assert pages["/kommunen/09572166"] == pages["/loesungen/licht"]
    assert pages["/ueber"] is None


def test_robots_are_led_to_it(client: PageClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    assert "Disallow: /darstellung" in lines


def test_it_is_streamed_and_kept_and_sent_again_only_after_a_change(client: PageClient, session: Session) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.is_streamed
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    known = {"If-None-Match": answer.headers["ETag"]}
    again = client.get("/sitemap.xml", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    entry = add_entry(slug="neu")
    db.commit(session)
    assert client.get("/sitemap.xml", headers=known).status_code == 200
    catalogue.withdraw_entry(entry, reason="Überholt", author="Test")
    db.commit(session)
    assert "/projekte/neu" not in client.get("/sitemap.xml").text


def test_too_much_for_one_file_stands_in_several(read: Read, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "ENTRIES_PER_PART", 2)
    for number in range(4):
        add_entry(slug=f"projekt-{number}")
    db.commit(session)
    parts = read("/sitemap.xml", "sitemapindex", "sitemap")
    assert list(parts) == ["/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-3.xml"]
    first, *others = [read(path) for path in parts]
    assert {"/", "/loesungen/licht", "/projekte/projekt-0"} <= set(first)
    assert [list(part) for part in others] == [["/projekte/projekt-1", "/projekte/projekt-2"], ["/projekte/projekt-3"]]


@pytest.mark.parametrize("part", ["0", "2", "99999999999999999999"])
def test_parts_that_are_not_there(client: PageClient, part: str) -> None:
    assert client.get(f"/sitemap-{part}.xml").status_code == 404


def test_an_empty_site_has_a_map_too(read: Read, session: Session) -> None:
    entry = find_entry("licht")
    assert entry is not None
    catalogue.withdraw_entry(entry, reason="Überholt", author="Test")
    db.commit(session)
    pages = read()
    assert pages["/"] is None
    assert not any(path.startswith(("/loesungen/", "/kommunen/", "/handlungsfelder/")) for path in pages)


def test_it_has_a_limit(settings: Settings) -> None:
    limited = create_app(settings.model_copy(update={"rate_limits_enabled": True, "search_rate_limit": "2 per minute"}))
    client = limited.test_client()
    try:
        assert [client.get("/sitemap.xml").status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/suche").status_code == 200
    finally:
        limited.extensions["database"].engine.dispose()
