"""From three municipalities on, a guide brings them together: they write to each other and split the costs."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts.queries import get_account
from marketplace.accounts.tokens import new_token
from marketplace.catalogue.kinds import Kind
from marketplace.core import personal_data
from marketplace.core.db import Database
from marketplace.core.personal_data import Person
from marketplace.needs import groups
from marketplace.needs.models import Need, NeedMessage
from marketplace.needs.queries import get_need
from marketplace.organisations.queries import get_by_key
from tests.factories.accounts import add_account, add_domain, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.needs.conftest import ADMIN, COMPANY, ELSEWHERE, GUIDE, PLACES, STRANGER, As, actor_by, mail_of, told
from tests.support import forms
from tests.support.client import PageClient
from tests.support.page import check, text_of
from tests.support.people import csrf_token, mails_to

Publish = Callable[..., str]


def open_group(guide: PageClient, slug: str) -> str:
    assert forms.send(guide, guide.get_page(f"/gesuche/{slug}"), "Gruppe eröffnen").status_code == 303
    return f"/gesuche/{slug}/gruppe"


def test_two_are_not_enough(as_: As, publish: Publish) -> None:
    slug, guide = publish("frauenau"), as_(GUIDE)
    page = guide.get_page(f"/gesuche/{slug}")
    assert "Gruppe eröffnen" not in [text_of(each) for each in page.all("button")]
    token = csrf_token(guide, "/konto/name")
    refused = guide.post(f"/gesuche/{slug}/gruppe/eroeffnen", data={"csrf_token": token})
    assert "ab 3 Kommunen" in refused.text


def test_the_group_writes_and_hears(app: Flask, as_: As, database: Database, publish: Publish) -> None:
    slug = publish("frauenau", "husum")
    group = open_group(as_(GUIDE), slug)
    assert len([each for each in told(database, "gesuch-neues") if "Gruppe eröffnet" in each[1]]) == 3
    husum, frauenau = as_("husum"), as_("frauenau")
    page = husum.get_page(group)
    typed = {"text": "Wir könnten <i>hosten</i>."}
    answers = [forms.send(husum, page, "Senden", typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with database.reading() as session:
        assert len(session.exec(select(NeedMessage)).all()) == 1
    shown = frauenau.get(group).text
    assert "Wir könnten &lt;i&gt;hosten&lt;/i&gt;." in shown
    assert "Husum" in shown
    assert "Mit Glied" not in shown.replace("Mein Konto: Mit Glied aus Frauenau", "").replace(
        "Mit Glied aus Frauenau</a>", ""
    )
    app.extensions["courier"].deliver()
    assert not any("hosten" in text for text in mails_to(app, mail_of("frauenau")))
    guide = as_(GUIDE)
    assert forms.send(guide, guide.get_page(group), "Senden", {"text": "Ich helfe."}).status_code == 303
    assert "Lotsin oder Lotse" in frauenau.get_page(group).text


@pytest.mark.parametrize("who", [ELSEWHERE, STRANGER, COMPANY, "kl"])
def test_only_the_group_sees_it(as_: As, database: Database, publish: Publish, who: str) -> None:
    slug = publish("frauenau", "husum")
    group, client = open_group(as_(GUIDE), slug), as_(who)
    token = csrf_token(client, "/konto/name")
    assert client.get(group).status_code == 403
    for step in ("schreiben", "kosten"):
        data = {"csrf_token": token, "text": "Hallo", "method": "gleich", "revision": "1"}
        assert client.post(f"{group}/{step}", data=data).status_code == 403
    with database.reading() as session:
        assert session.exec(select(NeedMessage)).all() == []


def test_whoever_stops_looking_sees_it_no_more(as_: As, publish: Publish) -> None:
    slug = publish("frauenau", "husum")
    group, husum = open_group(as_(ADMIN), slug), as_("husum")
    assert husum.get(group).status_code == 200
    forms.send(husum, husum.get_page(f"/gesuche/{slug}"), "Nicht mehr mitsuchen")
    assert husum.get(group).status_code == 403


def test_costs_are_split_in_three_ways(as_: As, publish: Publish) -> None:
    slug = publish("frauenau", "husum")
    group, husum = open_group(as_(GUIDE), slug), as_("husum")

    def split(**typed: str) -> list[list[str]]:
        answer = forms.send(husum, husum.get_page(group), "Kosten aufteilen", typed)
        assert answer.status_code == 303, answer.text
        rows = husum.get_page(group).all("tr")
        return [[text_of(cell) for cell in row if text_of(cell)] for row in rows][1:]

    assert split(once="100", yearly="0,05", method="gleich") == [
        ["Weisendorf", "1", "33,34 €", "0,02 €"],
        ["Frauenau", "1", "33,33 €", "0,02 €"],
        ["Husum", "1", "33,33 €", "0,01 €"],
        ["Zusammen", "3", "100,00 €", "0,05 €"],
    ]
    assert split(method="einwohner")[0] == ["Weisendorf", "4.000", "33,34 €", "0,02 €"]
    page = husum.get_page(group)
    shares = [each.get("name") or "" for each in page.all("input") if (each.get("name") or "").startswith("anteil-")]
    rows = split(method="schluessel", **dict(zip(shares, ("50", "30", "20"), strict=True)))
    assert [row[2] for row in rows] == ["50,00 €", "30,00 €", "20,00 €", "100,00 €"]


def test_a_missing_part_of_the_key_is_named(as_: As, publish: Publish) -> None:
    slug = publish("frauenau", "husum")
    group, husum = open_group(as_(GUIDE), slug), as_("husum")
    forms.send(husum, husum.get_page(group), "Kosten aufteilen", {"once": "100", "method": "schluessel"})
    page = husum.get_page(group)
    assert "fehlt eine Angabe: Weisendorf, Frauenau, Husum." in page.text
    wrong = forms.send(husum, page, "Kosten aufteilen", {"once": "viel", "method": "gleich"})
    assert "einen Betrag wie 12.500,50" in check(group, wrong.text).text


def test_two_who_split_at_once(as_: As, publish: Publish) -> None:
    slug = publish("frauenau", "husum")
    group, husum = open_group(as_(GUIDE), slug), as_("husum")
    page = husum.get_page(group)
    assert forms.send(husum, page, "Kosten aufteilen", {"once": "100"}).status_code == 303
    late = forms.send(husum, page, "Kosten aufteilen", {"once": "200"})
    assert late.status_code == 409
    assert "inzwischen geändert" in late.text
    assert "100,00" in husum.get_page(group).text


def test_the_first_asks_for_all_and_all_read_along(app: Flask, as_: As, database: Database, publish: Publish) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(Kind.SOLUTION, "melder", titel="Mängelmelder im Browser", organisation=PLACES["kl"][0])
        add_entry(slug="kein-ding", titel="Ein Projekt")
        add_domain(get_by_key(PLACES["weisendorf"][0]), "weisendorf.example")
    slug = publish("frauenau", "husum")
    group, first, husum = open_group(as_(GUIDE), slug), as_("weisendorf"), as_("husum")
    assert "Gemeinsam anfragen" not in [text_of(each) for each in husum.get_page(group).all("button")]
    token = csrf_token(husum, "/konto/name")
    typed = {"entry": "/loesungen/melder", "question": "Können wir zusammen einsteigen?"}
    assert husum.post(f"{group}/anfragen", data={"csrf_token": token, **typed}).status_code == 403
    page = first.get_page(group)
    wrong = forms.send(first, page, "Gemeinsam anfragen", {**typed, "entry": "/projekte/kein-ding"})
    assert "nur eine Lösung" in wrong.text
    assert typed["question"] in wrong.text
    assert forms.send(first, page, "Gemeinsam anfragen", typed).status_code == 303
    assert forms.send(first, page, "Gemeinsam anfragen", typed).status_code == 303, "Zweimal gesendet ist es eine."
    again = forms.send(first, page, "Gemeinsam anfragen", {**typed, "token": "x" * 43})
    assert "schon eine offene Anfrage" in again.text

    giver = as_("kl")
    thread = giver.get_page("/anfragen").link("Mängelmelder im Browser")
    assert "von: Weisendorf, Frauenau, Husum. Alle lesen und schreiben mit." in giver.get_page(thread).text
    assert "12.000" in giver.get_page(thread).text
    forms.send(giver, giver.get_page(thread), "Antworten", {"text": "Gern, wir haben noch Platz."})
    shown = husum.get_page(group).text
    assert "Gern, wir haben noch Platz." in shown
    assert "Im Austausch" in shown
    assert first.get(first.get_page(group).link("Anfrage öffnen")).status_code == 200


def test_whoever_leaves_takes_their_name_out_of_what_they_wrote(
    app: Flask, publish: Publish, database: Database
) -> None:
    slug = publish("frauenau", "husum")
    with app.test_request_context(), database.unit_of_work() as session:
        need, who = get_need(slug), actor_by(mail_of("weisendorf"))
        groups.open_group(need, actor=actor_by(GUIDE))
        name = get_account(who.account_id or 0).name
        text = f"Gruß, {name}, {mail_of('weisendorf')}"
        groups.write_message(need, new_token(), text, get_by_key(PLACES["weisendorf"][0]), actor=who)
        personal_data.erase(Person(who.account_id or 0, mail_of("weisendorf")))
        session.flush()
        (message,) = session.exec(select(NeedMessage)).all()
        assert (message.text, message.account_id) == ("Gruß, (ehemaliges Konto), (ehemaliges Konto)", None)


@pytest.fixture
def thread(app: Flask, as_: As, database: Database, publish: Publish) -> str:
    """The thread of the request that Weisendorf sent for itself, Frauenau and Husum."""
    with app.app_context(), database.unit_of_work():
        add_entry(Kind.SOLUTION, "melder", titel="Mängelmelder im Browser", organisation=PLACES["kl"][0])
        add_domain(get_by_key(PLACES["weisendorf"][0]), "weisendorf.example")
    group, first = open_group(as_(GUIDE), publish("frauenau", "husum")), as_("weisendorf")
    typed = {"entry": "/loesungen/melder", "question": "Können wir zusammen einsteigen?"}
    forms.send(first, first.get_page(group), "Gemeinsam anfragen", typed)
    return first.get_page(group).link("Anfrage öffnen und mitschreiben")


def test_all_who_asked_together_read_and_write_in_the_thread(
    app: Flask, as_: As, database: Database, thread: str
) -> None:
    husum, giver, first = as_("husum"), as_("kl"), as_("weisendorf")
    page = husum.get_page(thread)
    assert "gemeinsam mit Frauenau, Husum" in page.text
    assert forms.send(husum, page, "Senden", {"text": "Wir hätten einen Server."}).status_code == 303
    shown = giver.get_page(thread)
    assert "Mitfragende Seite, Husum" in shown.text
    assert "Wir hätten einen Server." in shown.text
    forms.send(giver, shown, "Antworten", {"text": "Gern."})
    app.extensions["courier"].deliver()
    assert mails_to(app, mail_of("frauenau")), "Auch wer noch nichts schrieb, hört von der Antwort."
    mine = husum.get_page("/anfragen")
    assert mine.link("Mängelmelder im Browser") == thread
    assert "Wartet auf Ihre Antwort" in mine.text
    forms.send(husum, husum.get_page(thread), "Senden", {"text": "Danke!"})
    assert "Wartet auf Ihre Antwort" not in first.get_page("/anfragen").text, "Eine der Gruppe hat geantwortet."


def test_steps_are_those_of_the_first_and_the_others_see_none(as_: As, database: Database, thread: str) -> None:
    husum = as_("husum")
    page = husum.get_page(thread)
    assert "Was jetzt möglich ist" not in page.text
    token = csrf_token(husum, "/konto/name")
    for step in ("withdraw", "agree", "follow_proposal", "answer", "decline"):
        data = {"csrf_token": token, "note": "Weil.", "stand": "1"}
        assert husum.post(f"{thread}/schritt/{step}", data=data).status_code in (403, 404), step
    assert as_("weisendorf").get(f"{thread}/schritt/withdraw").status_code == 200


def test_who_leaves_or_comes_later_is_not_in_the_thread(as_: As, database: Database, thread: str, app: Flask) -> None:
    slug, husum, later = need_slug(database), as_("husum"), as_("kl")
    forms.send(husum, husum.get_page(f"/gesuche/{slug}"), "Nicht mehr mitsuchen")
    assert husum.get(thread).status_code == 403
    assert "Mängelmelder im Browser" not in husum.get_page("/anfragen").text
    with app.app_context(), database.unit_of_work():
        add_membership(add_account("spaet@doerf.example", "Spä T"), add_organisation("09571111", "Dörfles"))
    later = as_("spaet@doerf.example")
    forms.send(later, later.get_page(f"/gesuche/{slug}"), "suchen das auch")
    assert later.get(thread).status_code == 403
    assert "wer später dazukam, liest hier mit" in later.get_page(f"/gesuche/{slug}/gruppe").text


def need_slug(database: Database) -> str:
    with database.reading() as session:
        return session.exec(select(Need.slug)).one()
