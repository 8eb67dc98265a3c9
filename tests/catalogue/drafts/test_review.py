"""Review and versions through HTTP; who may not open what, by name."""

from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.catalogue.drafts import personal_data, service
from marketplace.catalogue.drafts.models import Draft, DraftAuthor, EntryContact
from marketplace.catalogue.drafts.workflow import act
from marketplace.catalogue.exporter import export_entries
from marketplace.catalogue.models import Entry
from marketplace.core.db import Database
from marketplace.core.personal_data import Person, erase, export
from marketplace.notifications.models import Notice
from marketplace.organisations.models import Organisation
from marketplace.search.queries import list_documents
from tests.catalogue.drafts.conftest import Browser
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.drafts import ALL_TICKED, add_draft, basis_now
from tests.factories.people import actor_of, add_person
from tests.support.forms import fields_of, form_with, send


@pytest.fixture
def waiting(app: Flask, database: Database, town: Organisation, author: Account, guide: Account) -> str:
    """A submitted draft of a published entry, in which the title changed."""
    with app.app_context(), app.test_request_context(), database.unit_of_work():
        entry = add_entry(slug="ein-eintrag", organisation=town.key, body="Der alte Text bleibt.\n\nUnd noch mehr.")
        draft = service.revise_entry(entry, actor=actor_of(author))
        values = {"titel": "Neuer Titel des Eintrags", "text": "Der neue Text bleibt.\n\nUnd noch mehr."}
        service.save_fields(draft, values, values, basis_now(draft, values), actor=actor_of(author))
        service.save_contact(draft, {"mail": "digital@weisendorf.example"}, actor=actor_of(author))
        act("draft.submit", draft, actor=actor_of(author))
        return draft.public_id


def test_the_reviewer_sees_what_changes_word_by_word(browser: Browser, guide: Account, waiting: str) -> None:
    page = browser(guide).get_page(f"/pruefung/{waiting}")
    assert [element.tag.rsplit("}")[-1] for element in page.with_class("bp-difference")] == ["div", "div"]
    assert "alte" in "".join(page.all("del")[-1].itertext())
    assert "neue" in "".join(page.all("ins")[-1].itertext())
    assert "digital@weisendorf.example" in page.text


def test_author_and_reviewer_are_told(
    browser: Browser, guide: Account, author: Account, waiting: str, database
) -> None:
    client = browser(guide)
    send(client, client.get_page(f"/pruefung/{waiting}"), "Ablehnen", {"begruendung": "Bitte mit Zahlen."})
    with database.reading() as session:
        notices = {(row.account_id, row.link) for row in session.exec(select(Notice))}
    assert notices == {(guide.id, f"/pruefung/{waiting}"), (author.id, f"/entwuerfe/{waiting}")}
    page = browser(author).get_page(f"/entwuerfe/{waiting}")
    assert "Bitte mit Zahlen." in page.text
    send(browser(author), page, "Neu bearbeiten")


def test_versions_are_compared_and_restored(browser: Browser, guide: Account, author: Account, waiting: str) -> None:
    reviewer, writer = browser(guide), browser(author)
    send(reviewer, reviewer.get_page(f"/pruefung/{waiting}"), "Veröffentlichen", ALL_TICKED)
    page = writer.get_page("/eintraege/ein-eintrag/versionen")
    assert "Von Fassung 1 zu Fassung 2" in page.text
    assert "Autorin Eins" in page.text
    same = writer.get_page("/eintraege/ein-eintrag/versionen?von=2&bis=2")
    assert "sagen dasselbe" in same.text
    for strange in ("von=99&bis=x", "von=&bis=-1", "von=%00"):
        assert "Von Fassung 1 zu Fassung 2" in writer.get_page(f"/eintraege/ein-eintrag/versionen?{strange}").text
    response = send(writer, page, "Als Entwurf")
    draft = writer.get_page(response.location)
    assert draft.heading == "Titel von ein-eintrag"
    again = writer.get_page("/eintraege/ein-eintrag/versionen")
    assert "Zum offenen Entwurf" in again.text


def test_withdrawn_with_a_reason_that_everybody_reads(app: Flask, browser: Browser, author: Account, waiting: str):
    client = browser(author)
    page = client.get_page("/eintraege/ein-eintrag/versionen")
    assert send(client, page, "Archivieren").status_code == 400
    send(client, page, "Archivieren", {"grund": "Das Vorhaben ist beendet."})
    public = app.test_client()
    assert "Das Vorhaben ist beendet." in public.get("/projekte/ein-eintrag").text
    page = client.get_page("/eintraege/ein-eintrag/versionen")
    send(client, page, "Zurückziehen", {"grund": "Auf Wunsch der Kommune."})
    gone = public.get("/projekte/ein-eintrag")
    assert gone.status_code == 410
    assert "Auf Wunsch der Kommune." in gone.text


def test_what_changed_in_the_entry_is_taken_over(
    app: Flask, browser: Browser, database: Database, author: Account, waiting: str
) -> None:
    client = browser(author)
    send(client, client.get_page(f"/entwuerfe/{waiting}"), "Zurückholen")
    with app.app_context(), database.unit_of_work() as session:
        entry = session.exec(select(Entry)).one()
        entry.title, entry.summary = "Titel der Redaktion", "Eine Kurzfassung, die jemand anders geschrieben hat."
        entry.version += 1
    response = send(client, client.get_page(f"/entwuerfe/{waiting}"), "Änderungen übernehmen")
    merge = client.get_page(response.location)
    assert "Titel der Redaktion" in merge.text
    assert "Kurzfassung" not in merge.text
    send(client, merge, "So speichern", {"wahl-titel": "meine"})
    with database.reading() as session:
        fields = session.exec(select(Draft)).one().fields
    assert fields["titel"] == "Neuer Titel des Eintrags"
    assert fields["kurz"].endswith("jemand anders geschrieben hat.")


def test_nobody_else_opens_what_is_not_theirs(
    app: Flask, browser: Browser, database: Database, author: Account, waiting: str
) -> None:
    with database.unit_of_work():
        neighbours = add_organisation("09572111", "Aurachtal")
        people = {
            "stranger": add_person("Fremde"),
            "member of another organisation": add_person("Nachbar", member_of=neighbours),
            "guide outside the remit": add_person("Ferne Lotsin", remits=(("01", ""),)),
        }
    addresses = [
        f"/entwuerfe/{waiting}", f"/entwuerfe/{waiting}/text", f"/entwuerfe/{waiting}/ansprechstelle",
        f"/entwuerfe/{waiting}/verwerfen", f"/entwuerfe/{waiting}/text/abgleichen",
        f"/entwuerfe/{waiting}/aehnliche", f"/pruefung/{waiting}", "/eintraege/ein-eintrag/versionen",
    ]  # fmt: skip
    posts = [
        f"/entwuerfe/{waiting}/text", f"/entwuerfe/{waiting}/ansprechstelle", f"/entwuerfe/{waiting}/verwerfen",
        f"/entwuerfe/{waiting}/zurueckholen", f"/entwuerfe/{waiting}/vorschau", f"/entwuerfe/{waiting}/organisation",
        f"/entwuerfe/{waiting}/eintrag-abgleichen", f"/entwuerfe/{waiting}/text/abgleichen",
        f"/pruefung/{waiting}/veroeffentlichen", f"/pruefung/{waiting}/ablehnen",
        "/eintraege/ein-eintrag/bearbeiten", "/eintraege/ein-eintrag/zurueckziehen",
        "/eintraege/ein-eintrag/versionen/1/wiederherstellen",
    ]  # fmt: skip
    for name, person in people.items():
        client = browser(person)
        token = fields_of(form_with(client.get_page("/eintraege"), "Abmelden"))["csrf_token"]
        for address in addresses:
            assert client.get(address).status_code == 403, f"{name}: {address}"
        for address in posts:
            assert client.post(address, data={"csrf_token": token}).status_code == 403, f"{name}: {address}"
    for address in addresses:
        assert app.test_client().get(address).status_code == 303
    own = browser(author)
    token = fields_of(form_with(own.get_page("/eintraege"), "Abmelden"))["csrf_token"]
    assert own.post(f"/pruefung/{waiting}/veroeffentlichen", data={"csrf_token": token}).status_code == 403


def test_unknown_addresses_are_not_found(browser: Browser, author: Account, guide: Account, waiting: str) -> None:
    client = browser(author)
    for address in ("/entwuerfe/x", f"/entwuerfe/{'a' * 22}", "/eintraege/gibt-es-nicht/versionen"):
        assert client.get(address).status_code == 404
    send(client, client.get_page(f"/entwuerfe/{waiting}"), "Zurückholen")
    assert client.get(f"/entwuerfe/{waiting}/gibt-es-nicht").status_code == 404


def test_contacts_leave_the_database_for_nobody_else(
    browser: Browser, guide: Account, waiting: str, database: Database, tmp_path: Path
) -> None:
    client = browser(guide)
    send(client, client.get_page(f"/pruefung/{waiting}"), "Veröffentlichen", ALL_TICKED)
    with database.reading() as session:
        assert session.exec(select(EntryContact)).one().mail == "digital@weisendorf.example"
        export_entries(tmp_path)
        versions = str([row.fields for row in session.exec(select(Draft))])
        indexed = str(list_documents([row.id or 0 for row in session.exec(select(Entry))]))
    exported = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.md"))
    assert "Neuer Titel" in exported
    public = client.application.test_client()
    pages = public.get("/projekte/ein-eintrag").text + public.get("/suche?q=digital").text
    assert "Neuer Titel" in indexed
    for text in (exported, versions, pages, indexed):
        assert "digital@weisendorf" not in text


def test_a_deleted_person_is_gone_from_drafts(database: Database, town: Organisation, author: Account) -> None:
    person = Person(author.id or 0, author.mail)
    with database.unit_of_work():
        kept = add_draft(author, town)
        service.save_contact(kept, {"mail": author.mail}, actor=actor_of(author))
        service.keep_input(kept, "text", {"text": "x"}, "", account_id=person.account_id)
        add_draft(author, None)
        assert len(export(person)["draft"]) == 2
    with database.unit_of_work():
        for table in ("entry_contact", "draft", "kept_input", "draft_event", "draft_author"):
            assert table in export(person)
        erase(person)
    with database.reading() as session:
        (left,) = session.exec(select(Draft)).all()
        assert (left.changed_by_id, left.contact, left.organisation_id) == (None, {}, town.id)
        assert session.exec(select(DraftAuthor)).all() == []
        assert personal_data.forget_kept_input() == 0
