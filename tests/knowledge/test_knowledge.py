"""Pages under /wissen: from files to pages, found beside the entries, linked in both directions."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.catalogue import library
from marketplace.catalogue.merging import merge_entries
from marketplace.catalogue.models import Entry
from marketplace.core import frontmatter
from marketplace.core.db import Database
from marketplace.search import suggestions
from tests.factories.catalogue import add_entry
from tests.support.client import PageClient
from tests.support.page import Page, text_of

PAGE = {
    "id": "drei-phasen",
    "titel": "Drei Phasen eines Vorhabens",
    "kurz": "Woran Sie erkennen, wo Ihre Kommune mit einem Vorhaben steht und was als Nächstes dran ist.",
    "einfach": "Ideen gehen drei Schritte. Erst probiert man sie aus. Dann zeigt man sie anderen.",
    "reihenfolge": 10,
    "hilft-bei": ["laternen", "vergabe"],
    "quellen": [{"dokument": "Ein Bericht", "stelle": "Kapitel 3", "jahr": 2025}],
    "stand": 2025,
}
BODY = "## Worum es geht\n\nAm Anfang steht das Experimentieren.\n\n| Phase | Ziel |\n|---|---|\n| eins | üben |"
ADDRESS = "/wissen/drei-phasen"


@pytest.fixture(autouse=True)
def world(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(slug="laternen", titel="Laternen dimmen")
        add_entry(slug="vergabe", titel="Laternen gemeinsam kaufen")


def write(directory: Path, body: str = BODY, **changes: Any) -> None:
    path = directory / "wissen" / "drei-phasen.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(frontmatter.dump({**PAGE, **changes}, body), encoding="utf-8")


Import = Callable[..., str]


@pytest.fixture
def import_(app: Flask, database: Database, tmp_path: Path) -> Import:
    """Import a directory and say what became of it."""

    def run(directory: Path = tmp_path, *, dry_run: bool = False) -> str:
        with app.app_context(), database.unit_of_work():
            reports = library.import_parts(directory, dry_run=dry_run)
            lines = [*map(str, reports), *(str(problem) for each in reports for problem in each.problems)]
            return "\n".join(lines).strip()

    return run


@pytest.fixture
def page(import_: Import, client: PageClient, tmp_path: Path) -> Page:
    write(tmp_path)
    import_()
    return client.get_page(ADDRESS)


def links_of(page: Page) -> list[str | None]:
    return [link.get("href") for link in page.all("a")]


def test_from_a_file_and_back(
    import_: Import, app: Flask, database: Database, client: PageClient, tmp_path: Path
) -> None:
    write(tmp_path)
    assert import_(dry_run=True) == "Wissen: 1 neu."
    assert client.get(ADDRESS).status_code == 404
    assert import_() == "Wissen: 1 neu."
    assert import_() == "Wissen: 1 unverändert."
    with app.app_context(), database.reading():
        assert library.export_parts(tmp_path / "export") == 1
    paths = [tmp_path / folder / "wissen" / "drei-phasen.md" for folder in (".", "export")]
    assert paths[0].read_text() == paths[1].read_text()
    write(tmp_path, kurz="Neu gefasst, und immer noch lang genug für eine Kurzfassung.")
    assert import_() == "Wissen: 1 aktualisiert."
    assert "Neu gefasst" in client.get(ADDRESS).text


def test_the_page_says_what_the_file_says_and_leads_to_what_it_helps_with(page: Page) -> None:
    for words in (PAGE["titel"], PAGE["kurz"], PAGE["einfach"], "Am Anfang steht", "Ein Bericht (2025), Kapitel 3"):
        assert words in page.text
    assert {"/projekte/laternen", "/projekte/vergabe", "/wissen"} <= set(links_of(page))
    assert len(page.all("table")) == 1


def test_entries_lead_back_and_the_list_has_every_page(page: Page, client: PageClient) -> None:
    assert ADDRESS in links_of(client.get_page("/projekte/laternen"))
    assert ADDRESS in links_of(client.get_page("/wissen"))
    assert "/wissen" in links_of(client.get_page("/"))


def test_an_unchanged_page_is_not_sent_twice(page: Page, client: PageClient) -> None:
    tag = client.get(ADDRESS).headers["ETag"]
    assert client.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 304


def test_a_search_finds_pages_beside_the_entries(page: Page, client: PageClient) -> None:
    for words in ("Phasen", "phase vorhaben", "Experimentieren"):
        assert ADDRESS in links_of(client.get_page(f"/suche?q={words}")), words
    for address in ("/suche", "/suche?q=Laternen", "/suche?q=Phasen&art=projekt", "/suche?q=Phasen&land=bayern"):
        assert ADDRESS not in links_of(client.get_page(address)), address


def test_pages_are_no_entries_for_numbers_and_filters(page: Page, client: PageClient) -> None:
    found = client.get_page("/suche?q=Laternen Phasen")
    assert text_of(found.all("h1")[0]).strip() == "2 Treffer"
    assert text_of(client.get_page("/suche").all("h1")[0]).strip() == "2 Einträge"


def test_a_change_is_found_at_once(page: Page, import_: Import, client: PageClient, tmp_path: Path) -> None:
    assert ADDRESS not in links_of(client.get_page("/suche?q=Zebrastreifen"))
    write(tmp_path, body="Ein Zebrastreifen.")
    import_()
    assert ADDRESS in links_of(client.get_page("/suche?q=Zebrastreifen"))
    assert ADDRESS not in links_of(client.get_page("/suche?q=Experimentieren"))


def test_pages_are_suggested_to_those_who_type(
    page: Page, import_: Import, client: PageClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestions, "LOOK_AGAIN", 0.0)

    def suggest(text: str) -> list[tuple[str, str, str]]:
        found = client.get("/suche/vorschlaege", query_string={"q": text}).get_json()["suggestions"]
        return [(each["kind"], each["note"], each["address"]) for each in found]

    assert suggest("drei ph") == [("wissen", "Hintergrund", ADDRESS)]
    write(tmp_path, titel="Vier Stufen eines Vorhabens")
    import_()
    assert suggest("drei ph") == []
    assert suggest("stufen vor") == [("wissen", "Hintergrund", ADDRESS)]
    (tmp_path / "wissen" / "drei-phasen.md").unlink()
    import_()
    assert suggest("stufen vor") == []


def test_a_page_without_file_is_gone_and_comes_back(
    page: Page, import_: Import, client: PageClient, tmp_path: Path
) -> None:
    (tmp_path / "wissen" / "drei-phasen.md").unlink()
    assert import_() == "Wissen: 1 nicht mehr gezeigt, Datei fehlt."
    assert client.get(ADDRESS).status_code == 410
    for address in ("/wissen", "/suche?q=Phasen", "/projekte/laternen"):
        assert ADDRESS not in links_of(client.get_page(address))
    write(tmp_path)
    assert import_() == "Wissen: 1 aktualisiert."
    assert ADDRESS in links_of(client.get_page("/wissen"))


def test_a_library_without_this_folder_takes_no_page_away(
    page: Page, import_: Import, client: PageClient, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    assert import_(tmp_path / "other") == ""
    assert client.get(ADDRESS).status_code == 200


def test_what_was_merged_leads_on(page: Page, app: Flask, database: Database, client: PageClient) -> None:
    with app.app_context(), database.unit_of_work() as session:
        losing, winning = (
            session.exec(select(Entry).where(Entry.slug == slug)).one() for slug in ("laternen", "vergabe")
        )
        merge_entries(losing, winning, author="Test", note="Dasselbe")
    found = client.get_page(ADDRESS)
    assert "/projekte/laternen" not in links_of(found)
    assert links_of(found).count("/projekte/vergabe") == 1
    assert ADDRESS in links_of(client.get_page("/projekte/vergabe"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": "anders"}, "muss wie die Kennung heißen"),
        ({"titel": ""}, "zu kurz"),
        ({"einfach": None}, "einfach"),
        ({"farbe": "rot"}, "gibt es hier nicht"),
        ({"hilft-bei": ["gibt-es-nicht"]}, "Den Eintrag „gibt-es-nicht“ gibt es nicht."),
        ({"hilft-bei": ["laternen", "laternen"]}, "steht schon weiter oben"),
        ({"handlungsfelder": ["kochen"]}, "kochen"),
        ({"body": "<b>fett</b>"}, "HTML"),
        ({"body": " "}, "fehlt"),
    ],
)
def test_a_file_with_mistakes_is_reported_and_changes_nothing(
    page: Page, import_: Import, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    write(tmp_path, **changes)
    report = import_()
    assert words in report
    assert "wissen/drei-phasen.md:" in report
    assert "aktualisiert" not in report


def test_unknown_pages_do_not_exist(client: PageClient) -> None:
    for path in ("/wissen/gibt-es-nicht", "/wissen/..", "/wissen/%20"):
        assert client.get(path).status_code == 404
