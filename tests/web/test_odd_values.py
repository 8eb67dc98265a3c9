"""Values that no browser sends by itself: numbers that no row has, characters that PostgreSQL does not take."""

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from marketplace.core.actor import Remit
from marketplace.core.db import Database
from tests.factories.accounts import add_guide
from tests.factories.catalogue import add_entry
from tests.support.client import PageClient
from tests.support.people import csrf_token, new_client, sign_in

MAIL = "lotse@x.example"


@pytest.fixture
def guide(app: Flask, database: Database) -> PageClient:
    """The browser of a guide who is a site admin as well, so that every address opens."""
    with app.app_context(), database.unit_of_work():
        add_guide(Remit("09"), mail=MAIL).is_site_admin = True
        add_entry(slug="ein-eintrag")
    return sign_in(new_client(app), MAIL)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_that_no_row_has_is_an_unknown_address(app: Flask, guide: PageClient, number: int) -> None:
    token, tried = csrf_token(guide, "/konto/name"), 0
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        numbers = {name for name in rule.arguments if isinstance(rule._converters[name], IntegerConverter)}
        if not numbers:
            continue
        method = min((rule.methods or set()) - {"HEAD", "OPTIONS"})
        parts = {name: number if name in numbers else "zusammenfuehren" for name in rule.arguments}
        path = adapter.build(rule.endpoint, parts, method=method)
        response = guide.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert response.status_code in (404, 405), f"{method} {path}: {response.status_code}"
        tried += 1
    assert tried > 10


@pytest.mark.parametrize("path", ["/anlagen/ein-eintrag/%00", "/kommunen/%00", "/suche?q=%00&feld=%00"])
def test_a_character_that_cannot_be_stored_is_no_fault_of_the_site(guide: PageClient, path: str) -> None:
    assert guide.get(path).status_code < 500


def test_what_cannot_be_stored_is_said_on_a_page(guide: PageClient) -> None:
    """The page shows the number of unread notices: the database must answer again after it refused something."""
    token = csrf_token(guide, "/konto/name")
    response = guide.post("/konto/abos/%00/beenden", data={"csrf_token": token})
    assert response.status_code in (400, 404)
