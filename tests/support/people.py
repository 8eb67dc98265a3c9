"""What people do on the site, through HTTP: fill forms, sign in, open the links of their mails."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from marketplace.accounts.queries import find_account_by_mail
from tests.factories import people
from tests.factories.accounts import PASSWORD
from tests.support.client import PageClient
from tests.support.page import check

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def new_client(app: Flask) -> PageClient:
    """Another browser."""
    app.test_client_class = PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client


def csrf_token(client: PageClient, page: str) -> str:
    """The token of the forms on a page."""
    response = client.get(page)
    found = _TOKEN.search(response.text)
    assert found, f"{page} ({response.status_code}) hat kein Formular."
    return found[1]


def send(client: PageClient, address: str, *, page: str | None = None, **fields: Any) -> TestResponse:
    """Send a form of the page at ``page`` (the address itself, if not given)."""
    return client.post(address, data={"csrf_token": csrf_token(client, page or address), **fields})


def try_sign_in(client: PageClient, mail: str, password: str = PASSWORD, **fields: Any) -> TestResponse:
    """Send the sign-in form."""
    return send(client, "/konto/anmelden", mail=mail, password=password, **fields)


def sign_in(client: PageClient, mail: str, password: str = PASSWORD) -> PageClient:
    """Sign in; fails if that fails."""
    response = try_sign_in(client, mail, password)
    assert response.status_code == 303, response.text
    return client


def signed_in(client: PageClient, mail: str) -> PageClient:
    """A browser with a session of somebody, without the form: for tests of what comes after it."""
    app = client.application
    with app.app_context(), app.extensions["database"].unit_of_work():
        account = find_account_by_mail(mail)
        assert account, f"Kein Konto {mail}."
        people.sign_in(client, account)
    return client


def mails_to(app: Flask, recipient: str) -> list[str]:
    """Texts of the mails that were sent to an address, the oldest first."""
    sent = [mail for mail in app.extensions["courier"].sender.sent if mail["To"] == recipient]
    return [mail.get_body(("plain",)).get_content() for mail in sent]


def link_in_last_mail(app: Flask, recipient: str) -> str:
    """Path of the first link in the newest mail to an address."""
    mails = mails_to(app, recipient)
    assert mails, f"Keine E-Mail an {recipient}."
    found = re.search(r"https?://[^/\s]+(/(?:konto|verwaltung)/\S+)", mails[-1])
    assert found, f"Kein Link in: {mails[-1]}"
    return found[1]


def heading(response: TestResponse) -> str:
    """The h1 of a page."""
    return check(response.request.path, response.text).heading
