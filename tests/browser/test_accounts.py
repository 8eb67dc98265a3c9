"""Accounts in a real browser: from an address to a confirmed member, and every page accessible at every width."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.accounts import memberships, queries, sessions
from marketplace.accounts.models import MailDomain
from marketplace.accounts.roles import MemberRole
from marketplace.core.actor import Remit
from marketplace.organisations.queries import get_by_key
from tests.browser.conftest import OpenPage, Site
from tests.browser.looking import look, violations
from tests.browser.test_journeys import tab_to
from tests.factories.accounts import PASSWORD, add_account, add_guide, add_membership
from tests.support.people import link_in_last_mail

WEISENDORF = "09572164"
ADMIN, MEMBER = "alles@blaupause.example", "neu@anderswo.example"


@pytest.fixture(scope="module")
def _people(site: Site) -> None:
    """Somebody who may do everything, somebody who waits, and a mail domain of Weisendorf."""
    with site.app.app_context(), site.app.extensions["database"].unit_of_work() as session:
        place = get_by_key(WEISENDORF)
        session.merge(MailDomain(domain="weisendorf.example", organisation_id=place.id or 0))
        if queries.find_account_by_mail(ADMIN):
            return
        admin = add_account(ADMIN, "Andrea Alleskönnerin-Überlanger-Doppelname", is_site_admin=True)
        add_membership(admin, place, role=MemberRole.ADMIN)
        add_guide(Remit("09"), Remit("09572", "mobilitaet"), mail="lotse@bayern.example")
        waiting = sessions.load_actor(add_account(MEMBER, "Nuri Neu"))
        memberships.request_membership(place, actor=waiting)


def sign_in(page: Page, mail: str = ADMIN) -> None:
    page.goto("/konto/anmelden")
    page.get_by_label("E-Mail-Adresse").fill(mail)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page).to_have_url(re.compile("/konto$"))


def ask_for_account(page: Page, app: Flask, mail: str) -> str:
    page.get_by_role("main").get_by_label("Dienstliche E-Mail-Adresse").fill(mail)
    page.get_by_role("button", name="E-Mail mit Link anfordern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte sehen Sie in Ihr Postfach")
    return link_in_last_mail(app, mail)


@pytest.mark.browser
@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, True), (1280, False)])
def test_from_an_address_to_a_confirmed_member(open_page: OpenPage, site: Site, width: int, script: bool) -> None:
    mail = f"person-{width}-{script}@weisendorf.example".lower()
    page = open_page("/konto/registrieren", width=width, script=script)
    page.goto(ask_for_account(page, site.app, mail))
    page.get_by_label("Ihr Name").fill("Wiebke Weisendorf")
    page.get_by_label("Passwort").fill("zu kurz")
    page.get_by_role("button", name="Konto einrichten").click()
    expect(page.get_by_role("alert")).to_contain_text("zu kurz")
    expect(page.get_by_label("Ihr Name")).to_have_value("Wiebke Weisendorf")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Konto einrichten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Für wen arbeiten Sie?")
    page.get_by_label("Name, Gemeindeschlüssel oder Postleitzahl").fill("weisendorf")
    page.get_by_role("main").get_by_role("button", name="Suchen").click()
    page.get_by_role("button", name="Hier arbeite ich Weisendorf", exact=True).click()
    expect(page.locator(".bp-flash")).to_contain_text("Ihre Mitgliedschaft ist bestätigt")
    expect(page.get_by_role("main")).to_contain_text("Bestätigt")


@pytest.mark.browser
@pytest.mark.usefixtures("_people")
def test_with_the_keyboard_alone(open_page: OpenPage, site: Site) -> None:
    page = open_page("/konto/anmelden")
    tab_to(page, "input[name=mail]")
    page.keyboard.type(ADMIN)
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/konto$"))
    page.goto("/konto/organisation?q=erlangen")
    tab_to(page, "main button:not([type=search])")
    page.goto("/konto")
    tab_to(page, ".bp-header__top .bp-account-menu__button")
    page.keyboard.press("Enter")
    expect(page.locator(".bp-flash")).to_contain_text("Sie sind abgemeldet")


@pytest.mark.browser
@pytest.mark.usefixtures("_people")
def test_invited_from_the_page_of_members_then_the_password_forgotten(open_page: OpenPage, site: Site) -> None:
    mail, new_password = "eingeladen@anderswo.example", "Acht Reiher im Schilf"
    admin = open_page("/konto/anmelden")
    sign_in(admin)
    admin.goto("/konto/organisation/09572164")
    admin.get_by_role("button", name="Einladung schicken").click()
    expect(admin.get_by_role("alert")).to_contain_text("Bitte geben Sie")
    assert violations(admin) == []
    admin.get_by_label("E-Mail-Adresse").fill(mail)
    admin.get_by_label("Mitglied", exact=True).check()
    admin.get_by_role("button", name="Einladung schicken").click()
    expect(admin.get_by_role("heading", name="Offene Einladungen")).to_be_visible()

    guest = open_page(link_in_last_mail(site.app, mail), script=False, width=360)
    guest.get_by_label("Ihr Name").fill("Gerda Gast")
    guest.get_by_label("Passwort").fill(PASSWORD)
    guest.get_by_role("button", name="Konto einrichten und annehmen").click()
    expect(guest.get_by_role("main")).to_contain_text("Weisendorf")
    expect(guest.get_by_role("main")).to_contain_text("Bestätigt")
    admin.reload()
    expect(admin.get_by_text("Gerda Gast").first).to_be_visible()

    other = open_page("/konto/anmelden", script=False)
    other.get_by_role("link", name="Passwort vergessen").click()
    other.get_by_label("E-Mail-Adresse").fill(mail)
    other.get_by_role("button", name="Link anfordern").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Bitte sehen Sie in Ihr Postfach")
    other.goto(link_in_last_mail(site.app, mail))
    other.get_by_label("Neues Passwort").fill(new_password)
    other.get_by_role("button", name="Passwort speichern").click()
    guest.reload()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Anmelden")
    for password, heading in ((PASSWORD, "Anmelden"), (new_password, "Mein Konto")):
        guest.get_by_label("E-Mail-Adresse").fill(mail)
        guest.get_by_label("Passwort").fill(password)
        guest.get_by_role("main").get_by_role("button", name="Anmelden").click()
        expect(guest.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.mark.browser
@pytest.mark.usefixtures("_people")
def test_sign_out_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/konto/anmelden", width=360)
    sign_in(page)
    page.get_by_text("Menü").click()
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_text("Menü").click()
    expect(page.get_by_role("link", name="Anmelden", exact=True)).to_be_visible()


PUBLIC = [
    "/konto/anmelden",
    "/konto/registrieren",
    "/konto/passwort-vergessen",
    "/datenschutz/verzeichnis",
]


@pytest.mark.browser
@pytest.mark.usefixtures("_people")
def test_pages_for_everybody_are_accessible(open_page: OpenPage) -> None:
    page = open_page("/konto/anmelden")
    for path in PUBLIC:
        page.goto(path)
        look(page, path)


@pytest.mark.browser
@pytest.mark.usefixtures("_people")
def test_forms_with_mistakes_are_accessible(open_page: OpenPage) -> None:
    page = open_page("/konto/anmelden")
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("Bitte geben Sie Ihre E-Mail-Adresse ein.")
    look(page, "Anmelden mit Fehlern")
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("#mail")).to_be_focused()


@pytest.mark.browser
def test_taking_the_own_data_along_and_leaving(open_page: OpenPage, site: Site) -> None:
    with site.app.app_context(), site.app.extensions["database"].unit_of_work():
        add_account("geht@weisendorf.example", "Gerda Geht")
    page = open_page("/konto/anmelden", width=360)
    sign_in(page, "geht@weisendorf.example")
    page.get_by_role("link", name="Ansehen (gespeicherte Daten)").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Meine Daten herunterladen").click()
    assert "Gerda Geht" in Path(download.value.path()).read_text(encoding="utf-8")
    page.get_by_label("Passwort").fill("ein falsches Passwort")
    page.get_by_role("button", name="Konto endgültig löschen").click()
    expect(page.get_by_role("alert")).to_contain_text("nicht Ihr jetziges Passwort")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Konto endgültig löschen").click()
    expect(page.locator(".bp-flash")).to_contain_text("Ihr Konto ist gelöscht")
    with site.app.extensions["database"].reading():
        assert queries.find_account_by_mail("geht@weisendorf.example") is None
