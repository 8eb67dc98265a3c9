"""Pages of the ledger: the question in a mail, the record of both sides, what everybody reads."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace.catalogue.drafts.models import EntryContact
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from tests.factories.accounts import add_account, add_guide
from tests.factories.curation import entry_of, on
from tests.factories.ledger import (
    ALL,
    DAY,
    ENTRY,
    GIVER,
    SLUG,
    TAKER,
    TAKER_KEY,
    THIRD,
    add_world,
    declared,
    run_job,
)
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import mails_to, new_client, signed_in

END = date(2027, 9, 10)
DECLARE = f"/eintraege/{SLUG}/nachnutzung"
GUIDE = "lotse@by.example"


@pytest.fixture(autouse=True)
def _world(app: Flask, database: Database) -> None:
    with on(DAY), app.app_context(), database.unit_of_work():
        add_world()
        add_guide(Remit("09"), mail=GUIDE)


def number_of(app: Flask) -> int:
    return entry_of(app, SLUG).confirmed_reuses


def link_in(app: Flask, recipient: str) -> str:
    """Path of the link in the newest mail to an address."""
    found = re.search(r"https?://[^/\s]+(/nachnutzung-bestaetigen/\S+)", mails_to(app, recipient)[-1])
    assert found
    return found[1]


def test_the_whole_story_from_we_use_it_already_to_a_number_on_the_entry(app: Flask, client: PageClient) -> None:
    with on(DAY):
        taker = signed_in(new_client(app), TAKER)
        page = taker.get_page(taker.get_page(ENTRY).link("Wir nutzen das schon"))
        answer = forms.send(taker, page, "Eintragen", {"stage": "im-betrieb", "variant": "Nur der Kalender"})
        assert answer.status_code == 303
        record = answer.location
        assert "Gezählt wird, sobald beide Seiten bestätigt haben" in taker.get_page(record).text
        assert number_of(app) == 0
        assert "nachgenutzt" not in client.get_page(ENTRY).text
        question = client.get_page(link_in(app, GIVER))
        assert question.heading == "Stimmt das?"
        assert "Nur der Kalender" in question.text
        assert number_of(app) == 0, "Opening a link changes nothing."
        answer = forms.send(client, question, "Ja, das stimmt", follow_redirects=True)
        assert "Vielen Dank" in answer.text
        assert number_of(app) == 1
        shown = client.get_page(ENTRY).text
        assert "von 1 Organisation nachgenutzt" in shown
        assert "Weisendorf" in shown
        for path in (ALL, "/nachnutzungen", f"/kommunen/{TAKER_KEY}", "/kommunen/07312000"):
            text = client.get_page(path).text
            assert "Weisendorf" in text, path
            assert "Kaiserslautern" in text, path
        assert "Was sich bewährt hat" in client.get_page("/").text
        assert "Eine bestätigte Nachnutzung" in client.get_page("/handlungsfelder/verwaltung").text
        assert "von 1 Organisation nachgenutzt" in client.get_page("/suche?q=Titel").text
        figures = client.get_page("/wirkung")
        assert "bestätigte Nachnutzung" in figures.text
        assert "Bestätigte Nachnutzungen;;1" in client.get("/wirkung.csv").text


def test_nobodys_address_or_name_stands_on_a_public_page(app: Flask, client: PageClient, database: Database) -> None:
    declared(app, database, confirmed=True)
    with on(DAY):
        for path in (ENTRY, ALL, "/nachnutzungen", "/wirkung", "/wirkung.csv", "/"):
            text = client.get(path).text
            for secret in (GIVER, TAKER, "gibt@", "nimmt@"):
                assert secret not in text, path


def test_a_scanner_that_opens_every_link_changes_nothing(app: Flask, client: PageClient, database: Database) -> None:
    declared(app, database)
    with on(DAY):
        path = link_in(app, GIVER)
        for method in (client.get, client.head, client.options):
            method(path)
        assert number_of(app) == 0
        forms.send(client, client.get_page(path), "Ja, das stimmt")
        assert number_of(app) == 1


def test_an_answer_counts_once_and_a_second_changes_nothing(app: Flask, client: PageClient, database: Database) -> None:
    declared(app, database)
    with on(DAY):
        page = client.get_page(link_in(app, GIVER))
        forms.send(client, page, "Ja, das stimmt")
        again = forms.send(client, page, "Widersprechen", {"reason": "Doch nicht."}, follow_redirects=True)
    assert "schon beantwortet" in again.text
    assert number_of(app) == 1


def test_a_denial_needs_a_sentence_and_nothing_is_lost(app: Flask, client: PageClient, database: Database) -> None:
    declared(app, database)
    with on(DAY):
        page = client.get_page(link_in(app, GIVER))
        assert "Bitte schreiben Sie in einem Satz" in forms.send(client, page, "Widersprechen").text
        long = forms.send(client, page, "Widersprechen", {"reason": "Wort " * 200})
        assert "Bitte höchstens 500 Zeichen" in long.text
        assert "Wort Wort Wort" in long.text
        assert forms.send(client, page, "Widersprechen", {"reason": "<b>Nie</b>\x00 gehört."}).status_code == 303
        shown = signed_in(new_client(app), TAKER).get_page("/konto/nachnutzungen")
        assert "bestritten" in shown.text
        record = signed_in(new_client(app), TAKER).get_page(shown.link("Titel von eine-loesung: Kaiserslautern"))
        assert "<b>Nie</b> gehört." in record.text, "As typed, and harmless."


@pytest.mark.parametrize("token", ["falsch", "x" * 43, "%00", "ä", "a" * 3000, "../../etc"])
def test_forged_links_get_a_clear_page(client: PageClient, token: str) -> None:
    assert client.get(f"/nachnutzung-bestaetigen/{token}").status_code in (404, 410)


def test_a_link_ends_with_its_time_and_when_somebody_else_is_to_be_asked(
    app: Flask, client: PageClient, database: Database
) -> None:
    declared(app, database)
    path = link_in(app, GIVER)
    with on(DAY + timedelta(weeks=8)):
        assert client.get_page(path, status=410).heading == "Dieser Link gilt nicht mehr"
    with app.app_context(), database.unit_of_work() as session:
        session.add(EntryContact(entry_id=1, role="Bauamt", mail="neu@kaiserslautern.example"))
    with on(DAY):
        client.get_page(path, status=410)


def test_the_contact_of_the_entry_is_asked_first(app: Flask, client: PageClient, database: Database) -> None:
    with app.app_context(), database.unit_of_work() as session:
        session.add(EntryContact(entry_id=1, role="Bauamt", mail="bauamt@kaiserslautern.example"))
    declared(app, database)
    with on(DAY):
        forms.send(client, client.get_page(link_in(app, "bauamt@kaiserslautern.example")), "Ja, das stimmt")
    assert mails_to(app, GIVER) == []
    assert number_of(app) == 1


def test_one_address_cannot_answer_for_both_sides(app: Flask, client: PageClient, database: Database) -> None:
    with app.app_context(), database.unit_of_work() as session:
        session.add(EntryContact(entry_id=1, role="Bauamt", mail=TAKER))
    declared(app, database)
    with on(DAY):
        answer = forms.send(client, client.get_page(link_in(app, TAKER)), "Ja, das stimmt")
    assert "Dieselbe Person kann nicht für beide Seiten" in answer.text
    assert number_of(app) == 0


# Time


def test_18_months_by_mail(app: Flask, client: PageClient, database: Database) -> None:
    declared(app, database, confirmed=True)
    first = len(mails_to(app, TAKER))
    run_job(app, END - timedelta(days=29))
    assert len(mails_to(app, TAKER)) - first == 0
    for _twice in range(2):
        run_job(app, END - timedelta(days=28))
    assert "Läuft das noch?" in mails_to(app, TAKER)[-1]
    run_job(app, END)
    assert len(mails_to(app, TAKER)) - first == 2, "The question, once, and a reminder."
    assert number_of(app) == 1
    run_job(app, END + timedelta(days=1))
    assert number_of(app) == 0
    with on(END + timedelta(days=1)):
        assert "nicht bestätigt seit 10. September 2027" in client.get_page(ENTRY).text
        assert "nachgenutzt" not in client.get_page("/suche?q=Titel").text
        page = client.get_page(link_in(app, TAKER))
        assert page.heading == "Läuft das noch?"
        forms.send(client, page, "Ja, das läuft noch")
        assert number_of(app) == 1
    run_job(app, END + timedelta(days=200))
    assert number_of(app) == 1


def test_an_end_by_mail_is_told_with_its_reason(app: Flask, client: PageClient, database: Database) -> None:
    declared(app, database, confirmed=True)
    run_job(app, END)
    with on(END):
        page = client.get_page(link_in(app, TAKER))
        forms.send(client, page, "Als beendet vermerken", {"reason": "Der Anbieter hat aufgegeben."})
        assert number_of(app) == 0
        shown = client.get_page(ALL).text
        assert "Der Anbieter hat aufgegeben." in shown
        taker = signed_in(new_client(app), TAKER)
        record = taker.get_page(taker.get_page("/konto/nachnutzungen").link("Titel von eine-loesung: Kaiserslautern"))
        assert taker.get_page(record.link("Erfahrung schreiben")).heading


def test_it_is_asked_on_the_site_too(app: Flask, database: Database) -> None:
    record = declared(app, database)
    with on(DAY):
        giver = signed_in(new_client(app), GIVER)
        assert "Stimmt das? Weisendorf nutzt" in giver.get_page("/konto/mitteilungen").text
        assert len(mails_to(app, GIVER)) == 1, "One mail tells it, not two."
        forms.send(giver, giver.get_page(record), "Stimmt")
    assert number_of(app) == 1


# Who may


@pytest.mark.parametrize(
    ("who", "status"), [(GIVER, 200), (TAKER, 200), (GUIDE, 200), (THIRD, 403), ("fern@ni.example", 403)]
)
def test_who_sees_the_record(app: Flask, database: Database, who: str, status: int) -> None:
    with app.app_context(), database.unit_of_work():
        add_guide(Remit("03"), mail="fern@ni.example")
    record = declared(app, database)
    with on(DAY):
        assert signed_in(new_client(app), who).get(record).status_code == status


def test_a_colleague_who_left_gets_nowhere(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        add_account("weg@weisendorf.example")
    record = declared(app, database)
    with on(DAY):
        assert signed_in(new_client(app), "weg@weisendorf.example").get(record).status_code == 403


@pytest.mark.parametrize(
    "step", ["bestaetigen", "widersprechen", "umsetzung", "betrieb", "beenden", "wieder-aufnehmen"]
)
def test_strangers_change_nothing_by_sending_the_form(app: Flask, database: Database, step: str) -> None:
    record = declared(app, database)
    with on(DAY):
        client = signed_in(new_client(app), THIRD)
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/konto").text)
        assert token
        for side in ("gebend", "nehmend", "", "x"):
            data = {"csrf_token": token[1], "seite": side, "reason": "Grund"}
            assert client.post(f"{record}/{step}", data=data).status_code == 403
    assert number_of(app) == 0


def test_what_happened_meanwhile_is_said_clearly(app: Flask, database: Database) -> None:
    record = declared(app, database)
    with on(DAY):
        giver, taker = signed_in(new_client(app), GIVER), signed_in(new_client(app), TAKER)
        seen = giver.get_page(record)
        forms.send(taker, taker.get_page(record), "Als beendet vermerken", {"reason": "Doch nicht."})
        late = forms.send(giver, seen, "Stimmt")
    assert late.status_code == 409
    assert "steht inzwischen auf „Beendet“" in late.text


@pytest.mark.parametrize(
    "path", ["/nachnutzungen/x", f"/nachnutzungen/{'x' * 22}", "/nachnutzungen/%00", "/nachnutzungen/ä"]
)
def test_addresses_that_nobody_gave_out(app: Flask, path: str) -> None:
    assert signed_in(new_client(app), TAKER).get(path).status_code == 404


def test_who_belongs_nowhere_is_told_how_to(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        add_account("frei@anders.example")
    with on(DAY):
        client = signed_in(new_client(app), "frei@anders.example")
        assert "einer Organisation angehören" in client.get_page(DECLARE).text
        assert "einer Organisation angehören" in client.get_page("/konto/nachnutzungen").text


def test_the_giving_side_names_who_took_it(app: Flask, database: Database) -> None:
    with on(DAY):
        giver = signed_in(new_client(app), GIVER)
        page = giver.get_page(DECLARE)
        assert page.heading.startswith("Wer nutzt")
        found = giver.get_page(f"{DECLARE}?seite=gebend&q=husum")
        page = giver.get_page(found.link("Husum"))
        assert forms.send(giver, page, "Eintragen", {}).status_code == 400
        assert forms.send(giver, page, "Eintragen", {"stage": "in-umsetzung"}).status_code == 303
        assert "Stimmt das?" in mails_to(app, THIRD)[-1]


def test_words_are_changed_and_too_long_ones_come_back(app: Flask, database: Database) -> None:
    record = declared(app, database)
    with on(DAY):
        taker = signed_in(new_client(app), TAKER)
        page = taker.get_page(record)
        long = forms.send(taker, page, "Speichern", {"adaptation": "Wort " * 300})
        assert "Bitte höchstens 1000 Zeichen" in long.text
        assert "Wort Wort" in long.text
        forms.send(taker, page, "Speichern", {"adaptation": "Andere Farben", "variant": "=HYPERLINK()"})
        assert "Andere Farben" in taker.get_page(record).text


def test_a_guide_asks_again(app: Flask, database: Database) -> None:
    record = declared(app, database)
    with on(DAY + timedelta(days=50)):
        guide = signed_in(new_client(app), GUIDE)
        assert "Stille Nachnutzungen" in guide.get_page("/lotsen").text
        answer = forms.send(guide, guide.get_page(record), "Noch einmal fragen", follow_redirects=True)
        assert "noch einmal hinausgegangen" in answer.text
        assert "Stille Nachnutzungen" not in guide.get_page("/lotsen").text
    assert len(mails_to(app, GIVER)) == 2
