"""Own data: given out whole, erased without a trace, kept no longer than promised."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import SQLModel

from marketplace.accounts import queries, retention
from marketplace.accounts.models import Account, Throttle
from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.accounts.sessions import load_actor
from marketplace.core import clock, personal_data
from marketplace.core.actor import Actor, Remit
from marketplace.core.db import Database
from tests.factories.accounts import PASSWORD, add_account, add_domain, add_guide, add_membership
from tests.factories.catalogue import add_organisation
from tests.support.client import PageClient
from tests.support.people import mails_to, new_client, send, sign_in

MAIL = "erika@weisendorf.example"
NAME = "Erika Unverwechselbar"

WITHOUT_PEOPLE = {
    # By what rows of tables are known again, without who uploaded them.
    "bulk_taken",
    "entry", "entry_action_field", "entry_challenge", "entry_link", "entry_participant", "entry_state", "entry_tag",
    # Which entries suit what is looked for, without who looks.
    "need_action_field", "need_match", "need_task",
    "index_task", "mail_domain", "organisation", "throttle",
    # Files and what belongs together; who sent one stands in "attachment".
    "attachment_blob", "attachment_set",
    # Names of roles and programs only.
    "entry_version",
    # Phrases that several people searched for, without who did.
    "search_phrase",
    # Words of entries.
    "search_dictionary",
    # Words on entries and which of their versions were compared; who changed a collection stands in "collection".
    "collection_item", "duplicate_scan",
    # Pages out of files and the entries that they lead to.
    "knowledge_link", "knowledge_page",
    # Addresses of web pages and what was decided about them.
    "web_host", "web_link", "web_link_use",
    # Searches without who wants to hear of them; they go with the last subscription.
    "known_lesson", "news_task", "saved_search", "search_news",
}  # fmt: skip


def test_every_table_with_people_is_in_the_list(app: Flask) -> None:
    """A new table must be registered in ``core/personal_data.py`` or, if it knows no people, be named above."""
    registered = {table.name for table in personal_data.list_tables()}
    pointing = {
        table.name
        for table in SQLModel.metadata.tables.values()
        if any(key.column.table.name == "account" for key in table.foreign_keys)
    }
    assert pointing <= registered
    assert set(SQLModel.metadata.tables) - registered - WITHOUT_PEOPLE == set()


def test_every_registered_table_stands_in_the_register_of_processing() -> None:
    tables = {name for activity in personal_data.list_activities() for name in activity.tables}
    assert {table.name for table in personal_data.list_tables()} == tables


def test_the_register_of_processing_is_a_page(client: PageClient) -> None:
    page = client.get_page("/datenschutz/verzeichnis")
    for activity in personal_data.list_activities():
        assert activity.title in page.text
        assert activity.retention in page.text


def test_own_data_is_given_out_whole_and_without_secrets(app: Flask, client: PageClient, database: Database) -> None:
    with database.unit_of_work():
        account = add_account(MAIL, NAME)
        add_membership(account, add_organisation())
        add_account("andere@stadt.example", "Andere Person")
    sign_in(client, MAIL)
    response = client.get("/konto/daten.json")
    assert response.headers["Content-Disposition"].startswith("attachment")
    data = response.json["daten"]
    assert data["account"][0]["mail"] == MAIL
    assert data["membership"][0]["organisation"] == "Weisendorf"
    assert data["account_session"][0]["device"]
    assert data["audit_record"][0]["action"] == "account.signed_in"
    assert set(data) == {table.name for table in personal_data.list_tables()}
    assert "hash" not in response.text
    assert "Andere" not in response.text


def live_a_little(app: Flask, database: Database) -> PageClient:
    """Leave traces everywhere: sessions, mails, invitations, decisions about others."""
    with database.unit_of_work():
        place = add_organisation()
        account = add_account(MAIL, NAME)
        add_membership(account, place, role=MemberRole.ADMIN)
        add_domain(place)
        add_account("neu@stadt.example", "Nuri Neu")
        add_organisation("09573000", "Nachbarort")
        add_guide(Remit("09"))
    client = sign_in(new_client(app), MAIL)
    page = "/konto/organisation/09572164"
    send(client, f"{page}/einladungen", page=page, mail="gast@stadt.example", role="mitglied")
    send(client, "/konto/organisation/09573000", page="/konto/organisation?q=nachbar")
    send(client, "/konto/passwort-vergessen", mail=MAIL)
    send(client, "/konto/adresse", mail="erika2@weisendorf.example", password=PASSWORD)
    other = sign_in(new_client(app), "neu@stadt.example")
    send(other, page, page="/konto/organisation?q=weisendorf")
    with database.reading():
        waiting = queries.list_pending(_actor(MAIL))[0].membership.id
    send(
        client, f"/verwaltung/mitgliedschaften/{waiting}", page="/verwaltung/mitgliedschaften", entscheidung="ablehnen"
    )
    return client


def _actor(mail: str) -> Actor:
    account = queries.find_account_by_mail(mail)
    assert account is not None
    return load_actor(account)


def everything_stored(database: Database) -> str:
    """All that any file of the database holds, free pages and journals included; without SQLite, all rows."""
    with database.engine.connect() as connection:
        if database.url.get_backend_name() != "sqlite":
            rows = [connection.execute(sa.select(table)).all() for table in SQLModel.metadata.tables.values()]
            return str(rows)
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.execute("VACUUM")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    files = Path(database.url.database or "").parent.glob(f"{Path(database.url.database or '').name}*")
    return "".join(file.read_bytes().decode("latin-1") for file in files)


def test_a_deleted_person_is_gone(app: Flask, database: Database, caplog: pytest.LogCaptureFixture) -> None:
    client = live_a_little(app, database)
    name = NAME.encode().decode("latin-1")
    assert name in everything_stored(database)
    wrong = send(client, "/konto/daten/loeschen", page="/konto/daten", password="falsch falsch")
    assert "nicht Ihr jetziges Passwort" in wrong.text
    response = send(client, "/konto/daten/loeschen", page="/konto/daten", password=PASSWORD)
    assert response.status_code == 303
    assert "Ihr Konto ist gelöscht" in client.get_page("/").html
    assert client.get("/konto").status_code == 303
    left = everything_stored(database).lower()
    for trace in ("unverwechselbar", MAIL, "erika"):
        assert trace not in left
    assert "unverwechselbar" not in caplog.text.lower()
    assert MAIL not in caplog.text


def test_what_was_decided_stays_without_the_person(app: Flask, database: Database) -> None:
    client = live_a_little(app, database)
    send(client, "/konto/daten/loeschen", page="/konto/daten", password=PASSWORD)
    with database.reading():
        account = queries.find_account_by_mail("neu@stadt.example")
        assert account is not None
        row = queries.list_memberships_of(account.id or 0)[0]
    assert row.membership.status == MembershipStatus.DECLINED
    assert row.membership.decided_by_id is None


def test_numbers_of_deleted_accounts_are_not_given_again(app: Flask, database: Database) -> None:
    with database.unit_of_work() as session:
        first = add_account()
        number = first.id
        session.delete(first)
    with database.unit_of_work():
        assert add_account().id != number


def test_the_last_site_admin_cannot_leave(client: PageClient, database: Database) -> None:
    with database.unit_of_work():
        add_account(MAIL, NAME, is_site_admin=True)
    sign_in(client, MAIL)
    response = send(client, "/konto/daten/loeschen", page="/konto/daten", password=PASSWORD)
    assert "geben Sie diese Aufgabe zuerst weiter" in response.text


def run_retention(app: Flask, database: Database) -> retention.RetentionReport:
    with app.app_context(), database.unit_of_work():
        return retention.apply_retention()


def test_unconfirmed_accounts_go_after_two_weeks(app: Flask, client: PageClient, database: Database) -> None:
    send(client, "/konto/registrieren", mail=MAIL)
    assert run_retention(app, database).unconfirmed == 0
    with clock.stopped_at(clock.now() + retention.UNCONFIRMED):
        assert run_retention(app, database).unconfirmed == 1
    assert MAIL not in everything_stored(database)


def test_unused_accounts_are_warned_and_then_go(app: Flask, database: Database) -> None:
    start = clock.now()
    with database.unit_of_work():
        add_account(MAIL, NAME)
        add_account("ada@stadt.example", is_site_admin=True)
        add_guide(Remit("09"), mail="aktiv@stadt.example")
    notice = start + retention.INACTIVE - retention.NOTICE
    with database.unit_of_work() as session:
        active = sa.update(Account).where(Account.mail == "aktiv@stadt.example")
        session.execute(active.values(last_seen_at=notice))
    with clock.stopped_at(notice - timedelta(days=1)):
        assert run_retention(app, database).warned == 0
    with clock.stopped_at(notice + timedelta(minutes=1)):
        assert run_retention(app, database).warned == 1
        assert run_retention(app, database).warned == 0
    assert "wird es nach dem" in mails_to(app, MAIL)[-1]
    with clock.stopped_at(notice + retention.NOTICE - timedelta(days=1)):
        assert run_retention(app, database).inactive == 0
    with clock.stopped_at(notice + retention.NOTICE + timedelta(minutes=2)):
        assert run_retention(app, database).inactive == 1
    with database.reading():
        assert queries.find_account_by_mail(MAIL) is None
        assert queries.find_account_by_mail("ada@stadt.example")
        assert queries.find_account_by_mail("aktiv@stadt.example")


def test_signing_in_keeps_a_warned_account(app: Flask, client: PageClient, database: Database) -> None:
    moment = clock.now() + retention.INACTIVE
    with database.unit_of_work():
        add_account(MAIL, NAME)
    with clock.stopped_at(moment):
        assert run_retention(app, database).warned == 1
        sign_in(client, MAIL)
    with clock.stopped_at(moment + retention.NOTICE + timedelta(days=1)):
        assert run_retention(app, database).inactive == 0


def test_counters_go(app: Flask, client: PageClient, database: Database) -> None:
    send(client, "/konto/registrieren", mail=MAIL)
    with clock.stopped_at(clock.now() + timedelta(hours=2)):
        run_retention(app, database)
    with database.reading() as session:
        assert session.execute(sa.select(Throttle)).all() == []
