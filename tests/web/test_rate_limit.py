"""What is sent and searched for is counted: everything that is sent together, by account or by client."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core.db import Database
from marketplace.web.rate_limit import anonymous_key, client_key
from tests.factories.accounts import add_account
from tests.support.people import new_client, sign_in


@pytest.fixture
def limited(settings: Settings) -> Iterator[Flask]:
    """The site with few forms and searches in a minute."""
    few = {"rate_limits_enabled": True, "sending_rate_limit": "3 per minute", "search_rate_limit": "2 per minute"}
    app = create_app(settings.model_copy(update=few))
    yield app
    app.extensions["database"].engine.dispose()


def _post(client: FlaskClient, path: str, address: str = "192.0.2.1") -> int:
    return client.post(path, environ_base={"REMOTE_ADDR": address}).status_code


def test_forms_of_one_client_count_together_whatever_their_pages_and_tokens(limited: Flask) -> None:
    client = limited.test_client()
    sent = ["/konto/anmelden", "/melden/x", "/darstellung", "/abos", "/konto/registrieren", "/gibt-es-nicht"]
    assert [_post(client, path) == 429 for path in sent[:5]] == [False, False, False, True, True]
    assert _post(client, "/abos", "192.0.2.2") != 429
    assert client.get("/abos", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200


def test_somebody_who_is_signed_in_counts_alone(limited: Flask) -> None:
    database: Database = limited.extensions["database"]
    with limited.app_context(), database.unit_of_work():
        add_account("eins@x.example")
    client = sign_in(new_client(limited), "eins@x.example")
    assert [_post(client, "/konto/mitteilungen/gelesen") == 429 for _ in range(4)] == [False, False, False, True]
    assert _post(limited.test_client(), "/abos") != 429


@pytest.mark.parametrize("path", ["/kommunen?q=stadt", "/suche?q=licht", "/suche.atom?q=licht"])
def test_searches_are_counted(limited: Flask, path: str) -> None:
    client = limited.test_client()
    assert [client.get(path).status_code == 429 for _ in range(3)] == [False, False, True]


def test_reading_a_list_is_no_search(limited: Flask) -> None:
    client = limited.test_client()
    assert {client.get("/kommunen").status_code for _ in range(5)} == {200}


def test_every_route_that_is_sent_to_is_counted(limited: Flask) -> None:
    """One after the other from one client: after three, no address is left that still takes something."""
    client = limited.test_client()
    adapter = limited.url_map.bind("localhost")
    open_ones = []
    for place, rule in enumerate(rule for rule in limited.url_map.iter_rules() if "POST" in (rule.methods or ())):
        parts = {name: _part(rule, name) for name in rule.arguments}
        status = _post(client, adapter.build(rule.endpoint, parts, method="POST"))
        if place >= 3 and status != 429:
            open_ones.append((rule.rule, status))
    assert open_ones == []


def _part(rule: object, name: str) -> object:
    converter = rule._converters[name]  # type: ignore[attr-defined]
    items = getattr(converter, "items", None)
    return sorted(items)[0] if items else 1


def test_a_client_with_a_whole_ipv6_network_is_one_client() -> None:
    assert client_key("2001:db8:1:2::1") == client_key("2001:db8:1:2:ffff::9") != client_key("2001:db8:1:3::1")
    assert client_key("::ffff:192.0.2.1") == client_key("192.0.2.1")


def test_processes_that_count_together_know_a_client_by_the_same_key(settings: Settings) -> None:
    """The key held a random part of each process: with Redis, every worker counted for itself."""
    keys = set()
    for _ in range(2):
        app = create_app(settings)
        with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
            keys.add(anonymous_key())
        app.extensions["database"].engine.dispose()
    assert len(keys) == 1
    assert "192.0.2.1" not in keys.pop()
