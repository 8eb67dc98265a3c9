"""Every type of page in a real browser: accessible in light and dark, nothing scrolls sideways, not too heavy."""

from functools import cache

import pytest
from playwright.sync_api import Page

from marketplace.config import ROOT
from tests.browser.conftest import OpenPage

PAGES = [
    "/",
    "/suche",
    "/suche?q=licht&land=bayern&art=projekt",
    "/suche?q=digital&seite=2",
    "/suche?q=qqqqxyz",
    "/suche?q=licht&land=atlantis&seite=-1",
    "/suche?q=digital&kommune=09572164&mehr=feld",
    "/suche?q=hitze+drohne&land=hessen&art=foerderprogramm",
    "/suche?kommune=b&ort=09572164",
    "/suche?q=strasenbeleuchtung",
    "/projekte/weisendorf-digitaler-zwilling",
    "/projekte/kaiserslautern-swk-inet",
    "/loesungen/pegelsensoren",
    "/foerderprogramme/modellprojekte-smart-cities",
    "/erfahrungen/vergabe-nach-dem-finden",
    "/handlungsfelder",
    "/handlungsfelder/verwaltung",
    "/sammlungen",
    "/sammlungen/strassenbeleuchtung",
    "/kommunen",
    "/kommunen?q=wei",
    "/kommunen/09572164",
    "/ueber",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/leichte-sprache",
]
ERROR_PAGES = ["/gibt-es-nicht"]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
    .then(result => result.violations)"""


@cache
def axe_source() -> str:
    path = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    assert path.exists(), "axe-core fehlt. Bitte `make test` verwenden; es holt die Pakete."
    return path.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    found = page.evaluate(RUN_AXE, AXE_TAGS)
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found]


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_accessible(open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    for width, dark in ((1280, False), (1280, True), (360, False)):
        # The same page in other conditions: loading it anew would take longer than looking at it.
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], f"{path} bei {width} px, {'dunkel' if dark else 'hell'}"


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways(open_page: OpenPage, path: str) -> None:
    page = open_page(path, width=320)
    for width in (320, 360, 768):
        page.set_viewport_size({"width": width, "height": 900})
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, f"{path} ist bei {width} px um {too_wide} px zu breit."


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light(open_page: OpenPage, path: str) -> None:
    page = open_page("/ueber")
    sizes = {}
    page.on("response", lambda response: sizes.update({response.url: int(response.headers.get("content-length") or 0)}))
    page.goto(path)
    without_fonts = sum(size for url, size in sizes.items() if ".woff2" not in url)
    assert without_fonts < 100_000, f"{path}: {without_fonts} Bytes ohne Schriften."
