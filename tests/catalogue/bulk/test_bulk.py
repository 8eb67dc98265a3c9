"""Many entries at once through HTTP, as a browser without script does."""

import datetime
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account, Membership
from marketplace.catalogue.bulk import service
from marketplace.catalogue.bulk.models import BulkRow, BulkUpload
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.typed import from_front_matter
from marketplace.catalogue.kinds import Kind
from marketplace.core import clock, personal_data
from marketplace.core.db import Database
from marketplace.core.personal_data import Person
from marketplace.organisations.models import Organisation
from marketplace.search import indexing
from tests.catalogue.drafts.conftest import Browser
from tests.factories.bulk import filled_template, measure, workbook
from tests.factories.catalogue import add_entry, add_organisation, front_matter, markdown_file
from tests.factories.people import add_person
from tests.support.client import PageClient
from tests.support.forms import fields_of, form_with, send
from tests.support.page import Page

TAKE = "Ausgewählte Zeilen als Entwürfe anlegen"


def upload(client: PageClient, *files: tuple[str, bytes], page: str = "/sammelimport", **fields: Any) -> TestResponse:
    """Fill and send the form for uploading."""
    form = fields_of(form_with(client.get_page(page), "Hochladen und prüfen"))
    for key, value in fields.items():
        form.setlist(key, [value])
    form.setlist("dateien", [(io.BytesIO(data), name) for name, data in files])
    response = client.post("/sammelimport", data=form, content_type="multipart/form-data")
    # The test client writes large bodies to a file and leaves it open.
    response.request.environ["wsgi.input"].close()
    return response


def preview(client: PageClient, *files: tuple[str, bytes], **fields: Any) -> Page:
    """Upload and open the preview."""
    response = upload(client, *files, **fields)
    assert response.status_code == 303, response.text
    return client.get_page(response.location)


def take(client: PageClient, page: Page, **changes: Any) -> Page:
    """Take what is chosen and open what follows."""
    return client.get_page(send(client, page, TAKE, changes).location)


def chosen(page: Page) -> int:
    """How many rows are ticked."""
    boxes = [box for box in page.all("input") if box.get("name") == "zeile"]
    return len([box for box in boxes if box.get("checked") is not None])


def drafts(database: Database) -> list[Draft]:
    with database.reading() as session:
        return list(session.exec(select(Draft).order_by(Draft.id)))  # type: ignore[arg-type]


def titles(database: Database) -> list[str]:
    return [draft.fields["titel"] for draft in drafts(database)]


@pytest.fixture
def writer(browser: Browser, author: Account) -> PageClient:
    return browser(author)


def thirty_measures() -> list[dict[str, Any]]:
    """As a model project keeps them: mostly whole, some with gaps, slips and typed cells."""
    rows = [measure(number) for number in range(1, 31)]
    rows[2] |= {"Beginn": datetime.date(2021, 3, 15), "Ende": "12.2024", "Gesamtkosten: von": 12500.5}
    rows[3] |= {"Gesamtkosten: von": "1.234,50", "Gesamtkosten: Jahr": 2023, "Projektstand": "Läuft"}
    rows[4] |= {"Partner": "Stadtwerke; Hochschule", "Kennzahlen": "mehr als 1.000 | Leuchten | laut Betreiber"}
    rows[5] |= {"Kurzfassung": None, "Quellen": None}
    rows[6] |= {"Projektstand": "Lauft"}
    rows[7] |= {"Stand der Angaben": "neulich"}
    rows[8] |= {"Titel": None}
    return rows


def test_thirty_measures_get_in_at_once(writer: PageClient, town: Organisation, database: Database) -> None:
    page = preview(writer, ("massnahmen.xlsx", filled_template(thirty_measures())))
    assert "28 Zeilen können Entwürfe werden, davon 26 ohne offene Punkte" in page.text
    assert "2 Zeilen müssen erst berichtigt werden" in page.text
    assert "Spalte „Projektstand“ (D8): Lauft Diese Auswahl gibt es nicht. Gemeint ist vielleicht „Läuft“." in page.text
    assert "Spalte „Stand der Angaben“" in page.text
    assert "Ohne Titel kann kein Entwurf entstehen" in page.text
    assert "Fehlt noch, bevor Sie einreichen: Kurzfassung, Quellen." in page.text
    assert chosen(page) == 28

    after = take(writer, page)
    assert "28 Entwürfe sind angelegt" in after.html
    assert "Vollständig. Sie können ihn zur Prüfung einreichen." in after.text
    assert "Fehlt noch: Kurzfassung, Quellen." in after.text
    assert "Bitte prüfen: Stand der Angaben." in after.text
    made = drafts(database)
    assert len(made) == 28
    assert {draft.organisation_id for draft in made} == {town.id}
    assert made[2].fields["beginn"] == "15.03.2021"
    assert made[2].fields["gesamtkosten"] == {"von": "12500,5"}
    assert made[3].fields["projektstand"] == "laufend"
    assert made[4].fields["partner"] == ["Stadtwerke", "Hochschule"]
    assert made[0].fields["handlungsfelder"] == ["infrastruktur", "datenmanagement"]
    overview = writer.get_page(f"/entwuerfe/{made[3].public_id}")
    assert "Zur Prüfung einreichen" in overview.text


def test_sent_twice_it_is_done_once(writer: PageClient, database: Database) -> None:
    page = preview(writer, ("m.xlsx", filled_template([measure(1), measure(2)])))
    form = fields_of(form_with(page, TAKE))
    address = form_with(page, TAKE).get("action") or ""
    assert writer.post(address, data=form).status_code == 303
    again = writer.post(address, data=form, follow_redirects=True)
    assert "nichts doppelt angelegt" in again.text
    assert len(drafts(database)) == 2


def test_sent_twice_at_the_same_moment_it_is_done_once(browser: Browser, author: Account, database: Database) -> None:
    first, second = browser(author), browser(author)
    page = preview(first, ("m.xlsx", filled_template([measure(number) for number in range(1, 16)])))
    forms = [(client, fields_of(form_with(client.get_page(page.path), TAKE))) for client in (first, second)]
    start = threading.Barrier(2)

    def press(client: PageClient, form: Any) -> int:
        start.wait()
        return client.post(f"{page.path}/uebernehmen", data=form).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda pair: press(*pair), forms)) == [303, 303]
    assert len(drafts(database)) == 15


def test_two_who_take_the_same_rows_of_two_uploads(
    browser: Browser, author: Account, colleague: Account, database: Database
) -> None:
    file = ("m.xlsx", filled_template([measure(number) for number in range(1, 16)]))
    clients = [browser(author), browser(colleague)]
    pages = [preview(client, file) for client in clients]
    forms = [(client, page.path, fields_of(form_with(page, TAKE))) for client, page in zip(clients, pages, strict=True)]
    start = threading.Barrier(2)

    def press(client: PageClient, path: str, form: Any) -> int:
        start.wait()
        return client.post(f"{path}/uebernehmen", data=form).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda each: press(*each), forms)) == [303, 303]
    assert len(drafts(database)) == 15


def test_the_same_form_sent_twice_is_one_upload(writer: PageClient, database: Database) -> None:
    fields = fields_of(form_with(writer.get_page("/sammelimport"), "Hochladen und prüfen"))
    first, second = (upload(writer, ("m.xlsx", filled_template([measure()])), vorgang=fields["vorgang"]) for _ in "12")
    assert first.location == second.location
    with database.reading() as session:
        assert len(session.exec(select(BulkUpload)).all()) == 1


def test_a_corrected_file_doubles_nothing(writer: PageClient, database: Database) -> None:
    wrong = measure(3, Projektstand="irgendwie")
    page = preview(writer, ("m.xlsx", filled_template([measure(1), measure(2), wrong])))
    page = take(writer, page)
    corrected = [measure(1, Text="Anderer Text."), measure(2, Titel="Anderer Titel für die Maßnahme 2"), measure(3)]
    form = page.link("Berichtigte Datei hochladen")
    page = preview(writer, ("m2.xlsx", filled_template(corrected)), page=form)
    assert "2 Zeilen sind schon früher übernommen worden" in page.text
    assert "Sie wird nicht noch einmal angelegt" in page.text
    assert chosen(page) == 1
    take(writer, page)
    assert titles(database) == [measure(number)["Titel"] for number in (1, 2, 3)]
    with database.reading() as session:
        assert [row.files for row in session.exec(select(BulkUpload))] == ["m2.xlsx"]


def test_a_deleted_draft_may_come_again(writer: PageClient, database: Database) -> None:
    file = ("m.xlsx", filled_template([measure(1)]))
    take(writer, preview(writer, file))
    address = f"/entwuerfe/{drafts(database)[0].public_id}/verwerfen"
    send(writer, writer.get_page(address), "Löschen")
    assert drafts(database) == []
    take(writer, preview(writer, file))
    assert len(drafts(database)) == 1


def test_what_is_there_already_is_not_chosen(
    app: Flask, writer: PageClient, town: Organisation, database: Database
) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(titel="Digitaler Zwilling für Weisendorf", organisation=town.key)
    rows = [
        measure(1, Titel="Digitaler Zwilling für  Weisendorf!"),
        measure(2),
        measure(2, Kurzfassung="Dieselbe Maßnahme ein zweites Mal, mit anderen Worten beschrieben."),
    ]
    page = preview(writer, ("m.xlsx", filled_template(rows)))
    assert "Gibt es schon in Ihrer Organisation: Digitaler Zwilling für Weisendorf (Projekt)" in page.text
    assert "Denselben Titel hat schon Zeile 3" in page.text
    assert chosen(page) == 1


def test_what_others_have_published_is_shown(app: Flask, writer: PageClient, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(slug="drei-zwillinge", titel="Drei digitale Zwillinge aus einem GIS im Markt Weisendorf")
    indexing.rebuild(database, app.extensions["search_engine"])
    rows = [measure(1, Titel="Digitaler Zwilling im Markt Weisendorf"), measure(2)]
    page = preview(writer, ("m.xlsx", filled_template(rows)))
    assert page.text.count("Klingt ähnlich: Drei digitale Zwillinge") == 1
    assert chosen(page) == 2


def test_rows_without_problems_of_their_own_are_told_of_missing_columns_once(writer: PageClient) -> None:
    page = preview(
        writer, ("m.csv", "Titel;Projektstnd\nErste Maßnahme;x\nZweite Maßnahme;y\n".encode()), art="projekt"
    )
    assert page.text.count("Diese Spalten fehlen") == 1
    assert "„Kurzfassung“, „Text“, „Handlungsfelder“, „Quellen“, „Stand der Angaben“" in page.text
    assert "Die Spalte „Projektstnd“ gibt es nicht; sie wird nicht übernommen. Gemeint ist vielleicht" in page.text
    assert "Fehlt noch" not in page.text
    assert chosen(page) == 2


def test_several_files_of_several_kinds(writer: PageClient, database: Database) -> None:
    page = preview(
        writer,
        ("a.md", markdown_file(Kind.PROJECT, "erster-eintrag").encode()),
        ("b.md", markdown_file(Kind.LESSON, "zweiter-eintrag", farbe="blau").encode()),
        ("c.xlsx", filled_template([measure(1, **{"Art der Lösung": "Anwendungsszenario"})], Kind.SOLUTION)),
        ("d.md", b"---\nart: nichts\n---\nText"),
    )
    assert "b.md: Das Feld „farbe“ gibt es nicht" in page.text
    assert "d.md: Im Kopf fehlt die Art" in page.text
    take(writer, page)
    assert [draft.kind for draft in drafts(database)] == ["projekt", "erfahrung", "loesung"]
    assert drafts(database)[0].fields["text"] == "Ein Absatz."


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("leer.xlsx", b"", "Die Datei ist leer"),
        ("bild.xlsx", b"\x89PNG\r\n\x1a\n", "Das ist ein Bild"),
        ("alt.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Kennwort"),
        ("brief.csv", b"Sehr geehrte Damen und Herren,\nhallo", "keine Zeile mit unseren"),
        ("kopf.csv", b"Titel;Quellen\n", "Unter den Überschriften steht nichts"),
        ("art.csv", b"Titel;Quellen\nEin Titel;x\n", "Bitte wählen Sie die Art"),
        ("kaputt.xlsx", b"PK\x03\x04 kaputt", "beschädigt"),
        ("viele.csv", ("Titel;Träger\n" + "Ein Titel;x\n" * 501).encode(), "mehr als 500 Zeilen"),
    ],
)
def test_unusable_files_get_a_sentence(
    writer: PageClient, database: Database, name: str, data: bytes, sentence: str
) -> None:
    response = upload(writer, (name, data))
    assert response.status_code == 400
    assert sentence in response.text
    with database.reading() as session:
        assert session.exec(select(BulkUpload)).all() == []


def test_without_a_file_or_with_too_much(writer: PageClient) -> None:
    assert "Bitte wählen Sie eine Datei aus" in upload(writer).text
    large = b"Titel;Tr\xe4ger\n" + b"x" * (5 * 1024 * 1024)
    assert "größer als 5 MB" in upload(writer, ("g.csv", large)).text
    assert upload(writer, ("g.csv", b"x" * (9 * 1024 * 1024))).status_code == 413


def test_a_title_of_a_megabyte_is_told_by_its_cell(writer: PageClient, database: Database) -> None:
    table = "Titel;Kurzfassung;Träger\n" + "x" * 1_000_000 + ";kurz;wer\nGute Maßnahme;kurz;wer\n"
    page = preview(writer, ("m.csv", table.encode()), art="projekt")
    assert "Der Text hat 1000000 Zeichen; das ist zu viel" in page.text
    assert len(page.html) < 60_000
    take(writer, page)
    assert titles(database) == ["Gute Maßnahme"]


def test_texts_that_cannot_be_stored_are_cleaned(writer: PageClient, database: Database) -> None:
    table = 'Titel;Kurzfassung;Träger\nMaßnahme\x0b mit\u2028 Zeichen\ufffe;=HYPERLINK("x");\'=1+1\n'
    take(writer, preview(writer, ("m.csv", table.encode()), art="projekt"))
    fields = drafts(database)[0].fields
    assert fields["titel"] == "Maßnahme mit Zeichen"
    assert fields["kurz"] == '=HYPERLINK("x")'
    assert fields["traeger"] == "=1+1"


def test_links_by_title_address_or_slug(app: Flask, writer: PageClient, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(Kind.SOLUTION, "gis-als-grundlage", titel="GIS als Grundlage")
        add_entry(Kind.PROGRAMME, "msd", titel="Modellprojekte Smart Cities")
    address = "https://blaupause.example/foerderprogramme/msd?x=1"
    links = f"Siehe auch: gis als grundlage | passt\n{address}\nnutzt: gis-als-grundlage"
    rows = [measure(1, **{"Verknüpfte Einträge": links}), measure(2, **{"Verknüpfte Einträge": "nutzt: Gibt es nicht"})]
    page = preview(writer, ("m.xlsx", filled_template(rows)))
    assert "Diesen Eintrag gibt es nicht" in page.text
    take(writer, page)
    assert drafts(database)[0].fields["verknuepfungen"] == [
        {"rolle": "siehe-auch", "ziel": "gis-als-grundlage", "hinweis": "passt"},
        {"rolle": "gefoerdert-durch", "ziel": "msd"},
        {"rolle": "nutzt", "ziel": "gis-als-grundlage"},
    ]


def test_only_the_uploader_sees_and_takes(
    browser: Browser, writer: PageClient, colleague: Account, database: Database
) -> None:
    page = preview(writer, ("m.xlsx", filled_template([measure()])))
    other = browser(colleague)
    assert other.get(page.path).status_code == 403
    for step in ("uebernehmen", "verwerfen"):
        token = fields_of(form_with(other.get_page("/sammelimport"), "Hochladen"))["csrf_token"]
        response = other.post(f"{page.path}/{step}", data={"csrf_token": token, "zeile": "1"})
        assert response.status_code == 403
    assert drafts(database) == []
    assert "massnahmen" not in other.get_page("/sammelimport").text


def test_nobody_uploads_for_another_organisation(
    app: Flask, browser: Browser, writer: PageClient, database: Database
) -> None:
    with app.app_context(), database.unit_of_work():
        add_organisation("07312000", "Kaiserslautern")
        stranger = add_person("Ohne Organisation")
    refused = upload(writer, ("m.xlsx", filled_template([measure()])), organisation="07312000")
    assert "Bitte wählen Sie die Organisation" in refused.text
    assert "sobald Ihre Zugehörigkeit" in browser(stranger).get_page("/sammelimport").text


def test_a_membership_that_ended_takes_nothing(
    app: Flask, writer: PageClient, author: Account, database: Database
) -> None:
    page = preview(writer, ("m.xlsx", filled_template([measure()])))
    form = fields_of(form_with(page, TAKE))
    with app.app_context(), database.unit_of_work() as session:
        for row in session.exec(select(BulkUpload)):
            assert row.account_id == author.id
        membership = session.get_one(Organisation, 1)
        session.execute(Membership.__table__.delete())  # type: ignore[attr-defined]
        assert membership
    assert writer.post(f"{page.path}/uebernehmen", data=form).status_code == 403
    assert drafts(database) == []


def test_kept_for_two_weeks_and_content_gone_once_taken(app: Flask, writer: PageClient, database: Database) -> None:
    page = preview(writer, ("m.xlsx", filled_template([measure(1), measure(2, Titel=None)])))
    take(writer, page)
    with database.reading() as session:
        rows = session.exec(select(BulkRow).order_by(BulkRow.position)).all()  # type: ignore[arg-type]
        assert [bool(row.values) for row in rows] == [False, True]
    with clock.stopped_at(clock.now() + timedelta(days=14, minutes=1)), app.app_context(), database.unit_of_work():
        assert service.forget_old() == 1
    with database.reading() as session:
        assert session.exec(select(BulkRow)).all() == []
    assert len(drafts(database)) == 1


def test_uploads_are_given_out_and_erased_with_their_person(
    writer: PageClient, author: Account, database: Database
) -> None:
    take(writer, preview(writer, ("m.xlsx", filled_template([measure(1), measure(2, Titel=None)]))))
    person = Person(author.id or 0, author.mail)
    with database.unit_of_work():
        exported = personal_data.export(person)
        assert exported["bulk_upload"][0]["files"] == "m.xlsx"
        assert "Bauwerk 2" in str(exported["bulk_row"])
        personal_data.erase(person)
    with database.reading() as session:
        assert session.exec(select(BulkRow)).all() == []
        assert session.exec(select(BulkUpload)).all() == []
    assert len(drafts(database)) == 1


def test_whoever_is_signed_out_is_led_back_to_the_form(app: Flask, client: PageClient) -> None:
    response = client.post("/sammelimport", data={"dateien": (io.BytesIO(b"x" * 100_000), "m.csv")})
    assert response.location == "/konto/anmelden?weiter=/sammelimport"


def test_thrown_away(writer: PageClient, database: Database) -> None:
    page = preview(writer, ("m.xlsx", filled_template([measure()])))
    response = send(writer, page, "Diese Tabelle löschen")
    assert "ist gelöscht" in writer.get_page(response.location).html
    assert writer.get(page.path).status_code == 404
    with database.reading() as session:
        assert session.exec(select(BulkRow)).all() == []


def test_own_table_with_titles_above_and_columns_in_any_order(writer: PageClient, database: Database) -> None:
    table = workbook(
        ["Unsere Maßnahmen 2024"], [], ["Nr.", "Handlungsfelder", "Titel", "Träger"],
        [1, "Mobilität, Energie", "Ein Radweg", "Stadt"],
        [None, None, None, None], [2, "Wasser", "Ein Brunnen", "Stadt"],
    )  # fmt: skip
    page = preview(writer, ("eigene.xlsx", table), art="projekt")
    assert "Die Spalte „Nr.“ gibt es nicht" in page.text
    assert "Zeile 4" in page.text
    assert "Zeile 6" in page.text
    take(writer, page)
    assert [draft.fields["handlungsfelder"] for draft in drafts(database)] == [["mobilitaet", "energie"], ["wasser"]]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_own_entries_as_a_table_come_back_whole(
    app: Flask, writer: PageClient, town: Organisation, database: Database, suffix: str
) -> None:
    body = "- Ein Punkt; mit Semikolon\n- =1+1"
    fields = {
        "titel": "=Ein Zwilling für Weisendorf", "organisation": town.key, "partner": ["A; B"],
        "gesamtkosten": {"von": 1234.5, "jahr": 2020}, "beginn": "2019-04", "laender": ["bayern"],
        "kennzahlen": [{"wert": "1 | 2", "bezeichnung": "Teile", "hinweis": "laut Bericht"}],
    }  # fmt: skip
    with app.app_context(), database.unit_of_work():
        add_entry(slug="ein-zwilling", body=body, **fields)
        wanted = from_front_matter(Kind.PROJECT, front_matter(slug="ein-zwilling", **fields), body)
    address = f"/sammelimport/bestand/{town.key}/projekte.{suffix}"
    assert writer.get_page("/sammelimport").link("mit Projekte von Weisendorf").startswith("/sammelimport/bestand/")
    table = writer.get(address)
    page = preview(writer, (f"projekte.{suffix}", table.data))
    assert "Gibt es schon in Ihrer Organisation" in page.text
    assert chosen(page) == 0
    with database.reading() as session:
        assert session.exec(select(BulkRow)).one().values == wanted


def test_only_members_get_the_table(browser: Browser, guide: Account, town: Organisation) -> None:
    assert browser(guide).get(f"/sammelimport/bestand/{town.key}/projekte.xlsx").status_code == 403


def test_where_people_find_it(writer: PageClient) -> None:
    assert writer.get_page("/eintraege").link("Mehrere auf einmal") == "/sammelimport"
    assert writer.get_page("/konto/organisation/09572164").link("aus einer Tabelle") == "/sammelimport"
    for path in ("projekte", "loesungen", "foerderprogramme", "erfahrungen"):
        for suffix in ("xlsx", "csv"):
            assert (
                writer.get(f"/sammelimport/vorlagen/{path}.{suffix}")
                .headers["Content-Disposition"]
                .startswith("attachment")
            )
    assert writer.get("/sammelimport/vorlagen/projekte.exe").status_code == 404
