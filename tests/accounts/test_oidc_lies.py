"""A provider that lies, breaks or is away: always a German page, never a sign-in, never an error of our own."""

import base64
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc.jwk import OctKey, RSAKey

from marketplace.accounts.oidc import client as oidc_client
from marketplace.accounts.oidc.models import LinkedIdentity
from marketplace.config import Settings
from marketplace.core import clock
from marketplace.core.db import Database
from tests.factories.accounts import add_account
from tests.support.client import PageClient
from tests.support.oidc import CLIENT_ID, CLIENT_SECRET, NAME, Liar, provider_at, reply, running_liar
from tests.support.oidc_browser import START, come_back, start
from tests.support.page import check
from tests.support.smtp import free_port

DISCOVERY, KEYS, TOKEN = "/.well-known/openid-configuration", "/jwks_uri", "/token_endpoint"


@pytest.fixture
def liar() -> Iterator[Liar]:
    """A provider that a test can make lie."""
    with running_liar() as liar:
        yield liar


@pytest.fixture
def settings(settings: Settings, liar: Liar) -> Settings:
    """The settings with that provider."""
    return settings.model_copy(update={"oidc_providers": (provider_at(liar.issuer),)})


@pytest.fixture(autouse=True)
def _erika(database: Database, liar: Liar) -> None:
    with database.unit_of_work() as session:
        account = add_account()
        session.add(LinkedIdentity(account_id=account.id, issuer=liar.issuer, subject="erika", linked_at=clock.now()))


def go(client: PageClient, liar: Liar) -> Any:
    return come_back(client, liar.answer_to(start(client)))


def assert_refused(client: PageClient, response: Any, words: str = "ließ sich nicht prüfen") -> None:
    assert response.status_code == 502
    page = check("oidc", response.text)
    assert page.heading == f"Anmeldung über {NAME} nicht möglich"
    assert words in page.text
    assert client.get("/konto").status_code == 303
    assert client.get("/konto/zugang").status_code == 303


def test_the_truth_is_believed(client: PageClient, liar: Liar) -> None:
    """Otherwise the refusals below would prove nothing."""
    assert go(client, liar).headers["Location"] == "/konto"
    assert "Erika Beispiel" in client.get("/konto").text


def test_the_verifier_goes_with_the_code(client: PageClient, liar: Liar) -> None:
    address = start(client)
    come_back(client, liar.answer_to(address))
    sent = liar.tokens[-1]
    assert sent["code"] == "eins"
    assert sent["redirect_uri"] == f"http://127.0.0.1:5000{START}/zurueck"
    challenge = oidc_client.OAuth2Session(code_challenge_method="S256").create_authorization_url(
        "https://x.example", code_verifier=sent["code_verifier"]
    )[0]
    assert parse_qs(urlsplit(challenge).query)["code_challenge"] == parse_qs(urlsplit(address).query)["code_challenge"]


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "eine andere"}, {"nonce": None}, {"iss": "https://boese.example"}, {"iss": None},
        {"aud": "jemand anders"}, {"aud": None}, {"aud": [CLIENT_ID, "zweite"]}, {"azp": "zweite"},
        {"exp": 1_000_000_000}, {"exp": None}, {"exp": "bald"}, {"iat": None}, {"iat": "eben"},
        {"nbf": 4_000_000_000}, {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 256}, {"sub": "er\nika"},
        {"at_hash": "falsch"}, {"sub": ["erika"]}, {"nonce": ["x"]}, {"aud": {}},
    ],
)  # fmt: skip
def test_wrong_claims_are_refused(client: PageClient, liar: Liar, claims: dict[str, Any]) -> None:
    liar.claims = claims
    assert_refused(client, go(client, liar))


def test_a_foreign_key_is_refused(client: PageClient, liar: Liar) -> None:
    liar.signing_key = RSAKey.generate_key(2048, {"kid": "eins"})
    assert_refused(client, go(client, liar))


def test_a_token_signed_with_the_shared_secret_is_refused(client: PageClient, liar: Liar) -> None:
    liar.signing_key, liar.algorithm = OctKey.import_key(CLIENT_SECRET * 2), "HS256"
    assert_refused(client, go(client, liar))


def test_a_token_without_a_signature_is_refused(client: PageClient, liar: Liar) -> None:
    def unsigned(handler: BaseHTTPRequestHandler) -> None:
        good = liar.token()
        claims = good["id_token"].split(".")[1]
        head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        reply(handler, json.dumps({**good, "id_token": f"{head}.{claims}."}).encode())

    liar.answers[TOKEN] = unsigned
    assert_refused(client, go(client, liar))


def test_a_changed_token_is_refused(client: PageClient, liar: Liar) -> None:
    def changed(handler: BaseHTTPRequestHandler) -> None:
        good = liar.token()
        head, claims, signature = good["id_token"].split(".")
        text = base64.urlsafe_b64decode(claims + "==").replace(b"erika", b"admin")
        claims = base64.urlsafe_b64encode(text).rstrip(b"=").decode()
        reply(handler, json.dumps({**good, "id_token": f"{head}.{claims}.{signature}"}).encode())

    liar.answers[TOKEN] = changed
    assert_refused(client, go(client, liar))


NONSENSE = [b"", b"{", b"[]", b"null", b'"x"', b"{}", b'{"id_token": 7}', b'{"id_token": "a.b.c"}',
            b'{"id_token": null}', b'{"error": "invalid_grant"}', b'{"error": ["x"]}', b"\xff\xfe",
            b'{"keys": 7}', b'{"keys": [7]}', b'{"keys": [{"kty": "RSA"}]}', b'{"keys": []}',
            b'{"issuer": 7}', b"<html>", b"[" * 100_000]  # fmt: skip


@pytest.mark.parametrize("path", [KEYS, TOKEN, DISCOVERY])
def test_nonsense_in_an_answer_is_refused(client: PageClient, liar: Liar, path: str) -> None:
    for body in NONSENSE:
        address = liar.answer_to(start(client)) if path != DISCOVERY else ""
        liar.answers[path] = lambda handler, body=body: reply(handler, body)
        assert_refused(client, come_back(client, address) if address else client.get(START))
        del liar.answers[path]


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://boese.example"}, {"authorization_endpoint": None}, {"token_endpoint": 7},
        {"jwks_uri": "file:///etc/passwd"}, {"authorization_endpoint": "javascript:alert(1)"},
    ],
)  # fmt: skip
def test_a_discovery_that_leads_astray_is_refused(client: PageClient, liar: Liar, metadata: dict[str, Any]) -> None:
    liar.metadata = metadata
    assert_refused(client, client.get(START))


@pytest.mark.parametrize("path", [DISCOVERY, KEYS, TOKEN])
@pytest.mark.parametrize("status", [301, 302, 307])
def test_no_redirect_is_followed(client: PageClient, liar: Liar, path: str, status: int) -> None:
    asked: list[str] = []

    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        reply(handler, b"{}", 200)

    address = liar.answer_to(start(client)) if path != DISCOVERY else ""
    liar.answers[path] = lambda handler: reply(handler, b"{}", status, Location=f"{liar.issuer}/woanders")
    liar.answers["/woanders"] = elsewhere
    assert_refused(client, come_back(client, address) if address else client.get(START))
    assert asked == []


@pytest.mark.parametrize("path", [DISCOVERY, KEYS, TOKEN])
def test_an_answer_without_end_is_cut_off(client: PageClient, liar: Liar, path: str) -> None:
    address = liar.answer_to(start(client)) if path != DISCOVERY else ""
    liar.answers[path] = lambda handler: reply(handler, b" " * (oidc_client.MAX_BYTES + 1) + b"{}")
    assert_refused(client, come_back(client, address) if address else client.get(START))


@pytest.mark.parametrize("path", [DISCOVERY, KEYS, TOKEN])
def test_a_provider_in_trouble_is_named_so(client: PageClient, liar: Liar, path: str) -> None:
    address = liar.answer_to(start(client)) if path != DISCOVERY else ""
    liar.answers[path] = lambda handler: reply(handler, b"{}", 503)
    assert_refused(client, come_back(client, address) if address else client.get(START), "nicht zu erreichen")


@pytest.mark.parametrize("path", [DISCOVERY, TOKEN])
def test_nobody_waits_for_ever(client: PageClient, liar: Liar, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(oidc_client, "TIMEOUT", 0.05)
    address = liar.answer_to(start(client)) if path != DISCOVERY else ""
    liar.answers[path] = lambda _handler: time.sleep(0.3)
    assert_refused(client, come_back(client, address) if address else client.get(START), "nicht zu erreichen")


def test_drop_by_drop_ends_at_the_deadline(client: PageClient, liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc_client, "DEADLINE", -1)
    assert_refused(client, client.get(START), "nicht zu erreichen")


def test_a_provider_that_is_away_gets_a_page_and_the_password_still_works(
    client: PageClient, app: Flask, settings: Settings
) -> None:
    away = provider_at(f"http://127.0.0.1:{free_port()}")
    app.config["SETTINGS"] = settings.model_copy(update={"oidc_providers": (away,)})
    assert_refused(client, client.get(START), "nicht zu erreichen")


def test_the_log_tells_the_operator_why_but_no_secret(
    client: PageClient, liar: Liar, caplog: pytest.LogCaptureFixture
) -> None:
    liar.claims = {"nonce": "eine andere"}
    go(client, liar)
    record = next(record for record in caplog.records if record.name == "blaupause.oidc")
    assert record.facts["provider"] == "pruefdienst"
    assert "claim" in record.facts["reason"]
    assert "erika" not in str(vars(record))
    assert CLIENT_SECRET not in str(vars(record))


def test_an_answer_with_a_secret_in_the_body_is_possible(client: PageClient, liar: Liar) -> None:
    liar.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert go(client, liar).headers["Location"] == "/konto"
    assert liar.tokens[-1]["client_secret"] == CLIENT_SECRET
