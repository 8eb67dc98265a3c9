"""People at their own browsers."""

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.accounts.models import Account
from marketplace.core.db import Database
from marketplace.organisations.models import Organisation
from tests.factories.catalogue import add_organisation
from tests.factories.people import add_person, sign_in
from tests.support.client import PageClient

Browser = Callable[[Account], PageClient]


@pytest.fixture
def town(database: Database) -> Organisation:
    """A town in the register."""
    with database.unit_of_work():
        return add_organisation()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser of its own for each person, signed in."""
    app.test_client_class = PageClient

    def open_for(account: Account) -> PageClient:
        client = app.test_client()
        assert isinstance(client, PageClient)
        with app.app_context(), app.extensions["database"].unit_of_work():
            sign_in(client, account)
        return client

    return open_for


@pytest.fixture
def author(database: Database, town: Organisation) -> Account:
    """Somebody who writes for the town."""
    with database.unit_of_work():
        return add_person("Autorin Eins", member_of=town)


@pytest.fixture
def colleague(database: Database, town: Organisation) -> Account:
    """Somebody else who writes for the town."""
    with database.unit_of_work():
        return add_person("Kollege Zwei", member_of=town)


@pytest.fixture
def guide(database: Database) -> Account:
    """The guide of the region."""
    with database.unit_of_work():
        return add_person("Lotsin Drei", remits=(("09", ""),))
