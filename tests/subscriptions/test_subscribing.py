"""From a search to a subscription and back: with and without an account, through HTTP."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.mail.models import MailStatus, OutboxMail
from marketplace.mail.senders import MemorySender
from marketplace.mail.signals import mail_undeliverable
from marketplace.subscriptions import alerts, links, matching, retention, service
from marketplace.subscriptions.models import SavedSearch, Subscription, SubscriptionLink
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.web import guard
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.people import sign_in
from tests.subscriptions.conftest import MAIL, text_of
from tests.support import forms
from tests.support.client import PageClient
from tests.support.mails import as_message
from tests.support.page import check
from tests.support.smtp import assert_as_stored

SEARCH = "/suche?q=Wald&feld=klimaanpassung"
FORM = "/suche/abonnieren?q=Wald&feld=klimaanpassung"


def subscriptions(database: Database) -> list[Subscription]:
    with database.reading() as session:
        return list(session.exec(select(Subscription).order_by("id")))


def link_in(text: str) -> str:
    """Path of the first link to subscriptions in a mail."""
    found = re.search(r"http://127\.0\.0\.1:5000(/abos/\S+)", text)
    assert found, text
    return found[1]


Ask = Callable[..., TestResponse]


@pytest.fixture
def ask(client: PageClient) -> Ask:
    """Fill the form without an account and send it as slowly as a person does."""

    def ask(address: str = FORM, *, after: timedelta = guard.SHORTEST, **fields: str) -> TestResponse:
        page = client.get_page(address)
        button = "Link anfordern" if address == "/abos" else "Abonnieren"
        with clock.stopped_at(clock.now() + after):
            return forms.send(client, page, button, {"mail": MAIL, **fields})

    return ask


def test_the_search_page_leads_to_a_page_that_says_what_the_search_is(client: PageClient) -> None:
    address = client.get_page(SEARCH).link("Suche abonnieren")
    assert address == FORM
    page = client.get_page(address)
    assert page.heading == "Suche abonnieren"
    assert "Wörter: Wald" in page.text
    assert "Handlungsfeld: Klimaanpassung" in page.text
    assert page.link("Suche ändern") == SEARCH


def test_a_search_in_words_knows_places(client: PageClient, database: Database) -> None:
    with database.unit_of_work():
        add_organisation()
    page = client.get_page("/suche/abonnieren?ort=09572164&art=projekt&art=loesung")
    assert "Nur: Weisendorf" in page.text
    assert "Art: Projekt" in page.text
    assert "Art: Lösung" in page.text
    assert "Alle Einträge" in client.get_page("/suche/abonnieren").text


def test_what_of_the_address_does_not_exist_is_said_and_not_subscribed(ask: Ask, database: Database) -> None:
    response = ask("/suche/abonnieren?feld=gibt-es-nicht&ort=99999999&q=Wald")
    assert response.status_code == 200
    with database.reading() as session:
        assert [link.parameters for link in session.exec(select(SubscriptionLink))] == ["q=Wald"]


@pytest.mark.parametrize("query", ["q=" + "x" * 5000, "feld=%00%FF", "seite=-1&sort=wild", "q[]=1&art=" + "a," * 999])
def test_no_address_is_an_error(client: PageClient, query: str) -> None:
    assert client.get(f"/suche/abonnieren?{query}").status_code == 200


def test_without_account_first_the_mail_then_the_button_then_alerts(
    app: Flask, client: PageClient, ask: Ask, *, database: Database, sender: MemorySender
) -> None:
    answer = ask(rhythm="sofort")
    assert check(FORM, answer.text).heading == "Bitte sehen Sie in Ihr Postfach"
    assert subscriptions(database) == []
    (mail,) = sender.sent
    path = link_in(text_of(mail))
    page = client.get_page(path)
    assert "Wörter: Wald" in page.text
    assert subscriptions(database) == [], "opening the link changes nothing"
    answer = forms.send(client, page, "Abo bestätigen")
    assert check(path, answer.text).heading == "Ihr Abo läuft"
    (made,) = subscriptions(database)
    assert (made.mail, made.rhythm, made.account_id) == (MAIL, "sofort", None)
    assert client.get(path).status_code == 410
    with app.app_context():
        matching.find_news(database)
        with database.unit_of_work():
            add_entry(slug="wald", titel="Ein Wald", handlungsfelder=["klimaanpassung"])
        matching.find_news(database)
        assert alerts.send_due(database) == 1
    alert = text_of(sender.sent[1])
    assert "Ein Wald" in alert
    ending = re.search(r"/abos/abbestellen/\S+", alert)
    assert ending
    page = client.get_page(ending[0])
    assert "Wörter: Wald" in page.text
    assert len(subscriptions(database)) == 1, "opening the link changes nothing"
    answer = forms.send(client, page, "Abo beenden")
    assert check(ending[0], answer.text).heading == "Das Abo ist beendet"
    assert subscriptions(database) == []
    with database.reading() as session:
        assert session.exec(select(SavedSearch)).all() == []


def test_a_mail_program_ends_it_with_one_click(app: Flask, client: PageClient, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        subscription = service.subscribe_address(MAIL, "q=Wald", Rhythm.DAILY)
        address = links.unsubscribe_link(subscription).removeprefix("http://127.0.0.1:5000")
    for _ in range(2):
        answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "beendet" in answer.text
    assert subscriptions(database) == []


def test_the_words_of_a_confirmation(ask: Ask, sender: MemorySender) -> None:
    ask()
    message = as_message(sender.sent[0])
    assert_as_stored(type(message)(message.recipient, message.subject, hide_token(message.text), message.html))
    check_mail = check("mail", message.html, is_mail=True)
    assert "/abos/bestaetigen/" in check_mail.link("Abo bestätigen")


def hide_token(text: str) -> str:
    return re.sub(r"(/abos/(?:bestaetigen|uebersicht)/)\S+", r"\1TOKEN", text)


def test_nobody_can_send_links_of_their_own_in_a_confirmation(ask: Ask, sender: MemorySender) -> None:
    ask("/suche/abonnieren?q=Gewinn+auf+https://boese.example/x+www.boese.example")
    text = text_of(sender.sent[0])
    assert "boese.example" not in text
    assert "boese. example" in text


def test_the_answer_is_the_same_whatever_the_address_is(
    app: Flask, ask: Ask, database: Database, sender: MemorySender
) -> None:
    with app.app_context(), database.unit_of_work():
        service.subscribe_address("kennt@weisendorf.example", "feld=klimaanpassung&q=Wald", Rhythm.DAILY)
    texts = []
    for mail in ("neu@weisendorf.example", "kennt@weisendorf.example"):
        answer = ask(mail=mail)
        texts.append((answer.status_code, answer.text.replace(mail, "")))
    assert texts[0][0] == texts[1][0] == 200
    assert _without_tokens(texts[0][1]) == _without_tokens(texts[1][1])
    assert [str(mail["Subject"]) for mail in sender.sent] == ["Bitte bestätigen: Ihr Abo bei Blaupause"] * 2


def _without_tokens(text: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text)


def test_asking_for_the_overview_reveals_nothing_either(
    app: Flask, ask: Ask, database: Database, sender: MemorySender
) -> None:
    with app.app_context(), database.unit_of_work():
        service.subscribe_address(MAIL, "q=Wald", Rhythm.DAILY)
    known = ask("/abos")
    unknown = ask("/abos", mail="niemand@weisendorf.example")
    assert _without_tokens(known.text).replace(MAIL, "") == _without_tokens(unknown.text).replace(
        "niemand@weisendorf.example", ""
    )
    assert [str(mail["To"]) for mail in sender.sent] == [MAIL]
    with database.reading() as session:
        made = session.exec(select(OutboxMail).where(OutboxMail.name == "subscriptions/overview")).all()
    # As much work for an address that has none: how long an answer takes reveals nothing, too.
    assert [mail.status for mail in made] == [MailStatus.SENT, MailStatus.CANCELLED]


def test_programs_are_answered_as_if_all_were_well(ask: Ask, database: Database, sender: MemorySender) -> None:
    answer = ask(website="https://boese.example")
    assert "Bitte sehen Sie in Ihr Postfach" in answer.text
    assert sender.sent == []
    with database.reading() as session:
        assert session.exec(select(SubscriptionLink)).all() == []


def test_too_fast_is_asked_again_and_nothing_typed_is_lost(ask: Ask, sender: MemorySender) -> None:
    answer = ask(after=timedelta(seconds=1), rhythm="woechentlich")
    page = check(FORM, answer.text)
    assert "Das ging sehr schnell" in page.text
    assert forms.fields_of(forms.form_with(page, "Abonnieren"))["mail"] == MAIL
    assert forms.fields_of(forms.form_with(page, "Abonnieren"))["rhythm"] == "woechentlich"
    assert sender.sent == []


@pytest.mark.parametrize("begun", ["", "gefälscht", "MTIz.abc", "x" * 5000])
def test_a_forged_moment_is_too_fast(ask: Ask, sender: MemorySender, begun: str) -> None:
    assert "Das ging sehr schnell" in ask(begun=begun).text
    assert sender.sent == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"mail": ""}, "Bitte geben Sie Ihre E-Mail-Adresse ein."),
        ({"mail": "keine adresse"}, "Bitte geben Sie eine E-Mail-Adresse wie"),
        ({"mail": "a@b.example\r\nBcc: c@d.example"}, "Bitte geben Sie eine E-Mail-Adresse wie"),
        ({"rhythm": "stündlich"}, "Bitte wählen Sie, wie oft"),
        ({"rhythm": "mitteilung"}, "Bitte wählen Sie, wie oft"),
    ],
)
def test_wrong_input_gets_a_sentence_at_the_field(
    ask: Ask, sender: MemorySender, fields: dict[str, str], sentence: str
) -> None:
    answer = ask(**fields)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert sender.sent == []


def test_one_address_gets_five_mails_an_hour_and_one_client_sends_thirty(ask: Ask, sender: MemorySender) -> None:
    for _ in range(6):
        assert ask().status_code == 200
    assert len(sender.sent) == 5
    for number in range(24):
        assert ask(mail=f"nummer{number}@x.example").status_code == 200
    answer = ask(mail="zuviel@x.example")
    assert answer.status_code == 429
    assert "zu viele Versuche" in answer.text
    assert 'value="zuviel@x.example"' in answer.text


def test_unconfirmed_ones_go_after_two_weeks_with_their_address(
    app: Flask, client: PageClient, ask: Ask, *, database: Database, sender: MemorySender
) -> None:
    ask()
    path = link_in(text_of(sender.sent[0]))
    start = clock.now()
    with clock.stopped_at(start + links.UNCONFIRMED - timedelta(minutes=1)), app.app_context():
        assert client.get(path).status_code == 200
        with database.unit_of_work():
            assert retention.apply_retention().links == 0
    with clock.stopped_at(start + links.UNCONFIRMED + timedelta(minutes=1)), app.app_context():
        answer = client.get(path)
        assert answer.status_code == 410
        assert "gilt nicht mehr" in answer.text
        with database.unit_of_work():
            assert retention.apply_retention().links == 1
    with database.reading() as session:
        assert session.exec(select(SubscriptionLink)).all() == []


def test_forged_links_are_a_clear_page(client: PageClient) -> None:
    for kind in ("bestaetigen", "uebersicht", "abbestellen"):
        for token in ("erfunden", "x" * 3000, "%00", "..%2F.."):
            assert client.get(f"/abos/{kind}/{token}").status_code in (404, 410)


def test_subscribing_again_changes_the_rhythm_only_after_the_mail(
    app: Flask, client: PageClient, ask: Ask, *, database: Database, sender: MemorySender
) -> None:
    ask(rhythm="taeglich")
    forms.send(client, client.get_page(link_in(text_of(sender.sent[0]))), "Abo bestätigen")
    ask(rhythm="woechentlich")
    assert [each.rhythm for each in subscriptions(database)] == ["taeglich"]
    forms.send(client, client.get_page(link_in(text_of(sender.sent[1]))), "Abo bestätigen")
    assert [each.rhythm for each in subscriptions(database)] == ["woechentlich"]


def test_an_address_of_an_account_subscribes_for_the_account(
    client: PageClient, ask: Ask, reader: Account, *, database: Database, sender: MemorySender
) -> None:
    ask(mail=reader.mail)
    answer = forms.send(client, client.get_page(link_in(text_of(sender.sent[0]))), "Abo bestätigen")
    assert "Meine Abos" in answer.text
    assert [(each.account_id, each.mail) for each in subscriptions(database)] == [(reader.id, None)]


def test_with_an_account_one_click_is_enough(
    app: Flask, client: PageClient, reader: Account, *, database: Database, sender: MemorySender
) -> None:
    with app.app_context(), database.unit_of_work():
        sign_in(client, reader)
    page = client.get_page(FORM)
    assert not [field for field in page.all("input") if field.get("name") == "mail"]
    answer = forms.send(client, page, "Abonnieren")
    assert answer.headers["Location"] == "/konto/abos"
    page = client.get_page("/konto/abos")
    assert "Sie haben die Suche abonniert." in page.html
    assert page.link("„Wald“, Handlungsfeld: Klimaanpassung") == SEARCH
    assert sender.sent == []
    again = client.get_page(FORM)
    forms.send(client, again, "Abo ändern", {"rhythm": "woechentlich"})
    assert [each.rhythm for each in subscriptions(database)] == ["woechentlich"]


def test_an_order_or_a_page_makes_no_other_search(
    app: Flask, client: PageClient, reader: Account, database: Database
) -> None:
    with app.app_context(), database.unit_of_work():
        sign_in(client, reader)
    forms.send(client, client.get_page(f"{FORM}&sort=titel"), "Abonnieren")
    for address in (f"{FORM}&seite=3", "/suche/abonnieren?feld=klimaanpassung&q=+Wald++"):
        forms.send(client, client.get_page(address), "Abo ändern")
    assert len(subscriptions(database)) == 1


def test_nobody_has_more_than_a_hundred(
    app: Flask, client: PageClient, reader: Account, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST", 2)
    with app.app_context(), database.unit_of_work():
        sign_in(client, reader)
    for word in ("eins", "zwei", "drei"):
        answer = forms.send(client, client.get_page(f"/suche/abonnieren?q={word}"), "Abonnieren")
    assert "Bitte beenden Sie zuerst eines" in answer.text
    assert len(subscriptions(database)) == 2


def test_an_address_that_takes_no_mail_is_forgotten(app: Flask, database: Database, ask: Ask) -> None:
    with app.app_context(), database.unit_of_work():
        service.subscribe_address(MAIL, "q=Wald", Rhythm.DAILY)
        service.subscribe_address("andere@weisendorf.example", "q=Wald", Rhythm.DAILY)
    ask()
    with app.app_context(), database.unit_of_work():
        mail_undeliverable.send(None, recipient=MAIL, name="subscriptions/alert")
    assert [each.mail for each in subscriptions(database)] == ["andere@weisendorf.example"]
    with database.reading() as session:
        assert session.exec(select(SubscriptionLink)).all() == []


def test_two_who_use_one_link_at_once_make_one_subscription(
    app: Flask, client: PageClient, ask: Ask, *, database: Database, sender: MemorySender
) -> None:
    ask()
    token = link_in(text_of(sender.sent[0])).rpartition("/")[2]
    with app.app_context():
        with database.unit_of_work():
            links.confirm(token)
        with database.unit_of_work(), pytest.raises(links.StaleLinkError):
            links.confirm(token)
    assert len(subscriptions(database)) == 1


def test_no_address_stands_in_the_outbox_of_somebody_who_was_refused(ask: Ask, database: Database) -> None:
    ask(website="x", mail="spam@x.example")
    with database.reading() as session:
        assert session.exec(select(OutboxMail)).all() == []
