"""Every page behind the sign-in or a link in a mail, as everybody who gets there: accessible and not too wide.

The pages are found like people find them, by following links; a route that nobody reaches fails the test.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from marketplace.accounts import links, queries, sample, sessions
from marketplace.accounts.models import Invitation
from marketplace.accounts.registration import create_unconfirmed
from marketplace.accounts.roles import MemberRole, TokenPurpose
from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.drafts import sample as sample_drafts
from marketplace.catalogue.drafts import service as drafts
from marketplace.catalogue.drafts.queries import get_draft
from marketplace.catalogue.drafts.typed import digest
from marketplace.catalogue.kinds import Kind
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.needs import sample as sample_needs
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.unsubscribe import link_for
from marketplace.organisations.queries import get_by_key
from marketplace.questions import sample as sample_questions
from marketplace.reuse import sample as sample_requests
from marketplace.web.access import PUBLIC, access_of
from tests.browser.conftest import OpenPage, Site
from tests.browser.looking import overhang, violations
from tests.browser.test_notices import open_signed_in
from tests.support.occasions import give_occasions

pytestmark = pytest.mark.browser

WEISENDORF = "09572164"
PEOPLE = {
    "a small town": sample.TOWN,
    "a model project": sample.MODEL_PROJECT,
    "a guide": sample.GUIDE,
    "the site administration": "verwaltung@blaupause.example",
    "somebody who waits": "neu@weisendorf.example",
}
STARTS = [
    "/konto",
    "/konto/mitteilungen",
    "/eintraege",
    "/konto/organisation?q=weisendorf",
    "/konto/organisation?q=nirgends",
]
NO_PAGES = {
    "accounts.own_data_json",
    "editing.bulk_export",
    "editing.draft_file",
    "editing.similar",
    "editing.version_file",
    "reuse.file",
}
"""Downloads and a piece for the script."""
WITHOUT_OCCASION = {"editing.merge_page"}
"""A page that stands between two versions of what two people typed; it has its own test below."""


@pytest.fixture(scope="module")
def furnished(site: Site) -> Site:
    """The site as ``make run`` has it, with every kind of draft and a page that two people changed at once."""
    with site.app.test_request_context(), site.app.extensions["database"].unit_of_work():
        sample.add_sample_people()
    with site.app.test_request_context(), site.app.extensions["database"].unit_of_work():
        sample_drafts.add_sample_drafts()
        sample_drafts.add_sample_revision()
        sample_requests.add_sample_requests()
        sample_needs.add_sample_needs()
        sample_questions.add_sample_questions()
        town = queries.find_account_by_mail(sample.TOWN)
        assert town is not None
        place, actor = get_by_key(WEISENDORF), sessions.load_actor(town)
        drafts.create_draft("Beispiel-Entwurf-00009", Kind.PROGRAMME, "Beispiel", organisation_id=place.id, actor=actor)
        two_at_once = get_draft("Beispiel-Entwurf-00001")
        mine = {"titel": "Beispiel: Ratsinformation am Bildschirm"}
        basis = f"titel:{digest('Wie es am Anfang hieß')}"
        drafts.keep_input(two_at_once, "auf-einen-blick", mine, basis, account_id=town.id or 0)
    return site


@pytest.fixture(scope="module")
def more_starts(furnished: Site) -> dict[str, list[str]]:
    """Pages to which people come by a button, after all that can happen to them has happened."""
    with furnished.app.test_request_context(), furnished.app.extensions["database"].unit_of_work():
        return give_occasions()


def endpoint_of(site: Site, path: str) -> tuple[str, dict[str, object]]:
    """Which view answers, and with what from the address; empty if none does."""
    try:
        return site.app.url_map.bind("localhost").match(urlsplit(path).path, method="GET")  # type: ignore[return-value]
    except HTTPException:
        return "", {}


def guarded(site: Site) -> set[str]:
    """Views that show a page to somebody, but not to everybody."""
    return {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and access_of(site.app.view_functions[rule.endpoint]) != PUBLIC
    } - NO_PAGES


def open_as(open_page: OpenPage, site: Site, mail: str) -> Page:
    with site.app.app_context(), site.app.extensions["database"].unit_of_work():
        account = queries.find_account_by_mail(mail)
        assert account is not None
        token = sessions.start(account, device="Test")
    return open_signed_in(open_page, site, token, "/ueber")


def check(page: Page, what: str, *, at_a_desk: bool = True, in_depth: bool = True) -> None:
    """On the smallest phone in the dark, before that at a desk in the light; else only whether it is too wide."""
    if at_a_desk:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        assert violations(page) == [], f"{what} bei 1280 px"
    page.set_viewport_size({"width": 320, "height": 700})
    page.emulate_media(color_scheme="dark")
    if in_depth:
        assert violations(page) == [], f"{what} bei 320 px, dunkel"
    assert overhang(page) <= 0, f"{what} ist bei 320 px um {overhang(page)} px zu breit."


def walk(site: Site, page: Page, starts: list[str], wanted: Callable[[str, dict[str, object]], bool]) -> Iterator[str]:
    """Follow all links from the starts, each wanted page once, and say where we are."""
    waiting, known = list(starts), set(starts)
    while waiting:
        page.goto(waiting.pop(0))
        yield urlsplit(page.url).path
        links = page.locator("main a[href^='/'], header a[href^='/']")
        for link in links.evaluate_all("all => all.map(each => each.getAttribute('href').split('#')[0])"):
            if link not in known and wanted(*endpoint_of(site, link)):
                waiting.append(link)
            known.add(link)


def test_every_page_behind_the_sign_in(open_page: OpenPage, furnished: Site, more_starts: dict[str, list[str]]) -> None:
    reached: Counter[str] = Counter()
    editor: set[tuple[object, ...]] = set()
    with furnished.app.app_context(), furnished.app.extensions["database"].reading():
        kinds = {each.public_id: each.kind for each in sample_drafts.DRAFTS}
    views = guarded(furnished)
    for who, mail in PEOPLE.items():
        page = open_as(open_page, furnished, mail)
        seen: set[str] = set()

        def wanted(endpoint: str, parts: dict[str, object], seen: set[str] = seen) -> bool:
            """Each view once for each person, and each page of the editor once for each kind of entry."""
            if endpoint == "editing.page":
                key = (kinds.get(str(parts["public_id"]), Kind.PROGRAMME), parts["page"])
                is_new = key not in editor
                editor.add(key)
                return is_new
            is_new = endpoint in views and endpoint not in seen
            seen.add(endpoint)
            return is_new

        for path in walk(furnished, page, STARTS + more_starts.get(mail, []), wanted):
            view = endpoint_of(furnished, path)[0]
            # The same view for the next person has other links; what they look like was seen with the first ones.
            is_first, is_known = (
                not reached[view] or view == "editing.page",
                reached[view] > 1 and view != "editing.page",
            )
            check(page, f"{who}: {path}", at_a_desk=is_first, in_depth=not is_known)
            reached[view] += 1
    missed = sorted(views - set(reached) - WITHOUT_OCCASION)
    assert missed == [], "Zu diesen Seiten führt kein Link, den jemand sieht."


def test_the_page_where_two_versions_meet(open_page: OpenPage, furnished: Site) -> None:
    page = open_as(open_page, furnished, sample.TOWN)
    page.goto("/entwuerfe/Beispiel-Entwurf-00001/auf-einen-blick/abgleichen")
    assert page.get_by_role("heading", level=1).inner_text() == "Fassungen abgleichen"
    check(page, "Abgleichen")


def test_every_page_of_a_mail_link(open_page: OpenPage, furnished: Site) -> None:
    page = open_page("/ueber")
    for path in mail_links(furnished):
        page.goto(path)
        check(page, path)


def mail_links(site: Site) -> list[str]:
    """A link of every kind that mails hold."""
    database: Database = site.app.extensions["database"]
    with site.app.test_request_context(), database.unit_of_work() as session:
        person = queries.find_account_by_mail(sample.MODEL_PROJECT)
        assert person is not None
        new = create_unconfirmed("ganz-neu@weisendorf.example")
        session.add(
            Invitation(
                organisation_id=get_by_key(WEISENDORF).id or 0, mail="gast@weisendorf.example", role=MemberRole.MEMBER,
                token_hash=hash_token("einladung"), created_at=clock.now(),
                expires_at=clock.now().replace(year=clock.now().year + 1),
            )
        )  # fmt: skip
        return [
            f"/konto/bestaetigen/{links.issue(new, TokenPurpose.CONFIRM)}",
            f"/konto/passwort/{links.issue(person, TokenPurpose.RESET)}",
            f"/konto/adresse/{links.issue(person, TokenPurpose.MAIL_OLD, new_mail='anders@kl.example')}",
            "/konto/einladung/einladung",
            urlsplit(link_for(person.id or 0, NoticeKind.DRAFT_DECIDED.value)).path,
        ]
