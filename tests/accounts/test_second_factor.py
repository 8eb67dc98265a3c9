"""The second factor: set-up, sign-in in two steps, recovery codes, loss, duty."""

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from marketplace.accounts import queries, retention, throttle
from marketplace.accounts.mfa.models import RecoveryCode, SecondFactor
from marketplace.accounts.mfa.service import SET_UP_WITHIN
from marketplace.accounts.models import AccountToken
from marketplace.accounts.roles import LIFETIMES, TokenPurpose
from marketplace.app import create_app
from marketplace.cli import blaupause
from marketplace.config import RoleWithDuty, Settings
from marketplace.core import clock
from marketplace.core.actor import Remit
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from tests.factories.accounts import PASSWORD, add_account, add_guide
from tests.support.client import PageClient
from tests.support.page import check
from tests.support.people import (
    csrf_token,
    heading,
    link_in_last_mail,
    mails_to,
    new_client,
    send,
    sign_in,
    try_sign_in,
)
from tests.support.second_factor import STEP, Phone, begin_set_up, codes_on, switch_on

MAIL = "erika@weisendorf.example"
NEW_PASSWORD = "Sieben Raben im Birnbaum"
CODE, RECOVERY = "/konto/anmelden/code", "/konto/anmelden/ersatzcode"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    """A clock that stands in the middle of a step, so that no code goes stale between two lines of a test."""
    now = clock.now()
    with clock.stopped_at(now.replace(second=15, microsecond=0)):
        yield


@pytest.fixture(autouse=True)
def _erika(database: Database) -> None:
    with database.unit_of_work():
        add_account()


@pytest.fixture
def phone(client: PageClient) -> Phone:
    """Erika's phone; a step later, so that its next code is a new one. The client is signed out."""
    sign_in(client, MAIL)
    phone, _codes = switch_on(client)
    send(client, "/konto/abmelden", page="/konto")
    return phone


def later(steps: float = 1) -> clock.stopped_at:
    return clock.stopped_at(clock.now() + steps * STEP)


def is_signed_in(client: PageClient) -> bool:
    return client.get("/konto").status_code == 200


def half_sign_in(client: PageClient, **fields: str) -> PageClient:
    response = try_sign_in(client, MAIL, **fields)
    assert response.headers["Location"].startswith(CODE), response.text
    return client


# Set-up


def test_setting_up_asks_for_the_password_first(client: PageClient, database: Database) -> None:
    sign_in(client, MAIL)
    wrong = send(client, "/konto/zweiter-faktor", password="falsch falsch")
    assert "nicht Ihr jetziges Passwort" in wrong.text
    assert client.get("/konto/zweiter-faktor/einrichten").headers["Location"] == "/konto/zweiter-faktor"
    with database.reading() as session:
        assert session.execute(sa.select(SecondFactor)).first() is None


def test_nothing_is_on_before_the_first_code_was_right(client: PageClient, app: Flask) -> None:
    sign_in(client, MAIL)
    phone = begin_set_up(client)
    wrong = send(client, "/konto/zweiter-faktor/einrichten", code=phone.code(clock.now() + 10 * STEP))
    assert "Dieser Code stimmt nicht" in wrong.text
    assert is_signed_in(sign_in(new_client(app), MAIL))
    assert mails_to(app, MAIL) == []


def test_the_first_code_switches_it_on_and_shows_ten_codes_once(client: PageClient, app: Flask) -> None:
    other = sign_in(new_client(app), MAIL)
    sign_in(client, MAIL)
    _phone, codes = switch_on(client)
    assert len(set(codes)) == 10
    assert is_signed_in(client)
    assert not is_signed_in(other), "Angemeldet ohne zweiten Faktor: muss sich neu anmelden."
    overview = client.get_page("/konto/zweiter-faktor")
    assert "noch 10 übrig" in overview.text
    assert not any(code in overview.html for code in codes)
    assert "mit einem zweiten Faktor geschützt" in mails_to(app, MAIL)[-1]
    assert "eingeschaltet" in client.get_page("/konto").text


def test_the_picture_fits_the_content_security_policy(client: PageClient) -> None:
    sign_in(client, MAIL)
    begin_set_up(client)
    response = client.get("/konto/zweiter-faktor/einrichten")
    image = check("x", response.text).with_class("bp-qr")[0]
    assert (image.get("src") or "").startswith("data:image/svg+xml")
    assert "img-src 'self' data:" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_set_up_that_was_left_open_expires(client: PageClient) -> None:
    sign_in(client, MAIL)
    phone = begin_set_up(client)
    with clock.stopped_at(clock.now() + SET_UP_WITHIN):
        page = client.get_page("/konto/zweiter-faktor/einrichten")
        assert page.heading == "Zweiter Faktor"
        assert "noch einmal" in page.html
        answer = send(client, "/konto/zweiter-faktor/einrichten", page="/konto/zweiter-faktor", code=phone.code())
        assert answer.headers["Location"] == "/konto/zweiter-faktor"


def test_the_secret_stands_nowhere_in_the_database(client: PageClient, database: Database) -> None:
    sign_in(client, MAIL)
    begin_set_up(client)
    secret = check("x", client.get("/konto/zweiter-faktor/einrichten").text).with_class("bp-secret")[0].text or ""
    with database.reading() as session:
        stored = session.execute(sa.select(SecondFactor.secret)).scalar_one()
    assert secret.replace(" ", "") not in stored
    assert secret[:4] not in stored


# Signing in


def test_signing_in_takes_two_steps(client: PageClient, phone: Phone) -> None:
    with later():
        half_sign_in(client, weiter="/konto/daten")
        page = client.get_page(CODE + "?weiter=/konto/daten")
        assert page.heading == "Code eingeben"
        response = send(client, CODE + "?weiter=/konto/daten", code=phone.code())
        assert response.headers["Location"] == "/konto/daten"
        assert is_signed_in(client)


def test_half_signed_in_opens_nothing_else(client: PageClient, app: Flask, phone: Phone) -> None:
    half_sign_in(client)
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and not rule.arguments:
            view = app.view_functions[rule.endpoint]
            if view.access != "public":
                response = client.get(rule.rule)
                assert response.headers["Location"].startswith("/konto/anmelden"), rule.rule
    assert "Erika" not in client.get("/ueber").text


def test_a_wrong_code_says_what_to_do(client: PageClient, phone: Phone) -> None:
    half_sign_in(client)
    for code in ("000000", "12345", "abcdef", "１２３４５６", "\x00"):
        response = send(client, CODE, code=code)
        assert response.status_code == 200
        assert heading(response) == "Code eingeben"
        assert "Code" in response.text
        assert not is_signed_in(client)
    assert "Bitte geben Sie den Code ein" in send(client, CODE, code="").text


def test_a_code_works_once(client: PageClient, app: Flask, phone: Phone) -> None:
    with later():
        code = phone.code()
        send(half_sign_in(client), CODE, code=code)
        assert is_signed_in(client)
        watcher = half_sign_in(new_client(app))
        response = send(watcher, CODE, code=code)
        assert "schon benutzt" in response.text
        assert not is_signed_in(watcher)


def test_the_code_of_the_set_up_does_not_work_again(client: PageClient, phone: Phone) -> None:
    assert "schon benutzt" in send(half_sign_in(client), CODE, code=phone.code()).text


def test_an_older_code_than_the_last_does_not_work(client: PageClient, app: Flask, phone: Phone) -> None:
    with later(3):
        send(half_sign_in(client), CODE, code=phone.code())
        other = half_sign_in(new_client(app))
        assert "schon benutzt" in send(other, CODE, code=phone.code(clock.now() - STEP)).text


def test_a_clock_may_be_a_little_off(client: PageClient, phone: Phone) -> None:
    with later(4):
        wrong = send(half_sign_in(client), CODE, code=phone.code(clock.now() - 2 * STEP))
        assert "stimmt nicht" in wrong.text
        send(client, CODE, code=phone.code(clock.now() + STEP))
        assert is_signed_in(client)


def test_the_second_step_expires(client: PageClient, phone: Phone) -> None:
    half_sign_in(client)
    with clock.stopped_at(clock.now() + LIFETIMES[TokenPurpose.SECOND_STEP]):
        assert client.get(CODE).headers["Location"] == "/konto/anmelden"
        response = send(client, CODE, page="/konto/anmelden", code=phone.code())
        assert response.headers["Location"] == "/konto/anmelden"
        assert "noch einmal" in client.get("/konto/anmelden").text
        assert not is_signed_in(client)


def test_the_second_step_is_bound_to_the_browser(client: PageClient, app: Flask, phone: Phone) -> None:
    half_sign_in(client)
    stranger = new_client(app)
    assert stranger.get(CODE).headers["Location"] == "/konto/anmelden"
    with later():
        send(stranger, CODE, page="/konto/anmelden", code=phone.code())
        assert not is_signed_in(stranger)
        send(client, CODE, code=phone.code())
        assert is_signed_in(client)


def test_a_half_session_cannot_be_planted_or_used_again(client: PageClient, app: Flask, phone: Phone) -> None:
    half_sign_in(client)
    stolen = client.get_cookie("sitzung")
    assert stolen is not None
    with later():
        send(client, CODE, code=phone.code())
    thief = new_client(app)
    thief.set_cookie("sitzung", stolen.value)
    with later(2):
        assert not is_signed_in(thief)
        response = send(thief, CODE, page="/konto/anmelden", code=phone.code())
        assert response.headers["Location"] == "/konto/anmelden"
        assert not is_signed_in(thief)


def test_only_the_hash_of_the_half_session_is_stored(client: PageClient, app: Flask, database: Database, phone) -> None:
    half_sign_in(client)
    interface = app.session_interface.get_signing_serializer(app)
    assert interface is not None
    content = interface.loads(client.get_cookie("sitzung").value)
    assert set(content) <= {"second_step", "csrf_token"}
    with database.reading() as session:
        token = session.execute(sa.select(AccountToken)).scalar_one()
    assert token.token_hash not in content.values()


def test_two_browsers_may_be_half_way_at_once(client: PageClient, app: Flask, phone: Phone) -> None:
    half_sign_in(client)
    half_sign_in(new_client(app))
    with later():
        send(client, CODE, code=phone.code())
    assert is_signed_in(client)


def test_guessing_codes_is_stopped_per_account(client: PageClient, app: Flask, phone: Phone) -> None:
    half_sign_in(client)
    answers = [send(client, CODE, code="000000") for _ in range(throttle.SECOND_FACTOR.times + 1)]
    assert [answer.status_code for answer in answers] == [200] * throttle.SECOND_FACTOR.times + [429]
    elsewhere = new_client(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    with later():
        assert send(half_sign_in(elsewhere), CODE, code=phone.code()).status_code == 429
        assert not is_signed_in(elsewhere)
    with clock.stopped_at(clock.now() + throttle.SECOND_FACTOR.period):
        send(half_sign_in(client), CODE, code=phone.code())
        assert is_signed_in(client)


def test_patient_guessing_is_stopped_for_a_day(client: PageClient, app: Flask, phone: Phone) -> None:
    with app.app_context(), app.extensions["database"].reading():
        account = queries.find_account_by_mail(MAIL)
        for _ in range(throttle.SECOND_FACTOR_DAY.times):
            throttle.take(throttle.SECOND_FACTOR_DAY, str(account.id))
    response = send(half_sign_in(client), CODE, code=phone.code())
    assert response.status_code == 429
    assert "bis morgen" in response.text


def test_a_new_password_does_not_go_round_the_second_factor(client: PageClient, app: Flask, phone: Phone) -> None:
    half = half_sign_in(new_client(app))
    send(client, "/konto/passwort-vergessen", mail=MAIL)
    send(client, link_in_last_mail(app, MAIL), password=NEW_PASSWORD)
    assert try_sign_in(client, MAIL, NEW_PASSWORD).headers["Location"] == CODE
    assert not is_signed_in(client)
    assert half.get(CODE).headers["Location"] == "/konto/anmelden", "Das alte Passwort gilt auch halb nicht mehr."


def test_a_disabled_account_cannot_take_the_second_step(client: PageClient, database: Database, phone: Phone) -> None:
    half_sign_in(client)
    with database.unit_of_work():
        account = queries.find_account_by_mail(MAIL)
        account.disabled_at = clock.now()
    with later():
        send(client, CODE, page="/konto/anmelden", code=phone.code())
        assert not is_signed_in(client)


def test_signing_in_is_recorded_after_the_second_step(client: PageClient, database: Database, phone: Phone) -> None:
    def count() -> int:
        with database.reading() as session:
            signed_in = sa.select(AuditRecord).where(AuditRecord.action == "account.signed_in")
            return len(session.execute(signed_in).all())

    before = count()
    half_sign_in(client)
    assert count() == before
    with later():
        send(client, CODE, code=phone.code())
    assert count() == before + 1


# Recovery codes


@pytest.fixture
def codes(client: PageClient) -> list[str]:
    """Erika's recovery codes; the client is signed out."""
    sign_in(client, MAIL)
    _phone, codes = switch_on(client)
    send(client, "/konto/abmelden", page="/konto")
    return codes


def test_a_recovery_code_stands_in_for_the_app_once(client: PageClient, app: Flask, codes: list[str]) -> None:
    response = send(half_sign_in(client), RECOVERY, code=codes[0].upper().replace("-", " "))
    assert response.status_code == 303
    assert "übrigen Ersatzcodes: 9" in client.get_page("/konto").html
    assert "Zahl der übrigen Codes: 9" in mails_to(app, MAIL)[-1]
    other = half_sign_in(new_client(app))
    assert "stimmt nicht oder wurde schon benutzt" in send(other, RECOVERY, code=codes[0]).text
    assert not is_signed_in(other)
    assert send(other, RECOVERY, code=codes[1]).status_code == 303


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_of_two_who_send_one_code_at_once_one_succeeds(client: PageClient, app: Flask, kind: str) -> None:
    sign_in(client, MAIL)
    phone, codes = switch_on(client)
    # Other threads see the real time; the code of its next step is newer than that of the set-up, however they differ.
    address, code = (CODE, phone.code(datetime.now(UTC) + STEP)) if kind == "app" else (RECOVERY, codes[0])
    prepared = [(browser, csrf_token(half_sign_in(browser), address)) for browser in (new_client(app), new_client(app))]
    both_ready = threading.Barrier(2)

    def finish(browser: PageClient, token: str) -> int:
        both_ready.wait()
        return browser.post(address, data={"csrf_token": token, "code": code}).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(finish, *each) for each in prepared]]
    assert sorted(answers) == [200, 303]


def test_recovery_codes_are_stored_as_hashes(codes: list[str], database: Database) -> None:
    with database.reading() as session:
        stored = str(session.execute(sa.select(RecoveryCode.code_hash)).all())
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_the_code_of_somebody_else_is_no_good(client: PageClient, app: Flask, database: Database, codes) -> None:
    with database.unit_of_work():
        add_account("max@stadt.example", "Max Muster")
    max_ = sign_in(new_client(app), "max@stadt.example")
    _phone, foreign = switch_on(max_)
    response = send(half_sign_in(client), RECOVERY, code=foreign[0])
    assert "stimmt nicht" in response.text
    assert not is_signed_in(client)


def test_guessing_recovery_codes_is_stopped(client: PageClient, codes: list[str]) -> None:
    half_sign_in(client)
    answers = [send(client, RECOVERY, code="k7fm-2xqa-9pdc-hw4t") for _ in range(throttle.RECOVERY_CODE.times + 1)]
    assert answers[-1].status_code == 429
    assert {answer.status_code for answer in answers[:-1]} == {200}


def test_codes_are_renewed_with_password_and_code(client: PageClient, app: Flask) -> None:
    sign_in(client, MAIL)
    phone, old = switch_on(client)
    address = "/konto/zweiter-faktor/codes"
    with later():
        assert "nicht Ihr jetziges" in send(client, address, password="falsch", code=phone.code()).text
        assert "stimmt nicht" in send(client, address, password=PASSWORD, code="000000").text
        answer = send(client, address, password=PASSWORD, code=phone.code())
        new = codes_on(answer.text)
    assert not set(new) & set(old)
    other = half_sign_in(new_client(app))
    assert "stimmt nicht" in send(other, RECOVERY, code=old[0]).text
    assert send(other, RECOVERY, code=new[0]).status_code == 303


# Removal and loss


def test_removal_needs_password_and_code(client: PageClient, app: Flask) -> None:
    sign_in(client, MAIL)
    phone, codes = switch_on(client)
    address = "/konto/zweiter-faktor/ausschalten"
    with later():
        for password, code in (("falsch", phone.code()), (PASSWORD, "000000"), (PASSWORD, ""), ("", phone.code())):
            assert send(client, address, password=password, code=code).status_code == 200
        assert try_sign_in(new_client(app), MAIL).headers["Location"] == CODE
        assert send(client, address, password=PASSWORD, code=codes[3]).status_code == 303
    assert "wurde soeben ausgeschaltet" in mails_to(app, MAIL)[-1]
    sign_in(new_client(app), MAIL)


def test_an_admin_helps_who_lost_both(client: PageClient, app: Flask, database: Database, phone: Phone) -> None:
    with database.unit_of_work():
        add_account("admin@blaupause.example", "Ada Betrieb", is_site_admin=True)
        account_id = queries.find_account_by_mail(MAIL).id
    half = half_sign_in(new_client(app))
    admin = sign_in(client, "admin@blaupause.example")
    page = f"/verwaltung/personen/{account_id}"
    assert "Zweiten Faktor entfernen" in admin.get_page(page).text
    send(admin, f"{page}/rechte", page=page, aktion="zweiter-faktor-entfernen")
    assert "ohne zweiten Faktor" in admin.get_page(page).text
    assert "hat den zweiten Faktor Ihres Kontos" in mails_to(app, MAIL)[-1]
    assert half.get(CODE).headers["Location"] == "/konto/anmelden"
    sign_in(new_client(app), MAIL)
    with database.reading() as session:
        action = sa.select(AuditRecord.actor).where(AuditRecord.action == "person.second_factor_reset")
        assert session.execute(action).scalar_one().startswith("account:")


def test_an_admin_cannot_go_round_the_own_second_factor(client: PageClient, database: Database) -> None:
    with database.unit_of_work():
        account_id = add_account("admin@blaupause.example", "Ada Betrieb", is_site_admin=True).id
    sign_in(client, "admin@blaupause.example")
    switch_on(client)
    page = f"/verwaltung/personen/{account_id}"
    response = send(client, f"{page}/rechte", page=page, aktion="zweiter-faktor-entfernen")
    assert response.status_code == 400
    with database.reading() as session:
        assert session.get(SecondFactor, account_id) is not None


def test_the_operator_helps_from_the_command_line(app: Flask, phone: Phone) -> None:
    with app.app_context():
        result = CliRunner().invoke(blaupause, ["users", "reset-mfa", MAIL], catch_exceptions=False)
    assert result.exit_code == 0
    assert "hat den zweiten Faktor Ihres Kontos" in mails_to(app, MAIL)[-1]
    sign_in(new_client(app), MAIL)


def test_another_secret_of_the_installation_shuts_the_app_out_but_not_the_recovery_codes(
    client: PageClient, app: Flask
) -> None:
    sign_in(client, MAIL)
    phone, codes = switch_on(client)
    app.config["SECRET_KEY"] = "ein anderes Geheimnis der Installation"
    other = half_sign_in(new_client(app))
    with later():
        response = send(other, CODE, code=phone.code())
    assert response.status_code == 200
    assert "lassen sich gerade nicht prüfen" in response.text
    assert not is_signed_in(other)
    assert send(other, RECOVERY, code=codes[0]).status_code == 303


def test_without_the_libraries_nobody_gets_round_the_second_factor(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, phone: Phone
) -> None:
    monkeypatch.setitem(sys.modules, "pyotp", None)
    with later():
        response = send(half_sign_in(client), CODE, code=phone.code())
    assert "kann diese Website gerade nicht prüfen" in response.text
    assert not is_signed_in(client)


def test_without_the_libraries_it_is_not_offered(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client, MAIL)
    monkeypatch.setitem(sys.modules, "segno", None)
    assert "nicht eingerichtet" in client.get_page("/konto/zweiter-faktor").text


def test_own_data_says_that_it_is_on_but_not_the_secret(client: PageClient) -> None:
    sign_in(client, MAIL)
    switch_on(client)
    response = client.get("/konto/daten.json")
    assert response.json["daten"]["second_factor"][0]["confirmed_at"]
    assert response.json["daten"]["recovery_code"] == [{"left": 10}]
    assert "secret" not in response.text


def test_erasing_an_account_takes_its_second_factor_along(client: PageClient, database: Database) -> None:
    sign_in(client, MAIL)
    switch_on(client)
    send(client, "/konto/daten/loeschen", page="/konto/daten", password=PASSWORD)
    with database.reading() as session:
        assert session.execute(sa.select(SecondFactor)).first() is None
        assert session.execute(sa.select(RecoveryCode)).first() is None


def test_half_sessions_are_dropped_after_their_time(client: PageClient, app: Flask, database, phone: Phone) -> None:
    half_sign_in(client)
    with (
        clock.stopped_at(clock.now() + timedelta(minutes=11)), app.app_context(), database.unit_of_work()
    ):  # fmt: skip
        retention.apply_retention()
    with database.reading() as session:
        assert session.execute(sa.select(AccountToken)).first() is None


# Duty


@pytest.fixture
def strict(settings: Settings, app: Flask) -> Iterator[Flask]:
    """The site with a second factor for guides and the site administration, on the same database."""
    roles = (RoleWithDuty.GUIDE, RoleWithDuty.SITE_ADMIN)
    strict = create_app(settings.model_copy(update={"mfa_required_roles": roles}))
    yield strict
    strict.extensions["database"].engine.dispose()


GUIDE, ADMIN = "lotse@land.example", "admin@blaupause.example"


@pytest.fixture
def _people(database: Database) -> None:
    with database.unit_of_work():
        add_guide(Remit("09"))
        add_account(ADMIN, "Ada Betrieb", is_site_admin=True)


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize("mail", [GUIDE, ADMIN])
def test_who_has_the_duty_can_do_nothing_else_before_the_set_up(strict: Flask, mail: str) -> None:
    client = sign_in(new_client(strict), mail)
    for rule in strict.url_map.iter_rules():
        view = strict.view_functions[rule.endpoint]
        if "GET" in (rule.methods or set()) and not rule.arguments and view.access != "public":
            response = client.get(rule.rule)
            allowed = rule.rule.startswith("/konto/zweiter-faktor") and response.status_code == 200
            allowed = allowed or (mail == GUIDE and response.status_code == 403)
            assert allowed or response.headers.get("Location") == "/konto/zweiter-faktor", rule.rule
    assert client.get("/").headers["Location"] == "/konto/zweiter-faktor"
    assert client.get("/datenschutz").status_code == 200
    answer = send(client, "/konto/name", page="/konto/zweiter-faktor", name="Anders")
    assert answer.headers["Location"] == "/konto/zweiter-faktor"
    assert "Pflicht" in client.get_page("/konto/zweiter-faktor").text
    switch_on(client)
    assert client.get("/konto").status_code == 200
    assert client.get("/").status_code == 200
    assert "Anders" not in client.get("/konto").text


@pytest.mark.usefixtures("_people")
def test_others_have_no_duty(strict: Flask) -> None:
    assert sign_in(new_client(strict), MAIL).get("/konto").status_code == 200


@pytest.mark.usefixtures("_people")
def test_the_way_out_stays_open(strict: Flask) -> None:
    client = sign_in(new_client(strict), GUIDE)
    send(client, "/konto/abmelden", page="/konto/zweiter-faktor")
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("_people")
def test_whoever_becomes_a_guide_is_asked_at_once(strict: Flask, database: Database) -> None:
    client = sign_in(new_client(strict), MAIL)
    with database.unit_of_work():
        account = queries.find_account_by_mail(MAIL)
        account.is_site_admin = True
    assert client.get("/konto").headers["Location"] == "/konto/zweiter-faktor"


@pytest.mark.usefixtures("_people")
def test_who_must_have_one_is_told_when_switching_it_off(strict: Flask) -> None:
    client = sign_in(new_client(strict), GUIDE)
    _phone, codes = switch_on(client)
    address = "/konto/zweiter-faktor/ausschalten"
    assert "Pflicht" in client.get_page(address).text
    send(client, address, password=PASSWORD, code=codes[0])
    assert client.get("/konto").headers["Location"] == "/konto/zweiter-faktor"
