"""From an address to a confirmed member, through HTTP."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from marketplace.accounts.queries import find_account_by_mail
from marketplace.core import clock
from marketplace.core.db import Database
from tests.factories.accounts import PASSWORD, add_account, add_domain
from tests.factories.catalogue import add_organisation
from tests.support.client import PageClient
from tests.support.people import (
    csrf_token,
    heading,
    link_in_last_mail,
    mails_to,
    new_client,
    send,
    sign_in,
    try_sign_in,
)

MAIL = "erika@weisendorf.example"


@pytest.fixture(autouse=True)
def _weisendorf(database: Database) -> None:
    with database.unit_of_work():
        add_domain(add_organisation())


def ask(client: PageClient, mail: str = MAIL) -> str:
    response = send(client, "/konto/registrieren", mail=mail)
    assert response.status_code == 200
    return response.text


def test_from_an_address_to_a_confirmed_member(client: PageClient, app: Flask, database: Database) -> None:
    assert "Postfach" in ask(client, " Erika@Weisendorf.EXAMPLE ")
    link = link_in_last_mail(app, MAIL)
    response = send(client, link, name="Erika  Beispiel\n", password=PASSWORD)
    assert response.headers["Location"] == "/konto/organisation"
    page = client.get_page("/konto/organisation?q=09572164")
    assert "Weisendorf" in page.text
    response = send(client, "/konto/organisation/09572164", page="/konto/organisation?q=weisendorf")
    profile = client.get_page(response.headers["Location"])
    assert "Ihre Mitgliedschaft ist bestätigt" in profile.text
    assert "Erika Beispiel" in profile.text


def test_opening_the_link_changes_nothing(client: PageClient, app: Flask, database: Database) -> None:
    ask(client)
    link = link_in_last_mail(app, MAIL)
    for _ in range(3):
        assert heading(client.get(link)) == "Konto einrichten"
    with database.reading():
        account = find_account_by_mail(MAIL)
        assert account is not None
        assert account.confirmed_at is None


def test_a_link_works_once(client: PageClient, app: Flask, database: Database) -> None:
    ask(client)
    link = link_in_last_mail(app, MAIL)
    send(client, link, name="Erika", password=PASSWORD)
    other = new_client(app)
    assert other.get(link).status_code == 410
    response = other.post(link, data={"csrf_token": "x", "name": "Mallory", "password": "ganz anderes Passwort"})
    assert response.status_code == 400


def test_of_two_who_use_a_link_at_once_one_succeeds(client: PageClient, app: Flask) -> None:
    ask(client)
    link = link_in_last_mail(app, MAIL)
    prepared = [(browser, csrf_token(browser, link)) for browser in (new_client(app), new_client(app))]
    both_ready = threading.Barrier(2)

    def confirm(browser: PageClient, token: str) -> int:
        both_ready.wait()
        return browser.post(link, data={"csrf_token": token, "name": "Erika", "password": PASSWORD}).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(confirm, *each) for each in prepared]]
    assert sorted(answers) == [303, 410]


def test_a_second_request_makes_the_first_link_stale(client: PageClient, app: Flask, database: Database) -> None:
    ask(client)
    first = link_in_last_mail(app, MAIL)
    with clock.stopped_at(clock.now() + clock.PRESSED_TWICE):
        ask(client)
    assert client.get(first).status_code == 410
    assert client.get(link_in_last_mail(app, MAIL)).status_code == 200


def test_a_button_pressed_twice_sends_one_mail_whose_link_works(client: PageClient, app: Flask) -> None:
    ask(client)
    ask(client)
    assert len(mails_to(app, MAIL)) == 1
    assert client.get(link_in_last_mail(app, MAIL)).status_code == 200


@pytest.mark.parametrize("password", ["abc-def", "passwortpasswort", "erika.weisendorf", "x" * 129])
def test_a_bad_password_is_explained_and_the_link_stays_good(client: PageClient, app: Flask, password: str) -> None:
    ask(client)
    link = link_in_last_mail(app, MAIL)
    response = send(client, link, name="Erika", password=password)
    assert "Das Passwort ist zu" in response.text or "leicht zu erraten" in response.text
    assert password not in response.text
    assert send(client, link, name="Erika", password=PASSWORD).status_code == 303


def test_the_answer_does_not_tell_whether_an_address_has_an_account(
    client: PageClient, app: Flask, database: Database
) -> None:
    with database.unit_of_work():
        add_account("bekannt@stadt.example")
    known = ask(client, "bekannt@stadt.example").replace("bekannt@", "@")
    unknown = ask(client, "unbekannt@stadt.example").replace("unbekannt@", "@")
    assert without_token(known) == without_token(unknown)
    assert "schon eines" in (mails_to(app, "bekannt@stadt.example")[-1])
    assert "/konto/bestaetigen/" in (mails_to(app, "unbekannt@stadt.example")[-1])


def without_token(html: str) -> list[str]:
    return [line for line in html.split("\n") if "csrf_token" not in line]


@pytest.mark.parametrize("mail", ["", "keine", "a@b", "a b@stadt.example", "a@stadt.example\nBcc: x@y.de", "@x.de"])
def test_what_is_no_address_is_refused(client: PageClient, app: Flask, mail: str) -> None:
    assert "Bitte geben Sie" in ask(client, mail)
    assert app.extensions["courier"].sender.sent == []


def test_one_mailbox_is_not_flooded(client: PageClient, app: Flask, database: Database) -> None:
    noon = clock.now().replace(hour=12)
    for press in range(8):
        with clock.stopped_at(noon + press * clock.PRESSED_TWICE):
            assert "Postfach" in ask(client)
    assert len(mails_to(app, MAIL)) == 5


def test_an_unconfirmed_account_cannot_sign_in(client: PageClient, app: Flask) -> None:
    ask(client)
    assert "stimmt nicht" in try_sign_in(new_client(app), MAIL).text


def test_who_is_signed_in_needs_no_second_account(client: PageClient, app: Flask, database: Database) -> None:
    with database.unit_of_work():
        add_account()
    sign_in(client, MAIL)
    assert client.get("/konto/registrieren").headers["Location"] == "/konto"
