"""Every route, and every form that a page shows, with hostile values: no error of the site, no hole in an answer.

A sample with a fixed seed, as nobody and as somebody with all rights; ``python -m tools.attack`` tries all.
"""

import random

import pytest
from flask import Flask

from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.web.access import public
from tests.factories.accounts import add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.support.attacks import MARK, Walk, faults_of
from tests.support.people import sign_in

MAIL = "alles@x.example"
STARTS = ("/", "/konto", "/eintraege/neu", "/lotsen/sammlungen", "/gesuche/neu", "/verwaltung/organisationen", "/suche")


@pytest.fixture
def town(app: Flask, database: Database) -> None:
    """A guide who administers the site and belongs to a town with an entry."""
    with app.app_context(), database.unit_of_work():
        person = add_guide(Remit("09"), mail=MAIL)
        person.is_site_admin = True
        place = add_organisation()
        add_membership(person, place)
        add_entry(slug="ein-eintrag", organisation=place.key)


@pytest.mark.usefixtures("town")
def test_no_hostile_value_is_an_error_of_the_site(app: Flask) -> None:
    client, chance = app.test_client(), random.Random(26)  # noqa: S311 -- the same in every run
    sign_in(client, MAIL)  # type: ignore[arg-type]
    walk = Walk(app, client, MAIL, per_endpoint=1)
    walk.look_around(*STARTS)
    walk.attack_addresses(chance, 1, share=0.4)
    walk.attack_whole_forms(chance, 1)
    assert walk.faults == []
    assert walk.asked.total() > 200


@pytest.mark.usefixtures("town")
def test_nobody_finds_a_hole_either(app: Flask) -> None:
    chance = random.Random(26)  # noqa: S311 -- the same in every run
    walk = Walk(app, app.test_client(), "nobody", per_endpoint=1, strangers=(MAIL,))
    walk.look_around("/", "/projekte/ein-eintrag", "/konto/anmelden", "/konto/registrieren", "/abos", "/suche?q=x")
    walk.attack_whole_forms(chance, 1)
    assert walk.faults == []
    assert len(walk.forms) > 3


def test_what_is_a_fault_is_noticed(app: Flask) -> None:
    """Whoever looks for holes must see one."""
    app.add_url_rule("/echo", "echo", public(lambda: f"<{MARK}>"))
    found = list(faults_of(app.test_client().get("/echo"), is_signed_in=True))
    assert found == ["an element that was typed stands in the page", "may be kept: no-cache"]
