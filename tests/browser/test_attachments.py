"""Files in a real browser: attached by keyboard alone and without script, shown to everybody, accessible everywhere."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.workflow import act
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.organisations.queries import get_by_key
from tests.browser.conftest import Site
from tests.browser.looking import look, violations
from tests.browser.test_journeys import tab_to
from tests.factories.drafts import LOOKED_AT, add_draft
from tests.factories.people import actor_of, add_person, sign_in
from tests.support.files import pdf, photo

pytestmark = pytest.mark.browser
TITLE = "Ein Entwurf mit Anlagen"


@pytest.fixture(scope="module")
def people(site: Site) -> dict[str, Account]:
    with site.app.app_context(), site.app.extensions["database"].unit_of_work():
        town = get_by_key("09572164")
        return {
            "author": add_person("Zeichnende Autorin", member_of=town),
            "guide": add_person("Sichtende Lotsin", remits=(("09", ""),)),
        }


@pytest.fixture(scope="module")
def address(site: Site, people: dict[str, Account]) -> str:
    """A complete draft; what one test attaches the next one sees."""
    with site.app.test_request_context(), site.app.extensions["database"].unit_of_work():
        return f"/entwuerfe/{add_draft(people['author'], get_by_key('09572164'), titel=TITLE).public_id}"


@pytest.fixture
def open_at(site: Site, browser: Browser, people: dict[str, Account]) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_page(path: str, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        client = site.app.test_client()
        with site.app.app_context(), site.app.extensions["database"].unit_of_work():
            sign_in(client, people["author"])
        name = site.app.config["SESSION_COOKIE_NAME"]
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light",
            java_script_enabled=script, base_url=site.url, locale="de-DE",
        )  # fmt: skip
        contexts.append(context)
        context.add_cookies([{"name": name, "value": client.get_cookie(name).value, "url": site.url}])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def choose(page: Page, content: bytes, name: str) -> None:
    """Reach the field with the keyboard and choose a file; the dialogue itself belongs to the browser."""
    tab_to(page, "input[type=file]")
    page.locator(":focus").set_input_files({"name": name, "mimeType": "application/x-beliebig", "buffer": content})


def test_attached_by_keyboard_and_shown_to_everybody(
    open_at: Callable[..., Page], address: str, site: Site, people: dict[str, Account]
) -> None:
    page = open_at(f"{address}/anlagen")
    choose(page, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "schaubild.png")
    tab_to(page, "input[name=titel]")
    page.keyboard.type("Pegelsensor")
    page.keyboard.press("Enter")
    expect(page.locator("#fehler")).to_contain_text("als PNG")
    expect(page.get_by_label("Titel")).to_have_value("Pegelsensor")
    choose(page, photo(size=(300, 200)), "IMG_2044.JPG")
    tab_to(page, "form.bp-form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#fehler")).to_contain_text("was auf dem Bild zu sehen ist")
    assert violations(page) == []
    tab_to(page, "textarea[name=alternativtext]")
    page.keyboard.type("Blauer Sensor an der Brücke")
    tab_to(page, "input[name=rechte]")
    page.keyboard.press("Space")
    tab_to(page, "form.bp-form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".bp-flash")).to_contain_text("ist gespeichert")
    look(page)
    assert_public_page_shows_it(page, publish(site, people))


def publish(site: Site, people: dict[str, Account]) -> str:
    """Review as it goes on the site; returns the address of the entry."""
    with site.app.test_request_context(), site.app.extensions["database"].unit_of_work():
        draft = next(d for d in db.session().exec(select(Draft)) if d.fields.get("titel") == TITLE)
        act("draft.submit", draft, actor=actor_of(people["author"]))
        act("draft.approve", draft, actor=actor_of(people["guide"]), review=LOOKED_AT)
        entry = db.session().get(Entry, draft.entry_id)
        assert entry is not None
        return f"/projekte/{entry.slug}"


def assert_public_page_shows_it(page: Page, path: str) -> None:
    page.context.clear_cookies()
    page.goto(path)
    picture = page.get_by_role("img", name="Blauer Sensor an der Brücke")
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    # The phone noted that the photo must be turned.
    page.wait_for_function("document.querySelector('.bp-picture__image').naturalWidth === 200")
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Bild herunterladen").click()
    assert download.value.suggested_filename == "IMG_2044.jpg"


def test_attached_without_script(open_at: Callable[..., Page], site: Site, people: dict[str, Account]) -> None:
    with site.app.test_request_context(), site.app.extensions["database"].unit_of_work():
        draft = add_draft(people["author"], get_by_key("09572164"), titel="Ohne Skript mit Anlage")
    page = open_at(f"/entwuerfe/{draft.public_id}", script=False)
    page.get_by_role("link", name="Anlagen").click()
    page.get_by_label("Datei", exact=True).set_input_files({"name": "Bürgerhaus.pdf", "mimeType": "", "buffer": pdf()})
    page.get_by_label("Wir dürfen diese Datei veröffentlichen.").check()
    page.get_by_role("button", name="Datei anhängen").click()
    expect(page.get_by_role("link", name="Bürgerhaus", exact=True)).to_be_visible()
    page.get_by_role("link", name="Bearbeiten").click()
    page.get_by_role("button", name="Entfernen").click()
    expect(page.get_by_text("Noch keine Datei.")).to_be_visible()
