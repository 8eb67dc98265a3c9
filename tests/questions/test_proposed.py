"""A question and its answer go from a request to the entry: proposed by one side, agreed to by the other."""

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts.queries import find_account_by_mail
from marketplace.catalogue.models import Entry
from marketplace.core.db import Database
from marketplace.organisations.queries import get_by_key
from marketplace.questions.models import EntryQuestion
from marketplace.reuse import sending, service
from marketplace.reuse.queries import Target
from tests.factories.people import actor_of
from tests.factories.reuse import ASKED
from tests.questions.conftest import (
    ADMIN,
    ASKER,
    COLLEAGUE,
    ELSEWHERE,
    GIVER,
    GIVER_TOO,
    STRANGER,
    As,
    only_question,
    told,
)  # fmt: skip
from tests.support import forms
from tests.support.client import PageClient
from tests.support.page import check
from tests.support.people import csrf_token

ENTRY = "/loesungen/pegelmelder"


@pytest.fixture
def thread(app: Flask, database: Database) -> str:
    """Address of a request that was answered."""
    with app.test_request_context(), database.unit_of_work() as session:
        asker, giver = (find_account_by_mail(mail) for mail in (ASKER, GIVER))
        assert asker is not None
        assert giver is not None
        entry = session.exec(select(Entry).where(Entry.slug == "pegelmelder")).one()
        target = Target(get_by_key("07312000"))
        request = sending.create_request(
            entry, ASKED, get_by_key("09572164"), target, token="formular-0001", actor=actor_of(asker)
        )
        answer = "Drei Monate. Fragen Sie Moritz Modell in Kaiserslautern, Tel. 0631 123456."
        service.write(request, answer, token="antwort-0001", actor=actor_of(giver))
        service.share_contact(request, "moritz@kl.example", token="kontakt-0001", actor=actor_of(giver))
        return f"/anfragen/{request.public_id}"


def propose(client: PageClient, thread: str) -> str:
    page = client.get_page(client.get_page(thread).link("für alle veröffentlichen"))
    edit = check(page.path, forms.send(client, page, "Weiter").text)
    preview = check(page.path, forms.send(client, edit, "Vorschau").text)
    sent = forms.send(client, preview, "Der anderen Seite vorschlagen", {"is_checked": "ja"})
    assert sent.status_code == 303, sent.text
    return sent.headers["Location"]


@pytest.mark.parametrize(("one", "other"), [(ASKER, GIVER), (COLLEAGUE, GIVER_TOO), (GIVER, ASKER), (GIVER, COLLEAGUE)])
def test_from_the_thread_to_the_entry(  # noqa: PLR0917 -- fixtures
    as_: As, client: PageClient, database: Database, thread: str, one: str, other: str
) -> None:
    proposer, decider = as_(one), as_(other)
    page = proposer.get_page(f"{thread}/frage")
    texts = {each.get("name"): "".join(each.itertext()).strip() for each in page.all("textarea")}
    assert texts["question"] == "Wie lange hat es gedauert?"
    assert texts["answer"].startswith("Drei Monate."), "Geteilte Kontaktdaten werden nie vorgeschlagen."
    address = propose(proposer, thread)
    question = only_question(database)
    assert question.answer == "Drei Monate. Fragen Sie [Name] in [Kommune], [Telefonnummer]."
    assert "Drei Monate" not in client.get(ENTRY).text
    assert "Ohne Ihre Zustimmung geschieht nichts" in decider.get_page(address).text
    assert "Ohne Ihre Zustimmung" not in proposer.get_page(address).text
    assert forms.send(decider, decider.get_page(address), "Veröffentlichen").status_code == 303
    assert "Drei Monate. Fragen Sie [Name]" in client.get_page(ENTRY).text
    assert client.get_page("/suche?q=Monate").link("Pegelmelder") == ENTRY


def test_the_asker_may_refuse(as_: As, client: PageClient, database: Database, thread: str) -> None:
    address, asker = propose(as_(GIVER), thread), as_(ASKER)
    page = asker.get_page(address)
    assert forms.send(asker, page, "Nicht veröffentlichen", {"reason": "Lieber nicht."}).status_code == 303
    assert "Drei Monate" not in client.get(ENTRY).text
    assert "Lieber nicht." in as_(GIVER).get(address).text
    late = forms.send(asker, page, "Veröffentlichen")
    assert late.status_code == 409
    assert "Inzwischen ist etwas geschehen" in late.text


def test_the_asker_may_change_their_mind(as_: As, client: PageClient, thread: str) -> None:
    address, asker = propose(as_(GIVER), thread), as_(ASKER)
    forms.send(asker, asker.get_page(address), "Veröffentlichen")
    assert "Drei Monate" in client.get(ENTRY).text
    assert forms.send(asker, asker.get_page(address), "Frage entfernen").status_code == 303
    assert "Drei Monate" not in client.get(ENTRY).text


@pytest.mark.parametrize("who", [STRANGER, ELSEWHERE, ADMIN])
def test_nobody_else_proposes(as_: As, database: Database, thread: str, who: str) -> None:
    client = as_(who)
    data = {"csrf_token": csrf_token(client, "/konto/name"), "question": "Was?", "answer": "Das."}
    assert client.get(f"{thread}/frage").status_code == 403
    assert client.post(f"{thread}/frage", data=data).status_code == 403
    with database.reading() as session:
        assert session.exec(select(EntryQuestion)).all() == []


@pytest.mark.parametrize("who", [GIVER, GIVER_TOO, STRANGER, ELSEWHERE, ADMIN])
def test_only_the_other_side_agrees(as_: As, client: PageClient, database: Database, thread: str, who: str) -> None:
    address, other = propose(as_(GIVER), thread), as_(who)
    data = {"csrf_token": csrf_token(other, "/konto/name"), "reason": "x"}
    for step in ("zustimmen", "nicht-veroeffentlichen"):
        assert other.post(f"{address}/{step}", data=data).status_code == 403
    assert only_question(database).state == "vorgeschlagen"
    assert "Drei Monate" not in client.get(ENTRY).text


def test_the_other_side_hears_of_it_without_the_words(as_: As, app: Flask, database: Database, thread: str) -> None:
    propose(as_(GIVER), thread)
    assert len(told(database, "frage-beantwortet")) == 2
    app.extensions["courier"].deliver()
    sent = [mail.get_body(("plain",)).get_content() for mail in app.extensions["courier"].sender.sent]
    assert any("soll anderen helfen" in text for text in sent)
    assert not any("Drei Monate" in text for text in sent)


def test_another_message_can_be_chosen(as_: As, app: Flask, database: Database, thread: str) -> None:
    giver = as_(GIVER)
    sent = forms.send(giver, giver.get_page(thread), "Senden", {"text": "Und ein Sommer für die Masten."})
    assert sent.status_code == 303
    page = giver.get_page(f"{thread}/frage")
    options = {"".join(each.itertext()): each.get("value") for each in page.all("option")}
    number = next(value for text, value in options.items() if text.startswith("Drei Monate"))
    chosen = giver.get_page(f"{thread}/frage?frage=&antwort={number}")
    assert "Drei Monate" in ["".join(each.itertext()).strip()[:11] for each in chosen.all("textarea")]
    assert giver.get(f"{thread}/frage?frage=999999&antwort=unsinn").status_code == 200
