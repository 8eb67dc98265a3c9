"""Through another service and back, with the test client as the browser."""

from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from tests.support.client import PageClient
from tests.support.forms import fields_of, form_with
from tests.support.oidc import SLUG, sign_in_at
from tests.support.page import check

START, FINISH = f"/konto/anmelden/mit/{SLUG}", f"/konto/anmelden/mit/{SLUG}/abschliessen"


def go(client: PageClient, login: str = "erika", *, weiter: str | None = None) -> TestResponse:
    """Sign in at the real provider, come back and press the button; returns the answer to that."""
    return come_back(client, sign_in_at(start(client, weiter=weiter), login))


def start(client: PageClient, *, weiter: str | None = None) -> str:
    """Address of the provider to which the site sends the browser."""
    response = client.get(START, query_string={"weiter": weiter} if weiter else None)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def come_back(client: PageClient, address: str) -> TestResponse:
    """Follow the provider's redirect to the site and press the button."""
    parts = urlsplit(address)
    response = client.get(f"{parts.path}?{parts.query}")
    if response.status_code != 200 or "data-continue" not in response.text:
        return response
    form = form_with(check(parts.path, response.text), "Weiter")
    return client.post(form.get("action") or "", data=fields_of(form))
