"""Gesuche through HTTP: from the search that found nothing to the end, for all who may and may not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.test import TestResponse

from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.needs.models import Need, NeedAnswer, NeedSeeker
from tests.factories.catalogue import add_entry
from tests.needs.conftest import (
    ADMIN,
    COMPANY,
    ELSEWHERE,
    GUIDE,
    PLACES,
    STRANGER,
    TEXT,
    TITLE,
    As,
    mail_of,
    need_now,
    told,
)
from tests.support import forms
from tests.support.client import PageClient
from tests.support.page import check
from tests.support.people import csrf_token

FORM = "/gesuche/neu"
Publish = Callable[..., str]


def fill(client: PageClient, page: str = FORM, **typed: Any) -> TestResponse:
    data = {"title": TITLE, "text": TEXT, "fields": ["verwaltung"], **typed}
    return forms.send(client, client.get_page(page), "Weiter", data)


def test_from_the_search_that_found_nothing_to_the_page(as_: As, database: Database) -> None:
    client = as_("weisendorf")
    empty = client.get_page("/suche?q=mängelmelder+quietscheente")
    page = client.get_page(empty.link("Gesuch aufgeben"))
    values = {each.get("name"): each.get("value") for each in page.all("input")}
    assert values["words"] == "mängelmelder quietscheente"
    assert values["title"] == "Mängelmelder quietscheente"
    assert values["inhabitants"] == "4.000"
    checked = fill(client, "/gesuche/neu?worte=mängelmelder", wanted_by="2099-12-24")
    assert "24. Dezember 2099" in checked.text
    with database.reading() as session:
        assert session.exec(select(Need)).all() == [], "Vor dem zweiten Schritt ist nichts veröffentlicht."
    done = forms.send(client, check(FORM, checked.text), "Gesuch veröffentlichen")
    assert done.headers["Location"] == "/gesuche/maengelmelder-ohne-eigene-app"
    shown = client.get_page(done.headers["Location"])
    for words in (TITLE, TEXT, "Weisendorf", "Verwaltung", "4.000", "läuft ab am", "1 Kommune sucht das"):
        assert words in shown.text


def test_what_exists_is_proposed_before_it_is_published(app: Flask, database: Database, as_: As) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(slug="melder", titel="Mängelmelder im Browser")
    client = as_("weisendorf")
    page = check(FORM, fill(client, words="mängelmelder").text)
    assert page.heading == "Gibt es das schon?"
    assert page.link("Mängelmelder im Browser") == "/projekte/melder"
    back = forms.send(client, page, "Zurück und ändern")
    assert TEXT in back.text
    assert check(FORM, back.text).heading == "Gesuch aufgeben"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": ""}, "in einer Zeile, was Sie suchen"),
        ({"text": "kurz"}, "etwas mehr"),
        ({"text": "x" * 4001}, "höchstens 4000 Zeichen"),
        ({"fields": []}, "mindestens ein Handlungsfeld"),
        ({"fields": ["gibt-es-nicht"]}, "aus der Liste"),
        ({"inhabitants": "viele"}, "eine Zahl wie 4.200"),
        ({"wanted_by": "morgen"}, "einen Tag wie 24.12.2026"),
    ],
)
def test_every_field_says_what_to_do_and_loses_nothing(as_: As, typed: dict[str, Any], words: str) -> None:
    answer = fill(as_("weisendorf"), **typed)
    assert words in answer.text
    assert typed.get("title", TITLE) in answer.text


def test_sent_twice_it_is_one(as_: As, database: Database) -> None:
    client = as_("weisendorf")
    page = check(FORM, fill(client).text)
    answers = [forms.send(client, page, "Gesuch veröffentlichen") for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    with database.reading() as session:
        assert len(session.exec(select(Need)).all()) == 1


def test_two_of_the_same_name_have_two_addresses(publish: Publish) -> None:
    assert [publish(), publish(), publish(title="Neu")] == [
        "maengelmelder-ohne-eigene-app", "maengelmelder-ohne-eigene-app-2", "gesuch-neu",
    ]  # fmt: skip


def test_too_many_are_told_how_long_to_wait(as_: As, database: Database) -> None:
    client = as_("weisendorf")
    for number in range(5):
        page = check(FORM, fill(client, title=f"Nummer {number}").text)
        assert forms.send(client, page, "Gesuch veröffentlichen").status_code == 303
    refused = forms.send(client, check(FORM, fill(client, title="Eins zu viel").text), "Gesuch veröffentlichen")
    assert refused.status_code == 429
    assert "warten Sie bis morgen" in refused.text
    assert "Eins zu viel" in refused.text


@pytest.mark.parametrize("who", [STRANGER, COMPANY, GUIDE])
def test_only_members_of_a_municipality_publish(as_: As, database: Database, who: str) -> None:
    client = as_(who)
    assert "gibt eine Kommune auf" in client.get(FORM).text
    token = csrf_token(client, "/konto/name")
    data = {"csrf_token": token, "title": TITLE, "text": TEXT, "fields": "verwaltung", "schritt": "veroeffentlichen"}
    client.post(FORM, data={**data, "organisation": PLACES["weisendorf"][0]})
    with database.reading() as session:
        assert session.exec(select(Need)).all() == []


def test_a_member_does_not_publish_for_another_municipality(as_: As, database: Database) -> None:
    page = check(FORM, fill(as_("weisendorf")).text)
    forms.send(as_("frauenau"), page, "Gesuch veröffentlichen", {"organisation": PLACES["weisendorf"][0]})
    with database.reading() as session:
        assert session.exec(select(Need)).all() == []


def test_without_an_account_everybody_reads(client: PageClient, publish: Publish) -> None:
    slug = publish("frauenau")
    assert "2 Kommunen suchen das" in client.get_page(f"/gesuche/{slug}").text
    page = client.get_page("/gesuche")
    assert page.link(TITLE) == f"/gesuche/{slug}"
    assert client.get(FORM).headers["Location"].startswith("/konto/anmelden?weiter=")
    for path in (f"/gesuche/{slug}", "/gesuche"):
        assert "Mit Glied" not in client.get(path).text, "Namen von Personen stehen auf keiner Seite."


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("feld=verwaltung", True), ("feld=wasser", False), ("land=bayern", True), ("land=hessen", False),
        ("groesse=landgemeinde", True), ("groesse=grossstadt", False), ("stand=geschlossen", False),
        ("stand=abgelaufen", False), ("feld=unsinn&land=x&groesse=y&stand=z&seite=99999999", True), ("seite=x", True),
    ],
)  # fmt: skip
def test_the_list_is_filtered(client: PageClient, publish: Publish, query: str, is_there: bool) -> None:
    publish(inhabitants=4000)
    assert (TITLE in client.get_page(f"/gesuche?{query}").text) == is_there


def test_another_municipality_looks_for_the_same(as_: As, database: Database, publish: Publish) -> None:
    slug, husum = publish(), as_("husum")
    assert forms.send(husum, husum.get_page(f"/gesuche/{slug}"), "Wir suchen das auch").status_code == 303
    page = husum.get_page(f"/gesuche/{slug}")
    assert "2 Kommunen suchen das" in page.text
    assert [subject for _who, subject in told(database, "gesuch-neues")] == [
        "Noch eine Kommune sucht, was Sie suchen: " + TITLE
    ]
    assert forms.send(husum, page, "Nicht mehr mitsuchen").status_code == 303
    assert "1 Kommune sucht das" in husum.get_page(f"/gesuche/{slug}").text


@pytest.mark.parametrize("who", [STRANGER, COMPANY, GUIDE, ADMIN, mail_of("husum")])
def test_nobody_looks_in_the_name_of_another(as_: As, database: Database, publish: Publish, who: str) -> None:
    slug, client = publish(), as_(who)
    data = {"csrf_token": csrf_token(client, "/konto/name"), "organisation": PLACES["kl"][0]}
    assert client.post(f"/gesuche/{slug}/mitsuchen", data=data).status_code == 403
    with database.reading() as session:
        assert len(session.exec(select(NeedSeeker)).all()) == 1


def test_an_answer_names_an_entry_and_the_seekers_hear_of_it(
    app: Flask, database: Database, as_: As, publish: Publish
) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(slug="melder", titel="Mängelmelder im Browser")
    slug, kl = publish("frauenau"), as_("kl")
    page = kl.get_page(f"/gesuche/{slug}")
    typed = {"text": "Das <b>haben</b> wir.", "entry": "https://blaupause.example/projekte/melder?x=1#oben"}
    assert forms.send(kl, page, "Antwort veröffentlichen", typed).status_code == 303
    shown = kl.get(f"/gesuche/{slug}").text
    assert "Das &lt;b&gt;haben&lt;/b&gt; wir." in shown
    assert check("x", shown).link("Mängelmelder im Browser") == "/projekte/melder"
    assert len({who for who, _subject in told(database, "gesuch-neues")}) == 2
    assert need_now(database, slug).answered_at is not None
    wrong = forms.send(kl, kl.get_page(f"/gesuche/{slug}"), "Antwort veröffentlichen", {"text": "Da.", "entry": "nix"})
    assert "keinen veröffentlichten Eintrag" in wrong.text
    assert forms.send(kl, kl.get_page(f"/gesuche/{slug}"), "Entfernen").status_code == 303
    assert need_now(database, slug).answered_at is None


def test_a_guide_answers_as_a_guide(as_: As, publish: Publish) -> None:
    slug, guide = publish(), as_(GUIDE)
    forms.send(guide, guide.get_page(f"/gesuche/{slug}"), "Antwort veröffentlichen", {"text": "Fragen Sie den Kreis."})
    assert "Lotsin oder Lotse" in guide.get_page(f"/gesuche/{slug}").text


def test_strangers_neither_answer_nor_remove(as_: As, database: Database, publish: Publish) -> None:
    slug, kl = publish(), as_("kl")
    forms.send(kl, kl.get_page(f"/gesuche/{slug}"), "Antwort veröffentlichen", {"text": "Haben wir."})
    with database.reading() as session:
        answer = session.exec(select(NeedAnswer)).one()
    for who in (STRANGER, "husum", ELSEWHERE):
        client = as_(who)
        token = csrf_token(client, "/konto/name")
        address = f"/gesuche/{slug}/antworten/{answer.id}/entfernen"
        assert client.post(address, data={"csrf_token": token}).status_code == 403
    stranger = as_(STRANGER)
    data = {"csrf_token": csrf_token(stranger, "/konto/name"), "text": "Werbung"}
    assert stranger.post(f"/gesuche/{slug}/antworten", data=data).status_code == 403


def test_it_is_closed_with_what_was_found(app: Flask, database: Database, as_: As, publish: Publish) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(slug="melder", titel="Mängelmelder im Browser")
    slug, client = publish("frauenau"), as_("weisendorf")
    close = f"/gesuche/{slug}/schliessen"
    empty = forms.send(client, client.get_page(close), "Schließen", {"closing": "gefunden"})
    assert "was Sie gefunden haben" in empty.text
    assert "wie Sie es lösen" in forms.send(client, client.get_page(close), "Schließen", {"closing": "selbst"}).text
    assert "einen Grund" in forms.send(client, client.get_page(close), "Schließen").text
    done = forms.send(client, client.get_page(close), "Schließen", {"closing": "gefunden", "entry": "/projekte/melder"})
    assert done.status_code == 303
    shown = client.get_page(f"/gesuche/{slug}")
    assert "Wir haben etwas gefunden" in shown.text
    assert shown.link("Mängelmelder im Browser") == "/projekte/melder"
    assert [subject for _who, subject in told(database, "gesuch-neues")][-1] == f"Ein Gesuch ist geschlossen: {TITLE}"
    assert TITLE in client.get_page("/gesuche?stand=geschlossen").text
    assert TITLE not in client.get_page("/gesuche").text
    forms.send(client, shown, "Wieder öffnen")
    assert need_now(database, slug).state == "offen"


@pytest.mark.parametrize("who", ["frauenau", STRANGER, GUIDE, ADMIN])
def test_only_its_municipality_changes_or_closes_it(as_: As, publish: Publish, who: str) -> None:
    slug, client = publish("frauenau"), as_(who)
    token = csrf_token(client, "/konto/name")
    for step in ("bearbeiten", "schliessen", "verlaengern", "oeffnen"):
        assert client.post(f"/gesuche/{slug}/{step}", data={"csrf_token": token}).status_code == 403
    for step in ("bearbeiten", "schliessen"):
        assert client.get(f"/gesuche/{slug}/{step}").status_code == 403


def test_it_runs_out_in_plain_sight_and_is_prolonged(as_: As, database: Database, publish: Publish) -> None:
    slug, start = publish(), clock.now()
    client = as_("weisendorf")
    with clock.stopped_at(start + timedelta(days=181)):
        client = as_("weisendorf")
        page = client.get_page(f"/gesuche/{slug}")
        assert "abgelaufen am" in page.text
        assert "noch gesucht wird, weiß nur die Kommune" in page.text
        assert TITLE in client.get_page("/gesuche?stand=abgelaufen").text
        assert TITLE not in client.get_page("/gesuche").text
        forms.send(client, page, "Um ein halbes Jahr verlängern")
        assert TITLE in client.get_page("/gesuche").text


def test_a_change_does_not_overwrite_that_of_a_colleague(as_: As, database: Database, publish: Publish) -> None:
    slug, client = publish(), as_("weisendorf")
    page = client.get_page(f"/gesuche/{slug}/bearbeiten")
    assert (
        forms.send(client, page, "Speichern", {"title": "Erster", "fields": ["wasser", "verwaltung"]}).status_code
        == 303
    )
    late = forms.send(client, page, "Speichern", {"title": "Zweiter"})
    assert late.status_code == 409
    assert "inzwischen geändert" in late.text
    assert "Zweiter" in late.text
    assert need_now(database, slug).title == "Erster"
    assert "Wasser" in client.get_page(f"/gesuche/{slug}").text


def test_hostile_words_stay_words(as_: As, client: PageClient, publish: Publish) -> None:
    hostile = '<script>alert("x")</script> {{ 7*7 }}'
    page = client.get_page(f"/gesuche/{publish(title=hostile)}")
    assert page.heading == hostile
    assert "<script>alert" not in page.html
    assert client.get("/gesuche/../../etc/passwd").status_code == 404
    assert client.get("/gesuche/Gro%C3%9F").status_code == 404


def test_addresses_and_numbers_of_people_appear_in_no_gesuch_and_no_answer(
    as_: As, publish: Publish, database: Database
) -> None:
    client = as_("weisendorf")
    checked = fill(client, text="Bitte an erika@weisendorf.example oder 09135 7120.")
    refused = forms.send(client, check(FORM, checked.text), "Gesuch veröffentlichen")
    assert refused.status_code == 400
    assert "erika@weisendorf.example" in refused.text, "Was getippt wurde, bleibt stehen."
    slug = publish("frauenau")
    other = as_("frauenau")
    token = csrf_token(other, f"/gesuche/{slug}")
    answer = {"csrf_token": token, "text": "Rufen Sie an: 09926 94110", "organisation": PLACES["frauenau"][0]}
    assert other.post(f"/gesuche/{slug}/antworten", data=answer).status_code == 400
    with database.reading() as session:
        assert len(session.exec(select(Need)).all()) == 1
        assert session.exec(select(NeedAnswer)).all() == []
