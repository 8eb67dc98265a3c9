"""Questions that somebody asks at an entry, through HTTP: from the form to the search."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.test import TestResponse

from marketplace.catalogue.models import Entry
from marketplace.core import clock, personal_data
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.core.personal_data import Person
from marketplace.curation import desk
from marketplace.questions.models import EntryQuestion
from marketplace.search import indexing, mending, queries
from tests.questions.conftest import (
    ADMIN,
    ASKER,
    COLLEAGUE,
    ELSEWHERE,
    GIVER,
    GIVER_TOO,
    GUIDE,
    STRANGER,
    As,
    only_question,
    told,
)  # fmt: skip
from tests.support import forms
from tests.support.client import PageClient
from tests.support.page import check
from tests.support.people import csrf_token

FORM = "/fragen/stellen/pegelmelder"
ENTRY = "/loesungen/pegelmelder"
TEXT = "Wie lange hält die Batterie im Winter? Wir in Weisendorf haben viel Frost."


def ask(client: PageClient, text: str = TEXT, form: str = FORM) -> str:
    sent = forms.send(client, client.get_page(form), "Frage absenden", {"text": text})
    assert sent.status_code == 303, sent.text
    return sent.headers["Location"]


def to_preview(client: PageClient, address: str, first: str, /, **changes: Any) -> TestResponse:
    sent = forms.send(client, client.get_page(f"{address}/antworten"), "Weiter", {"answer": first})
    return forms.send(client, check(address, sent.text), "Vorschau", changes)


def publish(client: PageClient, address: str, answer: str = "Zwei Jahre, mit Lithium.", **changes: Any) -> TestResponse:
    preview = check(f"{address}/antworten", to_preview(client, address, answer, **changes).text)
    return forms.send(client, preview, "Veröffentlichen", {"is_checked": "ja"})


def test_from_the_form_to_the_answer_at_the_entry(as_: As, client: PageClient, database: Database) -> None:
    assert client.get_page(ENTRY).link("Frage stellen") == FORM
    assert client.get(FORM).headers["Location"].startswith("/konto/anmelden")
    asker, giver = as_(ASKER), as_(GIVER)
    address = ask(asker)
    assert "Wie lange hält" not in client.get(ENTRY).text, "Unbeantwortet steht sie nicht beim Eintrag."
    assert len(told(database, "frage-gestellt")) == 2
    giver.get_page("/fragen").link("Wie lange hält")

    first = forms.send(giver, giver.get_page(f"{address}/antworten"), "Weiter", {"answer": "Fragen Sie Moritz Modell."})
    edit = check(address, first.text)
    assert edit.heading == "Namen und Orte entfernen"
    assert "Name einer Person: „Moritz Modell“" in edit.text
    assert "Name einer beteiligten Organisation: „Weisendorf“" in edit.text
    shown = {each.get("name"): "".join(each.itertext()) for each in edit.all("textarea")}
    assert "Wir in [Kommune] haben viel Frost." in shown["question"]
    changed = {"question": "Wie lange hält die Batterie bei Frost?", "answer": "Zwei <b>Jahre</b> mit Zeppelinzellen."}
    preview = check(address, forms.send(giver, edit, "Vorschau", changed).text)
    assert preview.heading == "So erscheint es"
    assert forms.send(giver, preview, "Veröffentlichen").status_code == 200, "Ohne Bestätigung geht es nicht weiter."
    assert only_question(database).state == "offen"
    done = forms.send(giver, preview, "Veröffentlichen", {"is_checked": "ja"})
    assert done.status_code == 303

    html = client.get(ENTRY).text
    assert "Wie lange hält die Batterie bei Frost?" in html
    assert "Zwei &lt;b&gt;Jahre&lt;/b&gt; mit Zeppelinzellen." in html
    for secret in ("Wiebke", "Rathaus", "Moritz"):
        assert secret not in html
    assert told(database, "frage-beantwortet") == {only_question(database).asker_id}
    assert client.get_page("/suche?q=Zeppelinzellen").link("Pegelmelder") == ENTRY


def test_nobody_gets_past_the_preview(as_: As, database: Database) -> None:
    address, giver = ask(as_(ASKER)), as_(GIVER)
    preview = check(f"{address}/antworten", to_preview(giver, address, "Zwei Jahre.").text)
    for typed in (
        {"answer": "Etwas anderes als in der Vorschau."},
        {"seal": ""},
        {"seal": "geraten"},
        {"is_checked": []},
    ):
        sent = forms.send(giver, preview, "Veröffentlichen", {"is_checked": "ja", **typed})
        assert sent.status_code == 200
        assert only_question(database).state == "offen"
    stolen = forms.send(as_(GIVER_TOO), preview, "Veröffentlichen", {"is_checked": "ja", "siegel": ""})
    assert stolen.status_code == 400
    assert only_question(database).state == "offen"


def test_what_somebody_puts_back_is_warned_of_but_addresses_never_appear(as_: As, database: Database) -> None:
    address, giver = ask(as_(ASKER)), as_(GIVER)
    warned = to_preview(giver, address, "Ja.", answer="Fragen Sie in Kaiserslautern.")
    assert "könnte noch jemand zu erkennen sein" in warned.text
    preview = check(address, to_preview(giver, address, "Ja.", answer="Mail an a@b.example, Tel. 0631 1234567").text)
    sent = forms.send(giver, preview, "Veröffentlichen", {"is_checked": "ja"})
    assert sent.status_code == 400
    assert "werden nicht veröffentlicht" in sent.text
    assert only_question(database).state == "offen"


def test_helpful_is_counted_without_a_cookie_and_once(as_: As, app: Flask, database: Database) -> None:
    giver = as_(GIVER)
    for text in ("Erste Frage zur Batterie?", "Zweite Frage zum Mast?"):
        publish(giver, ask(as_(ASKER), text))
    with database.reading() as session:
        first = session.exec(select(EntryQuestion).order_by(EntryQuestion.id)).first()  # type: ignore[arg-type]
    anybody = app.test_client()
    for _ in range(3):
        sent = anybody.post(f"/fragen/{first.public_id}/hilfreich")  # type: ignore[union-attr]
        assert sent.status_code == 303
        assert sent.headers["Location"] == f"{ENTRY}#frage-{first.id}"  # type: ignore[union-attr]
        assert "Set-Cookie" not in sent.headers
    page = anybody.get(ENTRY)
    assert "Set-Cookie" not in page.headers
    assert "1 Person fand das hilfreich" in page.text
    assert page.text.index("Erste Frage") < page.text.index("Zweite Frage"), "Was oft half, steht oben."


def test_helpful_has_a_limit(as_: As, app: Flask, database: Database) -> None:
    address = ask(as_(ASKER))
    assert app.test_client().post(f"{address}/hilfreich").status_code == 404, "Was offen ist, half noch niemandem."
    publish(as_(GIVER), address)
    for _ in range(60):
        app.test_client().post(f"{address}/hilfreich")
    refused = app.test_client().post(f"{address}/hilfreich")
    assert refused.status_code == 429
    assert "eine Stunde" in refused.text
    assert only_question(database).helpful == 1


@pytest.mark.parametrize("who", [STRANGER, COLLEAGUE, ELSEWHERE])
def test_nobody_else_sees_or_answers(as_: As, database: Database, who: str) -> None:
    address, client = ask(as_(ASKER)), as_(who)
    data = {"csrf_token": csrf_token(client, "/konto/name"), "question": "Weg", "answer": "Weg", "reason": "Weg"}
    for path in (address, f"{address}/antworten"):
        assert client.get(path).status_code == 403
    for step in ("antworten", "zustimmen", "nicht-veroeffentlichen", "ablehnen", "entfernen"):
        assert client.post(f"{address}/{step}", data=data).status_code == 403
    assert only_question(database).state == "offen"


def test_nobody_answers_their_own_question(as_: As) -> None:
    address = ask(as_(GIVER))
    assert as_(GIVER).get(f"{address}/antworten").status_code == 403
    assert publish(as_(GIVER_TOO), address).status_code == 303


def test_not_answering_needs_a_reason_that_the_asker_reads(as_: As, client: PageClient, database: Database) -> None:
    asker, giver = as_(ASKER), as_(GIVER)
    address = ask(asker)
    page = giver.get_page(address)
    assert "Grund" in forms.send(giver, page, "Nicht beantworten", {"reason": ""}).text
    assert forms.send(giver, page, "Nicht beantworten", {"reason": "Steht im Text."}).status_code == 303
    assert "Steht im Text." in asker.get(address).text
    late = giver.get(f"{address}/antworten")
    assert "Inzwischen ist etwas geschehen" in late.text
    assert TEXT not in client.get(ENTRY).text


def test_the_asker_takes_it_away_even_when_it_is_published(
    as_: As, app: Flask, client: PageClient, database: Database
) -> None:
    asker = as_(ASKER)
    address = ask(asker)
    publish(as_(GIVER), address, "Zwei Jahre mit Zeppelinzellen.")
    assert forms.send(asker, asker.get_page(address), "Frage entfernen").status_code == 303
    assert "Zeppelinzellen" not in client.get(ENTRY).text
    assert "Pegelmelder" not in client.get_page("/suche?q=Zeppelinzellen").text
    guide = as_(GUIDE)
    assert "Wurde wieder entfernt" in guide.get(address).text


def test_others_need_a_reason_to_take_it_away(as_: As, database: Database) -> None:
    address = ask(as_(ASKER))
    publish(as_(GIVER), address)
    guide = as_(GUIDE)
    assert "Bitte geben Sie einen Grund an" in forms.send(guide, guide.get_page(address), "Frage entfernen").text
    assert only_question(database).state == "veroeffentlicht"
    assert forms.send(guide, guide.get_page(address), "Frage entfernen", {"reason": "Werbung"}).status_code == 303


def test_sent_twice_it_is_one(as_: As, database: Database) -> None:
    client = as_(ASKER)
    page = client.get_page(FORM)
    answers = [forms.send(client, page, "Frage absenden", {"text": TEXT}) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    only_question(database)


def test_two_answers_at_once(as_: As, database: Database) -> None:
    address, one, two = ask(as_(ASKER)), as_(GIVER), as_(GIVER_TOO)
    previews = [check(address + "/antworten", to_preview(each, address, f"{who}.").text) for who, each in
                (("Erste", one), ("Zweite", two))]  # fmt: skip
    assert forms.send(one, previews[0], "Veröffentlichen", {"is_checked": "ja"}).status_code == 303
    late = forms.send(two, previews[1], "Veröffentlichen", {"is_checked": "ja"})
    assert "Inzwischen ist etwas geschehen" in late.text
    assert "Zweite." in late.text
    assert only_question(database).answer == "Erste."


def test_too_many_are_told_how_long_to_wait(as_: As) -> None:
    client = as_(ASKER)
    for number in range(10):
        ask(client, f"Frage {number} zur Batterie?")
    refused = forms.send(client, client.get_page(FORM), "Frage absenden", {"text": "Die elfte"})
    assert refused.status_code == 429
    assert "bis morgen" in refused.text
    assert "Die elfte" in refused.text


def desk_count(app: Flask, database: Database, *remits: Remit, days: int = 0) -> int:
    source = desk.find_source("fragen")
    assert source is not None
    with app.app_context(), database.reading(), clock.stopped_at(clock.now() + timedelta(days=days)):
        assert source.count(remits) == len(source.page(remits, 0, 50))
        return source.count(remits)


def test_what_nobody_answers_comes_to_the_desk(app: Flask, database: Database, as_: As) -> None:
    ask(as_(ASKER))
    assert desk_count(app, database, Remit("07")) == 0
    assert desk_count(app, database, Remit("07"), days=15) == 1
    assert desk_count(app, database, Remit("09"), days=15) == 0
    address = ask(as_(ASKER), "Und wer hat das geschrieben?", "/fragen/stellen/herrenlos")
    assert desk_count(app, database, Remit()) == 1, "Wo niemand antworten kann, gleich."
    admin = as_(ADMIN)
    assert admin.get_page("/lotsen?art=fragen").link("Ein Eintrag der Redaktion") == address
    assert publish(admin, address, "Die Redaktion.").status_code == 303
    assert desk_count(app, database, Remit()) == 0


def test_the_index_has_what_is_published_after_a_rebuild_too(app: Flask, as_: As, database: Database) -> None:
    publish(as_(GIVER), ask(as_(ASKER)), "Zwei Jahre mit Zeppelinzellen.")
    with app.app_context():
        indexing.rebuild(database, app.extensions["search_engine"])
        with database.reading() as session:
            entry = session.exec(select(Entry).where(Entry.slug == "pegelmelder")).one()
            assert "Zeppelinzellen" in queries.document_now(entry).body
            assert "Zeppelinzellen" in queries.list_texts([entry.id or 0])[entry.id or 0]
        assert mending.check(database, app.extensions["search_engine"]).wrong == frozenset()


def test_own_data_is_given_out_and_erased(app: Flask, as_: As, client: PageClient, database: Database) -> None:
    publish(as_(GIVER), ask(as_(ASKER), "Erste Frage zur Batterie?"))
    ask(as_(ASKER), "Zweite Frage, noch offen?")
    with app.app_context(), database.unit_of_work() as session:
        person = Person(session.exec(select(EntryQuestion)).first().asker_id or 0, ASKER)  # type: ignore[union-attr]
        assert len(personal_data.export(person)["entry_question"]) == 2
        personal_data.erase(person)
    question = only_question(database)
    assert (question.text, question.asker_id) == ("Erste Frage zur Batterie?", None)
    assert "Erste Frage" in client.get(ENTRY).text


def test_nothing_that_is_typed_breaks_the_page(as_: As, client: PageClient) -> None:
    hostile = '<img src=x onerror="alert(1)"> [x](javascript:alert(1)) {{ 7*7 }} \u202e'
    publish(as_(GIVER), ask(as_(ASKER), hostile), hostile)
    html = client.get(ENTRY).text
    assert "<img src=x" not in html
    assert 'href="javascript' not in html
