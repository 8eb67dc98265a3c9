"""Subscribing in a real browser, without script and by keyboard: from the search to the mail and out again."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.accounts import sessions
from marketplace.catalogue.kinds import Kind
from marketplace.core import clock
from marketplace.subscriptions import alerts, followers, links, matching, service
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.web import guard
from tests.browser.conftest import OpenPage, Site
from tests.browser.looking import look
from tests.browser.test_notices import open_signed_in
from tests.factories.catalogue import add_entry
from tests.factories.people import actor_of, add_person

MAIL = "rathaus@kleinstadt.example"
OTHER = "abo@kleinstadt.example"


def work(app: Flask, later: timedelta = timedelta()) -> None:
    """Do the regular work."""
    with app.app_context(), clock.stopped_at(clock.now() + later):
        matching.find_news(app.extensions["database"])
        alerts.send_due(app.extensions["database"])


def newest_mail(app: Flask) -> str:
    mail = next(mail for mail in reversed(app.extensions["courier"].sender.sent) if mail["To"] == MAIL)
    return str(mail.get_body(("plain",)).get_content())


def link_in(text: str, part: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:5000(/{part}/\S+)", text)
    assert found, text
    return found[1]


def press(page: Page, name: str) -> None:
    """A button, by keyboard."""
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


@pytest.mark.browser
def test_from_the_search_to_the_mail_and_out_again(
    open_page: OpenPage, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "SHORTEST", timedelta())
    page = open_page("/suche?q=Seilbahnsteuerung&art=loesung", script=False)
    page.get_by_role("link", name="Suche abonnieren").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Suche abonnieren")).to_be_visible()
    expect(page.get_by_text("Wörter: Seilbahnsteuerung")).to_be_visible()
    press(page, "Abonnieren")
    expect(page.get_by_role("link", name="E-Mail-Adresse: Bitte geben Sie Ihre E-Mail-Adresse ein.")).to_be_visible()
    page.get_by_label("sofort").check()
    page.get_by_label("E-Mail-Adresse").fill(MAIL)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte sehen Sie in Ihr Postfach")
    page.goto(link_in(newest_mail(site.app), "abos/bestaetigen"))
    press(page, "Abo bestätigen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Abo läuft")
    work(site.app)
    with site.app.app_context(), site.app.extensions["database"].unit_of_work():
        add_entry(Kind.SOLUTION, "seilbahnsteuerung", titel="Eine Seilbahnsteuerung für alle")
    work(site.app)
    text = newest_mail(site.app)
    page.goto(link_in(text, "loesungen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Eine Seilbahnsteuerung für alle")
    page.goto(link_in(text, "abos/abbestellen"))
    press(page, "Abo beenden")
    expect(page.get_by_role("heading", level=1)).to_have_text("Das Abo ist beendet")
    with site.app.app_context(), site.app.extensions["database"].reading():
        assert not service.queries.has_subscriptions(MAIL)


@pytest.fixture(scope="module")
def person(site: Site) -> dict[str, str]:
    """Somebody with subscriptions of every sort, and addresses of pages behind links."""
    app = site.app
    with app.app_context(), app.extensions["database"].unit_of_work():
        account = add_person("Abo Nennt")
        actor = actor_of(account)
        service.subscribe(
            "q=Donaudampfschifffahrt&feld=verwaltung&feld=mobilitaet&land=bayern", Rhythm.DAILY, actor=actor
        )
        paused = service.subscribe("ort=09572164", Rhythm.NOTICE, actor=actor)
        service.act("pausieren", paused.public_id, by=actor)
        entry = add_entry(Kind.PROJECT, "gefolgtes-projekt", titel="Ein gefolgtes Projekt")
        followers.add_follower(account.id or 0, entry)
        of_address = service.subscribe_address(OTHER, "q=Wald", Rhythm.WEEKLY)
        wish = links._issue(OTHER, links.UNCONFIRMED, parameters="q=Wald&art=projekt", rhythm="sofort")
        overview = links._issue(OTHER, links.OVERVIEW)
        ending = links.unsubscribe_link(of_address).partition("5000")[2]
        token = sessions.start(account, device="Test")
    return {"token": token, "wish": wish, "overview": overview, "ending": ending}


@pytest.mark.browser
def test_accessible_and_not_too_wide(open_page: OpenPage, site: Site, person: dict[str, str]) -> None:
    strangers = [
        "/suche/abonnieren?q=wald&feld=klimaanpassung&ort=09572164", "/abos", person["ending"],
        f"/abos/bestaetigen/{person['wish']}", f"/abos/uebersicht/{person['overview']}",
    ]  # fmt: skip
    page = open_page("/ueber")
    for path in strangers:
        page.goto(path)
        look(page, path)
    page = open_signed_in(open_page, site, person["token"], "/konto/abos")
    for path in ("/konto/abos", "/suche/abonnieren", "/konto/folgen?art=handlungsfeld&ziel=verwaltung"):
        page.goto(path)
        look(page, path)


@pytest.mark.browser
def test_follow_and_manage_by_keyboard_without_script(open_page: OpenPage, site: Site, person: dict[str, str]) -> None:
    page = open_signed_in(open_page, site, person["token"], "/handlungsfelder/mobilitaet", script=False)
    press(page, "Folgen")
    expect(page.get_by_text("Sie folgen", exact=True)).to_be_visible()
    page.goto("/konto/abos")
    press(page, "Beenden Handlungsfeld: Mobilität")
    expect(page.get_by_text("Das Abo ist beendet.")).to_be_visible()
    press(page, "Pausieren Ein gefolgtes Projekt")
    expect(page.get_by_text("Das Abo pausiert.")).to_be_visible()
    press(page, "Fortsetzen Ein gefolgtes Projekt")
    expect(page.get_by_text("Das Abo geht weiter.")).to_be_visible()
    page.goto("/handlungsfelder/mobilitaet")
    expect(page.get_by_role("button", name="Folgen")).to_be_visible()
