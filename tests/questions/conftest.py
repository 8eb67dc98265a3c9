"""A solution of Kaiserslautern, people of both towns, a guide, a stranger."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.catalogue.kinds import Kind
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.notifications.models import Notice
from marketplace.questions.models import EntryQuestion
from tests.factories.accounts import add_account, add_domain, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.support.client import PageClient
from tests.support.people import new_client, signed_in

ASKER, COLLEAGUE = "wiebke@weisendorf.example", "kollegin@weisendorf.example"
GIVER, GIVER_TOO = "moritz@kl.example", "zweite@kl.example"
GUIDE, ELSEWHERE, ADMIN, STRANGER = "lotse@rlp.example", "lotse@by.example", "ada@blaupause.example", "fremd@x.example"

As = Callable[[str], PageClient]


@pytest.fixture(autouse=True)
def people(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        taker = add_organisation("09572164", "Weisendorf", inhabitants=6800)
        giver = add_organisation("07312000", "Kaiserslautern", inhabitants=101_000)
        add_domain(taker, "weisendorf.example")
        add_entry(Kind.SOLUTION, "pegelmelder", titel="Pegelmelder für Bäche", organisation=giver.key)
        add_entry(slug="herrenlos", titel="Ein Eintrag der Redaktion")
        add_membership(add_account(ASKER, "Wiebke Rathaus"), taker)
        add_membership(add_account(COLLEAGUE, "Karla Kollegin"), taker)
        add_membership(add_account(GIVER, "Moritz Modell"), giver)
        add_membership(add_account(GIVER_TOO, "Zwei Te"), giver)
        add_guide(Remit("07"), mail=GUIDE)
        add_guide(Remit("09", "wasser"), mail=ELSEWHERE)
        add_account(ADMIN, "Ada Betrieb", is_site_admin=True)
        add_account(STRANGER, "Frem D")


@pytest.fixture
def as_(app: Flask) -> As:
    """A browser in which somebody is signed in."""
    return lambda who: signed_in(new_client(app), who)


def only_question(database: Database) -> EntryQuestion:
    """The question that there is, as it is in the database now."""
    with database.reading() as session:
        return session.exec(select(EntryQuestion)).one()


def told(database: Database, kind: str) -> set[int]:
    """Who was told of something."""
    with database.reading() as session:
        return {notice.account_id for notice in session.exec(select(Notice).where(Notice.kind == kind))}
