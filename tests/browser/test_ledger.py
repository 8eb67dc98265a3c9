"""The ledger in a real browser: from „wir nutzen das schon“ to a number, without mouse and script; accessible pages."""

import re

import pytest
from playwright.sync_api import Page, expect

from marketplace.accounts import queries, sample, sessions
from marketplace.catalogue.kinds import Kind
from marketplace.ledger import sample as sample_reuses
from tests.browser.conftest import OpenPage, Site
from tests.browser.looking import look, violations
from tests.browser.test_notices import open_signed_in
from tests.factories.catalogue import add_entry
from tests.support.people import mails_to

SLUG, TITLE = "browser-weitergegeben", "Regentonnen melden ihren Stand"
PAGES = (
    "/nachnutzungen",
    "/nachnutzungen?land=hessen",
    "/wirkung",
    f"/loesungen/{sample_reuses.SLUG}",
    f"/loesungen/{sample_reuses.SLUG}/nachnutzungen?einwohner=6800",
    "/kommunen/07312000",
    "/handlungsfelder/verwaltung",
    "/",
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def taker(site: Site) -> str:
    """The session of somebody whose town reuses something; the samples are there, too."""
    database = site.app.extensions["database"]
    with site.app.test_request_context(), database.unit_of_work():
        sample.add_sample_people()
    with site.app.test_request_context(), database.unit_of_work():
        sample_reuses.add_sample_reuses()
        add_entry(Kind.SOLUTION, SLUG, titel=TITLE, organisation="07312000")
        account = queries.find_account_by_mail(sample.TOWN)
        assert account is not None
        return sessions.start(account, device="Test")


def link_in(site: Site, recipient: str) -> str:
    """Path of the link in the newest mail to an address."""
    found = re.search(r"https?://[^/\s]+(/nachnutzung-bestaetigen/\S+)", mails_to(site.app, recipient)[-1])
    assert found
    return found[1]


def press(page: Page, role: str, name: str, key: str = "Enter") -> None:
    """Reach something by focus and use it with a key."""
    page.get_by_role(role, name=name).first.focus()  # type: ignore[arg-type]
    page.keyboard.press(key)


def test_public_pages_are_accessible_and_not_too_wide(open_page: OpenPage, taker: str) -> None:
    assert taker
    page = open_page("/ueber")
    for path in PAGES:
        page.goto(path)
        for summary in page.locator("main .bp-chart summary").all():
            summary.focus()
            page.keyboard.press("Enter")
        look(page, path)


def test_the_map_is_drawn_by_the_server_alone(open_page: OpenPage, taker: str) -> None:
    assert taker
    page = open_page("/nachnutzungen", script=False)
    assert page.locator(".bp-map__land path").count() == 16
    assert page.locator(".bp-map__lines path").count() == 5
    names = page.locator(".bp-map__mark title").all_text_contents()
    assert "Weisendorf: gibt weiter und nutzt nach" in names
    for name in (each.partition(":")[0] for each in names):
        expect(page.locator(".bp-reuse-table")).to_contain_text(name)


def test_from_we_use_it_already_to_a_number_without_mouse_and_script(
    open_page: OpenPage, site: Site, taker: str
) -> None:
    reader = open_page(f"/loesungen/{SLUG}", script=False)
    expect(reader.locator("#nachnutzungen + p")).to_contain_text("Bisher ist keine Nachnutzung")
    page = open_signed_in(open_page, site, taker, f"/loesungen/{SLUG}", script=False, width=360)
    press(page, "link", "Wir nutzen das schon")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nachnutzung eintragen")
    press(page, "radio", "Im Betrieb", "Space")
    press(page, "button", "Eintragen")
    expect(page.get_by_role("status")).to_contain_text("Die andere Seite ist gefragt")
    reader.reload()
    expect(reader.locator("#nachnutzungen + p")).to_contain_text("Bisher ist keine Nachnutzung")
    giver = open_page(link_in(site, sample.MODEL_PROJECT), script=False, width=360)
    assert violations_without_script(open_page, giver.url) == []
    press(giver, "button", "Ja, das stimmt")
    expect(giver.get_by_role("heading", level=1)).to_have_text("Danke für Ihre Antwort")
    reader.reload()
    expect(reader.locator("header .bp-meta").first).to_contain_text("von 1 Organisation nachgenutzt")
    expect(reader.locator("#nachnutzungen + p")).to_contain_text("Eine Organisation nutzt das nach.")


def violations_without_script(open_page: OpenPage, address: str) -> list[str]:
    """What axe finds on a page; it needs a script itself."""
    page = open_page(address, width=320, dark=True)
    page.locator("main summary").first.focus()
    page.keyboard.press("Enter")
    return violations(page)
