"""The search field with suggestions in a real browser: keys, mouse, screen reader, slow answers, no script at all."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import overhang, violations

ENTRY = "Digitaler Zwilling als Planungsgrundlage"


def field_of(page: Page) -> Locator:
    return page.locator("main input[name=q]")


def type_in(page: Page, text: str) -> Locator:
    """Type into the search field of the page and wait for the list; gives the options."""
    field_of(page).press_sequentially(text)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    return options


def active(page: Page) -> Locator:
    return page.locator("[role=option][aria-selected=true]")


@pytest.mark.browser
def test_arrow_keys_and_enter_lead_to_the_suggestion(open_page: OpenPage) -> None:
    page = open_page("/")
    type_in(page, "weisend")
    field = page.get_by_role("combobox", name="Was beschäftigt Ihre Kommune?")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(active(page)).to_have_count(0)
    place = page.get_by_role("option", name="Weisendorf Gemeinde", exact=True)
    while active(page).count() == 0 or "Gemeinde" not in active(page).inner_text():
        page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", place.get_attribute("id") or "")
    expect(field).to_have_value("weisend")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/kommunen/09572164$"))


@pytest.mark.browser
def test_the_arrows_go_round_through_the_field(open_page: OpenPage) -> None:
    page = open_page("/")
    options = type_in(page, "weisend")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(active(page)).to_have_count(0)
    expect(field_of(page)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/suche"])
def test_on_a_phone_suggestions_leave_the_button_free(open_page: OpenPage, path: str) -> None:
    page = open_page(path, width=360)
    type_in(page, "weisend")
    page.locator("main form:has(input[name=q])").get_by_role("button").first.click(timeout=2_000)
    expect(page).to_have_url(re.compile("/suche.*q=weisend"))


@pytest.mark.browser
def test_enter_without_a_choice_searches_for_what_was_typed(open_page: OpenPage) -> None:
    page = open_page("/")
    type_in(page, "weisend")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/suche\?q=weisend$"))


@pytest.mark.browser
def test_a_suggested_phrase_is_searched_with_the_filters_of_the_page(open_page: OpenPage) -> None:
    page = open_page("/suche?art=projekt")
    type_in(page, "lorawa")
    page.get_by_role("option", name="LoRaWAN Suchbegriff", exact=True).click()
    expect(page).to_have_url(re.compile(r"/suche\?q=LoRaWAN&.*art=projekt"))


@pytest.mark.browser
def test_escape_closes_the_list_and_keeps_the_text(open_page: OpenPage) -> None:
    page = open_page("/")
    type_in(page, "weisend")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field_of(page)).to_be_focused()
    expect(field_of(page)).to_have_value("weisend")
    expect(field_of(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()


@pytest.mark.browser
def test_the_mouse_opens_a_suggestion_and_leaving_closes_the_list(open_page: OpenPage) -> None:
    page = open_page("/suche", width=360)
    options = type_in(page, "weisend")
    page.mouse.click(4, 400)
    expect(options.first).to_be_hidden()
    field_of(page).fill("")
    type_in(page, "weisend")
    page.get_by_role("option", name=re.compile("^Drei digitale Zwillinge")).click()
    expect(page).to_have_url(re.compile("/projekte/weisendorf-digitaler-zwilling$"))


@pytest.mark.browser
def test_the_number_of_suggestions_is_said(open_page: OpenPage) -> None:
    page = open_page("/")
    number = type_in(page, "digital").count()
    status = page.get_by_role("main").get_by_role("status")
    expect(status).to_have_text(f"{number} Vorschläge, mit der Pfeiltaste nach unten erreichbar.")
    field_of(page).fill("qqxyz")
    expect(status).to_have_text("Keine Vorschläge.")
    expect(page.get_by_role("listbox")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/suche?q=licht"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (320, False)])
def test_accessible_with_the_list_open(open_page: OpenPage, path: str, width: int, dark: bool) -> None:
    page = open_page(path, width=width, dark=dark)
    field_of(page).fill("")
    type_in(page, "digital")
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    assert overhang(page) <= 0


@pytest.mark.browser
def test_the_field_in_the_header_suggests_too(open_page: OpenPage) -> None:
    page = open_page("/ueber")
    page.locator("#suche-kopf").press_sequentially("weisend")
    expect(page.get_by_role("option").first).to_be_visible()
    assert violations(page) == []
    box = page.get_by_role("listbox").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280


@pytest.mark.browser
def test_a_late_answer_does_not_replace_a_newer_one(open_page: OpenPage) -> None:
    page = open_page("/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("vorschlaege.*q=dig$"), hold)
    with page.expect_request(re.compile("vorschlaege.*q=dig$")):
        field_of(page).press_sequentially("dig")
    field_of(page).fill("weisend")
    place = page.get_by_role("option", name="Weisendorf Gemeinde", exact=True)
    expect(place).to_be_visible()
    number = page.get_by_role("option").count()
    late = [{"kind": "eintrag", "label": "Zu spät", "note": "Projekt", "address": "/"}]
    held[0].fulfill(json={"query": "dig", "suggestions": late})
    page.wait_for_load_state("networkidle")
    expect(place).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(number)


@pytest.mark.browser
def test_fast_typing_asks_once(open_page: OpenPage) -> None:
    page = open_page("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "vorschlaege" in request.url else None)
    type_in(page, "weisend")
    assert len(asked) <= 2
    assert asked[-1].endswith("q=weisend")


@pytest.mark.browser
def test_without_script_the_field_is_a_plain_search_field(open_page: OpenPage) -> None:
    page = open_page("/", script=False)
    field = page.get_by_role("main").get_by_role("searchbox", name="Was beschäftigt Ihre Kommune?")
    field.fill("weisendorf")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/suche\?q=weisendorf$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Treffer")
