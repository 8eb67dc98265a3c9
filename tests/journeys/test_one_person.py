"""One person from the first mail to a published entry, and out again: what they wrote stays, they are gone."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import SQLModel

from marketplace.config import Settings
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.search import mending
from tests.catalogue.drafts.test_editor import begin, fill, fill_all
from tests.factories.accounts import PASSWORD, add_guide
from tests.factories.catalogue import add_organisation
from tests.factories.drafts import ALL_TICKED
from tests.support.client import PageClient
from tests.support.forms import send
from tests.support.people import heading, link_in_last_mail, mails_to, new_client, sign_in

MAIL, NAME, GUIDE = "unverwechselbar@weisendorf.example", "Ulla Unverwechselbar", "lotte@bayern.example"
TITLE = "Ein Mängelmelder für kleine Gemeinden"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With an index in files, where the database has none."""
    return settings.model_copy(update={"search_engine": "whoosh"}) if settings.search_engine == "memory" else settings


@pytest.fixture
def guide(app: Flask, database: Database) -> PageClient:
    mending.ensure(database, app.extensions["search_engine"])
    with app.app_context(), database.unit_of_work():
        add_organisation()
        add_guide(Remit("09"), mail=GUIDE)
    return sign_in(new_client(app), GUIDE)


def sign_up(app: Flask) -> PageClient:
    """From an address to a membership that waits."""
    client = new_client(app)
    asked = send(client, client.get_page("/konto/registrieren"), "E-Mail mit Link anfordern", {"mail": MAIL})
    assert heading(asked) == "Bitte sehen Sie in Ihr Postfach"
    page = client.get_page(link_in_last_mail(app, MAIL))
    assert send(client, page, "Konto einrichten", {"name": NAME, "password": PASSWORD}).status_code == 303
    page = client.get_page("/konto/organisation?q=weisen")
    assert send(client, page, "Hier arbeite ich").status_code == 303
    assert "Wartet auf Bestätigung" in client.get_page("/konto").text
    return client


def publish(client: PageClient, guide: PageClient) -> str:
    """Write while the membership waits, hand in once it is confirmed; returns the address of the draft."""
    draft = begin(client, title=TITLE)
    fill_all(client, draft)
    assert "sobald Ihre Zugehörigkeit" in client.get_page(draft).text
    send(guide, guide.get_page("/verwaltung/mitgliedschaften"), "Bestätigen")
    send(client, client.get_page(draft), "Zuordnen")
    fill(client, draft, "ansprechstelle", "Speichern und zur Übersicht", rolle="Bauamt", mail=MAIL)
    send(client, client.get_page(draft), "Zur Prüfung einreichen")
    review = guide.get_page("/pruefung").link(TITLE)
    send(guide, guide.get_page(review), "Rückfrage stellen", {"begruendung": f"Was sagt {NAME} zu den Kosten?"})
    fill(client, draft, "kosten-und-aufwand", gesamtkosten__von="2.400", gesamtkosten__jahr="2024")
    send(client, client.get_page(draft), "Zur Prüfung einreichen")
    send(guide, guide.get_page(review), "Veröffentlichen", ALL_TICKED)
    return draft


def test_from_the_first_mail_to_a_published_entry(app: Flask, guide: PageClient) -> None:
    client = sign_up(app)
    publish(client, guide)
    assert "veröffentlicht" in mails_to(app, MAIL)[-1]
    reader = new_client(app)
    entry = reader.get_page("/projekte/ein-maengelmelder-fuer-kleine-gemeinden")
    assert "2.400,00 €" in entry.text or "2.400 €" in entry.text
    assert "Weisendorf" in entry.text
    assert TITLE in reader.get_page("/suche?q=mängelmelder").text
    for private in (NAME, MAIL):
        assert private not in entry.html


def test_who_leaves_takes_their_data_and_leaves_no_trace(
    app: Flask, guide: PageClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    client = sign_up(app)
    draft = publish(client, guide)
    own = client.get("/konto/daten.json").json["daten"]
    assert own["account"][0]["name"] == NAME
    assert own["draft_author"]
    assert own["membership"][0]["organisation"] == "Weisendorf"
    gone = send(client, client.get_page("/konto/daten"), "Konto endgültig löschen", {"password": PASSWORD})
    assert gone.status_code == 303
    assert client.get("/konto").status_code == 303
    assert TITLE in new_client(app).get_page("/suche?q=mängelmelder").text
    assert "Was sagt Ehemaliges Konto zu den Kosten?" in guide.get_page(draft).text
    for where, text in (("Datenbank", rows(database)), ("Dateien", files(database)), ("Protokoll", caplog.text)):
        for trace in (NAME, MAIL, "unverwechselbar"):
            assert trace.lower() not in text.lower(), f"{where}: {trace}"


def rows(database: Database) -> str:
    """All that the database holds, the outbox among it."""
    with database.engine.connect() as connection:
        return str([connection.execute(sa.select(table)).all() for table in SQLModel.metadata.tables.values()])


def files(database: Database) -> str:
    """All files of the database and of the search index, as they lie there."""
    if database.url.get_backend_name() != "sqlite":
        return ""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    folder = Path(database.url.database or "").parent
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file())
