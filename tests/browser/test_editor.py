"""The editor in a real browser: accessible, by keyboard alone, saving by itself, and once without script."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from marketplace.accounts.models import Account
from marketplace.catalogue.drafts import service
from marketplace.catalogue.drafts.form_fields import pages_of
from marketplace.catalogue.drafts.typed import digest
from marketplace.catalogue.drafts.workflow import act
from marketplace.catalogue.kinds import Kind
from marketplace.organisations.queries import get_by_key
from tests.browser.conftest import Site
from tests.browser.looking import look
from tests.browser.test_journeys import tab_to
from tests.factories.drafts import add_draft
from tests.factories.people import actor_of, add_person, sign_in

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def people(site: Site) -> dict[str, Account]:
    with site.app.app_context(), site.app.extensions["database"].unit_of_work():
        town = get_by_key("09572164")
        return {
            "author": add_person("Browser Autorin", member_of=town),
            "colleague": add_person("Browser Kollege", member_of=town),
            "guide": add_person("Browser Lotsin", remits=(("09", ""),)),
        }


@pytest.fixture(scope="module")
def drafts(site: Site, people: dict[str, Account]) -> dict[str, str]:
    """One draft that is being written, one that waits for review."""
    with site.app.test_request_context(), site.app.extensions["database"].unit_of_work():
        town, author = get_by_key("09572164"), people["author"]
        writing, waiting = add_draft(author, town), add_draft(author, town, titel="Ein Entwurf in Prüfung")
        service.save_fields(
            writing, ["stand", "verknuepfungen"],
            {"stand": "neulich", "verknuepfungen": [{"rolle": "nutzt", "ziel": "pegelsensoren"}]},
            {"stand": mark_of(writing, "stand"), "verknuepfungen": "-"}, actor=actor_of(author),
        )  # fmt: skip
        act("draft.submit", waiting, actor=actor_of(author))
        return {"writing": writing.public_id, "waiting": waiting.public_id}


def mark_of(draft, key: str) -> str:
    return digest(draft.fields.get(key))


@pytest.fixture
def open_as(site: Site, browser: Browser, people: dict[str, Account]) -> Iterator[Open]:
    contexts = []

    def open_page(who: str, path: str, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        client = site.app.test_client()
        with site.app.app_context(), site.app.extensions["database"].unit_of_work():
            sign_in(client, people[who])
        name = site.app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light",
            java_script_enabled=script, base_url=site.url, locale="de-DE",
        )  # fmt: skip
        contexts.append(context)
        context.add_cookies([{"name": name, "value": cookie.value, "url": site.url}])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


PAGES = [
    ("author", "/eintraege"), ("author", "/eintraege/neu"), ("author", "/entwuerfe/{writing}"),
    ("author", "/entwuerfe/{writing}/auf-einen-blick"), ("author", "/entwuerfe/{writing}/text?vorschau=ja"),
    ("author", "/entwuerfe/{writing}/einordnung?suche=licht"), ("author", "/entwuerfe/{writing}/kosten-und-aufwand"),
    ("author", "/entwuerfe/{writing}/quellen-und-stand?pruefen=ja"), ("author", "/entwuerfe/{writing}/ansprechstelle"),
    ("author", "/entwuerfe/{writing}/verwerfen"), ("guide", "/pruefung"), ("guide", "/pruefung/{waiting}"),
    ("guide", "/eintraege/weisendorf-digitaler-zwilling/versionen"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_accessible_and_nothing_scrolls_sideways(open_as: Open, drafts: dict[str, str], who: str, path: str) -> None:
    look(open_as(who, path.format(**drafts)), path)


DOWN = "ArrowDown"
TYPED = {
    "auf-einen-blick": [("#kurz", "Eine Kurzfassung, die lang genug ist, um für sich allein zu stehen.")],
    "die-erfahrung": [("#erfahrungsart", DOWN), ("#grundlage", DOWN), ("#kernaussage", "Wer fragt, spart Arbeit.")],
    "text": [("#text", "Ein Absatz.")],
    "ergebnis": [("#kennzahlen-0-bezeichnung", "Laufmeter"), ("#kennzahlen-0-wert", "12")],
    "einordnung": [("#laender-bayern", " "), ("#handlungsfelder-0", DOWN), ("#verknuepfungen-suche", "Pegel")],
    "quellen-und-stand": [
        ("#quellen-0-dokument", "Bericht der Gemeinde"), ("#quellen-0-stelle", "Seite 1"), ("#quellen-0-jahr", "2025"),
        ("#stand", "2025"),
    ],
}  # fmt: skip
"""What is typed on each page of an experience; an arrow chooses from a list, a space ticks."""


def test_from_nothing_to_published_by_keyboard_alone(open_as: Open) -> None:
    page = open_as("author", "/eintraege/neu")
    tab_to(page, "input[name=art]")
    page.keyboard.press("ArrowUp")
    tab_to(page, "input[name=titel]")
    page.keyboard.type("Mit der Tastatur geschrieben")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mit der Tastatur geschrieben")
    tab_to(page, ".kern-task-list a")
    page.keyboard.press("Enter")
    for each in pages_of(Kind.LESSON):
        expect(page.get_by_role("heading", level=1)).to_have_text(each.title)
        for field, typed in TYPED[each.slug]:
            tab_to(page, field)
            if typed == DOWN:
                page.keyboard.press(DOWN)
            else:
                page.keyboard.type(typed)
        if each.slug == "einordnung":
            tab_to(page, "button[value=suche]")
            page.keyboard.press("Enter")
            tab_to(page, "button[value^='hinzu:']")
            page.keyboard.press("Enter")
            expect(page.locator(".bp-link-row__title")).to_have_count(1)
        tab_to(page, ".bp-form__actions button[value=weiter]")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Anlagen")
    tab_to(page, "[aria-label=Brotkrumen] a[href^='/entwuerfe/']")
    page.keyboard.press("Enter")
    tab_to(page, ".kern-task-list a[href$=ansprechstelle]")
    page.keyboard.press("Enter")
    tab_to(page, "#mail")
    page.keyboard.type("bauamt@weisendorf.example")
    page.keyboard.press("Enter")
    expect(page.locator("#stand-ansprechstelle")).to_have_text("Vollständig")
    tab_to(page, "#einreichen button")
    page.keyboard.press("Enter")
    expect(page.locator(".bp-page-head")).to_contain_text("In Prüfung")
    publish_by_keyboard(open_as("guide", "/pruefung"), "Mit der Tastatur geschrieben")


def publish_by_keyboard(page: Page, title: str) -> None:
    """What a guide does, from the list of drafts to the published entry."""
    draft = page.get_by_role("main").get_by_role("link", name=title).get_attribute("href")
    tab_to(page, f"main a[href='{draft}']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    points = page.locator("input[name=geprueft]")
    for value in [point.get_attribute("value") for point in points.all()]:
        tab_to(page, f"input[name=geprueft][value='{value}']")
        page.keyboard.press("Space")
    tab_to(page, "#entscheiden .kern-btn--primary")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/pruefung$"))
    page.goto("/erfahrungen/mit-der-tastatur-geschrieben")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_what_is_typed_is_saved_by_itself_and_previewed(open_as: Open, drafts: dict[str, str]) -> None:
    page = open_as("author", f"/entwuerfe/{drafts['writing']}/text")
    page.get_by_label("Text", exact=True).fill("## Von selbst gespeichert")
    expect(page.locator("[data-preview-text] h2")).to_have_text("Von selbst gespeichert")
    expect(page.locator("[data-saved]")).to_contain_text("Gespeichert am")
    page.reload()
    expect(page.get_by_label("Text", exact=True)).to_have_value("## Von selbst gespeichert")
    page.get_by_label("Text", exact=True).select_text()
    page.get_by_role("button", name="Fett").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("**## Von selbst gespeichert**")


def test_saved_by_itself_and_then_by_the_button_is_no_conflict(open_as: Open, drafts: dict[str, str]) -> None:
    page = open_as("author", f"/entwuerfe/{drafts['writing']}/ablauf")
    page.get_by_label("Beginn").fill("03.2021")
    expect(page.locator("[data-saved]")).to_contain_text("Gespeichert am")
    page.get_by_label("Beginn").fill("04.2021")
    page.get_by_role("button", name="Speichern und zur Übersicht").click()
    expect(page).to_have_url(re.compile(f"/entwuerfe/{drafts['writing']}$"))
    page.go_back()
    expect(page.get_by_label("Beginn")).to_have_value("04.2021")


ROWS_TO_SEE = """area => {
    const style = getComputedStyle(area), line = parseFloat(style.lineHeight)
    return (area.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)) / line
}"""


@pytest.mark.parametrize(
    ("who", "path", "label"),
    [
        ("author", "/entwuerfe/{writing}/text", "Text"),
        ("author", "/entwuerfe/{writing}/auf-einen-blick", "Kurzfassung"),
        ("author", "/melden/weisendorf-digitaler-zwilling", "Was genau?"),
        ("guide", "/pruefung/{waiting}", "Frage oder Begründung – nötig für Rückfrage und Ablehnung"),
    ],
)
def test_a_box_for_a_text_shows_its_rows(
    open_as: Open, drafts: dict[str, str], who: str, path: str, label: str
) -> None:
    box = open_as(who, path.format(**drafts)).get_by_label(label, exact=True)
    assert box.evaluate(ROWS_TO_SEE) >= int(box.get_attribute("rows") or 0) - 0.1


def test_the_checklist_stands_beside_the_entry(open_as: Open, drafts: dict[str, str]) -> None:
    page = open_as("guide", f"/pruefung/{drafts['waiting']}")
    entry, decision = page.locator(".bp-review__entry"), page.locator(".bp-review__decision")
    boxes = [each.bounding_box() for each in (entry, decision)]
    assert boxes[0]
    assert boxes[1]
    assert boxes[1]["x"] >= boxes[0]["x"] + boxes[0]["width"]
    page.get_by_role("heading", name="Ansprechstelle (nicht öffentlich)").scroll_into_view_if_needed()
    expect(decision).to_be_in_viewport(ratio=0.3)


def test_similar_entries_while_typing_the_title(open_as: Open, drafts: dict[str, str]) -> None:
    page = open_as("author", f"/entwuerfe/{drafts['writing']}/auf-einen-blick")
    page.get_by_label("Titel", exact=True).fill("Pegelsensoren am Bach")
    expect(page.locator("[data-similar-list]").get_by_role("link", name="Pegel").first).to_be_visible()


def test_written_and_reviewed_without_script(open_as: Open) -> None:
    page = open_as("author", "/eintraege/neu", script=False)
    page.get_by_label("Erfahrung", exact=True).check()
    page.get_by_label("Titel").fill("Ohne Skript geschrieben")
    page.get_by_role("button", name="Entwurf anlegen").click()
    page.get_by_role("link", name="Quellen und Stand").click()
    page.get_by_role("button", name="Weitere Zeilen für Quellen").click()
    expect(page.get_by_label("Dokument (Zeile 3)")).to_be_visible()
    page.get_by_label("Stand der Angaben").fill("2024")
    page.get_by_role("button", name="Speichern und zur Übersicht").click()
    expect(page.locator("#stand-quellen-und-stand")).to_contain_text("Angaben fehlen: Quellen")


def test_two_people_change_the_same_and_one_of_them_chooses(open_as: Open, drafts: dict[str, str]) -> None:
    path = f"/entwuerfe/{drafts['writing']}/auf-einen-blick"
    mine, theirs = open_as("author", path, script=False), open_as("colleague", path, script=False)
    texts = {who: f"Diese Kurzfassung ist von {who} und lang genug, um allein zu stehen." for who in ("mir", "ihm")}
    for page, who in ((theirs, "ihm"), (mine, "mir")):
        page.get_by_label("Kurzfassung", exact=True).fill(texts[who])
        page.get_by_role("button", name="Speichern und zur Übersicht").click()
    expect(mine.get_by_role("heading", level=1)).to_have_text("Fassungen abgleichen")
    expect(mine.get_by_role("main")).to_contain_text("Browser Kollege hat inzwischen dieselben Angaben geändert.")
    for text in texts.values():
        expect(mine.get_by_role("main")).to_contain_text(text)
    mine.get_by_label("Andere Fassung – Kurzfassung").check()
    mine.get_by_role("button", name="So speichern").click()
    mine.goto(path)
    expect(mine.get_by_label("Kurzfassung", exact=True)).to_have_value(texts["ihm"])
