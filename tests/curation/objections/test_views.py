"""Decisions against an entry: told with their reason, and looked at by somebody else on objection."""

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.catalogue.models import Entry
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.curation import desk
from marketplace.curation.objections.models import Objection
from marketplace.notifications.models import Notice
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import csrf_token, new_client, signed_in

ENTRY, VERSIONS, OBJECTION = (
    "/projekte/ein-eintrag", "/eintraege/ein-eintrag/versionen", "/eintraege/ein-eintrag/widerspruch",
)  # fmt: skip
GUIDE, OTHER_GUIDE, ELSEWHERE = "lotse@by.example", "lotsin@by.example", "lotse@rlp.example"
MEMBER, HEAD, STRANGER = "mitglied@weisendorf.example", "leitung@weisendorf.example", "fremd@x.example"


@pytest.fixture(autouse=True)
def people(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        place = add_organisation()
        add_entry(organisation=place.key)
        add_guide(Remit("09"), mail=GUIDE)
        add_guide(Remit("09"), mail=OTHER_GUIDE)
        add_guide(Remit("07"), mail=ELSEWHERE)
        add_membership(add_account(MEMBER), place)
        add_membership(add_account(HEAD), place, role="verwaltung")  # type: ignore[arg-type]
        add_account(STRANGER)


def hide(app: Flask, who: str = GUIDE, button: str = "Vorläufig ausblenden") -> None:
    client = signed_in(new_client(app), who)
    assert forms.send(client, client.get_page(VERSIONS), button, {"grund": "Es fehlt die Quelle."}).status_code == 303


def notices(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.exec(select(Notice).where(Notice.kind == "eintrag-entscheidung").order_by(Notice.id))  # type: ignore[arg-type]
        return [(notice.subject, notice.link) for notice in rows]


def objection_page(database: Database) -> str:
    with database.reading() as session:
        return f"/lotsen/widersprueche/{session.exec(select(Objection)).one().public_id}"


def status(database: Database) -> str:
    with database.reading() as session:
        return session.exec(select(Entry)).one().status


def test_from_hiding_to_being_there_again(app: Flask, client: PageClient, database: Database) -> None:
    hide(app)
    hidden = client.get(ENTRY)
    assert hidden.status_code == 404
    assert "Es fehlt die Quelle." in hidden.text
    [(subject, link)] = notices(database)
    assert subject.startswith("Vorläufig ausgeblendet")
    assert "Es fehlt die Quelle." in subject

    head = signed_in(new_client(app), HEAD)
    page = head.get_page(link)
    assert OBJECTION in [each.get("href") for each in page.all("a")]
    sent = forms.send(head, head.get_page(OBJECTION), "Widersprechen", {"text": "Die Quelle steht auf Seite 3."})
    assert sent.status_code == 303
    assert "läuft schon ein Widerspruch" in head.get(OBJECTION).text

    other = signed_in(new_client(app), OTHER_GUIDE)
    address = objection_page(database)
    assert "Die Quelle steht auf Seite 3." in other.get(address).text
    forms.send(other, other.get_page(address), "Stattgeben", {"text": "Stimmt."})
    assert client.get(ENTRY).status_code == 200
    assert "stattgegeben" in notices(database)[-1][0]
    assert "Stimmt." in head.get(OBJECTION).text


def test_a_refusal_is_explained_and_the_entry_stays_away(app: Flask, client: PageClient, database: Database) -> None:
    hide(app, button="Zurückziehen")
    member, other = signed_in(new_client(app), MEMBER), signed_in(new_client(app), OTHER_GUIDE)
    forms.send(member, member.get_page(OBJECTION), "Widersprechen", {"text": "Doch."})
    address = objection_page(database)
    page = other.get_page(address)
    assert forms.send(other, page, "Bei der Entscheidung bleiben", {"text": ""}).status_code == 200
    forms.send(other, page, "Bei der Entscheidung bleiben", {"text": "Weiterhin ohne Quelle."})
    assert client.get(ENTRY).status_code == 410
    assert "Weiterhin ohne Quelle." in member.get(OBJECTION).text
    late = forms.send(other, page, "Stattgeben", {"text": "Doch noch."})
    assert late.status_code == 409
    assert "inzwischen entschieden" in late.text
    assert status(database) == "zurueckgezogen"


@pytest.mark.parametrize("who", [GUIDE, ELSEWHERE, MEMBER, STRANGER])
def test_nobody_decides_who_decided_before_or_has_no_say(app: Flask, database: Database, who: str) -> None:
    hide(app)
    head = signed_in(new_client(app), HEAD)
    forms.send(head, head.get_page(OBJECTION), "Widersprechen", {"text": "Doch."})
    client = signed_in(new_client(app), who)
    address = objection_page(database)
    seen = client.get(address)
    assert seen.status_code == (200 if who == GUIDE else 403)
    assert "Stattgeben" not in seen.text
    token = csrf_token(client, "/konto")
    for step in ("stattgeben", "zurueckweisen"):
        assert client.post(f"{address}/{step}", data={"csrf_token": token, "text": "Ja."}).status_code == 403
    assert status(database) == "ausgeblendet"


@pytest.mark.parametrize("who", [GUIDE, STRANGER])
def test_only_the_organisation_objects(app: Flask, who: str) -> None:
    hide(app)
    client = signed_in(new_client(app), who)
    assert client.get(OBJECTION).status_code == 403
    assert client.post(OBJECTION, data={"csrf_token": csrf_token(client, "/konto"), "text": "x"}).status_code == 403


def test_what_the_organisation_did_itself_needs_no_objection(app: Flask, database: Database) -> None:
    hide(app, HEAD, "Archivieren")
    head = signed_in(new_client(app), HEAD)
    assert "selbst getan" in head.get(OBJECTION).text
    assert notices(database) == []
    refused = head.post(OBJECTION, data={"csrf_token": csrf_token(head, "/konto"), "text": "x"})
    assert refused.status_code == 409


def test_a_published_entry_knows_no_objection(app: Flask) -> None:
    head = signed_in(new_client(app), HEAD)
    assert "ist veröffentlicht" in head.get(OBJECTION).text


def test_members_cannot_hide_and_bring_nothing_back(app: Flask, database: Database) -> None:
    member = signed_in(new_client(app), MEMBER)
    token = csrf_token(member, "/konto")
    typed = {"csrf_token": token, "grund": "x"}
    assert member.post("/eintraege/ein-eintrag/ausblenden", data=typed).status_code == 403
    hide(app)
    assert member.post("/eintraege/ein-eintrag/wieder-veroeffentlichen", data=typed).status_code == 403
    assert status(database) == "ausgeblendet"


def test_the_desk_shows_objections_of_the_remit(app: Flask, database: Database) -> None:
    hide(app)
    head = signed_in(new_client(app), HEAD)
    forms.send(head, head.get_page(OBJECTION), "Widersprechen", {"text": "Doch."})
    source = desk.find_source("widersprueche")
    assert source
    with app.app_context(), database.reading():
        assert [source.count([Remit("09")]), source.count([Remit("07")])] == [1, 0]
        [task] = source.page(desk.EVERYWHERE, 0, 10)
    assert (task.link, task.note) == (objection_page(database), "Vorläufig ausgeblendet")
