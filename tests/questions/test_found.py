"""What was asked and answered is found as a part of its entry by the engines that sites use, until it is gone."""

import pytest
from flask import Flask

from marketplace.config import Settings
from marketplace.core.db import Database
from marketplace.search import mending
from tests.questions.conftest import ASKER, GIVER, As
from tests.questions.test_direct import ENTRY, ask, publish
from tests.support import forms
from tests.support.client import PageClient

QUERY = "/suche?q=Zeppelinzellen"


@pytest.fixture
def db_url(each_database: str) -> str:
    """Both kinds of database."""
    return each_database


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Whoosh in place of the engine in memory."""
    return settings.model_copy(update={"search_engine": "whoosh"}) if settings.search_engine == "memory" else settings


def test_an_answer_is_found_with_its_entry_until_it_is_taken_away(
    app: Flask, as_: As, client: PageClient, database: Database
) -> None:
    with app.app_context():
        mending.ensure(database, app.extensions["search_engine"])
    giver, asker = as_(GIVER), as_(ASKER)
    address = ask(asker)
    assert "Pegelmelder" not in client.get_page(QUERY).text
    publish(giver, address, "Zwei Jahre, mit Zeppelinzellen im Winter.")
    found = client.get_page(QUERY)
    assert found.link("Pegelmelder") == ENTRY
    assert "Zeppelinzellen" in found.text
    forms.send(asker, asker.get_page(address), "Frage entfernen")
    assert "Pegelmelder" not in client.get_page(QUERY).text
