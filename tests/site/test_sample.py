"""Sample people and drafts: something waits on every desk, and a second start changes nothing."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlmodel import SQLModel

from marketplace.accounts import sample
from marketplace.catalogue.drafts.models import Draft
from marketplace.cli import blaupause
from marketplace.core.db import Database
from tests.factories.catalogue import add_entry, add_organisation
from tests.support.client import PageClient
from tests.support.people import new_client, send, sign_in

ADMIN = "verwaltung@blaupause.example"


@pytest.fixture
def started(app: Flask, database: Database) -> Flask:
    """The site after ``make run``, with the places of the sample people and an entry of the model project."""
    with app.app_context(), database.unit_of_work():
        for key, name in (("09572164", "Weisendorf"), ("09276121", "Frauenau"), ("01054056", "Husum")):
            add_organisation(key, name)
        add_organisation("07312000", "Kaiserslautern")
        add_entry(slug="kaiserslautern-swk-inet", organisation="07312000")
    add_sample(app)
    return app


def add_sample(app: Flask) -> None:
    with app.app_context():
        assert CliRunner().invoke(blaupause, ["sample"]).exit_code == 0


def desk(app: Flask, mail: str) -> PageClient:
    return sign_in(new_client(app), mail, sample.PASSWORD)


def test_the_small_town_has_a_draft_to_finish_and_one_with_questions(started: Flask) -> None:
    client = desk(started, sample.TOWN)
    drafts = client.get_page("/eintraege").text
    assert "Beispiel: Ratsinformation auf dem Tablet" in drafts
    assert "Rückfrage" in client.get_page("/entwuerfe/Beispiel-Entwurf-00002").text
    assert "Angaben fehlen" in client.get_page("/entwuerfe/Beispiel-Entwurf-00001").text
    assert "Rückfrage zu Ihrem Entwurf" in client.get_page("/konto/mitteilungen").text
    assert "Beispiel: Nuri Neu" in client.get_page("/verwaltung/mitgliedschaften").text


def test_the_model_project_has_several_drafts_one_of_them_in_review(started: Flask) -> None:
    drafts = desk(started, sample.MODEL_PROJECT).get_page("/eintraege").text
    assert drafts.count("Beispiel: ") >= 3
    assert "In Prüfung" in drafts
    assert "Titel von kaiserslautern-swk-inet" in drafts.partition("Einträge auf der Website")[0]


def test_the_guide_has_a_submission_and_memberships_of_the_remit(started: Flask) -> None:
    client = desk(started, sample.GUIDE)
    assert "Beispiel: Ohne Vertretung" in client.get_page("/pruefung").text
    waiting = client.get_page("/verwaltung/mitgliedschaften").text
    assert "Frauenau" in waiting
    assert "Husum" not in waiting


def test_the_site_admin_decides_what_falls_into_no_remit(started: Flask) -> None:
    client = desk(started, ADMIN)
    assert "Beispiel: Parkplätze in Echtzeit" in client.get_page("/pruefung").text
    assert "Husum" in client.get_page("/verwaltung/mitgliedschaften").text


def test_a_second_start_changes_nothing_and_brings_nothing_back(started: Flask, database: Database) -> None:
    client, address = desk(started, sample.TOWN), "/entwuerfe/Beispiel-Entwurf-00001/verwerfen"
    assert send(client, address).status_code == 303
    before = rows(database)
    add_sample(started)
    assert rows(database) == before


def rows(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return [
            f"{name}: {sorted(map(repr, connection.execute(sa.select(table))))}"
            for name, table in SQLModel.metadata.tables.items()
        ]


def test_whatever_is_invented_says_so(started: Flask, database: Database) -> None:
    with database.reading() as session:
        drafts = session.execute(sa.select(Draft).where(Draft.entry_id.is_(None))).scalars().all()
    assert len(drafts) == 6
    for draft in drafts:
        assert draft.fields["titel"].startswith("Beispiel: ")
        assert draft.fields.get("kurz", "Erfunden").startswith("Erfunden")
