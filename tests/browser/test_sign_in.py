"""Signing in with a second factor and through another service, in a real browser; every page accessible."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core import clock
from tests.browser.conftest import OpenPage, Site
from tests.browser.looking import overhang, violations
from tests.factories.accounts import PASSWORD, add_account
from tests.support.oidc import NAME, provider_at, running_provider
from tests.support.second_factor import STEP, Phone
from tests.support.server import serving


@pytest.fixture(scope="module")
def site(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site without content, and a real provider that knows it."""
    folder = tmp_path_factory.mktemp("sign_in")
    (folder / "site.db").write_bytes(template_database.read_bytes())
    settings = Settings(
        environment="test", database_url=f"sqlite:///{folder / 'site.db'}", search_directory=folder / "search",
        search_engine="memory", rate_limits_enabled=False,
    )  # fmt: skip
    app = create_app(settings)
    with serving(app) as url, running_provider(url) as issuer:
        app.config["SETTINGS"] = settings.model_copy(update={"base_url": url, "oidc_providers": (provider_at(issuer),)})
        yield Site(url, app, also=(issuer,))
    app.extensions["database"].engine.dispose()


def add_person(site: Site, mail: str) -> str:
    with site.app.app_context(), site.app.extensions["database"].unit_of_work():
        add_account(mail, "Andrea Alleskönnerin-Überlanger-Doppelname")
    return mail


def sign_in(page: Page, mail: str) -> None:
    page.get_by_label("E-Mail-Adresse").fill(mail)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()


def see(page: Page, heading: str, window: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert violations(page) == [], f"{heading} {window}"
    assert overhang(page) <= 0, f"{heading} ist {window} um {overhang(page)} px zu breit."


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_a_second_factor_from_set_up_to_removal(open_page: OpenPage, site: Site, width: int, dark: bool) -> None:
    window = f"bei {width} px{', dunkel' if dark else ''}"
    mail = add_person(site, f"faktor-{width}-{dark}@stadt.example".lower())
    page = open_page("/konto/anmelden?weiter=/konto/zweiter-faktor", width=width, dark=dark)
    sign_in(page, mail)
    see(page, "Zweiter Faktor", window)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Weiter").click()
    see(page, "App einrichten", window)
    assert page.locator(".bp-qr").evaluate("image => image.naturalWidth") > 100, "Das Bild fehlt."
    phone = Phone(page.locator(".bp-secret").inner_text())
    page.get_by_label("Code aus der App").fill("000000")
    page.get_by_role("button", name="Zweiten Faktor einschalten").click()
    expect(page.get_by_role("alert")).to_contain_text("Dieser Code stimmt nicht")
    page.get_by_label("Code aus der App").fill(phone.code())
    page.get_by_role("button", name="Zweiten Faktor einschalten").click()
    see(page, "Ihre Ersatzcodes", window)
    codes = page.locator(".bp-codes code").all_inner_texts()
    page.get_by_role("link", name="Ich habe die Codes gesichert").click()
    see(page, "Zweiter Faktor", window)
    for path, heading in (("codes", "Neue Ersatzcodes"), ("ausschalten", "Zweiten Faktor ausschalten")):
        page.goto(f"/konto/zweiter-faktor/{path}")
        see(page, heading, window)
    page.context.clear_cookies()
    page.goto("/konto/anmelden?weiter=/konto/daten")
    sign_in(page, mail)
    see(page, "Code eingeben", window)
    page.get_by_role("link", name="Ersatzcode benutzen").click()
    see(page, "Mit Ersatzcode anmelden", window)
    page.get_by_role("link", name="Code aus der App benutzen").click()
    # The code of the next step, which a phone that is ahead shows: no test waits half a minute.
    page.get_by_label("Code aus der App").fill(phone.code(clock.now() + STEP))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/konto/daten$"))
    page.goto("/konto/zweiter-faktor/ausschalten")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_label("Code aus der App oder").fill(codes[0])
    page.get_by_role("button", name="Ausschalten").click()
    expect(page.locator(".bp-flash")).to_contain_text("ausgeschaltet")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark", "script"), [(1280, False, True), (320, True, True), (1280, True, False)])
def test_through_another_service_and_back(
    open_page: OpenPage, site: Site, width: int, dark: bool, script: bool
) -> None:
    window = f"bei {width} px{', dunkel' if dark else ''}"
    mail = add_person(site, f"dienst-{width}-{script}@stadt.example".lower())
    page = open_page("/konto/anmelden", width=width, dark=dark, script=script)

    def look(heading: str) -> None:
        if script:
            see(page, heading, window)
        else:
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)

    def go(button: str = "Anmelden") -> None:
        page.get_by_role("link", name=f"Mit {NAME} anmelden").click()
        page.get_by_label("Name").fill(f"person-{width}-{script}".lower())
        page.get_by_role("button", name=button).click()
        if not script:
            page.get_by_role("main").get_by_role("button", name="Weiter").click()

    look("Anmelden")
    go()
    look("Mit welchem Konto verbinden?")
    page.get_by_role("link", name="Mit Passwort anmelden").click()
    sign_in(page, mail)
    look("Zugang verbinden")
    page.get_by_role("button", name="Verbinden", exact=True).click()
    expect(page.locator(".bp-flash")).to_contain_text("verbunden")
    look("Mein Konto")
    page.context.clear_cookies()
    page.goto("/konto/anmelden?weiter=/konto/daten")
    go()
    expect(page).to_have_url(re.compile("/konto/daten$"))
    page.goto("/konto")
    page.get_by_role("link", name="Trennen").click()
    look("Zugang trennen")
    page.context.clear_cookies()
    page.goto("/konto/anmelden")
    page.get_by_role("link", name=f"Mit {NAME} anmelden").click()
    page.get_by_role("button", name="Abbrechen").click()
    look(f"Anmeldung über {NAME} nicht möglich")
