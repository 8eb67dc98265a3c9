"""Passwords forgotten and changed, addresses changed."""

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts import queries
from marketplace.accounts.roles import Grounds, MembershipStatus
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.mail.models import MailStatus, OutboxMail
from tests.factories.accounts import PASSWORD, add_account, add_domain, add_membership
from tests.factories.catalogue import add_organisation
from tests.support.client import PageClient
from tests.support.people import link_in_last_mail, mails_to, new_client, send, sign_in, try_sign_in

MAIL = "erika@weisendorf.example"
NEW_MAIL = "erika@anderswo.example"
NEW_PASSWORD = "Sieben Raben im Birnbaum"


@pytest.fixture(autouse=True)
def _erika(database: Database) -> None:
    with database.unit_of_work():
        add_account()


def forget(client: PageClient, mail: str) -> str:
    response = send(client, "/konto/passwort-vergessen", mail=mail)
    assert response.status_code == 200
    return response.text


def test_a_forgotten_password_is_set_anew(client: PageClient, app: Flask) -> None:
    elsewhere = sign_in(new_client(app), MAIL)
    forget(client, MAIL)
    link = link_in_last_mail(app, MAIL)
    for _ in range(2):
        assert client.get_page(link).heading == "Neues Passwort setzen"
    response = send(client, link, password=NEW_PASSWORD)
    assert response.headers["Location"] == "/konto/anmelden"
    assert elsewhere.get("/konto").status_code == 303
    assert try_sign_in(client, MAIL, PASSWORD).status_code == 200
    sign_in(client, MAIL, NEW_PASSWORD)
    assert client.get(link).status_code == 410
    assert "wurde soeben geändert" in mails_to(app, MAIL)[-1]


def test_the_answer_does_not_tell_whether_there_is_an_account(client: PageClient, app: Flask) -> None:
    known = forget(client, MAIL).replace(MAIL, "")
    unknown = forget(client, "niemand@stadt.example").replace("niemand@stadt.example", "")
    assert [line for line in known.split("\n") if "csrf" not in line] == [
        line for line in unknown.split("\n") if "csrf" not in line
    ]
    assert mails_to(app, "niemand@stadt.example") == []


def test_an_unknown_address_costs_the_work_of_a_mail(client: PageClient, app: Flask, database: Database) -> None:
    """Without it the answer came earlier, and how much earlier told that there is no account."""
    forget(client, "niemand@stadt.example")
    with database.reading() as session:
        (row,) = session.exec(select(OutboxMail)).all()
    assert (row.status, row.recipient, row.text, row.attempts) == (MailStatus.CANCELLED, None, None, 0)
    assert app.extensions["courier"].sender.sent == []


def test_only_the_newest_link_works(client: PageClient, app: Flask) -> None:
    forget(client, MAIL)
    first = link_in_last_mail(app, MAIL)
    forget(client, MAIL)
    assert client.get(first).status_code == 200, "The button was pressed twice."
    assert len(mails_to(app, MAIL)) == 1
    with clock.stopped_at(clock.now() + clock.PRESSED_TWICE):
        forget(client, MAIL)
    assert client.get(first).status_code == 410


def test_a_link_serves_its_purpose_only(client: PageClient, app: Flask) -> None:
    forget(client, MAIL)
    token = link_in_last_mail(app, MAIL).rpartition("/")[2]
    for address in ("/konto/bestaetigen/", "/konto/adresse/", "/konto/einladung/"):
        assert client.get(address + token).status_code == 410


def test_changing_the_password_ends_other_sessions(client: PageClient, app: Flask) -> None:
    other = sign_in(new_client(app), MAIL)
    sign_in(client, MAIL)
    wrong = send(client, "/konto/passwort", present="falsch falsch", password=NEW_PASSWORD)
    assert "nicht Ihr jetziges Passwort" in wrong.text
    weak = send(client, "/konto/passwort", present=PASSWORD, password="erika-beispiel")
    assert "leicht zu erraten" in weak.text
    assert send(client, "/konto/passwort", present=PASSWORD, password=NEW_PASSWORD).status_code == 303
    assert client.get("/konto").status_code == 200
    assert other.get("/konto").status_code == 303


def test_an_open_session_is_no_way_to_guess_the_password(client: PageClient) -> None:
    sign_in(client, MAIL)
    answers = [
        send(client, "/konto/passwort", present="falsch falsch", password=NEW_PASSWORD).status_code for _ in range(11)
    ]
    assert answers[-1] == 429


def change_address(client: PageClient, new_mail: str = NEW_MAIL) -> None:
    response = send(client, "/konto/adresse", mail=new_mail, password=PASSWORD)
    assert response.status_code == 200


def test_a_new_address_is_confirmed_on_both(client: PageClient, app: Flask) -> None:
    sign_in(client, MAIL)
    change_address(client)
    assert mails_to(app, NEW_MAIL) == []
    old_link = link_in_last_mail(app, MAIL)
    stranger = new_client(app)
    assert "zweite E-Mail" in send(client, old_link).text
    assert try_sign_in(stranger, NEW_MAIL).status_code == 200
    new_link = link_in_last_mail(app, NEW_MAIL)
    assert send(client, new_link).status_code == 303
    assert "Adresse bei anderswo.example" in mails_to(app, MAIL)[-1]
    assert try_sign_in(new_client(app), MAIL).status_code == 200
    sign_in(client, NEW_MAIL)


def test_an_address_that_has_an_account_cannot_be_taken_and_nobody_learns_of_it(
    client: PageClient, app: Flask, database: Database
) -> None:
    with database.unit_of_work():
        add_account(NEW_MAIL, "Andere Person")
    sign_in(client, MAIL)
    change_address(client)
    assert "zweite E-Mail" in send(client, link_in_last_mail(app, MAIL)).text
    assert "schon eines" in mails_to(app, NEW_MAIL)[-1]


def test_a_membership_by_address_is_reviewed_after_the_change(
    client: PageClient, app: Flask, database: Database
) -> None:
    with database.unit_of_work():
        place, account = add_organisation(), queries.find_account_by_mail(MAIL)
        assert account is not None
        add_domain(place)
        add_membership(account, place).grounds = Grounds.MAIL_DOMAIN
    sign_in(client, MAIL)
    change_address(client)
    send(client, link_in_last_mail(app, MAIL))
    send(client, link_in_last_mail(app, NEW_MAIL))
    with database.reading():
        account = queries.find_account_by_mail(NEW_MAIL)
        assert account is not None
        assert queries.list_memberships_of(account.id or 0)[0].membership.status == MembershipStatus.PENDING


def test_the_name_can_be_changed(client: PageClient) -> None:
    sign_in(client, MAIL)
    send(client, "/konto/name", name="Erika\r\nBcc: x <script>")
    assert "Erika Bcc: x &lt;script&gt;" in client.get("/konto").text
    assert "Bitte höchstens 100 Zeichen" in send(client, "/konto/name", name="x" * 101).text
