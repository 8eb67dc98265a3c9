"""Gesuche and questions in a browser: the story of a group, by keyboard, and without script."""

import pytest
from playwright.sync_api import Page

from marketplace.accounts import queries, sample, sessions
from marketplace.catalogue.drafts import sample as sample_drafts
from marketplace.needs import sample as sample_needs
from marketplace.questions import sample as sample_questions
from tests.browser.conftest import OpenPage, Site
from tests.browser.looking import violations
from tests.browser.test_notices import open_signed_in

pytestmark = pytest.mark.browser

NEED = "/gesuche/beispiel-pegelmessung-fuer-kleine-baeche"


@pytest.fixture(scope="module")
def furnished(site: Site) -> Site:
    """The site with the sample Gesuche and questions."""
    with site.app.test_request_context(), site.app.extensions["database"].unit_of_work():
        sample.add_sample_people()
        sample_drafts.add_sample_drafts()
        sample_needs.add_sample_needs()
        sample_questions.add_sample_questions()
    return site


def open_as(open_page: OpenPage, site: Site, mail: str, path: str) -> Page:
    """A page as somebody sees it."""
    with site.app.app_context(), site.app.extensions["database"].unit_of_work():
        account = queries.find_account_by_mail(mail)
        assert account is not None
        token = sessions.start(account, device="Test")
    return open_signed_in(open_page, site, token, path)


def test_a_need_is_published_by_keyboard_alone(open_page: OpenPage, furnished: Site) -> None:
    page = open_as(open_page, furnished, sample.TOWN, "/suche?q=quietscheentenwerft")
    page.get_by_role("link", name="Gesuch aufgeben").press("Enter")
    page.wait_for_url("**/gesuche/neu**")
    assert page.get_by_label("Was suchen Sie?").input_value() == "Quietscheentenwerft"
    page.get_by_label("Worum geht es?").press_sequentially("Wir wollen Enten bauen und suchen, wer das schon tut.")
    page.get_by_label("Wasser").press("Space")
    page.get_by_role("button", name="Weiter").press("Enter")
    page.get_by_role("button", name="Gesuch veröffentlichen").press("Enter")
    page.get_by_role("heading", level=1, name="Quietscheentenwerft").wait_for()
    assert violations(page) == []


def test_the_group_splits_costs(open_page: OpenPage, furnished: Site) -> None:
    page = open_as(open_page, furnished, sample.TOWN, NEED)
    page.get_by_role("link", name="Zur Gruppe").click()
    page.get_by_label("Einmalige Kosten").fill("100")
    page.get_by_label("zu gleichen Teilen").check()
    page.get_by_role("button", name="Kosten aufteilen").click()
    page.get_by_role("cell", name="33,34 €").wait_for()
    assert violations(page) == []


def test_without_script_an_answer_is_found_helpful(open_page: OpenPage, furnished: Site) -> None:
    page = open_page("/loesungen/weisendorf-sensorik", script=False)
    page.get_by_role("button", name="War hilfreich").click()
    page.get_by_text("1 Person fand das hilfreich").wait_for()
    assert page.context.cookies() == []
