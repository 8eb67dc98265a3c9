"""Signing in and out, sessions, guessing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.accounts import passwords, throttle
from marketplace.accounts.models import Account, AccountSession, Throttle
from marketplace.accounts.roles import SESSION_IDLE, SESSION_LONGEST
from marketplace.core import clock
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from tests.factories.accounts import PASSWORD, add_account
from tests.support.client import PageClient
from tests.support.people import new_client, send, sign_in, try_sign_in

MAIL = "erika@weisendorf.example"


@pytest.fixture(autouse=True)
def _erika(database: Database) -> None:
    with database.unit_of_work():
        add_account()


def is_signed_in(client: PageClient) -> bool:
    return client.get("/konto").status_code == 200


def test_signing_in_leads_to_where_one_wanted_to_go(client: PageClient) -> None:
    response = client.get("/konto/daten?x=1")
    assert response.headers["Location"] == "/konto/anmelden?weiter=/konto/daten?x%3D1"
    page = client.get_page("/konto/daten?x=1")
    assert page.heading == "Anmelden"
    response = try_sign_in(client, MAIL, weiter="/konto/daten")
    assert response.headers["Location"] == "/konto/daten"


@pytest.mark.parametrize(
    "path", ["https://boese.example", "//boese.example", "/\\boese.example", "javascript:x", "\t//x"]
)
def test_signing_in_leads_to_this_site_only(client: PageClient, path: str) -> None:
    assert try_sign_in(client, MAIL, weiter=path).headers["Location"] == "/konto"


def test_the_header_shows_who_is_signed_in_and_the_way_out(client: PageClient) -> None:
    assert "Anmelden" in client.get("/ueber").text
    sign_in(client, MAIL)
    page = client.get("/ueber")
    assert "Erika Beispiel" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in page.headers
    send(client, "/konto/abmelden", page="/konto")
    assert not is_signed_in(client)
    assert "Erika" not in client.get("/ueber").text


def test_signing_out_ends_the_session_on_the_server(client: PageClient, app: Flask) -> None:
    sign_in(client, MAIL)
    stolen = client.get_cookie("sitzung")
    assert stolen is not None
    send(client, "/konto/abmelden", page="/konto")
    thief = new_client(app)
    thief.set_cookie("sitzung", stolen.value)
    assert not is_signed_in(thief)


def test_a_session_cannot_be_planted(client: PageClient, app: Flask) -> None:
    attacker = new_client(app)
    attacker.get("/konto/anmelden")
    planted = attacker.get_cookie("sitzung")
    assert planted is not None
    client.set_cookie("sitzung", planted.value)
    sign_in(client, MAIL)
    assert client.get_cookie("sitzung").value != planted.value
    assert not is_signed_in(attacker)


def test_the_cookie_holds_nothing_of_the_person_and_the_database_nothing_of_the_cookie(
    client: PageClient, app: Flask, database: Database
) -> None:
    sign_in(client, MAIL)
    interface = app.session_interface.get_signing_serializer(app)
    assert interface is not None
    cookie = client.get_cookie("sitzung")
    assert cookie is not None
    content = interface.loads(cookie.value)
    assert set(content) <= {"_user_id", "_fresh", "csrf_token"}
    with database.reading() as session:
        row = session.execute(sa.select(AccountSession)).scalar_one()
    assert row.token_hash != content["_user_id"]
    assert str(row.account_id) != content["_user_id"]


def test_the_cookie_is_protected(client: PageClient) -> None:
    header = try_sign_in(client, MAIL).headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


@pytest.mark.parametrize(
    ("mail", "password"),
    [(MAIL, "falsch falsch falsch"), ("niemand@stadt.example", PASSWORD), ("gesperrt@stadt.example", PASSWORD)],
)
def test_every_refusal_is_the_same(client: PageClient, database: Database, mail: str, password: str) -> None:
    with database.unit_of_work():
        add_account("gesperrt@stadt.example", disabled_at=clock.now())
    response = try_sign_in(client, mail, password)
    assert response.status_code == 200
    assert "E-Mail-Adresse oder Passwort stimmt nicht." in response.text
    assert password not in response.text
    assert not is_signed_in(client)


def test_an_unknown_address_costs_as_much_work_as_a_known_one(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = []
    original = passwords.is_right

    def count(password: str, password_hash: str | None) -> bool:
        verified.append(password_hash)
        return original(password, password_hash)

    monkeypatch.setattr(passwords, "is_right", count)
    try_sign_in(client, "niemand@stadt.example")
    assert verified == [None]


def test_guessing_is_stopped_for_known_and_unknown_addresses_alike(client: PageClient, app: Flask) -> None:
    for mail in (MAIL, "niemand@stadt.example"):
        answers = [try_sign_in(client, mail, "falsch falsch") for _ in range(throttle.SIGN_IN_PAIR.times + 1)]
        assert {answer.status_code for answer in answers[:-1]} == {200}
        assert answers[-1].status_code == 429
        assert "Viertelstunde" in answers[-1].text
    assert try_sign_in(client, MAIL).status_code == 429
    elsewhere = new_client(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert try_sign_in(elsewhere, MAIL).status_code == 303


def test_spraying_one_password_over_many_addresses_is_stopped(client: PageClient, app: Flask) -> None:
    with app.app_context():
        for _ in range(throttle.SIGN_IN_CLIENT.times):
            assert throttle.take(throttle.SIGN_IN_CLIENT, "127.0.0.1") is True
    assert try_sign_in(client, MAIL).status_code == 429


def test_success_starts_the_count_anew(client: PageClient, app: Flask) -> None:
    for _ in range(throttle.SIGN_IN_PAIR.times - 1):
        try_sign_in(client, MAIL, "falsch falsch")
    sign_in(client, MAIL)
    assert try_sign_in(new_client(app), MAIL, "falsch falsch").status_code == 200


def test_after_a_while_one_may_try_again(client: PageClient) -> None:
    for _ in range(throttle.SIGN_IN_PAIR.times + 1):
        try_sign_in(client, MAIL, "falsch falsch")
    with clock.stopped_at(clock.now() + throttle.SIGN_IN_PAIR.period):
        sign_in(client, MAIL)


def test_the_log_tells_that_somebody_was_not_let_in_and_not_who(
    client: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING", logger="blaupause.security"):
        try_sign_in(client, MAIL, "falsch falsch falsch")
    (record,) = [each for each in caplog.records if each.name == "blaupause.security"]
    assert record.facts["reason"] == "WrongCredentialsError"
    assert MAIL not in str(record.facts)
    assert "127.0.0.1" not in str(record.facts)


def test_no_address_of_a_client_is_stored(client: PageClient, database: Database) -> None:
    client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    try_sign_in(client, MAIL, "falsch falsch")
    sign_in(client, MAIL)
    with database.reading() as session:
        rows = [*session.execute(sa.select(Throttle)).scalars(), *session.execute(sa.select(AccountSession)).scalars()]
    assert rows
    assert all("203.0.113" not in str(row.model_dump()) for row in rows)


def test_counters_change_their_keys_daily(app: Flask, database: Database) -> None:
    with app.app_context():
        throttle.take(throttle.SIGN_IN_ACCOUNT, MAIL)
        with clock.stopped_at(clock.now() + timedelta(days=1)):
            throttle.take(throttle.SIGN_IN_ACCOUNT, MAIL)
    with database.reading() as session:
        assert len(session.execute(sa.select(Throttle.key)).all()) == 2


def test_sessions_end_by_themselves(client: PageClient) -> None:
    start = clock.now()
    with clock.stopped_at(start):
        sign_in(client, MAIL)
    with clock.stopped_at(start + SESSION_IDLE - timedelta(minutes=1)):
        assert is_signed_in(client)
    with clock.stopped_at(start + 2 * SESSION_IDLE - timedelta(minutes=5)):
        assert is_signed_in(client)
    with clock.stopped_at(start + 3 * SESSION_IDLE):
        assert not is_signed_in(client)


def test_a_session_in_use_ends_after_two_weeks_all_the_same(client: PageClient) -> None:
    start = moment = clock.now()
    with clock.stopped_at(start):
        sign_in(client, MAIL)
    while moment < start + SESSION_LONGEST - timedelta(hours=11):
        moment += timedelta(hours=11)
        with clock.stopped_at(moment):
            assert is_signed_in(client)
    with clock.stopped_at(start + SESSION_LONGEST):
        assert not is_signed_in(client)


def test_own_sessions_can_be_seen_and_ended(client: PageClient, app: Flask, database: Database) -> None:
    sign_in(client, MAIL)
    phone = new_client(app)
    phone.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 14) Firefox/130.0"
    sign_in(phone, MAIL)
    page = client.get_page("/konto/sitzungen")
    assert "Firefox, Android" in page.text
    with database.reading() as session:
        newest = session.execute(sa.select(sa.func.max(AccountSession.id))).scalar_one()
    send(client, f"/konto/sitzungen/{newest}/beenden", page="/konto/sitzungen")
    assert not is_signed_in(phone)
    assert is_signed_in(client)


def test_sign_out_everywhere(client: PageClient, app: Flask) -> None:
    other = sign_in(new_client(app), MAIL)
    sign_in(client, MAIL)
    send(client, "/konto/sitzungen/beenden", page="/konto/sitzungen")
    assert not is_signed_in(client)
    assert not is_signed_in(other)


def test_a_foreign_session_cannot_be_ended(client: PageClient, app: Flask, database: Database) -> None:
    with database.unit_of_work():
        add_account("max@stadt.example", "Max Muster")
    victim = sign_in(new_client(app), "max@stadt.example")
    with database.reading() as session:
        newest = session.execute(sa.select(sa.func.max(AccountSession.id))).scalar_one()
    sign_in(client, MAIL)
    send(client, f"/konto/sitzungen/{newest}/beenden", page="/konto/sitzungen")
    assert is_signed_in(victim)


def test_a_form_without_token_is_refused_with_a_sentence(client: PageClient) -> None:
    response = client.post("/konto/anmelden", data={"mail": MAIL, "password": PASSWORD})
    assert response.status_code == 400
    assert "Formular" in response.text


def test_an_old_hash_is_renewed_at_sign_in(client: PageClient, database: Database) -> None:
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD.encode())
    with database.unit_of_work():
        add_account("alt@stadt.example", password_hash=cheap)
    sign_in(client, "alt@stadt.example")
    with database.reading() as session:
        statement = sa.select(Account.password_hash).where(Account.mail == "alt@stadt.example")
        renewed = session.execute(statement).scalar_one()
    assert renewed != cheap
    assert renewed.startswith("$argon2id$")


def test_the_record_names_no_person(client: PageClient, database: Database) -> None:
    sign_in(client, MAIL)
    with database.reading() as session:
        record = session.execute(sa.select(AuditRecord).where(AuditRecord.action == "account.signed_in")).scalar_one()
    assert record.actor.startswith("account:")
    assert "erika" not in str(record.model_dump()).lower()


def test_the_page_still_appears_when_the_database_is_away(client: PageClient, app: Flask) -> None:
    sign_in(client, MAIL)
    with app.extensions["database"].engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE account_session RENAME TO gone"))
    assert client.get("/ueber").status_code in (500, 503)
