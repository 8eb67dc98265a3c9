"""Everything in one place: pause, rhythm, end; the own ones only; nothing left of an address that ends all."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.config import Settings
from marketplace.core import clock, personal_data
from marketplace.core.db import Database
from marketplace.core.personal_data import Person
from marketplace.mail import courier
from marketplace.mail.senders import MemorySender
from marketplace.subscriptions import followers, links, service
from marketplace.subscriptions.models import EntryFollow, SavedSearch, Subscription, SubscriptionLink
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.web import guard
from tests.accounts.test_personal_data import everything_stored
from tests.factories.catalogue import add_entry
from tests.factories.people import actor_of, add_person, sign_in
from tests.subscriptions.conftest import MAIL, text_of
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import csrf_token

OTHER = "andere@kaiserslautern.example"


@pytest.fixture
def mine(app: Flask, database: Database, client: PageClient, reader: Account) -> Subscription:
    """The reader is signed in, has a subscription and follows an entry."""
    with app.app_context(), database.unit_of_work():
        subscription = service.subscribe("q=Wald", Rhythm.DAILY, actor=actor_of(reader))
        followers.add_follower(reader.id or 0, add_entry(titel="Ein gefolgter Eintrag"))
        sign_in(client, reader)
    return subscription


def one(database: Database) -> Subscription:
    with database.reading() as session:
        return session.exec(select(Subscription)).one()


def follows(database: Database) -> list[EntryFollow]:
    with database.reading() as session:
        return list(session.exec(select(EntryFollow)))


def test_pause_go_on_and_end(client: PageClient, database: Database, mine: Subscription) -> None:
    assert mine.paused_at is None
    forms.send(client, client.get_page("/konto/abos"), "Pausieren „Wald“")
    assert one(database).paused_at is not None
    page = client.get_page("/konto/abos")
    assert "Das Abo pausiert." in page.html
    forms.send(client, page, "Fortsetzen „Wald“")
    assert one(database).paused_at is None
    forms.send(client, client.get_page("/konto/abos"), "Beenden „Wald“")
    with database.reading() as session:
        assert session.exec(select(Subscription)).all() == session.exec(select(SavedSearch)).all() == []


def test_another_rhythm(client: PageClient, database: Database, mine: Subscription) -> None:
    forms.send(client, client.get_page("/konto/abos"), "Speichern", {"rhythm": "mitteilung"})
    assert one(database).rhythm == "mitteilung"
    forms.send(client, client.get_page("/konto/abos"), "Speichern", {"rhythm": "nie gehört"})
    assert one(database).rhythm == "mitteilung"


def test_followed_entries_stand_there_too(client: PageClient, database: Database, mine: Subscription) -> None:
    forms.send(client, client.get_page("/konto/abos"), "Pausieren Ein gefolgter Eintrag")
    assert follows(database)[0].paused_at is not None
    forms.send(client, client.get_page("/konto/abos"), "Fortsetzen Ein gefolgter Eintrag")
    assert follows(database)[0].paused_at is None
    forms.send(client, client.get_page("/konto/abos"), "Nicht mehr folgen Ein gefolgter Eintrag")
    assert follows(database) == []


def test_all_at_once(app: Flask, client: PageClient, database: Database, mine: Subscription) -> None:
    with app.app_context(), database.unit_of_work():
        service.subscribe_address(OTHER, "q=Wald", Rhythm.DAILY)
    forms.send(client, client.get_page("/konto/abos"), "Alle Abos beenden")
    assert follows(database) == []
    assert one(database).mail == OTHER
    assert "Noch keine." in client.get_page("/konto/abos").text


def test_a_search_that_cannot_be_carried_out_any_more_is_named(
    client: PageClient, database: Database, mine: Subscription
) -> None:
    with database.unit_of_work() as session:
        session.exec(select(SavedSearch)).one().parameters = "feld=gibt-es-nicht"
    assert "Filter, den es nicht mehr gibt" in client.get_page("/konto/abos").text


def test_only_the_subscriber_can_change_it(
    app: Flask, client: PageClient, database: Database, mine: Subscription
) -> None:
    with app.app_context(), database.unit_of_work():
        other = add_person("Frem D", is_site_admin=True)
        of_address = service.subscribe_address(OTHER, "q=Wald", Rhythm.DAILY)
        sign_in(client, other)
    token = csrf_token(client, "/konto/name")
    for public_id in (mine.public_id, of_address.public_id, "erfunden"):
        for action in ("pausieren", "fortsetzen", "beenden", "rhythmus"):
            answer = client.post(f"/konto/abos/{public_id}/{action}", data={"csrf_token": token, "rhythm": "sofort"})
            assert answer.status_code == 404
    for action in ("pausieren", "beenden"):
        address = f"/konto/abos/eintraege/ein-eintrag/{action}"
        assert client.post(address, data={"csrf_token": token}).status_code == 404
    with database.reading() as session:
        left = session.exec(select(Subscription).order_by("id")).all()
    assert [(each.rhythm, each.paused_at) for each in left] == [("taeglich", None)] * 2
    assert len(follows(database)) == 1


def overview_of(client: PageClient, sender: MemorySender, mail: str) -> str:
    """Ask for the link to all subscriptions of an address and return its path."""
    page = client.get_page("/abos")
    with clock.stopped_at(clock.now() + guard.SHORTEST):
        forms.send(client, page, "Link anfordern", {"mail": mail})
    found = re.search(r"/abos/uebersicht/\S+", text_of(sender.sent[-1]))
    assert found
    return found[0]


def test_an_address_sees_changes_and_ends_its_own_by_a_mailed_link(
    app: Flask, client: PageClient, database: Database, sender: MemorySender
) -> None:
    with app.app_context(), database.unit_of_work():
        service.subscribe_address(MAIL, "q=Wald", Rhythm.DAILY)
        foreign = service.subscribe_address(OTHER, "q=Geheim", Rhythm.DAILY)
    path = overview_of(client, sender, MAIL)
    page = client.get_page(path)
    assert "„Wald“" in page.text
    assert "Geheim" not in page.text
    forms.send(client, page, "Speichern", {"rhythm": "woechentlich"})
    forms.send(client, client.get_page(path), "Pausieren")
    token = csrf_token(client, path)
    for action in ("pausieren", "beenden", "rhythmus"):
        address = f"{path}/{foreign.public_id}/{action}"
        assert client.post(address, data={"csrf_token": token, "rhythm": "sofort"}).status_code == 404
    refused = client.post(
        f"{path}/{_public_id(database, MAIL)}/rhythmus", data={"csrf_token": token, "rhythm": "mitteilung"}
    )
    assert refused.status_code == 400
    with database.reading() as session:
        changed = session.exec(select(Subscription).where(Subscription.mail == MAIL)).one()
        untouched = session.exec(select(Subscription).where(Subscription.mail == OTHER)).one()
    assert changed.rhythm == "woechentlich"
    assert changed.paused_at is not None
    assert (untouched.rhythm, untouched.paused_at) == ("taeglich", None)
    forms.send(client, client.get_page(path), "Beenden „Wald“")
    assert one(database).mail == OTHER


def _public_id(database: Database, mail: str) -> str:
    with database.reading() as session:
        return session.exec(select(Subscription).where(Subscription.mail == mail)).one().public_id


def test_the_link_to_the_overview_ends_after_two_hours(
    app: Flask, client: PageClient, database: Database, sender: MemorySender
) -> None:
    with app.app_context(), database.unit_of_work():
        service.subscribe_address(MAIL, "q=Wald", Rhythm.DAILY)
    path = overview_of(client, sender, MAIL)
    with clock.stopped_at(clock.now() + links.OVERVIEW + timedelta(seconds=5)):
        assert client.get(path).status_code == 410
        token = csrf_token(client, "/abos")
        for address in (f"{path}/beenden", f"{path}/{one(database).public_id}/beenden"):
            assert client.post(address, data={"csrf_token": token}).status_code == 410
    assert one(database).mail == MAIL


def test_nothing_is_left_of_an_address_that_ends_everything(
    app: Flask, client: PageClient, database: Database, *, sender: MemorySender, settings: Settings
) -> None:
    with app.app_context(), database.unit_of_work():
        service.subscribe_address(MAIL, "q=Unverwechselbar", Rhythm.DAILY)
    path = overview_of(client, sender, MAIL)
    assert MAIL in everything_stored(database)
    answer = forms.send(client, client.get_page(path), "Alle Abos beenden")
    assert answer.status_code == 303
    # The note that mails were sent goes after its period, the link after two hours.
    with clock.stopped_at(clock.now() + timedelta(days=settings.mail_retention_days + 1)):
        courier.forget(database, settings)
    left = everything_stored(database).lower()
    assert MAIL not in left
    assert "unverwechselbar" not in left


def test_own_data_is_given_out_and_erased(app: Flask, database: Database, mine: Subscription, reader: Account) -> None:
    with app.app_context(), database.unit_of_work() as session:
        service.subscribe_address(OTHER, "q=Fremd", Rhythm.DAILY)
        now = clock.now()
        waiting = SubscriptionLink(
            token_hash="0" * 64, mail=reader.mail, parameters="q=Wartend", rhythm="sofort", created_at=now,
            expires_at=now + timedelta(days=1),
        )  # fmt: skip
        session.add(waiting)
    person = Person(reader.id or 0, reader.mail)
    with app.app_context(), database.reading():
        data = personal_data.export(person)
    assert [row["search"] for row in data["subscription"]] == ["/suche?q=Wald"]
    assert [row["entry"] for row in data["entry_follow"]] == ["ein-eintrag"]
    assert [row["parameters"] for row in data["subscription_link"]] == ["q=Wartend"]
    assert "token_hash" not in data["subscription_link"][0]
    with app.app_context(), database.unit_of_work():
        personal_data.erase(person)
    left = everything_stored(database)
    for trace in ("q=Wald", "q=Wartend", reader.mail):
        assert trace not in left
    assert one(database).mail == OTHER
