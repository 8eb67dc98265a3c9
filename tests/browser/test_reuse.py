"""From the page of a solution to an answered request, in a real browser: four people, keyboard, no script."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from marketplace.catalogue.kinds import Kind
from marketplace.core import clock, db
from marketplace.reuse import ticking
from marketplace.reuse.models import ReuseRequest
from tests.browser.conftest import OpenPage, Site
from tests.browser.stories import OpenAs, before, follow, see
from tests.browser.test_every_page import check
from tests.browser.test_journeys import tab_to
from tests.factories.accounts import PASSWORD
from tests.factories.catalogue import add_entry, add_organisation, link
from tests.factories.people import add_person
from tests.factories.reuse import World, make_world, send_request
from tests.support.people import link_in_last_mail

pytestmark = pytest.mark.browser


@pytest.fixture
def site(story_site: Site) -> Site:
    """A site on which nothing happens but the story."""
    return story_site


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def test_from_the_solution_to_the_answer_without_an_account_first(
    open_as: OpenAs, open_page: OpenPage, site: Site
) -> None:
    with before(site):
        world = make_world()
    # Somebody finds the solution and writes before there is an account.
    page = open_page("/loesungen/pegelmelder", width=360)
    follow(page, "Nachnutzen")
    see(page, "Nachnutzen: Pegelmelder für Bäche")
    press(page, "Weiter zur Zusammenfassung")
    expect(page.get_by_role("alert")).to_contain_text("Bitte wählen Sie mindestens einen Wunsch.")
    check(page, "Formular mit Fehlern")
    page.get_by_label("Unterlagen oder Code").check()
    page.get_by_label("Innerhalb eines Jahres").check()
    page.get_by_label("Für wie viele").fill("6.800")
    page.get_by_label("Ihre Frage").fill("Wie lange hat die Einführung gedauert?")
    press(page, "Weiter zur Zusammenfassung")
    see(page, "Bitte prüfen Sie Ihre Anfrage")
    page.get_by_label("Ihre dienstliche E-Mail-Adresse").fill("neu@weisendorf.example")
    press(page, "Link zum Einrichten des Kontos senden")
    see(page, "Bitte sehen Sie in Ihr Postfach")
    # The link of the mail, then the organisation, then the request stands there.
    page.goto(link_in_last_mail(site.app, "neu@weisendorf.example"))
    page.get_by_label("Ihr Name").fill("Nuri Neu")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("main").locator("form.bp-form button[type=submit]").click()
    page.get_by_role("searchbox", name=re.compile("Name, Gemeindeschlüssel")).fill("Weisendorf")
    page.get_by_role("main").get_by_role("button", name="Suchen").click()
    expect(page.get_by_text("Wie lange hat die Einführung gedauert?")).to_be_visible()
    check(page, "Organisation wählen, bevor die Anfrage gesendet wird")
    press(page, "Hier arbeite ich")
    see(page, "Anfrage: Pegelmelder für Bäche")
    expect(page.get_by_text("Wie lange hat die Einführung gedauert?")).to_be_visible()

    other = open_as(world.answers, "/anfragen", dark=True)
    see(other, "Anfragen")
    expect(other.get_by_text("Wartet auf Ihre Antwort")).to_be_visible()
    follow(other, "Pegelmelder für Bäche")
    other.get_by_label("Ihre Nachricht").fill("Acht Monate. Das Konzept steht unter https://beispiel.de/konzept.")
    press(other, "Antworten")
    see(other, "Anfrage: Pegelmelder für Bäche")

    page.reload()
    expect(page.get_by_text("Acht Monate.")).to_be_visible()
    expect(page.locator(".bp-page-head .bp-status")).to_have_text("Im Austausch")
    follow(page, "Vereinbarung festhalten")
    see(page, "Vereinbarung festhalten")
    press(page, "Vereinbarung festhalten")
    expect(page.get_by_role("alert")).to_contain_text("Bitte schreiben Sie einige Worte dazu")
    page.get_by_label("Was möchten Sie dazu sagen?").fill("Wir bekommen das Konzept bis Mai.")
    press(page, "Vereinbarung festhalten")
    expect(page.locator(".bp-page-head .bp-status")).to_have_text("Vereinbart")
    expect(page.locator(".bp-timeline")).to_contain_text("Wir bekommen das Konzept bis Mai.")


def test_by_keyboard_alone(open_as: OpenAs, site: Site) -> None:
    with before(site):
        world = make_world()
    page = open_as(world.asks, "/loesungen/pegelmelder")
    tab_to(page, "a[href$='/nachnutzen']")
    page.keyboard.press("Enter")
    tab_to(page, "input[name=wishes]")
    page.keyboard.press("Space")
    tab_to(page, "input[name=when]")
    page.keyboard.press("Space")
    tab_to(page, "textarea[name=question]")
    page.keyboard.type("Was kostet der Betrieb?")
    tab_to(page, "main form.bp-form button")
    page.keyboard.press("Enter")
    see(page, "Bitte prüfen Sie Ihre Anfrage")
    tab_to(page, "form[action$='/senden'] button")
    page.keyboard.press("Enter")
    see(page, "Anfrage: Pegelmelder für Bäche")
    tab_to(page, "textarea[name=text]")
    page.keyboard.type("Noch etwas: Wer pflegt die Daten?")
    tab_to(page, "main form.bp-form button")
    page.keyboard.press("Enter")
    expect(page.locator(".bp-message")).to_contain_text("Wer pflegt die Daten?")
    tab_to(page, "a[href$='/schritt/withdraw']")
    page.keyboard.press("Enter")
    tab_to(page, "textarea[name=note]")
    page.keyboard.type("Wir haben es gelöst.")
    tab_to(page, "main form.bp-form button")
    page.keyboard.press("Enter")
    expect(page.locator(".bp-page-head .bp-status")).to_have_text("Zurückgezogen")


def test_overdue_without_script_the_guide_proposes_another_town(open_as: OpenAs, site: Site) -> None:
    with before(site):
        world = make_world()
        request = overdue(world)
    with site.app.app_context():
        ticking.tick(site.app.extensions["database"])
    page = open_as(world.guide, "/lotsen", script=False)
    expect(page.get_by_role("main")).to_contain_text("Anfragen ohne Antwort")
    follow(page, "Pegelmelder für Bäche")
    expect(page.get_by_text("Die Frist für eine Antwort ist vorbei")).to_be_visible()
    follow(page, "Nachhaken")
    press(page, "Nachhaken")
    follow(page, "Andere Kommune vorschlagen")
    page.get_by_label("Frauenau").check()
    page.get_by_label("Was möchten Sie dazu sagen?").fill("Dort läuft es auch.")
    press(page, "Andere Kommune vorschlagen")
    asks = open_as(world.asks, f"/anfragen/{request.public_id}", script=False)
    expect(asks.get_by_role("main")).to_contain_text("Fragen Sie Frauenau.")
    follow(asks, "Vorschlag annehmen")
    press(asks, "Vorschlag annehmen")
    expect(asks.get_by_role("main")).to_contain_text("an Frauenau")


def overdue(world: World) -> ReuseRequest:
    """A request sent weeks ago, and a project elsewhere that uses the same solution."""
    from_frauenau(world)
    with clock.stopped_at(clock.now() - timedelta(days=60)):
        return send_request(world)


def from_frauenau(world: World) -> None:
    """Another town uses the solution in a project."""
    town = add_organisation("09276121", "Frauenau")
    add_person("Franzi Glas", member_of=town)
    link(add_entry(Kind.PROJECT, "bachprojekt", organisation=town.key), "nutzt", world.solution)
    db.session().flush()
