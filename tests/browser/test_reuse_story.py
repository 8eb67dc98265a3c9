"""The full story of a reuse in one browser: from the search to a number on the entry, told by four people."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from marketplace.accounts import sessions
from marketplace.core import clock
from marketplace.reuse import ticking
from marketplace.search import indexing
from tests.browser.conftest import OpenPage, Site
from tests.browser.stories import before, follow
from tests.browser.test_every_page import check
from tests.browser.test_notices import open_signed_in
from tests.factories.reuse import make_world

pytestmark = pytest.mark.browser
TITLE = "Pegelmelder für Bäche"


@pytest.fixture
def site(story_site: Site) -> Site:
    """A site on which nothing happens but the story."""
    return story_site


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def take_step(page: Page, name: str, words: str = "") -> None:
    """Press the button of a step, say something about it, and confirm."""
    follow(page, name)
    if words:
        page.get_by_label("Was möchten Sie dazu sagen?").fill(words)
    press(page, name)


def state_of(page: Page) -> str:
    return page.locator(".bp-page-head .bp-status").first.inner_text()


def test_from_the_search_to_a_number_on_the_entry(open_page: OpenPage, site: Site) -> None:
    with before(site):
        world = make_world()
        people = {
            name: sessions.start(account, device="Test")
            for name, account in (("taker", world.asks), ("giver", world.answers), ("guide", world.guide))
        }
    with site.app.app_context():
        indexing.rebuild(site.app.extensions["database"], site.app.extensions["search_engine"])
    # The reader sees a solution that nobody reuses yet.
    reader = open_page("/loesungen/pegelmelder", width=360)
    expect(reader.locator("#nachnutzungen + p")).to_contain_text("Bisher ist keine Nachnutzung")

    # The small municipality searches, finds, and asks.
    taker = open_signed_in(open_page, site, people["taker"], "/", width=360)
    taker.get_by_role("main").get_by_role("combobox").fill("Pegel Bach")
    press(taker, "Suchen")
    follow(taker, TITLE)
    follow(taker, "Nachnutzen")
    taker.get_by_label("Ein Gespräch über die Erfahrungen").check()
    taker.get_by_label("In den nächsten sechs Monaten").check()
    taker.get_by_label("Ihre Frage").fill("Was kostet der Betrieb im Jahr?")
    press(taker, "Weiter zur Zusammenfassung")
    press(taker, "Anfrage senden")
    assert state_of(taker) == "Angefragt"
    thread = taker.url

    # Nobody answers for three weeks; the guide is brought in and asks again.
    with clock.stopped_at(clock.now() + timedelta(days=21)), site.app.app_context():
        ticking.tick(site.app.extensions["database"])
    guide = open_signed_in(open_page, site, people["guide"], "/lotsen")
    expect(guide.get_by_role("main")).to_contain_text("Anfragen ohne Antwort")
    follow(guide, TITLE)
    take_step(guide, "Nachhaken")
    check(guide, "Anfrage bei der Lotsin")

    # The town that has it answers; both go on to a solution in use.
    giver = open_signed_in(open_page, site, people["giver"], thread)
    giver.get_by_label("Ihre Nachricht").fill("Ungefähr 900 Euro. Rufen wir uns zusammen?")
    press(giver, "Antworten")
    assert state_of(giver) == "Im Austausch"
    taker.reload()
    take_step(taker, "Vereinbarung festhalten", "Wir übernehmen Sensoren und Konzept.")
    take_step(taker, "Umsetzung beginnen")
    take_step(taker, "Läuft im Betrieb", "Drei Bäche melden seit heute.")
    assert state_of(taker) == "Im Betrieb"
    reader.reload()
    expect(reader.locator("#nachnutzungen + p")).to_contain_text("Bisher ist keine Nachnutzung")

    # Evidence only with the word of both sides.
    giver.goto("/konto/nachnutzungen")
    follow(giver, TITLE)
    press(giver, "Stimmt")
    reader.reload()
    expect(reader.locator("header .bp-meta").first).to_contain_text("von 1 Organisation nachgenutzt")
    expect(reader.locator("#nachnutzungen + p")).to_contain_text("Eine Organisation nutzt das nach.")
    follow(reader, "Weisendorf")
    expect(reader.get_by_role("main")).to_contain_text(TITLE)
    check(reader, "Seite der nachnutzenden Kommune")
