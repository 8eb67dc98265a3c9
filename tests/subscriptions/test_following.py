"""Following: the button on the page, what followers hear of an entry, a place and an action field."""

import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.catalogue import service as catalogue
from marketplace.catalogue import signals
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.notifications.models import Notice
from marketplace.subscriptions import alerts, followers, matching
from marketplace.subscriptions.models import EntryFollow, KnownLesson, Subscription
from tests.factories.accounts import add_account
from tests.factories.catalogue import add_entry, add_organisation, content, link
from tests.factories.people import add_person
from tests.factories.people import sign_in as sign_in_at_once
from tests.subscriptions.conftest import Publish, SetStatus, berlin, notices
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import new_client, try_sign_in

ENTRY = "/loesungen/parken"


@pytest.fixture
def parking(publish: Publish) -> int:
    """A published solution."""
    return publish("parken", Kind.SOLUTION, titel="Parken ohne Suchen")


@pytest.fixture
def follower(app: Flask, database: Database, reader: Account, parking: int) -> Account:
    """Somebody who follows it."""
    with app.app_context(), database.unit_of_work() as session:
        followers.add_follower(reader.id or 0, session.get_one(Entry, parking))
    return reader


@pytest.fixture
def member(app: Flask, database: Database, client: PageClient, reader: Account) -> PageClient:
    """A client that is signed in."""
    with app.app_context(), database.unit_of_work():
        sign_in_at_once(client, reader)
    return client


def look(app: Flask, database: Database) -> None:
    """Do the regular work."""
    with app.app_context():
        matching.find_news(database)
        alerts.send_due(database)


def revise(app: Flask, database: Database, entry_id: int, note: str = "", **facts: object) -> None:
    with app.app_context(), database.unit_of_work() as session:
        entry = session.get_one(Entry, entry_id)
        new = content(Kind(entry.kind), entry.slug, **{"titel": entry.title, **facts})
        catalogue.publish_entry(entry, new, organisation_ids={}, author="Test", note=note)


@pytest.mark.parametrize("path", [ENTRY, "/handlungsfelder/verwaltung", "/kommunen/09572164"])
def test_follow_and_no_longer_on_the_page(
    app: Flask, database: Database, member: PageClient, parking: int, path: str
) -> None:
    with app.app_context(), database.unit_of_work():
        add_organisation()
    answer = forms.send(member, member.get_page(path), "Folgen")
    assert answer.headers["Location"] == path
    page = member.get_page(path)
    assert "Sie folgen" in page.text
    assert "Sie folgen jetzt" in page.html
    answer = forms.send(member, page, "Nicht mehr folgen")
    assert answer.headers["Location"] == path
    assert "Sie folgen nicht mehr" in member.get_page(path).html
    with database.reading() as session:
        assert session.exec(select(EntryFollow)).all() == session.exec(select(Subscription)).all() == []


@pytest.mark.parametrize("path", [ENTRY, "/handlungsfelder/verwaltung", "/kommunen/09572164"])
def test_a_stranger_signs_in_and_then_does_what_was_wanted(
    app: Flask, database: Database, client: PageClient, parking: int, path: str
) -> None:
    with app.app_context(), database.unit_of_work():
        add_organisation()
        add_account("erika@weisendorf.example")
    page = client.get_page(path)
    assert "Set-Cookie" not in client.get(path).headers, "a button must not set a cookie on every page"
    answer = client.get(page.link("Folgen"))
    assert answer.status_code == 303
    wanted = answer.headers["Location"]
    answer = try_sign_in(client, "erika@weisendorf.example", weiter=_next_of(wanted))
    page = client.get_page(answer.headers["Location"])
    with database.reading() as session:
        assert session.exec(select(EntryFollow)).all() == session.exec(select(Subscription)).all() == []
    answer = forms.send(client, page, "Folgen")
    assert answer.headers["Location"] == path
    assert "Sie folgen" in client.get_page(path).text


def _next_of(address: str) -> str:

    return parse_qs(urlsplit(address).query)["weiter"][0]


def test_a_button_pressed_after_the_session_ended_leads_there_too(
    app: Flask, client: PageClient, member: PageClient, parking: int
) -> None:
    data = forms.fields_of(forms.form_with(member.get_page(ENTRY), "Folgen"))
    other = new_client(app)
    with other.session_transaction() as cookie, member.session_transaction() as mine:
        cookie["csrf_token"] = mine["csrf_token"]
    answer = other.post("/konto/folgen", data=data)
    assert answer.status_code == 303
    assert _next_of(answer.headers["Location"]) == "/konto/folgen?art=eintrag&ziel=parken"


@pytest.mark.parametrize(
    "address",
    [
        "/konto/folgen",
        "/konto/folgen?art=eintrag&ziel=gibt-es-nicht",
        "/konto/folgen?art=kommune&ziel=99999999",
        "/konto/folgen?art=handlungsfeld&ziel=x",
        "/konto/folgen?art=boese&ziel=parken",
        "/konto/folgen?art=eintrag&ziel=%00",
    ],
)
def test_what_does_not_exist_cannot_be_followed(member: PageClient, address: str) -> None:
    assert member.get(address).status_code == 404


def test_following_twice_changes_nothing(database: Database, member: PageClient, parking: int) -> None:
    page = member.get_page("/konto/folgen?art=eintrag&ziel=parken")
    for _ in range(2):
        assert forms.send(member, page, "Folgen").status_code == 303
    with database.reading() as session:
        assert len(session.exec(select(EntryFollow)).all()) == 1


def test_a_new_version_with_its_note(app: Flask, database: Database, follower: Account, parking: int) -> None:
    revise(app, database, parking, "Kosten ergänzt")
    look(app, database)
    look(app, database)
    assert notices(database) == ["Neue Fassung: Parken ohne Suchen (Kosten ergänzt)"]
    with database.reading() as session:
        assert session.exec(select(Notice)).one().link == ENTRY


def test_a_version_without_a_note(app: Flask, database: Database, follower: Account, parking: int) -> None:
    revise(app, database, parking)
    look(app, database)
    assert notices(database) == ["Neue Fassung: Parken ohne Suchen"]


def test_archived_withdrawn_and_published_again(
    app: Flask, database: Database, follower: Account, parking: int, set_status: SetStatus
) -> None:
    for status in (Status.ARCHIVED, Status.PUBLISHED, Status.WITHDRAWN):
        set_status(parking, status)
        look(app, database)
    assert notices(database) == [
        "Archiviert: Parken ohne Suchen",
        "Wieder veröffentlicht: Parken ohne Suchen",
        "Zurückgezogen: Parken ohne Suchen",
    ]


def test_a_new_experience(app: Flask, database: Database, parking: int, reader: Account) -> None:
    def lesson(slug: str) -> None:
        with app.app_context(), database.unit_of_work() as session:
            made = add_entry(Kind.LESSON, slug, titel=f"Erfahrung {slug}")
            link(made, "gemacht-mit", session.get_one(Entry, parking))

    lesson("von-frueher")
    look(app, database)
    with app.app_context(), database.unit_of_work() as session:
        followers.add_follower(reader.id or 0, session.get_one(Entry, parking))
    lesson("von-heute")
    look(app, database)
    look(app, database)
    assert notices(database) == ["Neue Erfahrung zu „Parken ohne Suchen“: Erfahrung von-heute"]
    revise(app, database, parking, "Noch etwas")
    look(app, database)
    assert len(notices(database)) == 2


def test_a_link_from_elsewhere_is_no_news(app: Flask, database: Database, follower: Account, parking: int) -> None:
    with app.app_context(), database.unit_of_work() as session:
        project = add_entry(Kind.PROJECT, "ein-projekt")
        link(project, "nutzt", session.get_one(Entry, parking))
    look(app, database)
    assert notices(database) == []


def test_merged_into_another(app: Flask, database: Database, follower: Account, parking: int, publish: Publish) -> None:
    winning = publish("parken-neu", Kind.SOLUTION, titel="Parken für alle")
    with app.app_context(), database.unit_of_work() as session:
        other = add_person("Folgt Beiden")
        for entry_id in (parking, winning):
            followers.add_follower(other.id or 0, session.get_one(Entry, entry_id))
        losing = session.get_one(Entry, parking)
        link(add_entry(Kind.LESSON, "alte-lehre"), "gemacht-mit", losing)
    look(app, database)
    assert len([told for told in notices(database) if told.startswith("Neue Erfahrung")]) == 2
    with app.app_context(), database.unit_of_work() as session:
        session.execute(sa.delete(Notice))
        losing, lesson = session.get_one(Entry, parking), session.exec(select(Entry).where(Entry.kind == "erfahrung"))
        link(lesson.one(), "gemacht-mit", session.get_one(Entry, winning))
        signals.entries_merged.send(losing=losing, winning=session.get_one(Entry, winning))
    assert notices(database) == ["Zusammengelegt mit einem anderen Eintrag: Parken ohne Suchen"] * 2
    with database.reading() as session:
        found = session.exec(select(EntryFollow)).all()
        assert sorted((each.account_id, each.entry_id) for each in found) == [
            (follower.id, winning), (other.id, winning),
        ]  # fmt: skip
        assert {notice.link for notice in session.exec(select(Notice))} == {"/loesungen/parken-neu"}
    look(app, database)
    assert len(notices(database)) == 2


def test_nothing_during_a_pause(
    app: Flask, database: Database, follower: Account, parking: int, member: PageClient
) -> None:
    forms.send(member, member.get_page("/konto/abos"), "Pausieren Parken")
    revise(app, database, parking, "In der Pause")
    look(app, database)
    forms.send(member, member.get_page("/konto/abos"), "Fortsetzen Parken")
    look(app, database)
    assert notices(database) == []
    revise(app, database, parking, "Danach")
    look(app, database)
    assert notices(database) == ["Neue Fassung: Parken ohne Suchen (Danach)"]


def test_a_place_and_an_action_field(
    app: Flask, database: Database, member: PageClient, publish: Publish, parking: int
) -> None:
    with app.app_context(), database.unit_of_work():
        add_organisation()
    for path in ("/handlungsfelder/klimaanpassung", "/kommunen/09572164"):
        forms.send(member, member.get_page(path), "Folgen")
    look(app, database)
    now = f"{clock.now():%Y-%m-%dT%H:%M}"
    publish("von-hier", titel="Aus Weisendorf", organisation="09572164", at=now)
    publish("zum-klima", titel="Zum Klima", handlungsfelder=["klimaanpassung"], at=now)
    look(app, database)
    look(app, database)
    assert sorted(notices(database)) == [
        "Neu: Aus Weisendorf (Weisendorf)",
        "Neu: Zum Klima (Handlungsfeld: Klimaanpassung)",
    ]


def test_two_jobs_at_once_tell_followers_once(
    app: Flask, database: Database, follower: Account, parking: int, publish: Publish
) -> None:
    revise(app, database, parking, "Etwas Neues")
    with app.app_context(), database.unit_of_work() as session:
        made = add_entry(Kind.LESSON, "lehre", titel="Eine Lehre")
        link(made, "gemacht-mit", session.get_one(Entry, parking))
    ready = threading.Barrier(2)

    def work() -> None:
        with app.app_context(), clock.stopped_at(berlin("2026-11-21T12:00")):
            ready.wait()
            matching.find_news(database)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(notices(database)) == [
        "Neue Erfahrung zu „Parken ohne Suchen“: Eine Lehre",
        "Neue Fassung: Parken ohne Suchen (Etwas Neues)",
    ]
    with database.reading() as session:
        assert len(session.exec(select(KnownLesson)).all()) == 1
