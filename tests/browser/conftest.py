"""A running site with the real content, and a real Chromium that reports whatever should not happen."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.support.library import furnished_app
from tests.support.server import serving

PATIENCE = 20_000
"""Milliseconds: nothing that a person waits for takes that long, but the machine may have much else to do."""

expect.set_options(timeout=PATIENCE)

# Without these, Chromium phones home at every start.
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A running site."""

    url: str
    app: Flask
    also: tuple[str, ...] = ()
    """Addresses of other services to which its pages lead."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Iterator[Site]:
    """The site as ``make run`` starts it, with the real content, on a free port."""
    app = furnished_app(tmp_path_factory.mktemp("site"), shared_folder / "furnished")
    with serving(app) as url:
        yield Site(url, app)
    app.extensions["database"].engine.dispose()


CHROMIUMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
"""Both are Debian's, of one version. Without the parts of a desktop browser a window opens in a quarter of the time."""


def chromium() -> str:
    """The browser that the tests drive; ``CHROMIUM`` names another one."""
    paths = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else CHROMIUMS
    found = next((path for path in paths if Path(path).exists()), None)
    assert found, f"{paths[-1]} fehlt. Bitte Chromium installieren (make test tut es, wenn es darf)."
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """Open the site in a window of some size and colour; fails afterwards for console messages and foreign requests."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    asked: set[str] = set()

    def note_foreign(url: str) -> None:
        known = {urlsplit(address).netloc for address in (site.url, *site.also)}
        if urlsplit(url).netloc not in known and not url.startswith("data:"):
            complaints.append(f"Anfrage an fremden Rechner: {url}")

    def note_console(page: Page, message: ConsoleMessage) -> None:
        # Chromium reports a form that is answered with its mistakes like a missing picture.
        if not message.text.startswith("Failed to load resource") or message.location["url"] not in asked:
            complaints.append(f"Konsole ({page.url}): {message.text}")

    def note_request(request: Request) -> None:
        note_foreign(request.url)
        if request.is_navigation_request():
            asked.add(request.url)

    def open_(
        path: str = "/", *, width: int = 1280, height: int = 900, dark: bool = False, script: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            base_url=site.url,
            locale="de-DE",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: note_console(page, message))
        page.on("pageerror", lambda error: complaints.append(f"Skriptfehler ({page.url}): {error}"))
        page.on("request", note_request)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
