from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.app import create_app
from marketplace.config import Settings
from tests.support.client import PageClient

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/", "/suche?q=licht", "/gibt-es-nicht", "/health", "/static/css/base.css"])
def test_every_answer_carries_the_security_headers(client: PageClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_public_pages_set_no_cookie(client: PageClient) -> None:
    for path in ("/", "/suche?q=licht", "/handlungsfelder", "/kommunen"):
        assert "Set-Cookie" not in client.get(path).headers


def test_an_unchanged_page_is_not_sent_twice(client: PageClient) -> None:
    first = client.get("/handlungsfelder")
    again = client.get("/handlungsfelder", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_no_strict_transport_on_plain_http(client: PageClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


@pytest.fixture
def https_app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings.model_copy(update={"base_url": "https://blaupause.example"}))
    yield app
    app.extensions["database"].engine.dispose()


def test_strict_transport_on_https(https_app: Flask) -> None:
    response = https_app.test_client().get("/", base_url="https://blaupause.example")
    assert "max-age=31536000" in response.headers["Strict-Transport-Security"]
