"""A phone with an app for codes, and setting it up through the pages."""

import re
from datetime import datetime, timedelta

import pyotp

from marketplace.core import clock
from tests.factories.accounts import PASSWORD
from tests.support.client import PageClient
from tests.support.page import check, text_of
from tests.support.people import send

STEP = timedelta(seconds=30)


class Phone:
    """An app that makes codes; written with the library, not with the code that is tested."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret.replace(" ", ""))

    def code(self, moment: datetime | None = None) -> str:
        """What the app shows."""
        return self._totp.at(moment or clock.now())


def begin_set_up(client: PageClient) -> Phone:
    """Give the password and take the secret over into an app."""
    answer = send(client, "/konto/zweiter-faktor", password=PASSWORD)
    assert answer.headers["Location"] == "/konto/zweiter-faktor/einrichten", answer.text
    page = client.get_page("/konto/zweiter-faktor/einrichten")
    return Phone(text_of(page.with_class("bp-secret")[0]))


def switch_on(client: PageClient) -> tuple[Phone, list[str]]:
    """Set a second factor up for whoever is signed in; returns the phone and the recovery codes."""
    phone = begin_set_up(client)
    answer = send(client, "/konto/zweiter-faktor/einrichten", code=phone.code())
    return phone, codes_on(answer.text)


def codes_on(html: str) -> list[str]:
    """The recovery codes of a page."""
    page = check("/konto/zweiter-faktor", html)
    assert page.heading == "Ihre Ersatzcodes", page.text
    codes = [text_of(item) for list_ in page.with_class("bp-codes") for item in list_]
    assert all(re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", code) for code in codes)
    return codes
