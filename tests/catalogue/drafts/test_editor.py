"""Writing through HTTP, as a browser without script does."""

from datetime import timedelta

from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.catalogue.drafts import queries
from marketplace.catalogue.drafts.models import Draft, EntryContact, KeptInput
from marketplace.catalogue.models import Entry
from marketplace.core import clock
from marketplace.core.db import Database
from tests.catalogue.drafts.conftest import Browser
from tests.factories.accounts import PASSWORD, password_hash
from tests.factories.catalogue import add_entry
from tests.factories.drafts import ALL_TICKED, add_draft
from tests.factories.people import add_person
from tests.support.client import PageClient
from tests.support.forms import fields_of, form_with, send
from tests.support.page import Page, text_of


def begin(client: PageClient, kind: str = "projekt", title: str = "Digitaler Zwilling für Weisendorf") -> str:
    """A new draft; returns its address."""
    page = client.get_page("/eintraege/neu")
    response = send(client, page, "Entwurf anlegen", {"art": kind, "titel": title})
    assert response.status_code == 303
    return response.location


def fill(client: PageClient, address: str, page: str, button: str = "Speichern und weiter", **changes: object) -> Page:
    """Fill a page of the editor, press a button and return the page that follows."""
    typed = {name.replace("__", "."): value for name, value in changes.items()}
    response = send(client, client.get_page(f"{address}/{page}"), button, typed)
    assert response.status_code == 303, response.text
    return client.get_page(response.location)


def fill_all(client: PageClient, address: str) -> None:
    """All that a small project needs."""
    fill(client, address, "auf-einen-blick", kurz="Eine kleine Gemeinde baut drei digitale Zwillinge auf.")
    fill(client, address, "text", text="## Ausgangslage\n\nDas GIS war alt.")
    fill(client, address, "einordnung", handlungsfelder=["datenmanagement", "verwaltung"])
    sources = {"quellen__dokument": "Jahresbericht", "quellen__stelle": "S. 3", "quellen__jahr": "2024"}
    fill(client, address, "quellen-und-stand", stand="2024", **sources)


def stored(database: Database) -> Draft:
    with database.reading() as session:
        return session.exec(select(Draft)).one()


def test_from_new_draft_over_a_question_to_the_published_entry(
    browser: Browser, author: Account, guide: Account, database: Database
) -> None:
    writer, reviewer = browser(author), browser(guide)
    address = begin(writer)
    overview = writer.get_page(address)
    assert "Angaben fehlen: Kurzfassung" in overview.text
    assert "Zur Prüfung einreichen" not in overview.text
    fill_all(writer, address)
    fill(
        writer, address, "ansprechstelle", "Speichern und zur Übersicht",
        rolle="Stabsstelle", mail="digital@weisendorf.example",
    )  # fmt: skip
    send(writer, writer.get_page(address), "Zur Prüfung einreichen")
    assert "wird geprüft" in writer.get_page(address).text

    waiting = reviewer.get_page("/pruefung")
    review = waiting.link("Digitaler Zwilling")
    page = reviewer.get_page(review)
    assert "Jahresbericht" in page.text
    refused = send(reviewer, page, "Rückfrage stellen")
    assert refused.status_code == 400
    assert "Bitte geben Sie eine Begründung an." in refused.text
    too_long = send(reviewer, page, "Rückfrage stellen", {"begruendung": "Was kostete es? " * 200})
    assert too_long.status_code == 400
    assert "höchstens 2000 Zeichen" in too_long.text
    assert too_long.text.count("Was kostete es? ") == 200, "what was typed is still there"
    send(reviewer, page, "Rückfrage stellen", {"begruendung": "Was kostete es?"})
    assert "Rückfrage beantworten" in writer.get_page("/eintraege").text
    assert "Was kostete es?" in writer.get_page(address).text

    fill(writer, address, "kosten-und-aufwand", gesamtkosten__von="12.500,50", gesamtkosten__jahr="2023")
    send(writer, writer.get_page(address), "Zur Prüfung einreichen")
    assert "Rückfrage beantworten" not in writer.get_page("/eintraege").text
    send(reviewer, reviewer.get_page(review), "Veröffentlichen", ALL_TICKED)
    assert "wartet nichts" in reviewer.get_page("/pruefung").text

    public = browser(guide).application.test_client().get("/projekte/digitaler-zwilling-fuer-weisendorf")
    assert public.status_code == 200
    assert "12.500,50 €" in public.text
    assert "digital@weisendorf.example" not in public.text
    with database.reading() as session:
        assert session.exec(select(EntryContact)).one().mail == "digital@weisendorf.example"
    assert "Digitaler Zwilling" in writer.get_page("/eintraege").text


def test_what_is_wrong_is_saved_and_explained_at_the_field(browser: Browser, author: Account) -> None:
    client = browser(author)
    address = begin(client)
    page = fill(client, address, "kosten-und-aufwand", gesamtkosten__von="viel", gesamtkosten__bis="<b>mehr</b>")
    assert "Betrag in Euro" in page.text
    assert page.by_id("gesamtkosten-von").get("value") == "viel"
    assert page.by_id("gesamtkosten-bis").get("value") == "<b>mehr</b>"
    assert page.by_id("gesamtkosten-von").get("aria-invalid") == "true"
    assert page.link("Gesamtkosten") == "#gesamtkosten-von"
    assert "Bitte prüfen: Gesamtkosten" in client.get_page(address).text


def test_hostile_input_is_kept_and_explained(browser: Browser, author: Account, database: Database) -> None:
    client = browser(author)
    address = begin(client, title="x")
    title = "<script>alert(1)</script>" + "ä" * 500_000
    page = fill(client, address, "auf-einen-blick", titel=title, kurz="a\x00b\x1bc")
    assert "höchstens 140" in page.text
    assert page.by_id("titel").get("value") == title
    assert stored(database).fields["kurz"] == "abc"
    # Half characters cannot be sent as text; as raw bytes they arrive as what cannot be read.
    form = fields_of(form_with(client.get_page(f"{address}/text"), "Vorschau"))
    form["text"] = "HALB"
    body = "&".join(f"{k}={v}" for k, v in form.items()).replace("HALB", "%ED%A0%80Text")
    kind = "application/x-www-form-urlencoded"
    assert client.post(f"{address}/text", data=body, content_type=kind).status_code == 303
    assert stored(database).fields["text"].endswith("Text")
    preview = client.post(f"{address}/vorschau", data={"text": "<img src=x onerror=alert(1)>**fett**"})
    assert "<strong>fett</strong>" in preview.text
    assert "onerror" not in preview.text.replace("&lt;img src=x onerror=alert(1)&gt;", "")


def test_more_than_a_form_may_hold_is_refused_clearly(browser: Browser, author: Account) -> None:
    client = browser(author)
    address = begin(client)
    response = client.post(f"{address}/text", data={"text": "x" * 5_000_000})
    assert response.status_code == 413


def test_rows_are_added_without_losing_what_was_typed(browser: Browser, author: Account) -> None:
    client = browser(author)
    address = begin(client)
    page = fill(
        client, address, "quellen-und-stand", "Weitere Zeilen für Quellen", quellen__dokument="Bericht", stand="24"
    )
    assert page.by_id("quellen-0-dokument").get("value") == "Bericht"
    assert page.by_id("quellen-3-dokument").get("value") == ""
    assert page.by_id("stand").get("value") == "24"


def test_preview_without_script(browser: Browser, author: Account) -> None:
    client = browser(author)
    page = fill(client, begin(client), "text", "Vorschau", text="## Überschrift\n\nEin *Wort*.")
    assert "So wird der Text aussehen" in page.text
    assert [text_of(element) for element in page.by_id("vorschau").iter() if element.tag.endswith("}em")] == ["Wort"]


def test_links_by_search_without_script(app: Flask, browser: Browser, author: Account, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(slug="baumkataster", titel="Baumkataster mit Sensoren")
    client = browser(author)
    address = begin(client, "erfahrung")
    page = fill(client, address, "einordnung", "Suchen", suche="Baumkataster", staat="Österreich")
    assert page.by_id("staat").get("value") == "Österreich"
    response = send(client, page, "Verknüpfen")
    page = client.get_page(response.location)
    assert "Baumkataster mit Sensoren" in page.text
    assert page.by_id("verknuepfungen-0-rolle") is not None
    page = fill(client, address, "einordnung", "Speichern und weiter", verknuepfungen__weg="baumkataster")
    assert "Baumkataster" not in client.get_page(f"{address}/einordnung").text


def test_similar_entries_are_shown_for_the_title(
    app: Flask, browser: Browser, author: Account, database: Database
) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(slug="baumkataster", titel="Baumkataster mit Sensoren")
    client = browser(author)
    address = begin(client, title="Baumkataster")
    assert "Baumkataster mit Sensoren" in client.get_page(f"{address}/auf-einen-blick").text
    assert "Baumkataster mit Sensoren" in client.get(f"{address}/aehnliche?titel=Baumkataster").text


def test_two_people_change_different_fields(browser: Browser, author: Account, colleague: Account) -> None:
    one, two = browser(author), browser(colleague)
    address = begin(one)
    mine, theirs = (client.get_page(f"{address}/auf-einen-blick") for client in (one, two))
    send(two, theirs, "Speichern und weiter", {"traeger": "Stadtwerke"})
    send(one, mine, "Speichern und weiter", {"einfach": "Ganz einfach."})
    page = one.get_page(f"{address}/auf-einen-blick")
    assert page.by_id("traeger").get("value") == "Stadtwerke"
    assert text_of(page.by_id("einfach")) == "Ganz einfach."


def test_two_people_change_the_same_field(browser: Browser, author: Account, colleague: Account) -> None:
    one, two = browser(author), browser(colleague)
    address = begin(one)
    mine, theirs = (client.get_page(f"{address}/auf-einen-blick") for client in (one, two))
    send(two, theirs, "Speichern und weiter", {"traeger": "Stadtwerke"})
    response = send(one, mine, "Speichern und weiter", {"traeger": "Bauhof", "einfach": "Ganz einfach."})
    merge = one.get_page(response.location)
    assert merge.heading == "Fassungen abgleichen"
    assert "Stadtwerke" in merge.text
    assert "Bauhof" in merge.text
    assert "Kollege Zwei" in merge.text
    unchosen = send(one, merge, "So speichern")
    assert "Bitte wählen Sie" in unchosen.text
    assert one.get_page(f"{address}/auf-einen-blick").by_id("traeger").get("value") == "Bauhof"
    send(one, merge, "So speichern", {"wahl-traeger": "meine"})
    page = two.get_page(f"{address}/auf-einen-blick")
    assert page.by_id("traeger").get("value") == "Bauhof"
    assert text_of(page.by_id("einfach")) == "Ganz einfach."


def test_typed_while_the_session_ended_and_offered_after_signing_in(
    browser: Browser, author: Account, database: Database
) -> None:
    client = browser(author)
    address = begin(client)
    with database.unit_of_work() as session:
        session.merge(author).password_hash = password_hash()
    page = client.get_page(f"{address}/auf-einen-blick")
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        response = send(client, page, "Speichern und weiter", {"traeger": "Stadtwerke"})
        assert "/konto/anmelden" in response.location
        sign_in_page = client.get_page(response.location)
        response = send(client, sign_in_page, "Anmelden", {"mail": author.mail, "password": PASSWORD})
        page = client.get_page(response.location)
        assert page.by_id("traeger").get("value") == "Stadtwerke"
        assert "noch nicht gespeichert" in page.text
        send(client, page, "Speichern und weiter")
        assert stored(database).fields["traeger"] == "Stadtwerke"
    with database.reading() as session:
        assert session.exec(select(KeptInput)).all() == []


def test_a_form_from_before_signing_in_again_is_still_accepted(
    browser: Browser, author: Account, database: Database
) -> None:
    old = browser(author)
    address = begin(old)
    page = old.get_page(f"{address}/auf-einen-blick")
    assert send(browser(author), page, "Speichern und weiter", {"traeger": "Bauhof"}).status_code == 303
    assert stored(database).fields["traeger"] == "Bauhof"


def test_a_forged_form_is_refused(browser: Browser, author: Account, colleague: Account, database: Database) -> None:
    client = browser(author)
    address = begin(client)
    assert client.post(f"{address}/auf-einen-blick", data={"titel": "Gekapert"}).status_code == 400
    other = add_own(database, colleague)
    seal = fields_of(form_with(client.get_page(f"{address}/text"), "Vorschau"))["absender"]
    response = client.post(f"/entwuerfe/{other}/text", data={"text": "Gekapert", "absender": seal})
    assert response.status_code == 400


def add_own(database: Database, person: Account) -> str:
    with database.unit_of_work():
        draft = add_draft(person, queries.find_organisation(1))
        return draft.public_id


def test_submitted_meanwhile_keeps_what_was_typed(browser: Browser, author: Account, colleague: Account) -> None:
    one, two = browser(author), browser(colleague)
    address = begin(one)
    fill_all(one, address)
    page = one.get_page(f"{address}/auf-einen-blick")
    send(two, two.get_page(address), "Zur Prüfung einreichen")
    send(one, page, "Speichern und weiter", {"traeger": "Bauhof"})
    send(one, one.get_page(address), "Zurückholen")
    assert "konnten noch nicht gespeichert werden" in one.get_page(address).text
    assert one.get_page(f"{address}/auf-einen-blick").by_id("traeger").get("value") == "Bauhof"


def test_the_script_saves_without_leaving_the_page(browser: Browser, author: Account, colleague: Account) -> None:
    one, two = browser(author), browser(colleague)
    address = begin(one)
    page, other = (client.get_page(f"{address}/auf-einen-blick") for client in (one, two))
    saved = send(one, page, "Speichern und weiter", {"traeger": "A"}, headers={"Accept": "application/json"})
    assert set(saved.json) == {"gespeichert", "basis"}
    again = {"traeger": "B", "basis": saved.json["basis"]}
    assert "basis" in send(one, page, "Speichern und weiter", again, headers={"Accept": "application/json"}).json
    clash = send(two, other, "Speichern und weiter", {"traeger": "C"}, headers={"Accept": "application/json"})
    assert clash.json == {"abgleichen": f"{address}/auf-einen-blick/abgleichen"}


def test_sent_twice_gives_one_draft_and_one_entry(
    browser: Browser, author: Account, guide: Account, database: Database
) -> None:
    client, reviewer = browser(author), browser(guide)
    new = client.get_page("/eintraege/neu")
    address, again = (
        send(client, new, "Entwurf anlegen", {"art": "projekt", "titel": "Ein neuer Titel"}).location for _ in range(2)
    )
    assert address == again
    fill_all(client, address)
    overview = client.get_page(address)
    for _ in range(2):
        send(client, overview, "Zur Prüfung einreichen")
    page = reviewer.get_page(f"/pruefung/{address.rsplit('/', 1)[1]}")
    for _ in range(2):
        assert send(reviewer, page, "Veröffentlichen", ALL_TICKED).status_code == 303
    with database.reading() as session:
        assert len(session.exec(select(Entry)).all()) == 1


def test_a_draft_is_deleted_after_asking(browser: Browser, author: Account, database: Database) -> None:
    client = browser(author)
    address = begin(client)
    page = client.get_page(client.get_page(address).link("Entwurf löschen"))
    send(client, page, "Löschen")
    assert client.get(address).status_code == 404


def test_written_before_the_membership_is_confirmed(browser: Browser, database: Database) -> None:
    with database.unit_of_work():
        newcomer = add_person("Neue Person")
    client = browser(newcomer)
    address = begin(client)
    fill_all(client, address)
    assert "sobald Ihre Zugehörigkeit" in client.get_page(address).text
    token = fields_of(form_with(client.get_page(address), "Abmelden"))["csrf_token"]
    assert client.post(f"{address}/einreichen", data={"csrf_token": token}).status_code == 403


def test_what_is_missing_to_decide_is_a_hint_and_nothing_more(browser: Browser, author: Account) -> None:
    writer = browser(author)
    address = begin(writer, kind="loesung")
    overview = writer.get_page(address)
    assert "Es fehlt noch, wonach andere entscheiden" in overview.text
    costs = overview.link("Laufende Kosten im Jahr")
    assert "Es fehlt: " in writer.get_page(costs).text
    fill(
        writer, address, costs.rpartition("/")[2], **{"kosten-jaehrlich__von": "1200", "kosten-jaehrlich__jahr": "2024"}
    )
    page = writer.get_page(costs)
    hint = next(text_of(note) for note in page.with_class("bp-note") if "Es fehlt: " in text_of(note))
    assert "Laufende Kosten im Jahr" not in hint
    assert "Einmalige Kosten" in hint
