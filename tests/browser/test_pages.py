"""Every type of page in a real browser: accessible in light and dark, nothing scrolls sideways, not too heavy."""

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.looking import look

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
    "/wissen",
    "/wissen/reifegradmodell",
    "/wissen/smart-city-charta",
    "/wissen/glossar",
    "/suche?q=Reifegrad",
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


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_accessible_and_nothing_scrolls_sideways(open_page: OpenPage, path: str) -> None:
    look(open_page(path), path)


@pytest.mark.browser
def test_pages_are_light(open_page: OpenPage) -> None:
    page = open_page("/ueber")
    sizes: dict[str, int] = {}
    page.on("response", lambda response: sizes.update({response.url: int(response.headers.get("content-length") or 0)}))
    for path in PAGES:
        sizes.clear()
        page.goto(path)
        without_fonts = sum(size for url, size in sizes.items() if ".woff2" not in url)
        assert 0 < without_fonts < 100_000, f"{path}: {without_fonts} Bytes ohne Schriften."
