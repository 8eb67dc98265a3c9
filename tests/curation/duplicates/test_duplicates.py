"""Two entries that may be the same: found, decided about, merged with all that hangs on them."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.catalogue import merging
from marketplace.catalogue.drafts import service as drafts
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry, EntryLink
from marketplace.core import clock, db
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.core.errors import DomainError
from marketplace.curation import desk
from marketplace.curation.collections.rules import CollectionText, Item
from marketplace.curation.collections.service import begin_collection, write_text
from marketplace.curation.duplicates import service
from marketplace.curation.duplicates.models import EntryPair
from marketplace.curation.duplicates.rules import Sketch, likeness
from marketplace.curation.models import Curation
from marketplace.notifications.models import Notice
from marketplace.organisations.queries import get_by_key
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation, link
from tests.factories.curation import add_contact
from tests.factories.people import actor_of
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import csrf_token, new_client, signed_in

BAVARIA, PALATINATE, ADMIN, HEAD = "lotse@by.example", "lotse@rlp.example", "admin@x.example", "leitung@kl.example"
TEXT = "Sensoren melden, welche Parkplätze in der Innenstadt gerade frei sind."


@pytest.fixture(autouse=True)
def world(app: Flask, database: Database) -> None:
    """A solution that was written down twice, by two municipalities, and things that point at both."""
    with app.app_context(), database.unit_of_work():
        weisendorf, kaiserslautern = add_organisation(), add_organisation("07312000", "Kaiserslautern")
        one = add_entry(
            Kind.SOLUTION, "parken-eins", titel="Freie Parkplätze anzeigen", kurz=TEXT, organisation=weisendorf.key
        )
        two = add_entry(
            Kind.SOLUTION, "parken-zwei", titel="Freie Parkplätze anzeigen mit Sensoren", kurz=TEXT,
            organisation=kaiserslautern.key,
        )  # fmt: skip
        other = add_entry(
            Kind.SOLUTION, "brezen", titel="Brezen bestellen", kurz="Eine App, mit der man Brezen beim Bäcker bestellt."
        )
        project = add_entry(Kind.PROJECT, "projekt", organisation=kaiserslautern.key)
        link(project, "nutzt", two)
        link(two, "baut-auf", other)
        link(other, "siehe-auch", one)
        add_guide(Remit("09"), mail=BAVARIA)
        add_guide(Remit("07"), mail=PALATINATE)
        add_account(ADMIN, is_site_admin=True)
        add_membership(add_account(HEAD), kaiserslautern, role="verwaltung")  # type: ignore[arg-type]


def find(app: Flask, database: Database) -> int:
    with app.app_context(), database.unit_of_work():
        return service.find_duplicates()


def pair(database: Database) -> EntryPair:
    with database.reading() as session:
        return session.exec(select(EntryPair)).one()


def page_of(database: Database) -> str:
    return f"/lotsen/dubletten/{pair(database).id}"


def links(database: Database) -> set[tuple[str, str, str]]:
    with database.reading() as session:
        slugs = dict(session.exec(select(Entry.id, Entry.slug)).all())
        return {(slugs[row.source_id], row.role, slugs[row.target_id]) for row in session.exec(select(EntryLink))}


def merge(client: PageClient, address: str, winner: str = "parken-eins", button: str = "Zusammenführen") -> Any:
    return forms.send(client, client.get_page(address), button, {"bleibt": winner, "grund": "Dieselben Sensoren."})


def test_found_once_and_shown_to_the_guides_of_both(app: Flask, database: Database) -> None:
    assert [find(app, database), find(app, database)] == [1, 0]
    source = desk.find_source("dubletten")
    assert source
    with app.app_context(), database.reading():
        assert [source.count([Remit(area)]) for area in ("07", "09", "10", "")] == [1, 1, 0, 1]
        [task] = source.page(desk.EVERYWHERE, 0, 10)
    assert task.link == page_of(database)


def test_merged_with_links_collections_and_followers(app: Flask, client: PageClient, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        admin = actor_of(add_account("p@x.example", is_site_admin=True))
        collection = begin_collection("Parken", actor=admin)
        write_text(collection, CollectionText("Parken", "K", "", (Item("parken-zwei", "Zuerst."), Item("brezen", "x"))))
    head = signed_in(new_client(app), HEAD)
    page = head.get_page("/loesungen/parken-zwei")
    assert forms.send(head, page, "Folgen").status_code == 303
    find(app, database)

    assert merge(signed_in(new_client(app), ADMIN), page_of(database)).status_code == 303
    moved = client.get("/loesungen/parken-zwei")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/loesungen/parken-eins")
    assert {each for each in links(database) if each[0] != "parken-zwei"} == {
        ("projekt", "nutzt", "parken-eins"),
        ("parken-eins", "baut-auf", "brezen"),
        ("brezen", "siehe-auch", "parken-eins"),
    }
    assert "Parken" in signed_in(new_client(app), ADMIN).get("/lotsen/sammlungen/parken").text
    with database.reading() as session:
        told = session.exec(select(Notice).where(Notice.kind == "eintrag-entscheidung")).one()
    assert "Dieselben Sensoren." in told.subject
    assert "Nicht mehr folgen" in head.get("/loesungen/parken-eins").text
    versions = signed_in(new_client(app), ADMIN).get_page("/eintraege/parken-eins/versionen")
    assert "/eintraege/parken-zwei/versionen" in [each.get("href") for each in versions.all("a")]


def test_the_versions_of_the_merged_one_are_read_by_whoever_reads_those_of_the_other(
    app: Flask, database: Database
) -> None:
    with app.app_context(), database.unit_of_work():
        member = add_account("mitglied@weisendorf.example")
        add_membership(member, get_by_key("09572164"))
        add_contact(db.session().exec(select(Entry).where(Entry.slug == "parken-zwei")).one(), "amt@kl.example")
    find(app, database)
    town, head, bavaria = (signed_in(new_client(app), mail) for mail in (member.mail, HEAD, BAVARIA))
    gone = "/eintraege/parken-zwei/versionen"
    assert town.get(gone).status_code == 403
    merge(signed_in(new_client(app), ADMIN), page_of(database))

    kept = town.get_page("/eintraege/parken-eins/versionen")
    assert gone in [each.get("href") for each in kept.all("a")]
    for client in (town, bavaria):
        assert "Freie Parkplätze anzeigen mit Sensoren" in client.get_page(gone).text
        assert "amt@kl.example" not in client.get(gone).text
    assert "amt@kl.example" in head.get(gone).text
    assert head.get("/eintraege/parken-eins/versionen").status_code == 403


def test_merging_confirms_no_facts(app: Flask, database: Database) -> None:
    def due() -> date:
        with database.reading() as session:
            entry_id = session.exec(select(Entry.id).where(Entry.slug == "parken-eins")).one()
            return session.get_one(Curation, entry_id).due

    find(app, database)
    before = due()
    with clock.stopped_at(clock.now() + timedelta(days=100)):
        merge(signed_in(new_client(app), ADMIN), page_of(database))
    assert due() == before


def test_a_guide_of_one_side_proposes_and_the_other_decides(app: Flask, database: Database) -> None:
    find(app, database)
    bavaria, address = signed_in(new_client(app), BAVARIA), page_of(database)
    token = csrf_token(bavaria, "/konto")
    typed = {"csrf_token": token, "bleibt": "parken-eins", "grund": "x"}
    assert bavaria.post(f"{address}/zusammenfuehren", data=typed).status_code == 403
    assert bavaria.post(f"{address}/verschieden", data={"csrf_token": token}).status_code == 403
    assert merge(bavaria, address, button="Vorschlagen").status_code == 303
    admin = signed_in(new_client(app), ADMIN)
    assert "Es bleibt „Freie Parkplätze anzeigen“" in admin.get(address).text
    assert merge(admin, address).status_code == 303


def test_different_ones_are_not_brought_up_again(app: Flask, database: Database) -> None:
    find(app, database)
    admin = signed_in(new_client(app), ADMIN)
    forms.send(admin, admin.get_page(page_of(database)), "Das sind zwei verschiedene")
    with app.app_context(), database.unit_of_work() as session:
        session.exec(select(Entry).where(Entry.slug == "parken-eins")).one().version += 1
    assert find(app, database) == 0
    assert pair(database).state == "verschieden"


def test_two_who_decide_at_once(app: Flask, database: Database) -> None:
    find(app, database)
    admin, address = signed_in(new_client(app), ADMIN), page_of(database)
    late = admin.get_page(address)
    merge(admin, address)
    refused = forms.send(admin, late, "Zusammenführen", {"bleibt": "parken-zwei", "grund": "Andersherum."})
    assert refused.status_code == 400
    assert "inzwischen entschieden" in refused.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"grund": "x"}, "welcher Eintrag bleibt"), ({"bleibt": "parken-eins", "grund": " "}, "warum beide dasselbe sind"),
     ({"bleibt": "brezen", "grund": "x"}, "welcher Eintrag bleibt")],
)  # fmt: skip
def test_what_is_missing_is_said(app: Flask, database: Database, typed: dict[str, str], words: str) -> None:
    find(app, database)
    admin = signed_in(new_client(app), ADMIN)
    refused = forms.send(admin, admin.get_page(page_of(database)), "Zusammenführen", typed)
    assert refused.status_code == 400
    assert words in refused.text


def test_a_guide_brings_two_together_by_address(app: Flask, database: Database) -> None:
    bavaria = signed_in(new_client(app), BAVARIA)
    page = bavaria.get_page("/eintraege/parken-eins/versionen")
    typed = {"anderer": "https://blaupause.example/loesungen/parken-zwei/"}
    assert forms.send(bavaria, page, "Nebeneinander ansehen", typed).headers["Location"] == page_of(database)
    for wrong in ("parken-eins", "gibt-es-nicht", "projekt", "\x00"):
        refused = forms.send(bavaria, page, "Nebeneinander ansehen", {"anderer": wrong})
        assert refused.status_code == 400, wrong


def test_into_itself_in_a_circle_or_during_an_open_draft(app: Flask, database: Database) -> None:
    def entry(slug: str) -> Entry:
        return session.exec(select(Entry).where(Entry.slug == slug)).one()

    with app.app_context(), database.unit_of_work() as session:
        for losing, winning in (("parken-eins", "parken-eins"), ("projekt", "brezen")):
            with pytest.raises(DomainError):
                merging.merge_entries(entry(losing), entry(winning), author="Test", note="x")
        merging.merge_entries(entry("parken-zwei"), entry("parken-eins"), author="Test", note="x")
        with pytest.raises(DomainError, match="nicht mehr veröffentlicht"):
            merging.merge_entries(entry("parken-eins"), entry("parken-zwei"), author="Test", note="x")
        merging.merge_entries(entry("parken-eins"), entry("brezen"), author="Test", note="x")
        assert entry("parken-zwei").merged_into_id == entry("brezen").id
    assert new_client(app).get("/loesungen/parken-zwei").headers["Location"] == "/loesungen/brezen"
    with app.app_context(), database.unit_of_work() as session:
        drafts.revise_entry(entry("brezen"), actor=actor_of(add_account("s@x.example", is_site_admin=True)))
        another = add_entry(Kind.SOLUTION, "noch-eins")
        with pytest.raises(DomainError, match="offenen Entwurf"):
            merging.merge_entries(another, entry("brezen"), author="Test", note="x")


def test_what_two_municipalities_did_is_never_one_project() -> None:
    words = frozenset({"licht", "dimm"})
    ours, theirs = Sketch(Kind.PROJECT, 1, words, words), Sketch(Kind.PROJECT, 2, words, words)
    assert likeness(ours, theirs) == 0.0
    assert likeness(ours, Sketch(Kind.PROJECT, None, words, words)) == 1.0
    assert likeness(ours, Sketch(Kind.SOLUTION, 1, words, words)) == 0.0
