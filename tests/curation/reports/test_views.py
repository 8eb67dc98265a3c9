"""Reports through HTTP: from the entry to the answer, for all who may and may not."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import withdraw_entry
from marketplace.core import clock
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.curation import desk
from marketplace.curation.reports import service
from marketplace.curation.reports.models import Report
from marketplace.mail.models import OutboxMail
from marketplace.notifications.models import Notice
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.support import forms
from tests.support.client import PageClient
from tests.support.page import check
from tests.support.people import heading, mails_to, new_client, signed_in

FORM = "/melden/ein-eintrag"
GUIDE, ELSEWHERE, THEME, ADMIN = "lotse@by.example", "lotse@rlp.example", "thema@x.example", "admin@x.example"
MEMBER, READER = "mitglied@weisendorf.example", "leserin@x.example"


@pytest.fixture(autouse=True)
def people(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        place = add_organisation()
        add_entry(organisation=place.key)
        add_guide(Remit("09"), mail=GUIDE)
        add_guide(Remit("07"), mail=ELSEWHERE)
        add_guide(Remit("", "mobilitaet"), mail=THEME)
        add_account(ADMIN, is_site_admin=True)
        add_membership(add_account(MEMBER), place)
        add_account(READER)


def report(client: PageClient, *, after: float = 60.0, **typed: Any) -> TestResponse:
    """Fill the form and send it so many seconds later."""
    page = client.get_page(FORM)
    with clock.stopped_at(clock.now() + timedelta(seconds=after)):
        return forms.send(client, page, "Meldung absenden", {"reason": "falsch", "text": "Der Preis ist alt.", **typed})


def only_report(database: Database) -> Report:
    with database.reading() as session:
        return session.exec(select(Report)).one()


def guide_page(database: Database) -> str:
    return f"/lotsen/meldungen/{only_report(database).public_id}"


def told(database: Database, kind: str) -> set[int]:
    with database.reading() as session:
        return {notice.account_id for notice in session.exec(select(Notice).where(Notice.kind == kind))}


def answer(client: PageClient, address: str, **typed: Any) -> TestResponse:
    page = client.get_page(address)
    return forms.send(client, page, "Antworten", {"outcome": "berichtigt", "answer": "Danke, geändert.", **typed})


def test_from_the_entry_to_the_answer_without_an_account(app: Flask, client: PageClient, database: Database) -> None:
    entry = client.get_page("/projekte/ein-eintrag")
    assert FORM in [link.get("href") for link in entry.all("a")]
    sent = report(client, mail="Bürgerin@Beispiel.example".replace("ü", "ue"))
    assert sent.status_code == 303
    standing = sent.headers["Location"]
    assert "Danke für Ihre Meldung" in client.get(standing).text

    guide = signed_in(new_client(app), GUIDE)
    assert "Der Preis ist alt." in guide.get(guide_page(database)).text
    assert answer(guide, guide_page(database)).status_code == 303
    assert "Danke, geändert." in client.get(standing).text
    app.extensions["courier"].deliver()
    [mail] = mails_to(app, "buergerin@beispiel.example")
    assert "Danke, geändert." in mail
    assert "Der Preis ist alt." not in mail, "Was Fremde tippen, geht nicht an Adressen, die Fremde tippen."


def test_with_an_account_the_answer_is_a_notice(app: Flask, database: Database) -> None:
    reader = signed_in(new_client(app), READER)
    report(reader)
    answer(signed_in(new_client(app), ADMIN), guide_page(database))
    [notice] = _links(database, "meldung-beantwortet")
    assert "Danke, geändert." in reader.get(notice).text
    assert signed_in(new_client(app), MEMBER).get(notice).status_code == 403


def _links(database: Database, kind: str) -> list[str]:
    with database.reading() as session:
        return [notice.link for notice in session.exec(select(Notice).where(Notice.kind == kind))]


def test_only_those_who_answer_for_the_entry_hear_of_it(client: PageClient, database: Database) -> None:
    report(client)
    with database.reading() as session:
        expected = set(session.exec(select(Account.id).where(col(Account.mail).in_([GUIDE, ADMIN]))))
    assert told(database, "meldung-eingegangen") == expected


@pytest.mark.parametrize("who", [ELSEWHERE, THEME, MEMBER, READER])
def test_nobody_else_sees_or_decides(app: Flask, client: PageClient, database: Database, who: str) -> None:
    report(client)
    address, other = guide_page(database), signed_in(new_client(app), who)
    token = check(FORM, other.get(FORM).text).all("input")
    csrf = next(each.get("value") for each in token if each.get("name") == "csrf_token")
    assert other.get(address).status_code == 403
    for step in ("antworten", "freigeben", "verwerfen"):
        typed = {"csrf_token": csrf, "outcome": "unveraendert", "answer": "Nein."}
        assert other.post(f"{address}/{step}", data=typed).status_code == 403
    assert only_report(database).state == "offen"


def test_a_guide_does_not_decide_about_an_own_report(app: Flask, database: Database) -> None:
    guide = signed_in(new_client(app), GUIDE)
    report(guide)
    assert guide.get(guide_page(database)).status_code == 403


def test_nothing_typed_is_lost_and_every_field_says_what_to_do(client: PageClient, database: Database) -> None:
    sent = report(client, reason="", text="", mail="keine Adresse")
    page = check(FORM, sent.text)
    for words in ("Bitte wählen Sie, worum es geht.", "Bitte beschreiben Sie kurz", "name@stadt-beispiel.de"):
        assert words in sent.text
    assert [each.get("value") for each in page.all("input") if each.get("name") == "mail"] == ["keine Adresse"]
    assert "x" * 2001 in report(client, text="x" * 2001).text
    with database.reading() as session:
        assert session.exec(select(Report)).all() == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"after": 0.5}, "schneller"),
        ({"website": "http://spam.example"}, "unsichtbare Feld"),
        ({"begun": "gefälscht"}, "nicht von dieser Website"),
        ({"text": "http://a.x http://b.x http://c.x"}, "viele Webadressen"),
    ],
)
def test_a_machine_only_holds(
    app: Flask, client: PageClient, database: Database, typed: dict[str, Any], why: str
) -> None:
    sent = report(client, **typed)
    assert "Danke für Ihre Meldung" in client.get(sent.headers["Location"]).text
    assert told(database, "meldung-eingegangen") == set()
    guide = signed_in(new_client(app), GUIDE)
    page = guide.get_page(guide_page(database))
    assert why in page.text
    assert forms.send(guide, page, "Freigeben").status_code == 303
    assert only_report(database).state == "offen"


def test_many_reports_of_one_entry_are_held(client: PageClient, database: Database) -> None:
    for number in range(6):
        report(client, text=f"Nummer {number}")
    with database.reading() as session:
        states = [each.state for each in session.exec(select(Report).order_by(col(Report.id)))]
    assert states == ["offen"] * 5 + ["angehalten"]


def test_too_many_from_one_client_are_told_to_wait(client: PageClient) -> None:
    for _ in range(10):
        assert report(client).status_code == 303
    refused = report(client, text="Die elfte")
    assert refused.status_code == 429
    assert "eine Stunde" in refused.text
    assert "Die elfte" in refused.text


def test_sent_twice_it_is_one_report(client: PageClient, database: Database) -> None:
    page = client.get_page(FORM)
    typed = {"reason": "falsch", "text": "Der Preis ist alt."}
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        answers = [forms.send(client, page, "Meldung absenden", typed) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert only_report(database).text == "Der Preis ist alt."


def test_two_guides_deciding_at_once(app: Flask, client: PageClient, database: Database) -> None:
    report(client)
    guide, admin = signed_in(new_client(app), GUIDE), signed_in(new_client(app), ADMIN)
    page = guide.get_page(guide_page(database))
    assert answer(admin, guide_page(database)).status_code == 303
    late = forms.send(guide, page, "Antworten", {"outcome": "unveraendert", "answer": "Bleibt so."})
    assert late.status_code == 409
    assert "inzwischen entschieden" in late.text
    assert only_report(database).answer == "Danke, geändert."


def test_hidden_is_said_only_of_what_is_hidden(app: Flask, client: PageClient, database: Database) -> None:
    report(client)
    guide = signed_in(new_client(app), GUIDE)
    refused = answer(guide, guide_page(database), outcome="ausgeblendet")
    assert refused.status_code == 409
    assert "noch öffentlich" in refused.text
    assert "Danke, geändert." in refused.text
    with app.app_context(), database.unit_of_work() as session:
        withdraw_entry(session.exec(select(Entry)).one(), reason="Fehler", author="Test")
    assert answer(guide, guide_page(database), outcome="ausgeblendet").status_code == 303


def test_advertising_is_put_away_without_a_word(app: Flask, client: PageClient, database: Database) -> None:
    standing = report(client, mail="w@x.example").headers["Location"]
    guide = signed_in(new_client(app), GUIDE)
    forms.send(guide, guide.get_page(guide_page(database)), "Verwerfen")
    assert "betraf nicht den Inhalt" in client.get(standing).text
    with database.reading() as session:
        assert session.exec(select(OutboxMail)).all() == []


def test_the_desk_shows_open_and_held_ones_apart(app: Flask, client: PageClient, database: Database) -> None:
    remits = (Remit("09"),)
    report(client)
    report(client, after=0.1)
    opened, held = desk.find_source("meldungen"), desk.find_source("angehaltene-meldungen")
    assert opened
    assert held
    with app.app_context(), database.reading():
        assert (opened.count(remits), held.count(remits)) == (1, 1)
        assert (opened.count([Remit("07")]), held.count([])) == (0, 0)
        [task] = opened.page(remits, 0, 10)
    assert (task.title, task.note) == ("Titel von ein-eintrag", "Eine Angabe stimmt nicht")
    assert heading(signed_in(new_client(app), GUIDE).get(task.link)) == "Meldung: Titel von ein-eintrag"


def test_addresses_and_reports_are_forgotten_in_time(app: Flask, client: PageClient, database: Database) -> None:
    report(client, mail="w@x.example")
    answer(signed_in(new_client(app), GUIDE), guide_page(database))
    report(client, after=0.1)
    start = clock.now()

    def kept_after(days: int) -> list[tuple[str, str | None]]:
        with clock.stopped_at(start + timedelta(days=days)), app.app_context(), database.unit_of_work() as session:
            service.forget_old()
            return [(each.state, each.mail) for each in session.exec(select(Report).order_by(col(Report.id)))]

    assert kept_after(29) == [("beantwortet", "w@x.example"), ("angehalten", None)]
    assert kept_after(31) == [("beantwortet", "w@x.example")]
    assert kept_after(91) == [("beantwortet", None)]
    assert kept_after(729) == [("beantwortet", None)]
    assert kept_after(731) == []


def test_links_that_lead_nowhere(client: PageClient) -> None:
    assert client.get("/melden/stand/geraten").status_code == 404
    assert client.get("/melden/gibt-es-nicht").status_code == 404
