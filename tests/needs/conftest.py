"""Municipalities, their people and a guide."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts.queries import find_account_by_mail
from marketplace.accounts.tokens import new_token
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core.actor import Actor, Remit
from marketplace.core.db import Database
from marketplace.needs import service
from marketplace.needs.models import Need
from marketplace.needs.service import NeedText
from marketplace.notifications.models import Notice
from marketplace.organisations.queries import get_by_key
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_organisation
from tests.factories.people import actor_of
from tests.support.client import PageClient
from tests.support.people import new_client, signed_in

PLACES = {
    "weisendorf": ("09572164", "Weisendorf"),
    "frauenau": ("09276121", "Frauenau"),
    "husum": ("01054056", "Husum"),
    "kl": ("07312000", "Kaiserslautern"),
}
TITLE = "Mängelmelder ohne eigene App"
TEXT = "Bürgerinnen und Bürger sollen Schäden melden können, ohne etwas zu installieren."

As = Callable[[str], PageClient]


def mail_of(place: str) -> str:
    """Address of the member of a place."""
    return f"mitglied@{place}.example"


GUIDE, ELSEWHERE, ADMIN, STRANGER = "lotse@by.example", "lotse@rlp.example", "ada@blaupause.example", "fremd@x.example"
COMPANY = "mitglied@werke.example"


@pytest.fixture(autouse=True)
def people(app: Flask, database: Database) -> None:
    """A member in each of four municipalities, one of a company, two guides, the site administration, a stranger."""
    with app.app_context(), database.unit_of_work():
        for name, (key, label) in PLACES.items():
            place = add_organisation(key, label, inhabitants=4000)
            add_membership(add_account(mail_of(name), f"Mit Glied aus {label}"), place)
        works = add_organisation("werke-beispiel", "Werke Beispiel", kind="kommunales-unternehmen")
        add_membership(add_account(COMPANY, "Wer Ke"), works)
        add_guide(Remit("09"), mail=GUIDE)
        add_guide(Remit("07"), mail=ELSEWHERE)
        add_account(ADMIN, "Ada Betrieb", is_site_admin=True)
        add_account(STRANGER, "Frem D")


@pytest.fixture
def as_(app: Flask) -> As:
    """A browser in which somebody is signed in: the name of a place, or an address."""
    return lambda who: signed_in(new_client(app), who if "@" in who else mail_of(who))


@pytest.fixture
def publish(app: Flask, database: Database) -> Callable[..., str]:
    """Publish a Gesuch of Weisendorf, with others who look for the same; returns its slug."""

    def publish(*others: str, title: str = TITLE, words: str = "mängelmelder", **more: Any) -> str:
        text = NeedText(title, TEXT, words, (ActionField.ADMINISTRATION,), **more)
        with app.test_request_context(), database.unit_of_work():
            member = service.publish_need(
                new_token(), text, get_by_key(PLACES["weisendorf"][0]), actor=actor_by(mail_of("weisendorf"))
            )
            for other in others:
                service.join(member, get_by_key(PLACES[other][0]), actor=actor_by(mail_of(other)))
            return member.slug

    return publish


def actor_by(mail: str) -> Actor:
    """What the person with this address is in a request."""
    account = find_account_by_mail(mail)
    assert account is not None
    return actor_of(account)


def need_now(database: Database, slug: str) -> Need:
    """A Gesuch as it is in the database now."""
    with database.reading() as session:
        return session.exec(select(Need).where(Need.slug == slug)).one()


def told(database: Database, kind: str) -> list[tuple[int, str]]:
    """Who was told what, in order."""
    with database.reading() as session:
        rows = session.exec(select(Notice).where(Notice.kind == kind).order_by(Notice.id))  # type: ignore[arg-type]
        return [(row.account_id, row.subject) for row in rows]
