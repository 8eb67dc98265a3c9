"""An organisation is missing: reported, taken up or answered; by page and by command."""

import pytest
from click.testing import CliRunner
from flask import Flask

from marketplace.accounts import proposals, queries
from marketplace.accounts.roles import MemberRole
from marketplace.accounts.sessions import load_actor
from marketplace.cli import blaupause
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.core.errors import ForbiddenError
from marketplace.organisations.additions import BadOrganisationError, add_organisation
from marketplace.organisations.places import OrganisationKind
from marketplace.organisations.queries import find_by_key
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_organisation as add_place
from tests.support.client import PageClient
from tests.support.forms import send as press
from tests.support.people import new_client, sign_in

ADMIN, PERSON = "ada@blaupause.example", "wer@werke.example"
COMPANY = "Stadtwerke Weisendorf gGmbH & Co. <KG>"


@pytest.fixture(autouse=True)
def _people(database: Database) -> None:
    with database.unit_of_work():
        add_place()
        add_account(ADMIN, "Ada Betrieb", is_site_admin=True)
        add_account(PERSON, "Wera Werke")


def report(app: Flask, name: str = COMPANY) -> PageClient:
    """Let somebody miss their organisation."""
    client = sign_in(new_client(app), PERSON)
    client.get_page("/konto/organisation?q=stadtwerke")
    response = press(
        client, client.get_page("/konto/organisation-fehlt"), "Meldung abschicken",
        {"name": name, "place": "Weisendorf", "website": "werke.example"},
    )  # fmt: skip
    assert response.status_code == 303, response.text
    return client


def test_whoever_finds_nothing_is_led_on_with_the_words_they_typed(app: Flask) -> None:
    client = sign_in(new_client(app), PERSON)
    page = client.get_page("/konto/organisation?q=Stadtwerke+%26+Co")
    link = next(a for a in page.all("a") if "fehlende organisation" in "".join(a.itertext()).lower())
    assert 'value="Stadtwerke &amp; Co"' in client.get(link.get("href") or "").text


def test_reported_taken_up_and_decided(app: Flask, database: Database) -> None:
    person, admin = report(app), sign_in(new_client(app), ADMIN)
    assert "noch nicht im Verzeichnis: Stadtwerke Weisendorf" in person.get_page("/konto").text
    assert "fehlt im Verzeichnis: Stadtwerke Weisendorf" in admin.get_page("/konto/mitteilungen").text
    page = admin.get_page("/verwaltung/organisationen?meldung=1")
    answer = press(admin, page, "In das Verzeichnis aufnehmen", {"ags": "09572164"})
    assert "https://www.beispiel.de" in answer.text, "the website that was reported is no whole address"
    answer = press(admin, page, "In das Verzeichnis aufnehmen", {"ags": "09572164", "website": "https://werke.example"})
    assert answer.status_code == 303
    with database.reading():
        place = find_by_key("stadtwerke-weisendorf-ggmbh-co-kg")
        assert place is not None
        assert (place.name, place.kind, place.ags) == (COMPANY, "kommunales-unternehmen", "09572164")
    assert "steht jetzt im Verzeichnis" in person.get_page("/konto/mitteilungen").text
    assert "Wartet auf Bestätigung" in person.get_page("/konto").text
    press(admin, admin.get_page("/verwaltung/mitgliedschaften"), "Bestätigen")
    assert "Bestätigt" in person.get_page("/konto").text
    assert "vermisst niemand" in admin.get_page("/verwaltung/organisationen").text


def test_answered_without_taking_it_up(app: Flask) -> None:
    person, admin = report(app), sign_in(new_client(app), ADMIN)
    page = admin.get_page("/verwaltung/organisationen")
    assert press(admin, page, "Antwort schicken", {"antwort": "  "}).status_code == 400
    press(admin, page, "Antwort schicken", {"antwort": "Bitte wählen Sie „Werke“."})
    assert "Bitte wählen Sie „Werke“." in person.get_page("/konto/mitteilungen").text
    assert press(admin, page, "Antwort schicken", {"antwort": "Noch einmal"}).status_code == 404


def test_sent_twice_is_one_report_and_nobody_reports_without_end(app: Flask, database: Database) -> None:
    client = report(app)
    report(app)
    with database.reading():
        assert len(queries.list_proposals()) == 1
    for number in range(2):
        report(app, f"Werk {number}")
    page = client.get_page("/konto/organisation-fehlt")
    assert "Es warten schon mehrere Meldungen" in press(client, page, "Meldung abschicken", {"name": "Noch eins"}).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "Bitte geben Sie den Namen"),
        ({"name": "x" * 1_000_000}, "Bitte höchstens 200 Zeichen."),
        ({"kind": "quatsch"}, "Bitte wählen Sie, was für eine Organisation es ist."),
    ],
)
def test_a_bad_report_is_explained(app: Flask, fields: dict[str, str], sentence: str) -> None:
    client = sign_in(new_client(app), PERSON)
    page = client.get_page("/konto/organisation-fehlt")
    response = press(client, page, "Meldung abschicken", {"name": "Werke", "place": "Weisendorf", **fields})
    assert sentence in response.text or response.status_code == 413
    assert response.status_code in (200, 413)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "gemeinde"}, "amtlichen Schlüssel mit 8 Ziffern"),
        ({"kind": "gemeinde", "key": "99000000"}, "amtlichen Schlüssel mit 8 Ziffern"),
        ({"kind": "gemeinde", "key": "09572164"}, "Unter diesem Schlüssel steht schon: Weisendorf."),
        ({"ags": "123"}, "Ein Gemeindeschlüssel hat acht Ziffern"),
        ({"ags": "٠٩٥٧٢١٦٤"}, "Ein Gemeindeschlüssel hat acht Ziffern"),
        ({"website": "javascript:alert(1)"}, "https://www.beispiel.de"),
        ({"website": "https://[::1"}, "https://www.beispiel.de"),
    ],
)
def test_a_bad_organisation_is_explained_at_the_field(app: Flask, fields: dict[str, str], sentence: str) -> None:
    admin = sign_in(new_client(app), ADMIN)
    page = admin.get_page("/verwaltung/organisationen")
    response = press(admin, page, "In das Verzeichnis aufnehmen", {"name": "Werke", "kind": "verband", **fields})
    assert sentence in response.text
    assert 'aria-invalid="true"' in response.text
    assert 'value="Werke"' in response.text


def test_the_same_name_gets_a_key_of_its_own(database: Database) -> None:
    with database.unit_of_work():
        admin = load_actor(queries.get_account(1))
        seats = (("Werke", ""), ("Werke", "09572164"), ("12345", ""), ("!?", ""))
        keys = [add_organisation(OrganisationKind.IT_PROVIDER, name, ags=ags, actor=admin).key for name, ags in seats]
        with pytest.raises(BadOrganisationError, match="steht schon im Verzeichnis"):
            add_organisation(OrganisationKind.IT_PROVIDER, "Werke", ags="09572164", actor=admin)
    assert keys == ["werke", "werke-2", "organisation-12345", "abschnitt"]


def test_nobody_but_the_site_administration_decides(database: Database) -> None:
    with database.unit_of_work():
        place = find_by_key("09572164")
        assert place is not None
        person = queries.get_account(2)
        add_membership(person, place, role=MemberRole.ADMIN)
        for account in (person, add_guide(Remit("09"))):
            actor = load_actor(account)
            for attempt in (
                lambda who=actor: proposals.decline(1, "Nein", actor=who),
                lambda who=actor: proposals.accept(
                    1, OrganisationKind.IT_PROVIDER, "X", key="", ags="", website="", actor=who
                ),
                lambda who=actor: add_organisation(OrganisationKind.IT_PROVIDER, "X", actor=who),
            ):
                with pytest.raises(ForbiddenError):
                    attempt()


def test_by_command(app: Flask) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        with app.app_context():
            result = CliRunner().invoke(blaupause, ["kommunen", "add", *arguments], standalone_mode=False)
        return result.exit_code, result.output + str(result.exception or "")

    assert run("it-dienstleister", "Kommunale IT", "--ags", "09572164") == (0, "Aufgenommen: kommunale-it\n")
    code, text = run("gemeinde", "Ohnezahl")
    assert code == 1
    assert "amtlichen Schlüssel mit 8 Ziffern" in text
