"""Many entries at once in a real browser: by keyboard, accessible, and once without script."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from marketplace.accounts.models import Account
from marketplace.catalogue.kinds import Kind
from marketplace.organisations.queries import get_by_key
from tests.browser.conftest import Site
from tests.browser.looking import look, violations
from tests.browser.test_editor import Open, open_as
from tests.browser.test_journeys import tab_to
from tests.factories.bulk import filled_template, measure
from tests.factories.people import add_person

__all__ = ["open_as"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(site: Site) -> dict[str, Account]:
    with site.app.app_context(), site.app.extensions["database"].unit_of_work():
        return {"writer": add_person("Browser Tabelle", member_of=get_by_key("09572164"))}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Thirty measures, one with a slip."""
    rows = [measure(number) for number in range(1, 31)]
    rows[6]["Projektstand"] = "Lauft"
    file = tmp_path / "massnahmen.xlsx"
    file.write_bytes(filled_template(rows))
    return file


def test_thirty_measures_by_keyboard(open_as: Open, browser: Browser, table: Path) -> None:
    page = open_as("writer", "/sammelimport")
    assert violations(page) == []
    with page.expect_download() as download:
        tab_to(page, f"a[href$='{Kind.PROJECT.path}.xlsx']")
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "vorlage-projekte.xlsx"
    tab_to(page, "input[type=file]")
    page.set_input_files("input[type=file]", table)
    tab_to(page, "form[enctype] button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vorschau: massnahmen.xlsx")
    preview = page.url
    assert violations(page) == []
    page.get_by_role("button", name="Keine auswählen").click()
    expect(page.locator("input[name=zeile]:checked")).to_have_count(0)
    page.get_by_role("button", name="Alle auswählen").click()
    tab_to(page, "input[name=zeile]")
    page.keyboard.press("Space")
    expect(page.locator("input[name=zeile]:checked")).to_have_count(28)
    page.keyboard.press("Enter")
    expect(page.locator(".bp-flash")).to_contain_text("28 Entwürfe sind angelegt")
    expect(page.get_by_role("link", name=re.compile("Maßnahme 30"))).to_be_visible()
    for path in (preview, "/sammelimport"):
        page.goto(path)
        look(page, path)


def test_without_script(open_as: Open, tmp_path: Path) -> None:
    file = tmp_path / "zwei.csv"
    file.write_bytes("Titel;Träger;Projektstand\nOhne Skript eins;Stadt;Läuft\nOhne Skript zwei;Stadt;egal\n".encode())
    page = open_as("writer", "/sammelimport", script=False)
    page.get_by_label("Datei oder mehrere Dateien").set_input_files(file)
    page.get_by_role("button", name="Hochladen und prüfen").click()
    expect(page.get_by_text("Spalte „Projektstand“")).to_be_visible()
    page.get_by_role("button", name="Ausgewählte Zeilen als Entwürfe anlegen").click()
    page.get_by_role("link", name="Ohne Skript eins").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ohne Skript eins")
