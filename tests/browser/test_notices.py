"""Notices in a real browser: accessible, usable at 320 px, without script and with the keyboard."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from marketplace.accounts import sessions
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.service import notify
from marketplace.notifications.unsubscribe import link_for
from tests.browser.conftest import OpenPage, Site
from tests.browser.looking import look
from tests.factories.people import add_person

LIST = "/konto/mitteilungen"
SETTINGS = f"{LIST}/einstellungen"


@pytest.fixture(scope="module")
def person(site: Site) -> tuple[str, str]:
    """Token of the session of somebody with notices, and the path that ends mail about them."""
    app = site.app
    with app.app_context(), app.extensions["database"].unit_of_work():
        account = add_person("Nora Neuigkeit")
        for name in ("Weisendorf", "Verwaltungsgemeinschaft Donaudampfschifffahrtsgesellschaftsheim"):
            notify(
                account.id or 0,
                NoticeKind.MEMBERSHIP_DECISION,
                f"Ihre Mitgliedschaft ist bestätigt: {name}.",
                link="/konto",
            )
        path = link_for(account.id or 0, NoticeKind.MEMBERSHIP_DECISION.value).partition("5000")[2]
        return sessions.start(account, device="Test"), path


def cookie(app: Flask, token: str) -> dict[str, str]:
    """The cookie of a browser that is signed in."""
    client = app.test_client()
    with client.session_transaction() as values:
        values["_user_id"] = token
        values["_fresh"] = True
    name = app.config["SESSION_COOKIE_NAME"]
    found = client.get_cookie(name)
    assert found is not None
    return {"name": name, "value": found.value}


def open_signed_in(open_page: OpenPage, site: Site, token: str, path: str, **window: object) -> Page:
    page = open_page("/ueber", **window)
    page.context.add_cookies([{**cookie(site.app, token), "url": site.url}])  # type: ignore[list-item]
    page.goto(path)
    return page


@pytest.mark.browser
@pytest.mark.parametrize("path", [LIST, SETTINGS])
def test_accessible_and_not_too_wide(open_page: OpenPage, site: Site, person: tuple[str, str], path: str) -> None:
    page = open_signed_in(open_page, site, person[0], path)
    assert page.url.endswith(path)
    look(page, path)


@pytest.mark.browser
def test_the_unsubscribe_page_is_accessible(open_page: OpenPage, person: tuple[str, str]) -> None:
    look(open_page(person[1]))


@pytest.mark.browser
def test_reading_and_choosing_with_the_keyboard_and_without_script(
    open_page: OpenPage, site: Site, person: tuple[str, str]
) -> None:
    page = open_signed_in(open_page, site, person[0], LIST, script=False)
    page.get_by_role("button", name="Ansehen").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/konto")
    page.goto(LIST)
    assert page.get_by_text("Eine Mitteilung haben Sie noch nicht gelesen.").is_visible()
    page.get_by_role("link", name="E-Mails zu Mitteilungen einstellen").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Über meine Mitgliedschaft ist entschieden").focus()
    page.keyboard.type("keine")
    page.get_by_role("button", name="Auswahl speichern").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{LIST}")
    assert page.get_by_text("Ihre Auswahl ist gespeichert.").is_visible()
    page.goto(SETTINGS)
    assert page.get_by_label("Über meine Mitgliedschaft ist entschieden").input_value() == "nie"
