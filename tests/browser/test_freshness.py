"""Old entries in a real browser: one click from the mail, without account, script and mouse; accessible pages."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from marketplace.accounts import sessions
from marketplace.catalogue.models import Entry
from marketplace.core import clock
from marketplace.curation import ageing
from marketplace.curation.links.gathering import gather_entry
from marketplace.curation.models import Curation, WebLink
from tests.browser.conftest import OpenPage, Site
from tests.browser.looking import overhang, violations
from tests.browser.test_notices import open_signed_in
from tests.factories.catalogue import add_entry
from tests.factories.curation import add_contact, link_in
from tests.factories.people import add_person

CONTACT = "bauhof@browser.example"
TITLES = {"browser-pumpe": "Pumpen melden ihren Zustand", "browser-ampel": "Ampeln melden ihren Zustand"}


@pytest.fixture(scope="module")
def people(site: Site) -> dict[str, str]:
    """The link that a contact has in the mail about two old entries, and the session of somebody who decides."""
    database = site.app.extensions["database"]
    with site.app.app_context(), database.unit_of_work() as session:
        for slug, title in TITLES.items():
            add_contact(add_entry(slug=slug, titel=title, body="[Alt](https://alt.example/)"), CONTACT)
        token = sessions.start(add_person("Ute Umsicht", is_site_admin=True), device="Test")
        entries = session.exec(select(Entry).where(Entry.slug.in_(TITLES))).all()  # type: ignore[attr-defined]
        for entry in entries:
            session.get_one(Curation, entry.id).due = clock.today() + timedelta(days=28)
            gather_entry(entry)
        session.exec(select(WebLink).where(WebLink.address == "https://alt.example/")).one().state = "tot"
    with site.app.app_context():
        ageing.apply_freshness(database)
    with database.unit_of_work() as session:
        for entry in session.exec(select(Entry).where(Entry.slug.in_(TITLES))):  # type: ignore[attr-defined]
            entry.unconfirmed_since = clock.today() - timedelta(days=1)
    return {"link": link_in(site.app, CONTACT), "token": token}


PAGES = ("/eintraege/browser-ampel/aktualitaet", "/eintraege/browser-ampel/adressen")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), [(1280, True), (320, False)])
def test_accessible_and_not_too_wide(
    open_page: OpenPage, site: Site, people: dict[str, str], width: int, dark: bool
) -> None:
    page = open_signed_in(open_page, site, people["token"], people["link"], width=width, dark=dark)
    for path in (people["link"], *PAGES):
        page.goto(path)
        for summary in page.locator("main summary").all():
            summary.focus()
            page.keyboard.press("Enter")
        assert violations(page) == [], path
        assert overhang(page) <= 0, path


@pytest.mark.browser
def test_an_old_entry_is_confirmed_by_one_key_from_the_mail(
    open_page: OpenPage, site: Site, people: dict[str, str]
) -> None:
    reader = open_page("/projekte/browser-pumpe", script=False)
    expect(reader.locator(".bp-note--warning")).to_contain_text("nicht bestätigt")
    page = open_page(people["link"], script=False, width=360)
    button = page.get_by_role("button", name="Stimmt noch Pumpen melden ihren Zustand")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vielen Dank. Der Eintrag zeigt jetzt")).to_be_visible()
    expect(page.locator(".bp-asked__entry")).to_have_count(1)
    reader.reload()
    expect(reader.locator("header .bp-meta").first).to_contain_text("von der Ansprechstelle")
    expect(reader.locator(".bp-note--warning")).to_have_count(0)
    page.get_by_text("Das ist beendet").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Was ist beendet, und seit wann?").fill("Die Ampeln sind abgebaut.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke für Ihre Antwort")
