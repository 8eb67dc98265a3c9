"""Nobody's mail address or phone number stands on any page, in any download or mail, unless that person shared it."""

import re

import pytest
from flask import Flask

from marketplace.catalogue.drafts.models import EntryContact
from marketplace.catalogue.kinds import Kind
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.ledger import service as ledger
from marketplace.ledger.rules import ReuseStage, Side
from marketplace.ledger.service import Words
from marketplace.needs import groups
from marketplace.needs import service as needs
from marketplace.needs.service import NeedText
from marketplace.reuse import service
from tests.factories.accounts import add_account, add_domain, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.people import actor_of
from tests.factories.reuse import World, send_request
from tests.support.client import PageClient
from tests.support.people import new_client, sign_in

ASKS, ALONG, THIRD = "wiebke.rathaus@weisendorf.example", "anna.glas@frauenau.example", "nils.hafen@eutin.example"
ANSWERS, GUIDE, READER = "moritz.modell@kl.example", "lotte.lotsin@land.example", "lena.leserin@irgendwo.example"
CONTACT_MAIL, CONTACT_PHONE = "technik@kl.example", "0631 5551234"
SHARED = "0631 9998877"
PEOPLE = (ASKS, ALONG, THIRD, ANSWERS, GUIDE, READER)


@pytest.fixture
def found(app: Flask, database: Database) -> list[str]:
    """Addresses of all that has to do with a request of three towns, the reuse that came of it, and its figures."""
    with app.test_request_context(), database.unit_of_work() as session:
        places = {
            mail: add_organisation(key, name, inhabitants=7000)
            for mail, key, name in (
                (ASKS, "09572164", "Weisendorf"), (ALONG, "09276121", "Frauenau"), (THIRD, "01055012", "Eutin"),
                (ANSWERS, "07312000", "Kaiserslautern"),
            )
        }  # fmt: skip
        people = {mail: add_account(mail, mail.partition("@")[0].replace(".", " ").title()) for mail in PEOPLE[:4]}
        for mail, place in places.items():
            add_membership(people[mail], place)
        add_domain(places[ASKS], "weisendorf.example")
        add_guide(Remit("09"), mail=GUIDE)
        add_account(READER, "Lena Leserin")
        entry = add_entry(Kind.SOLUTION, "pegelmelder", titel="Pegelmelder für Bäche", organisation="07312000")
        session.add(EntryContact(entry_id=entry.id, mail=CONTACT_MAIL, phone=CONTACT_PHONE))
        asks, answers = actor_of(people[ASKS]), actor_of(people[ANSWERS])
        need = needs.publish_need(
            "n" * 43, NeedText("Pegel messen", "Wir suchen Pegel.", "pegel"), places[ASKS], actor=asks
        )
        for mail in (ALONG, THIRD):
            needs.join(need, places[mail], actor=actor_of(people[mail]))
        guide = add_account("ada@betrieb.example", "Ada Betrieb", is_site_admin=True)
        groups.open_group(need, actor=actor_of(guide))
        request = groups.ask_together(need, entry, "Wie lange?", token="gemeinsam", actor=asks)
        service.write(request, "Gern, am Vormittag.", token="a", actor=answers)
        service.write(request, "Danke!", token="b", actor=actor_of(people[ALONG]))
        own = send_request(
            World(places[THIRD], places[ANSWERS], entry, people[THIRD], people[ANSWERS], guide), token="eigene"
        )
        reuse = ledger.declare(entry, places[ASKS].id or 0, ReuseStage.RUNNING, Words(), actor=asks)
        ledger.act("confirm", reuse, Side.GIVER, actor=answers)
        thread, slug, record = f"/anfragen/{request.public_id}", need.slug, f"/nachnutzungen/{reuse.public_id}"
        return [
            "/", "/loesungen/pegelmelder", "/loesungen/pegelmelder/nachnutzen", "/loesungen/pegelmelder/nachnutzungen",
            "/loesungen/pegelmelder.md", "/nachnutzungen", "/wirkung", "/wirkung.csv", "/kommunen/07312000",
            "/kommunen/09572164", "/gesuche", f"/gesuche/{slug}", f"/gesuche/{slug}/gruppe", "/anfragen", thread,
            f"{thread}/schritt/withdraw", f"/anfragen/{own.public_id}", record, "/konto/nachnutzungen",
            "/konto/mitteilungen", "/lotsen", "/loesungen.atom", "/suche?q=pegel", "/suche/vorschlaege?q=pegel",
            "/konto/daten.json", "/sammelimport/bestand/07312000/loesungen.csv",
        ]  # fmt: skip


def strangers_data(text: str, own: str) -> list[str]:
    """Mail addresses and phone numbers of people in a text; one's own and those of the operator are no secret."""
    known = [mail for mail in (*PEOPLE, CONTACT_MAIL, "ada@betrieb.example") if mail != own]
    phones = re.findall(r"0631[\s/-]?\d{6,8}", text)
    return [each for each in known if each.casefold() in text.casefold()] + phones


@pytest.mark.parametrize("who", [None, ASKS, ALONG, GUIDE])
def test_no_page_tells_an_address_or_a_number(app: Flask, found: list[str], who: str | None) -> None:
    client: PageClient = sign_in(new_client(app), who) if who else new_client(app)
    seen = 0
    for path in found:
        answer = client.get(path)
        seen += answer.status_code == 200
        assert strangers_data(answer.text, who or "") == [], f"{who}: {path}"
    assert seen > 12


def test_no_mail_tells_more_than_that_there_is_something(app: Flask, found: list[str]) -> None:
    app.extensions["courier"].deliver()
    sent = app.extensions["courier"].sender.sent
    assert sent
    for mail in sent:
        texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        for text in (*texts, mail["Subject"]):
            assert strangers_data(text, mail["To"]) == [], mail["Subject"]
            assert "Vormittag" not in text
            assert "Wie lange?" not in text


def test_a_number_that_somebody_shares_stands_in_the_thread_alone(
    app: Flask, database: Database, found: list[str]
) -> None:
    giver = sign_in(new_client(app), ANSWERS)
    thread = next(path for path in found if re.fullmatch(r"/anfragen/[\w-]{20,}", path))
    page = giver.get_page(f"{thread}/kontakt")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.html)
    form = re.search(r'name="token" value="([^"]+)"', page.html)
    assert token
    assert form
    data = {"csrf_token": token[1], "token": form[1], "text": f"Telefon {SHARED}"}
    assert giver.post(f"{thread}/kontakt", data=data).status_code == 303
    along = sign_in(new_client(app), ALONG)
    assert SHARED in along.get(thread).text
    for path in found:
        if path != thread:
            assert strangers_data(along.get(path).text, ALONG) == [], path
