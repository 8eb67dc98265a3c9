"""Signing in through a real provider of OpenID Connect: first time, linking, unlinking, what must not happen."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.accounts import queries, retention
from marketplace.accounts.models import Account
from marketplace.accounts.oidc.flow import LIFETIME
from marketplace.accounts.oidc.models import LinkedIdentity, OpenIdentity
from marketplace.accounts.oidc.service import OPEN_FOR
from marketplace.accounts.sessions import NEW_FOR
from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core import clock
from marketplace.core.db import Database
from tests.factories.accounts import PASSWORD, add_account
from tests.support.client import PageClient
from tests.support.oidc import NAME, provider_at, running_provider, sign_in_at
from tests.support.oidc_browser import FINISH, START, come_back, go, start
from tests.support.page import check
from tests.support.people import heading, link_in_last_mail, mails_to, new_client, send, sign_in, try_sign_in
from tests.support.second_factor import STEP, switch_on

MAIL = "erika@weisendorf.example"
NEW = "neu@stadt.example"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A real provider that knows the site."""
    with running_provider("http://127.0.0.1:5000") as issuer:
        yield issuer


@pytest.fixture
def settings(settings: Settings, issuer: str) -> Settings:
    """The settings with the real provider."""
    return settings.model_copy(update={"oidc_providers": (provider_at(issuer),)})


@pytest.fixture(autouse=True)
def _erika(database: Database) -> None:
    with database.unit_of_work():
        add_account()


def is_signed_in(client: PageClient) -> bool:
    return client.get("/konto").status_code == 200


def link(client: PageClient, login: str = "erika") -> None:
    """Link an identity to the account that is signed in just now."""
    assert go(client, login).headers["Location"] == "/konto/zugang"
    assert send(client, "/konto/zugang/verbinden", page="/konto/zugang").headers["Location"] == "/konto"


def linked_to(database: Database, mail: str) -> list[str]:
    with database.reading() as session:
        rows = sa.select(LinkedIdentity.subject).join(Account, Account.id == LinkedIdentity.account_id)
        return list(session.execute(rows.where(Account.mail == mail)).scalars())


# On the way


def test_the_sign_in_page_offers_the_service(client: PageClient) -> None:
    page = client.get_page("/konto/anmelden?weiter=/konto/daten")
    assert page.link(f"Mit {NAME} anmelden") == f"{START}?weiter=/konto/daten"


def test_what_goes_to_the_service_is_what_the_standard_asks_for(client: PageClient, issuer: str) -> None:
    address = start(client)
    assert address.startswith(issuer)
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == f"http://127.0.0.1:5000{START}/zurueck"
    assert len(query["state"]) >= 43
    assert len(query["nonce"]) >= 43
    assert query["state"] != query["nonce"]


def test_starting_changes_nothing_and_each_start_is_different(client: PageClient, database: Database) -> None:
    addresses = {start(client) for _ in range(3)}
    assert len(addresses) == 3
    with database.reading() as session:
        assert session.execute(sa.select(OpenIdentity)).first() is None


def test_coming_back_changes_nothing_before_the_button(client: PageClient, database: Database) -> None:
    back = urlsplit(sign_in_at(start(client), "erika"))
    for _ in range(2):
        response = client.get(f"{back.path}?{back.query}")
        assert heading(response) == "Anmeldung abschließen"
    assert not is_signed_in(client)
    with database.reading() as session:
        assert session.execute(sa.select(OpenIdentity)).first() is None


# The first time


def test_somebody_with_an_account_signs_in_to_it_and_links(client: PageClient, app: Flask, database: Database) -> None:
    assert go(client).headers["Location"] == "/konto/zugang"
    page = client.get_page("/konto/zugang")
    assert page.heading == "Mit welchem Konto verbinden?"
    assert not is_signed_in(client)
    wanted = page.link("Mit Passwort anmelden")
    assert wanted == "/konto/anmelden?weiter=/konto/zugang"
    response = try_sign_in(client, MAIL, weiter="/konto/zugang")
    assert response.headers["Location"] == "/konto/zugang"
    assert linked_to(database, MAIL) == [], "Erst nach der Frage."
    page = client.get_page("/konto/zugang")
    assert page.heading == "Zugang verbinden"
    assert "Erika Beispiel" in page.text
    send(client, "/konto/zugang/verbinden", page="/konto/zugang")
    assert linked_to(database, MAIL) == ["erika"]
    assert f"auch über {NAME} anmelden" in mails_to(app, MAIL)[-1]
    other = new_client(app)
    assert go(other, weiter="/konto/daten").headers["Location"] == "/konto/daten"
    assert "Erika Beispiel" in other.get("/konto").text


def test_with_a_second_factor_both_steps_come_before_linking(
    client: PageClient, app: Flask, database: Database
) -> None:
    now = clock.now().replace(second=15, microsecond=0)
    with clock.stopped_at(now):
        phone, _codes = switch_on(sign_in(new_client(app), MAIL))
    with clock.stopped_at(now + 2 * STEP):
        go(client)
        step = try_sign_in(client, MAIL, weiter="/konto/zugang").headers["Location"]
        assert step == "/konto/anmelden/code?weiter=/konto/zugang"
        refused = send(client, "/konto/zugang/verbinden", page="/konto/zugang", password=PASSWORD)
        assert refused.headers["Location"].startswith("/konto/anmelden")
        assert linked_to(database, MAIL) == []
        answer = send(client, step, code=phone.code())
        assert answer.headers["Location"] == "/konto/zugang"
        send(client, "/konto/zugang/verbinden", page="/konto/zugang")
    assert linked_to(database, MAIL) == ["erika"]


def test_the_service_does_not_replace_the_second_factor(client: PageClient, app: Flask) -> None:
    now = clock.now().replace(second=15, microsecond=0)
    with clock.stopped_at(now):
        sign_in(client, MAIL)
        phone, _codes = switch_on(client)
        link(client)
    with clock.stopped_at(now + 2 * STEP):
        other = new_client(app)
        assert go(other, weiter="/konto/daten").headers["Location"] == "/konto/anmelden/code?weiter=/konto/daten"
        assert not is_signed_in(other)
        send(other, "/konto/anmelden/code", code=phone.code())
        assert is_signed_in(other)


def test_somebody_new_gets_an_account_with_our_own_mail(client: PageClient, app: Flask, database: Database) -> None:
    go(client, f"nuri {NEW}")
    assert f'value="{NEW}"' in client.get("/konto/zugang").text
    answer = send(client, "/konto/zugang/neu", page="/konto/zugang", mail=NEW)
    assert heading(answer) == "Bitte sehen Sie in Ihr Postfach"
    assert linked_to(database, NEW) == []
    address = link_in_last_mail(app, NEW)
    page = client.get_page(address)
    assert "Ein Passwort brauchen Sie nicht" in page.text
    assert 'value="Name von nuri"' in page.html
    response = send(client, f"{address}/mit-zugang", page=address, name="Nuri Neu")
    assert response.headers["Location"] == "/konto/organisation"
    assert linked_to(database, NEW) == ["nuri"]
    other = new_client(app)
    go(other, "nuri")
    assert "Nuri Neu" in other.get("/konto").text
    assert "nicht gesetzt" in other.get_page("/konto").text


def test_the_mail_opened_elsewhere_makes_an_ordinary_account(
    client: PageClient, app: Flask, database: Database
) -> None:
    """Otherwise somebody could put an identity of their own on the account of whoever opens the mail."""
    go(client, "boese")
    send(client, "/konto/zugang/neu", page="/konto/zugang", mail=NEW)
    victim, address = new_client(app), link_in_last_mail(app, NEW)
    assert "Passwort brauchen Sie nicht" not in victim.get(address).text
    response = send(victim, f"{address}/mit-zugang", page=address, name="Opfer")
    assert response.headers["Location"] == address
    send(victim, address, name="Opfer", password="Sieben Raben im Birnbaum")
    assert linked_to(database, NEW) == []
    assert go(client, "boese").headers["Location"] == "/konto/zugang"
    assert not is_signed_in(client)


def test_an_identity_left_behind_is_not_linked_to_the_next_person(client: PageClient, app: Flask, database) -> None:
    go(client, "vorige")
    send(client, "/konto/registrieren", mail=NEW)
    address = link_in_last_mail(app, NEW)
    assert "Passwort brauchen Sie nicht" not in client.get(address).text
    assert send(client, f"{address}/mit-zugang", page=address, name="Nuri").headers["Location"] == address
    assert linked_to(database, NEW) == []


def test_an_address_alone_links_nothing(client: PageClient, app: Flask, database: Database) -> None:
    """The service says that this is Erika's address, confirmed; that is no proof."""
    assert go(client, f"fremd {MAIL}").headers["Location"] == "/konto/zugang"
    assert not is_signed_in(client)
    send(client, "/konto/zugang/neu", page="/konto/zugang", mail=MAIL)
    assert "Sie haben aber schon eines" in mails_to(app, MAIL)[-1]
    assert linked_to(database, MAIL) == []


def test_no_answer_tells_whether_an_address_has_an_account(client: PageClient, app: Flask) -> None:
    answers = []
    for mail in (MAIL, "niemand@stadt.example"):
        browser = new_client(app)
        landing = go(browser, f"wer {mail}")
        page = browser.get("/konto/zugang").text
        sent = send(browser, "/konto/zugang/neu", page="/konto/zugang", mail=mail)
        texts = [landing.headers["Location"], page, str(sent.status_code), sent.text]
        answers.append([line for text in texts for line in text.replace(mail, "").split("\n") if "csrf" not in line])
    assert answers[0] == answers[1]


def test_asking_for_an_account_is_throttled(client: PageClient) -> None:
    go(client, "nuri")
    answers = [
        send(client, "/konto/zugang/neu", page="/konto/zugang", mail=f"a{number}@stadt.example").status_code
        for number in range(31)
    ]
    assert answers[-1] == 429


# Linking and unlinking


def test_linking_from_the_account_asks_for_the_password_again_after_a_while(
    client: PageClient, database: Database
) -> None:
    now = clock.now()
    with clock.stopped_at(now):
        sign_in(client, MAIL)
    with clock.stopped_at(now + NEW_FOR):
        assert client.get_page("/konto").link(f"{NAME} verbinden") == START
        go(client)
        wrong = send(client, "/konto/zugang/verbinden", page="/konto/zugang", password="falsch falsch")
        assert "nicht Ihr jetziges Passwort" in wrong.text
        assert linked_to(database, MAIL) == []
        send(client, "/konto/zugang/verbinden", page="/konto/zugang", password=PASSWORD)
    assert linked_to(database, MAIL) == ["erika"]


def test_an_identity_belongs_to_one_account(client: PageClient, app: Flask, database: Database) -> None:
    with database.unit_of_work():
        add_account("max@stadt.example", "Max Muster")
    link(sign_in(client, MAIL))
    max_ = sign_in(new_client(app), "max@stadt.example")
    response = go(max_)
    assert response.status_code == 400
    assert "schon mit einem anderen Konto verbunden" in response.text
    assert linked_to(database, "max@stadt.example") == []


def test_two_browsers_with_the_same_new_identity(client: PageClient, app: Flask, database: Database) -> None:
    with database.unit_of_work():
        add_account("max@stadt.example", "Max Muster")
    max_ = sign_in(new_client(app), "max@stadt.example")
    go(sign_in(client, MAIL))
    go(max_)
    send(client, "/konto/zugang/verbinden", page="/konto/zugang")
    response = send(max_, "/konto/zugang/verbinden", page="/konto/zugang")
    assert "schon mit einem Konto verbunden" in response.text
    assert linked_to(database, "max@stadt.example") == []


def test_unlinking_asks_for_the_password_and_is_told_by_mail(client: PageClient, app: Flask, database) -> None:
    link(sign_in(client, MAIL))
    address = client.get_page("/konto").link("Trennen")
    assert "nicht Ihr jetziges" in send(client, address, password="falsch falsch").text
    assert linked_to(database, MAIL) == ["erika"]
    send(client, address, password=PASSWORD)
    assert linked_to(database, MAIL) == []
    assert "nicht mehr möglich" in mails_to(app, MAIL)[-1]
    assert go(new_client(app)).headers["Location"] == "/konto/zugang"


def new_account(client: PageClient, app: Flask) -> None:
    go(client, "nuri")
    send(client, "/konto/zugang/neu", page="/konto/zugang", mail=NEW)
    address = link_in_last_mail(app, NEW)
    send(client, f"{address}/mit-zugang", page=address, name="Nuri Neu")


def test_the_last_way_in_stays_until_there_is_a_password(client: PageClient, app: Flask, database: Database) -> None:
    new_account(client, app)
    address = client.get_page("/konto").link("Trennen")
    refused = send(client, address, password="irgendetwas")
    assert "Ohne diesen Zugang kämen Sie nicht mehr in Ihr Konto" in refused.text
    assert linked_to(database, NEW) == ["nuri"]
    send(client, "/konto/passwort/setzen", page="/konto")
    send(new_client(app), link_in_last_mail(app, NEW), password=PASSWORD)
    sign_in(client, NEW)
    send(client, address, password=PASSWORD)
    assert linked_to(database, NEW) == []


def test_without_a_password_one_is_told_to_set_one(client: PageClient, app: Flask) -> None:
    new_account(client, app)
    response = send(client, "/konto/daten/loeschen", page="/konto/daten", password="irgendetwas")
    assert "noch kein Passwort" in response.text
    assert "zuerst ein Passwort" in client.get_page("/konto/zweiter-faktor").text


def test_the_identity_of_somebody_else_cannot_be_unlinked(client: PageClient, app: Flask, database: Database) -> None:
    with database.unit_of_work():
        add_account("max@stadt.example", "Max Muster")
    link(sign_in(client, MAIL))
    address = client.get_page("/konto").link("Trennen")
    max_ = sign_in(new_client(app), "max@stadt.example")
    assert max_.get(address).status_code == 404
    assert send(max_, address, page="/konto/name", password=PASSWORD).status_code == 404
    assert linked_to(database, MAIL) == ["erika"]


def test_one_may_go_on_without_linking(client: PageClient, database: Database) -> None:
    go(client)
    send(client, "/konto/zugang/verwerfen", page="/konto/zugang")
    assert client.get("/konto/zugang").headers["Location"] == "/konto/anmelden"
    with database.reading() as session:
        assert session.execute(sa.select(OpenIdentity)).first() is None


def test_an_open_identity_expires(client: PageClient, app: Flask, database: Database) -> None:
    go(client)
    with clock.stopped_at(clock.now() + OPEN_FOR):
        assert client.get("/konto/zugang").headers["Location"] == "/konto/anmelden"
        assert send(client, "/konto/zugang/neu", page="/konto/anmelden", mail=NEW).status_code == 303
        with app.app_context(), database.unit_of_work():
            retention.apply_retention()
    with database.reading() as session:
        assert session.execute(sa.select(OpenIdentity)).first() is None


# What must not happen


def test_breaking_off_at_the_service_is_no_error(client: PageClient) -> None:
    response = come_back(client, sign_in_at(start(client), "erika", button="cancel"))
    assert response.status_code == 200
    assert "Die Anmeldung wurde abgebrochen" in response.text
    assert not is_signed_in(client)


def test_an_answer_works_once(client: PageClient, app: Flask) -> None:
    link(sign_in(client, MAIL))
    browser = new_client(app)
    back = urlsplit(sign_in_at(start(browser), "erika"))
    before = browser.get_cookie("sitzung")
    assert before is not None
    page = check("x", browser.get(f"{back.path}?{back.query}").text)
    fields = {f.get("name"): f.get("value") for f in page.all("input") if f.get("type") == "hidden"}
    after = browser.get_cookie("sitzung")
    assert after is not None
    assert browser.post(FINISH, data=fields).headers["Location"] == "/konto"
    thief = new_client(app)
    thief.set_cookie("sitzung", after.value)
    response = thief.post(FINISH, data=fields)
    assert response.status_code == 410
    assert "gilt nicht mehr" in response.text
    assert not is_signed_in(thief)


def test_an_answer_is_bound_to_the_browser_that_began(client: PageClient, app: Flask) -> None:
    """Otherwise somebody could sign others in to an account of their own."""
    back = sign_in_at(start(client), "boese")
    victim = new_client(app)
    response = come_back(victim, back)
    assert response.status_code == 410
    start(victim)
    assert come_back(victim, back).status_code == 410
    assert "open_identity" not in str(victim.get("/konto/zugang").headers)


def test_an_answer_that_comes_too_late_is_refused(client: PageClient) -> None:
    back = sign_in_at(start(client), "erika")
    with clock.stopped_at(clock.now() + LIFETIME):
        assert come_back(client, back).status_code == 410


def test_a_made_up_code_is_refused(client: PageClient) -> None:
    query = parse_qs(urlsplit(start(client)).query)
    response = come_back(client, f"http://x{START}/zurueck?code=erfunden&state={query['state'][0]}")
    assert response.status_code == 502
    assert "ließ sich nicht prüfen" in response.text


@pytest.mark.parametrize("query", ["", "code=x", "state=x", "code=x&state=", "state=x&code=%ED%A0%80", "error=x"])
def test_nonsense_gets_a_page(client: PageClient, query: str) -> None:
    start(client)
    assert come_back(client, f"http://x{START}/zurueck?{query}").status_code == 410


def test_the_answer_of_another_issuer_is_refused(client: PageClient) -> None:
    back = sign_in_at(start(client), "erika")
    assert come_back(client, back.replace("iss=", "iss=https%3A%2F%2Fboese.example&x=")).status_code == 410


def test_a_disabled_account_stays_closed(client: PageClient, app: Flask, database: Database) -> None:
    link(sign_in(client, MAIL))
    with database.unit_of_work():
        account = queries.find_account_by_mail(MAIL)
        account.disabled_at = clock.now()
    browser = new_client(app)
    response = go(browser)
    assert response.status_code == 400
    assert "gerade nicht anmelden" in response.text
    assert not is_signed_in(browser)


@pytest.mark.parametrize("path", ["https://boese.example", "//boese.example", "/\\boese.example", "/" + "x" * 600])
def test_it_leads_to_this_site_only(client: PageClient, app: Flask, path: str) -> None:
    link(sign_in(client, MAIL))
    assert go(new_client(app), weiter=path).headers["Location"] == "/konto"


def test_going_back_after_signing_in_leads_on(client: PageClient, app: Flask) -> None:
    link(sign_in(client, MAIL))
    browser = new_client(app)
    back = sign_in_at(start(browser), "erika")
    come_back(browser, back)
    assert come_back(browser, back).headers["Location"] == "/konto"


def test_starting_again_and_again_is_stopped(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"rate_limits_enabled": True}))
    client = new_client(app)
    answers = [client.get("/konto/anmelden/mit/anderer").status_code for _ in range(61)]
    assert answers == [404] * 60 + [429]
    app.extensions["database"].engine.dispose()


def test_an_unknown_service_is_not_found(client: PageClient) -> None:
    for path in ("/konto/anmelden/mit/anderer", "/konto/anmelden/mit/anderer/zurueck"):
        assert client.get(path).status_code == 404


def test_own_data_names_the_linked_service(client: PageClient, issuer: str) -> None:
    link(sign_in(client, MAIL))
    rows = client.get("/konto/daten.json").json["daten"]["linked_identity"]
    assert [(row["issuer"], row["subject"]) for row in rows] == [(issuer, "erika")]


def test_erasing_an_account_frees_the_identity(client: PageClient, app: Flask, database: Database) -> None:
    link(sign_in(client, MAIL))
    go(new_client(app), f"andere {MAIL}")
    send(client, "/konto/daten/loeschen", page="/konto/daten", password=PASSWORD)
    with database.reading() as session:
        assert session.execute(sa.select(LinkedIdentity)).first() is None
        assert session.execute(sa.select(OpenIdentity)).first() is None


def test_a_service_that_is_gone_can_still_be_unlinked(client: PageClient, settings: Settings, issuer: str) -> None:
    link(sign_in(client, MAIL))
    without = create_app(settings.model_copy(update={"oidc_providers": ()}))
    browser = sign_in(new_client(without), MAIL)
    page = browser.get_page("/konto")
    assert issuer in page.text
    assert send(browser, page.link("Trennen"), password=PASSWORD).status_code == 303
    without.extensions["database"].engine.dispose()


def test_without_providers_there_is_nothing_of_it(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"oidc_providers": ()}))
    client = new_client(app)
    assert "Dienst anmelden" not in client.get("/konto/anmelden").text
    assert client.get(START).status_code == 404
    assert "Andere Zugänge" not in sign_in(client, MAIL).get("/konto").text
    app.extensions["database"].engine.dispose()


def test_the_cookie_on_the_way_holds_no_person_and_dies_with_signing_in(client: PageClient, app: Flask) -> None:
    link(sign_in(client, MAIL))
    browser = new_client(app)
    with clock.stopped_at(clock.now() + timedelta(seconds=1)):
        go(browser)
    interface = app.session_interface.get_signing_serializer(app)
    assert interface is not None
    cookie = browser.get_cookie("sitzung")
    assert cookie is not None
    assert set(interface.loads(cookie.value)) <= {"_user_id", "_fresh", "csrf_token"}
