"""Looks at a page as different people have it: at a desk, in the dark, on a small phone."""

from functools import cache

from playwright.sync_api import Page

from marketplace.config import ROOT

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""All that the colours of a page decide; its structure is the same in light and dark."""
RUN_AXE = """([type, values]) => axe.run(document, {runOnly: {type, values}, resultTypes: ['violations']})
    .then(result => result.violations)"""


@cache
def axe_source() -> str:
    """The checker, which the page itself runs."""
    path = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    assert path.exists(), "axe-core fehlt. Bitte `make test` verwenden; es holt die Pakete."
    return path.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What is not accessible on a page as it is now."""
    return _run(page, "tag", AXE_TAGS)


def bad_colours(page: Page) -> list[str]:
    """What cannot be read on a page for its colours."""
    return _run(page, "rule", COLOUR_RULES)


def _run(page: Page, kind: str, values: list[str]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    found = page.evaluate(RUN_AXE, [kind, values])
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found]


def overhang(page: Page) -> int:
    """By how many pixels a page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def look(page: Page, what: str = "") -> None:
    """Nothing is inaccessible at a desk, in light and dark, or on the smallest phone, and nothing scrolls sideways.

    To load a page anew for each window would take longer than to look at it.
    """
    what = what or page.url
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark")
    assert bad_colours(page) == [], f"{what}, dunkel"
    page.emulate_media(color_scheme="light")
    assert violations(page) == [], f"{what} bei 1280 px"
    for width in (768, 360, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert overhang(page) <= 0, f"{what} ist bei {width} px um {overhang(page)} px zu breit."
    assert violations(page) == [], f"{what} bei 320 px"
