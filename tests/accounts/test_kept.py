"""What is sent after the session has ended is kept over the sign-in, for whoever got the form, whatever form it is."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select
from werkzeug.test import TestResponse

from marketplace.accounts import kept
from marketplace.accounts.models import AccountSession, KeptForm
from marketplace.config import ROOT
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.reuse.models import ReuseEvent, ReuseRequest
from tests.factories.accounts import PASSWORD, add_account, add_membership, password_hash
from tests.factories.reuse import make_world, send_request
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import new_client, sign_in

ASKS = "wiebke.rathaus@example.org"
WORDS = "Wir haben uns anders entschieden, weil das Geld fehlt."


@pytest.fixture
def step(app: Flask, database: Database) -> str:
    """The page on which the asking side of a request withdraws it."""
    with app.app_context(), database.unit_of_work():
        world = make_world()
        world.asks.password_hash = password_hash()
        add_membership(add_account("kollege@weisendorf.example", "Kai Kollege"), world.taker)
        return f"/anfragen/{send_request(world).public_id}/schritt/withdraw"


def end_sessions(database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(sa.delete(AccountSession))


def rows(database: Database) -> list[KeptForm]:
    with database.reading() as session:
        return list(session.exec(select(KeptForm)))


def wanted(answer: TestResponse) -> str:
    """Where the sign-in leads afterwards."""
    address = urlsplit(answer.headers["Location"])
    assert address.path == "/konto/anmelden"
    return parse_qs(address.query).get("weiter", [""])[0]


def withdraw_too_late(app: Flask, database: Database, step: str) -> tuple[PageClient, TestResponse]:
    client = sign_in(new_client(app), ASKS)
    page = client.get_page(step)
    end_sessions(database)
    return client, forms.send(client, page, "Zurückziehen", {"note": WORDS})


def test_words_of_a_step_are_sent_after_signing_in(app: Flask, database: Database, step: str) -> None:
    client, answer = withdraw_too_late(app, database, step)
    there = wanted(answer)
    with database.reading() as session:
        assert session.exec(select(ReuseRequest)).one().state == "angefragt"
    sign_in(client, ASKS)
    assert there in client.get("/konto").text, "Auch wer anders hineinkommt, findet es."
    page = client.get_page(there)
    assert WORDS in page.text
    assert "Was möchten Sie dazu sagen?" in page.text
    assert forms.send(client, page, "Jetzt senden", {"note": WORDS + " Danke!"}).status_code == 303
    with database.reading() as session:
        assert session.exec(select(ReuseRequest)).one().state == "zurueckgezogen"
        assert [each.note for each in session.exec(select(ReuseEvent))][-1] == WORDS + " Danke!"
    assert rows(database) == []


def test_a_form_of_an_earlier_sign_in_is_not_thrown_away(app: Flask, database: Database, step: str) -> None:
    client = sign_in(new_client(app), ASKS)
    page = client.get_page(step)
    client.post(
        "/konto/abmelden", data={"csrf_token": forms.fields_of(forms.form_with(page, "Abmelden"))["csrf_token"]}
    )
    sign_in(client, ASKS)
    answer = forms.send(client, page, "Zurückziehen", {"note": WORDS})
    assert answer.status_code == 303
    assert WORDS in client.get_page(answer.headers["Location"]).text


def test_what_was_kept_is_for_its_author_alone(app: Flask, database: Database, step: str) -> None:
    _client, answer = withdraw_too_late(app, database, step)
    there, other = wanted(answer), sign_in(new_client(app), "kollege@weisendorf.example")
    assert other.get(there).status_code == 404
    assert new_client(app).get(there).status_code == 303
    assert other.get("/konto/aufgehoben/gibt-es-nicht").status_code == 404


@pytest.mark.parametrize("seal", ["", "x", "WzEse31d.abc.def"])
def test_without_a_genuine_seal_nothing_is_kept(app: Flask, database: Database, step: str, seal: str) -> None:
    client = sign_in(new_client(app), ASKS)
    page = client.get_page(step)
    end_sessions(database)
    answer = forms.send(client, page, "Zurückziehen", {"note": WORDS, "siegel": seal})
    assert wanted(answer) == ""
    assert rows(database) == []


def test_it_can_be_deleted_and_goes_by_itself(app: Flask, database: Database, step: str) -> None:
    client, answer = withdraw_too_late(app, database, step)
    sign_in(client, ASKS)
    forms.send(client, client.get_page(wanted(answer)), "Nicht senden und löschen")
    assert rows(database) == []
    withdraw_too_late(app, database, step)
    with clock.stopped_at(clock.now() + kept.KEPT_FOR + timedelta(minutes=1)), database.unit_of_work():
        assert kept.delete_old() == 1


def test_nobody_fills_the_table(app: Flask, database: Database, step: str) -> None:
    client = sign_in(new_client(app), ASKS)
    page = client.get_page(step)
    end_sessions(database)
    for number in range(kept.MOST + 2):
        forms.send(client, page, "Zurückziehen", {"note": f"Nummer {number}"})
    notes = [dict(map(tuple, row.pairs))["note"] for row in rows(database)]
    assert notes == [f"Nummer {number}" for number in range(2, kept.MOST + 2)]


def test_passwords_and_codes_carry_no_seal(app: Flask, step: str) -> None:
    client = sign_in(new_client(app), ASKS)
    for address in ("/konto/passwort", "/konto/daten", "/konto/zweiter-faktor"):
        assert 'name="siegel"' not in client.get(address).text, address
    assert PASSWORD not in client.get("/konto").text


def test_every_form_with_words_is_sealed() -> None:
    """Forms come from ``form_wrapper``, which seals; whoever writes one by hand seals it, or has a seal of its own."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
            if re.search(r'<textarea|text_field\(|textarea_field\(|type="text"', form):
                assert "seal" in form, f"{path.relative_to(ROOT)}: {form[:120]}"
