"""The pages of notices, as people and mail programs use them."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.accounts.models import Account
from marketplace.core import db
from marketplace.core.db import Database
from marketplace.mail.senders import MemorySender
from marketplace.notifications import queries, unsubscribe
from marketplace.notifications.kinds import DEFAULTS, Frequency, NoticeKind
from tests.factories.people import add_person, sign_in
from tests.notifications.conftest import KIND, OTHER_KIND, Choose, Tell, notices
from tests.support.client import PageClient
from tests.support.page import text_of

LIST = "/konto/mitteilungen"
SETTINGS = f"{LIST}/einstellungen"


@pytest.fixture
def signed_in(app: Flask, database: Database, client: PageClient, reader: Account) -> PageClient:
    """A browser in which the reader is signed in."""
    with app.app_context(), database.unit_of_work():
        sign_in(client, db.session().merge(reader))
    return client


def token_on(client: PageClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def send(client: PageClient, path: str, **fields: str) -> int:
    return client.post(path, data={"csrf_token": token_on(client, LIST), **fields}).status_code


Chosen = Callable[[], dict[NoticeKind, Frequency]]


@pytest.fixture
def chosen(database: Database, reader: Account) -> Chosen:
    """What the reader has chosen at present."""

    def chosen() -> dict[NoticeKind, Frequency]:
        with database.reading():
            return queries.preferences(reader.id or 0)

    return chosen


def test_nothing_yet(signed_in: PageClient) -> None:
    page = signed_in.get_page(LIST)
    assert "Sie haben alles gelesen." in page.text
    assert [text_of(button) for button in page.one("main").iter() if button.tag.endswith("button")] == []


def test_reading_a_notice(signed_in: PageClient, tell: Tell, database: Database) -> None:
    older, newer = tell("Ältere Neuigkeit"), tell("Neuere Neuigkeit", link="/handlungsfelder")
    page = signed_in.get_page(LIST)
    assert "2 Mitteilungen haben Sie noch nicht gelesen." in page.text
    assert page.text.index("Neuere") < page.text.index("Ältere")
    assert "Mitteilungen (2 neue)" in text_of(page.one("header"))
    assert [notice.read_at for notice in notices(database)] == [None, None], "Ein Abruf ändert nichts."
    response = signed_in.post(f"{LIST}/{newer}/oeffnen", data={"csrf_token": token_on(signed_in, LIST)})
    assert (response.status_code, response.location) == (303, "/handlungsfelder")
    page = signed_in.get_page(LIST)
    assert "Eine Mitteilung haben Sie noch nicht gelesen." in page.text
    assert [bool(notice.read_at) for notice in notices(database)] == [False, True]
    assert older != newer


def test_reading_everything(signed_in: PageClient, tell: Tell) -> None:
    tell("Eins")
    tell("Zwei")
    assert send(signed_in, f"{LIST}/gelesen") == 303
    page = signed_in.get_page(LIST)
    assert "Alle Mitteilungen sind als gelesen markiert." in page.text
    assert "Sie haben alles gelesen." in page.text


def test_a_long_list_has_pages(signed_in: PageClient, tell: Tell) -> None:
    for number in range(queries.PAGE_SIZE + 1):
        tell(f"Neuigkeit {number}.")
    assert "Neuigkeit 0." not in signed_in.get_page(LIST).text
    second = signed_in.get_page(f"{LIST}?seite=2")
    assert "Neuigkeit 0." in second.text
    for odd in ("3", "99999999999999999999", "0", "-1", "x", "٢"):
        signed_in.get_page(f"{LIST}?seite={odd}")


def test_choosing_how_often_mail_comes(signed_in: PageClient, chosen: Chosen) -> None:
    page = signed_in.get_page(SETTINGS)
    fields = {select.get("name") or "": select for select in page.all("select")}
    assert len(fields) == len(NoticeKind)
    preset = [
        option.get("value") for option in fields["mitglied_entscheidung"].iter() if option.get("selected") is not None
    ]
    assert preset == [DEFAULTS[KIND].value]
    unchanged = {kind.value.replace("-", "_"): frequency.value for kind, frequency in DEFAULTS.items()}
    changed = {**unchanged, "mitglied_entscheidung": "nie", "mitglied_anfrage": "woechentlich"}
    assert send(signed_in, SETTINGS, **changed) == 303
    assert chosen() == {**DEFAULTS, KIND: Frequency.NEVER, OTHER_KIND: Frequency.WEEKLY}


@pytest.mark.parametrize("fields", [{}, {"mitglied_entscheidung": "stündlich", "mitglied_anfrage": "nie"}])
def test_a_wrong_choice_changes_nothing(signed_in: PageClient, chosen: Chosen, fields: dict[str, str]) -> None:
    assert send(signed_in, SETTINGS, **fields) == 200
    assert chosen() == DEFAULTS


def test_without_a_token_nothing_is_changed(signed_in: PageClient, tell: Tell, database: Database) -> None:
    notice_id = tell()
    for path in (f"{LIST}/gelesen", f"{LIST}/{notice_id}/oeffnen", SETTINGS):
        assert signed_in.post(path, data={"mitglied_entscheidung": "nie"}).status_code == 400
    assert notices(database)[0].read_at is None


def test_strangers_are_led_to_the_sign_in(client: PageClient, tell: Tell) -> None:
    tell()
    for path in (LIST, SETTINGS):
        response = client.get(path)
        assert response.status_code == 303
        assert response.location.startswith("/konto/anmelden")


def test_nobody_opens_the_notice_of_somebody_else(
    app: Flask, database: Database, client: PageClient, tell: Tell
) -> None:
    notice_id = tell("Nur für Kim")
    with app.app_context(), database.unit_of_work():
        sign_in(client, add_person("Fremde Verwaltung", is_site_admin=True))
    assert "Nur für Kim" not in client.get_page(LIST).text
    for number in (notice_id, 4711):
        response = client.post(f"{LIST}/{number}/oeffnen", data={"csrf_token": token_on(client, SETTINGS)})
        assert response.status_code == 404
        assert "Diese Mitteilung gibt es nicht mehr." in response.text
    assert notices(database)[0].read_at is None


def link_in(sender: MemorySender) -> str:
    header = str(sender.sent[-1]["List-Unsubscribe"])
    assert header.startswith("<http://127.0.0.1:5000/")
    return header.removeprefix("<http://127.0.0.1:5000").removesuffix(">")


def test_unsubscribing_without_signing_in(client: PageClient, tell: Tell, sender: MemorySender, chosen: Chosen) -> None:
    tell()
    link = link_in(sender)
    page = client.get_page(link)
    assert KIND.label in page.text
    assert OTHER_KIND.label not in page.text
    assert chosen() == DEFAULTS, "Mailscanner rufen jeden Link auf; das darf nichts ändern."
    for _ in range(2):
        response = client.post(link)
        assert response.status_code == 200
        assert "abbestellt" in response.text
    assert chosen() == {**DEFAULTS, KIND: Frequency.NEVER}
    assert "schon" not in client.get_page(link).heading
    tell()
    assert len(sender.sent) == 1


def test_mail_programs_unsubscribe_with_one_click(
    client: PageClient, tell: Tell, sender: MemorySender, chosen: Chosen
) -> None:
    tell()
    response = client.post(
        link_in(sender), data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert chosen()[KIND] is Frequency.NEVER


def test_unsubscribing_from_a_digest_ends_all_that_comes_with_it(
    app: Flask, client: PageClient, reader: Account, choose: Choose, *, chosen: Chosen
) -> None:
    choose(Frequency.DAILY)
    choose(Frequency.WEEKLY, OTHER_KIND)
    with app.app_context():
        link = unsubscribe.link_for(reader.id or 0, Frequency.DAILY.value).removeprefix("http://127.0.0.1:5000")
    assert KIND.label in client.get_page(link).text
    client.post(link)
    daily = [kind for kind, frequency in DEFAULTS.items() if frequency is Frequency.DAILY]
    assert chosen() == {**DEFAULTS, **dict.fromkeys([*daily, KIND], Frequency.NEVER), OTHER_KIND: Frequency.WEEKLY}
    assert "schon abbestellt" in client.get_page(link).text


def forged(app: Flask, reader: Account) -> list[str]:
    with app.app_context():
        good = unsubscribe.link_for(reader.id or 0, KIND.value).rpartition("/")[2]
        gone = unsubscribe.link_for(4711, KIND.value).rpartition("/")[2]
        odd = [
            unsubscribe._serializer().dumps(value) for value in ([reader.id, "nichts"], [1], 7, None, ["x", "y", "z"])
        ]
        odd.append(unsubscribe._serializer().dumps([reader.id, ["liste"]]))
    return [good[:-1], good[1:], "x", "%F0%9F%98%80", "x" * 5000, gone, *odd]


def test_a_link_that_is_not_ours_changes_nothing(
    app: Flask, client: PageClient, reader: Account, chosen: Chosen
) -> None:
    for token in forged(app, reader):
        for method in (client.get, client.post):
            response = method(f"{LIST}/abbestellen/{token}")
            assert response.status_code == 404, token
            assert "Dieser Link gilt nicht mehr." in response.text
    assert chosen() == DEFAULTS


def test_private_pages_are_kept_nowhere(signed_in: PageClient, tell: Tell, sender: MemorySender) -> None:
    tell()
    for path in (LIST, SETTINGS, link_in(sender)):
        response = signed_in.get(path)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
