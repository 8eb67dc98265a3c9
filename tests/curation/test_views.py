"""The question in a mail, answered without an account; and the page for those who may confirm."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.catalogue.drafts.models import EntryContact
from marketplace.core.actor import Remit
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from marketplace.curation import queries
from marketplace.curation.desk import EVERYWHERE
from marketplace.curation.freshness import Stage
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.curation import CONTACT, add_contact, entry_of, link_in, on, review_of, run_job
from tests.support.client import PageClient
from tests.support.forms import send
from tests.support.people import new_client, signed_in

PUBLISHED = date(2026, 3, 10)
DUE = date(2027, 3, 10)
ASKED = DUE - timedelta(days=28)
SLUG = "ein-eintrag"
PAGE = f"/projekte/{SLUG}"


@pytest.fixture
def asked(app: Flask, database: Database) -> Flask:
    """The contact of an entry has a mail with a link."""
    with on(PUBLISHED), app.app_context(), database.unit_of_work():
        add_organisation()
        add_contact(add_entry(organisation="09572164"))
    run_job(app, ASKED)
    return app


def state(app: Flask) -> tuple[Stage, date, bool, str | None]:
    review, entry = review_of(app, SLUG), entry_of(app, SLUG)
    return review.stage, review.due, entry.confirmed_at is not None, review.ended_note


def test_an_old_entry_is_confirmed_with_one_click_from_the_mail(asked: Flask, client: PageClient) -> None:
    run_job(asked, DUE + timedelta(days=1))
    day = DUE + timedelta(days=2)
    with on(day):
        assert "Seit 10. März 2027 nicht bestätigt" in client.get_page(PAGE).text
        assert "seit 10. März 2027 nicht bestätigt" in client.get_page("/suche?q=Titel").text
        page = client.get_page(link_in(asked))
        assert page.heading == "Stimmt das noch?"
        assert "Titel von ein-eintrag" in page.text
        answer = send(client, page, "Stimmt noch", follow_redirects=True)
        assert "Vielen Dank" in answer.text
        shown = client.get_page(PAGE).text
        assert "zuletzt bestätigt am 12. März 2027 von der Ansprechstelle (Weisendorf)" in shown
        assert "nicht bestätigt" not in shown
        assert CONTACT not in shown
        assert "zuletzt bestätigt am 12. März 2027 von der Ansprechstelle" in client.get_page("/suche?q=Titel").text
    assert state(asked) == (Stage.CURRENT, date(2028, 3, 12), True, None)


def test_a_scanner_that_opens_every_link_changes_nothing(asked: Flask, client: PageClient) -> None:
    before = state(asked)
    with on(ASKED):
        for method in (client.get, client.head, client.options):
            method(link_in(asked))
        links = [a.get("href") or "" for a in client.get_page(link_in(asked)).all("a")]
        for address in {address for address in links if address.startswith("/")}:
            client.get(address)
        assert client.get(link_in(asked) + "/1").status_code == 405
    assert state(asked) == before
    with on(ASKED):
        assert send(client, client.get_page(link_in(asked)), "Stimmt noch").status_code == 303
    assert state(asked)[2]


def test_the_answer_counts_once(asked: Flask, client: PageClient, database: Database) -> None:
    with on(ASKED):
        page = client.get_page(link_in(asked))
        send(client, page, "Stimmt noch")
        again = send(client, page, "Stimmt noch", follow_redirects=True)
        assert "schon beantwortet" in again.text
        done = client.get_page(link_in(asked))
    assert done.heading == "Danke für Ihre Antwort"
    assert "„Stimmt noch“, am 10. Februar 2027" in done.text
    with database.reading() as session:
        records = session.exec(select(AuditRecord).where(AuditRecord.action == "entry.confirmed")).all()
    assert [record.actor for record in records] == ["mail:ansprechstelle"]


def test_an_end_is_reported_with_a_sentence_and_a_guide_decides(asked: Flask, client: PageClient) -> None:
    with on(ASKED):
        page = client.get_page(link_in(asked))
        empty = send(client, page, "Als beendet melden")
        assert empty.status_code == 200
        assert "Bitte schreiben Sie in einem Satz, was beendet ist" in empty.text
        long = send(client, page, "Als beendet melden", {"note": "Wort " * 200})
        assert "Bitte höchstens 500 Zeichen" in long.text
        assert "Wort Wort Wort" in long.text, "Nothing typed is lost."
        answer = send(client, page, "Als beendet melden", {"note": "Die App wurde\x00 im Mai abgeschaltet."})
        assert answer.status_code == 303
        assert "archiviert" not in client.get_page(PAGE).text, "Nothing is withdrawn by a machine."
    assert state(asked) == (Stage.GUIDE, DUE, False, "Die App wurde im Mai abgeschaltet.")
    with asked.extensions["database"].reading():
        task = queries.list_due(EVERYWHERE, 0, 5)[0]
    assert task.note == "soll beendet sein: Die App wurde im Mai abgeschaltet."
    run_job(asked, DUE)
    assert len(asked.extensions["courier"].sender.sent) == 1, "Nobody is reminded once an end was reported."


@pytest.mark.parametrize("token", ["falsch", "x" * 43, "%00", "ä", "a" * 3000, "../../etc"])
def test_forged_links_get_a_clear_page(asked: Flask, client: PageClient, token: str) -> None:
    response = client.get(f"/stimmt-noch/{token}")
    assert response.status_code in (404, 410)


def test_an_expired_link_gets_a_clear_page(asked: Flask, client: PageClient) -> None:
    with on(ASKED):
        page = client.get_page(link_in(asked))
    with on(ASKED + timedelta(weeks=8)):
        assert client.get_page(link_in(asked), status=410).heading == "Dieser Link gilt nicht mehr"
        assert send(client, page, "Stimmt noch").status_code == 410
    assert not state(asked)[2]


def test_a_link_ends_when_somebody_else_is_to_be_asked(asked: Flask, client: PageClient, database: Database) -> None:
    with database.unit_of_work() as session:
        session.exec(select(EntryContact)).one().mail = "neu@weisendorf.example"
    with on(ASKED):
        client.get_page(link_in(asked), status=410)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda address, data: (address, {**data, "csrf_token": "x"}),
        lambda address, data: (address, {**data, "antwort": "weg"}),
        lambda address, data: (address, {"csrf_token": data["csrf_token"]}),
        lambda address, data: (re.sub(r"\d+$", "999", address), data),
        lambda address, data: (re.sub(r"\d+$", "99999999999999999999", address), data),
    ],
    ids=["token", "answer", "nothing", "other entry", "huge number"],
)
def test_forged_answers_change_nothing(
    asked: Flask, client: PageClient, spoil: Callable[[str, dict[str, str]], tuple[str, dict[str, str]]]
) -> None:
    with on(ASKED):
        page = client.get_page(link_in(asked))
        form = next(f for f in page.all("form") if "/stimmt-noch/" in (f.get("action") or ""))
        data = {field.get("name") or "": field.get("value") or "" for field in form.iter() if field.get("name")}
        address, data = spoil(form.get("action") or "", data)
        assert client.post(address, data=data).status_code in (400, 404, 410)
    assert not state(asked)[2]


def test_several_entries_in_one_mail_are_answered_one_by_one(
    app: Flask, client: PageClient, database: Database
) -> None:
    with on(PUBLISHED), app.app_context(), database.unit_of_work():
        for slug in ("eins-eintrag", "zwei-eintrag"):
            add_contact(add_entry(slug=slug))
    run_job(app, ASKED)
    with on(ASKED):
        page = client.get_page(link_in(app))
        assert len(page.with_class("bp-asked__entry")) == 2
        send(client, page, "Stimmt noch")
        left = client.get_page(link_in(app))
    assert len(left.with_class("bp-asked__entry")) == 1
    assert review_of(app, "eins-eintrag").stage is Stage.CURRENT
    assert review_of(app, "zwei-eintrag").stage is Stage.ASKED


# With an account


@pytest.fixture
def people(asked: Flask, database: Database) -> dict[str, str]:
    """Addresses of some people who may and some who may not confirm."""
    with database.unit_of_work() as session:
        town = session.get_one(type(add_organisation("07312000", "Kaiserslautern")), 1)
        add_membership(add_account("mitglied@weisendorf.example"), town)
        add_guide(Remit("09"), mail="lotsin@land.example")
        add_guide(Remit("07"), mail="fern@land.example")
        add_account("fremd@anders.example")
        add_account("chefin@land.example", is_site_admin=True)
        session.flush()
        return {account.mail.partition("@")[0]: account.mail for account in session.exec(select(Account))}


@pytest.mark.parametrize(
    ("who", "may", "words"),
    [
        ("mitglied", True, "von der Organisation selbst (Weisendorf)"),
        ("lotsin", True, "von einer Regionallotsin oder einem Regionallotsen"),
        ("chefin", True, "von der Verwaltung der Website"),
        ("fern", False, ""),
        ("fremd", False, ""),
    ],
)
def test_who_may_confirm(asked: Flask, people: dict[str, str], who: str, may: bool, words: str) -> None:
    with on(ASKED):
        client = signed_in(new_client(asked), people[who])
        if not may:
            assert client.get(f"/eintraege/{SLUG}/aktualitaet").status_code == 403
            assert "/aktualitaet" not in client.get(PAGE).text
            return
        page = client.get_page(client.get_page(PAGE).link("Bestätigen oder ändern"))
        assert "Nachgefragt, eine E-Mail an die Ansprechstelle" in page.text
        send(client, page, "Stimmt noch")
        shown = client.get_page(PAGE).text
    assert f"zuletzt bestätigt am 10. Februar 2027 {words}" in shown
    assert state(asked)[:3] == (Stage.CURRENT, date(2028, 2, 10), True)


def test_strangers_cannot_confirm_by_sending_the_form(asked: Flask, people: dict[str, str]) -> None:
    with on(ASKED):
        client = signed_in(new_client(asked), people["fremd"])
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/konto").text)
        assert token
        response = client.post(f"/eintraege/{SLUG}/aktualitaet", data={"csrf_token": token[1]})
        assert response.status_code == 403
    assert not state(asked)[2]


def test_the_page_of_the_entry_says_who_looked_and_what_is_missing(
    app: Flask, client: PageClient, database: Database
) -> None:
    with on(PUBLISHED), app.app_context(), database.unit_of_work():
        add_entry()
    with on(PUBLISHED):
        text = client.get_page(PAGE).text
    assert "Wie verlässlich ist das?" in text
    assert "Zuletzt bestätigtnoch nie" in text
    assert "0 von 4 Angaben sind da. Es fehlt: Gesamtkosten" in text
    assert "geprüft" not in text, "Nobody looked, so nobody says so."
