"""What stories in the browser have in common: a site of their own, people who are signed in, seeing and following.

A module of stories overrides the fixture ``site`` with ``story_site``; its pages then come from there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from marketplace.accounts import sessions
from marketplace.accounts.models import Account
from tests.browser.conftest import OpenPage, Site
from tests.browser.test_every_page import check
from tests.browser.test_notices import open_signed_in
from tests.support.small_site import small_site

OpenAs = Callable[..., Page]


@pytest.fixture
def story_site(template_database: Path, tmp_path: Path) -> Iterator[Site]:
    """A site on which nothing happens but the story."""
    with small_site(tmp_path, template_database) as (url, app):
        yield Site(url, app)


@contextmanager
def before(site: Site) -> Iterator[None]:
    """What was there before the story begins."""
    with site.app.test_request_context(), site.app.extensions["database"].unit_of_work():
        yield


@pytest.fixture
def open_as(open_page: OpenPage, site: Site) -> OpenAs:
    """The browser of somebody who is signed in."""

    def open_(account: Account, path: str, **window: object) -> Page:
        with before(site):
            token = sessions.start(account, device="Test")
        return open_signed_in(open_page, site, token, path, **window)

    return open_


def see(page: Page, heading: str) -> None:
    """The page with this heading, accessible and not too wide."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    check(page, heading)


def follow(page: Page, name: str) -> None:
    """The first link of that name in the page itself."""
    page.get_by_role("main").get_by_role("link", name=name).first.click()
