"""From nothing to a published entry in a real browser, with and without script, everybody by what the pages offer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.accounts import sessions
from marketplace.core.actor import Remit
from marketplace.site.jobs import run_jobs
from tests.browser.conftest import OpenPage, Site
from tests.browser.test_journeys import tab_to
from tests.browser.test_notices import open_signed_in
from tests.factories.accounts import PASSWORD, add_guide
from tests.factories.catalogue import add_organisation
from tests.support.people import link_in_last_mail
from tests.support.small_site import small_site

pytestmark = pytest.mark.browser
MAIL, TITLE = "ulla@anderswo.example", "Mängel am Spielplatz melden"
PAGES = [
    ("auf-einen-blick", {"#kurz": "Eltern melden Mängel am Spielplatz; der Bauhof sieht sie am selben Tag."}),
    ("text", {"#text": "## Was wir taten\n\nWir hängten Schilder mit einer Adresse auf."}),
    ("einordnung", {}),
    (
        "quellen-und-stand",
        {
            "#quellen-0-dokument": "Bericht des Bauhofs", "#quellen-0-stelle": "Seite 2", "#quellen-0-jahr": "2025",
            "#stand": "2025",
        },
    ),
]  # fmt: skip
"""What is typed on which page of the editor."""


@pytest.fixture
def site(template_database: Path, tmp_path: Path) -> Iterator[Site]:
    """A site with one municipality and its guide."""
    with small_site(tmp_path, template_database) as (url, app):
        yield Site(url, app)


@pytest.fixture
def guide_token(site: Site) -> str:
    with site.app.test_request_context(), site.app.extensions["database"].unit_of_work():
        add_organisation()
        return sessions.start(add_guide(Remit("09")), device="Test")


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=re.compile(f"^{name}")).first.click()


def sign_up(page: Page, app: Flask) -> None:
    page.get_by_label("Dienstliche E-Mail-Adresse").fill(MAIL)
    press(page, "E-Mail mit Link anfordern")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte sehen Sie in Ihr Postfach")
    page.goto(link_in_last_mail(app, MAIL))
    page.get_by_label("Ihr Name").fill("Ulla Umbau")
    page.get_by_label("Passwort").fill(PASSWORD)
    press(page, "Konto einrichten")
    page.get_by_label("Name, Gemeindeschlüssel oder Postleitzahl").fill("weisendorf")
    press(page, "Suchen")
    press(page, "Hier arbeite ich")
    expect(page.get_by_role("main")).to_contain_text("Wartet auf Bestätigung")


def write(page: Page) -> None:
    page.goto("/eintraege")
    page.get_by_role("main").get_by_role("link", name="Neuer Eintrag").click()
    page.get_by_label("Projekt", exact=True).check()
    page.get_by_label("Titel").fill(TITLE)
    press(page, "Entwurf anlegen")
    draft = page.url
    for slug, typed in PAGES:
        page.goto(f"{draft}/{slug}")
        for field, words in typed.items():
            page.locator(field).fill(words)
        if slug == "einordnung":
            page.get_by_label("Bayern", exact=True).check()
            page.get_by_label("Wichtigstes").select_option(index=1)
        press(page, "Speichern und zur Übersicht")
        expect(page.locator(f"#stand-{slug}")).to_have_text("Vollständig")
    expect(page.get_by_role("main")).to_contain_text("sobald Ihre Zugehörigkeit zu einer Organisation bestätigt ist")


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 360)])
def test_from_an_address_to_a_published_entry(
    open_page: OpenPage, site: Site, guide_token: str, script: bool, width: int
) -> None:
    author = open_page("/konto/registrieren", script=script, width=width)
    sign_up(author, site.app)
    write(author)
    draft = author.url

    guide = open_signed_in(open_page, site, guide_token, "/lotsen", script=script, width=width)
    guide.get_by_role("main").get_by_role("link", name="Weisendorf").click()
    press(guide, "Bestätigen")

    author.goto(draft)
    press(author, "Zuordnen")
    press(author, "Zur Prüfung einreichen")
    expect(author.locator(".bp-page-head")).to_contain_text("In Prüfung")

    guide.goto("/lotsen")
    guide.get_by_role("main").get_by_role("link", name=TITLE).click()
    for point in guide.locator("input[name=geprueft]").all():
        point.check()
    guide.get_by_role("button", name="Veröffentlichen", exact=True).click()
    assert run_jobs(site.app, lambda _line: None, pytest.fail)

    author.goto("/konto/mitteilungen")
    expect(author.get_by_role("main")).to_contain_text(TITLE)
    reader = open_page("/suche?q=spielplatz", script=script, width=width)
    reader.get_by_role("main").get_by_role("link", name=TITLE).first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(reader.get_by_role("main")).to_contain_text("Wir hängten Schilder mit einer Adresse auf.")
    for private in ("Ulla Umbau", MAIL):
        assert private not in reader.content()


def test_a_guide_decides_with_the_keyboard_alone(open_page: OpenPage, site: Site, guide_token: str) -> None:
    author = open_page("/konto/registrieren")
    sign_up(author, site.app)
    write(author)
    draft = author.url
    page = open_signed_in(open_page, site, guide_token, "/konto")
    tab_to(page, "header a[href='/lotsen']")
    page.keyboard.press("Enter")
    tab_to(page, ".bp-tasks a")
    page.keyboard.press("Enter")
    tab_to(page, "button[value=bestaetigen], main form button")
    page.keyboard.press("Enter")
    expect(page.locator(".bp-flash")).to_contain_text("bestätigt")
    author.goto(draft)
    press(author, "Zuordnen")
    press(author, "Zur Prüfung einreichen")

    page.goto("/lotsen")
    tab_to(page, ".bp-tasks a")
    page.keyboard.press("Enter")
    tab_to(page, ".bp-remark summary")
    page.keyboard.press("Enter")
    tab_to(page, ".bp-remark[open] textarea")
    page.keyboard.type("Bitte kürzer.")
    tab_to(page, "#begruendung")
    page.keyboard.type("Was kostet ein Schild?")
    tab_to(page, "button[formaction$=rueckfrage]")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/pruefung$"))
    author.reload()
    expect(author.get_by_role("main")).to_contain_text("Was kostet ein Schild?")
    expect(author.get_by_role("main")).to_contain_text("Bitte kürzer.")
