"""The main job in a real browser: from the start page to a solution and to the municipality behind it."""

import re

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

HAS_VISIBLE_FOCUS = """element => {
    const style = getComputedStyle(element)
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none'
}"""
WINDOWS = [(1280, False), (1280, True), (360, False), (360, True)]


def search_for(page: Page, words: str) -> None:
    page.locator("main input[name=q]").fill(words)
    page.get_by_role("main").get_by_role("button", name="Suchen").first.click()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), WINDOWS)
def test_from_the_start_page_to_a_municipality(open_page: OpenPage, width: int, dark: bool) -> None:
    page = open_page("/", width=width, dark=dark)
    search_for(page, "digitaler Zwilling")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Treffer")
    expect(page.locator("mark").first).to_be_visible()
    choose_filter(page, "Bundesland", "Bayern")
    expect(page).to_have_url(re.compile("land=bayern"))
    page.get_by_role("main").get_by_role("link", name="Markt Weisendorf").first.click()
    expect(page).to_have_url(re.compile("/projekte/weisendorf-digitaler-zwilling"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Weisendorf")
    page.get_by_role("main").get_by_role("link", name="Weisendorf", exact=True).first.click()
    expect(page).to_have_url(re.compile("/kommunen/09572164"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Weisendorf")


def choose_filter(page: Page, group: str, label: str) -> None:
    """Open the filters if they are folded, choose a value and send the form."""
    box = page.get_by_role("group", name=group).get_by_label(re.compile(rf"^{label}"))
    for summary in page.locator("main details:not([open]) > summary").all():
        if box.is_visible():
            break
        if summary.is_visible():
            summary.click()
    box.check()
    page.get_by_role("button", name=re.compile("Filter anwenden|Anwenden")).first.click()


@pytest.mark.browser
def test_everything_works_without_script(open_page: OpenPage) -> None:
    page = open_page("/", script=False)
    search_for(page, "Straßenbeleuchtung")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Treffer")
    page.locator("main article a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Dunkel").click()
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")


@pytest.mark.browser
def test_the_display_choice_stays_and_can_be_undone(open_page: OpenPage) -> None:
    page = open_page("/handlungsfelder")
    page.get_by_role("button", name="Dunkel").click()
    expect(page).to_have_url(re.compile("/handlungsfelder$"))
    page.goto("/kommunen")
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")
    page.get_by_role("button", name="Wie im System").click()
    expect(page.locator("html")).not_to_have_attribute("data-kern-theme", "dark")


@pytest.mark.browser
def test_the_main_job_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Zum Inhalt springen")
    page.keyboard.press("Enter")
    tab_to(page, "main input[name=q]")
    page.keyboard.type("digitaler Zwilling")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/suche"))
    tab_to(page, "input[name=land][value=bayern]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("land=bayern"))
    tab_to(page, "main article a")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/(projekte|loesungen|foerderprogramme|erfahrungen)/"))
    tab_to(page, "main a[href^='/kommunen/']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/kommunen/"))


def tab_to(page: Page, selector: str, *, at_most: int = 150) -> None:
    """Press Tab until something that fits has the focus, which must be seen there."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        try:
            is_there = page.evaluate("selector => document.activeElement?.matches(selector)", selector)
        except PlaywrightError:
            # The page before had not gone yet when the first tab was pressed.
            page.wait_for_load_state()
            continue
        if is_there:
            is_seen = page.locator(":focus").evaluate(HAS_VISIBLE_FOCUS)
            assert is_seen, f"Der Fokus auf {selector} ist nicht zu sehen."
            return
    raise AssertionError(f"Mit der Tabulatortaste nicht erreichbar: {selector}")
