"""What the site administration may do, on pages and by command; and that nobody else may."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from marketplace.accounts import people, queries
from marketplace.accounts.models import Account
from marketplace.accounts.sessions import load_actor
from marketplace.cli import blaupause
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.core.errors import DomainError, ForbiddenError
from tests.factories.accounts import PASSWORD, add_account, add_guide, add_membership
from tests.factories.catalogue import add_organisation
from tests.support.client import PageClient
from tests.support.people import new_client, send, sign_in, try_sign_in

SITE_ADMIN = "site@blaupause.example"
MAIL = "erika@weisendorf.example"


@pytest.fixture
def erika(database: Database) -> Account:
    with database.unit_of_work():
        add_account(SITE_ADMIN, "Ada Betrieb", is_site_admin=True)
        return add_account()


def test_a_remit_is_given_and_taken_on_the_page(client: PageClient, database: Database, erika: Account) -> None:
    sign_in(client, SITE_ADMIN)
    page = f"/verwaltung/personen/{erika.id}"
    assert "Erika Beispiel" in client.get_page("/verwaltung/personen").text
    assert MAIL not in client.get(page).text
    send(client, f"{page}/zustaendigkeiten", page=page, state="09", action_field="mobilitaet")
    assert "Bayern: Mobilität" in client.get_page(page).text
    assert (
        "fünf Ziffern"
        in send(client, f"{page}/zustaendigkeiten", page=page, state="", action_field="", district="abc").text
    )
    nothing = send(client, f"{page}/zustaendigkeiten", page=page, state="", action_field="")
    assert "Bitte wählen Sie ein Land" in nothing.text
    assert "Not a valid" not in send(client, f"{page}/zustaendigkeiten", page=page, state="99").text
    send(client, f"{page}/zustaendigkeiten/entfernen", page=page, ort="09", feld="mobilitaet")
    with database.reading():
        assert queries.list_remits(erika.id or 0) == []


def test_a_disabled_person_is_out_at_once(app: Flask, client: PageClient, erika: Account) -> None:
    victim = sign_in(new_client(app), MAIL)
    sign_in(client, SITE_ADMIN)
    page = f"/verwaltung/personen/{erika.id}"
    send(client, f"{page}/rechte", page=page, aktion="sperren")
    assert victim.get("/konto").status_code == 303
    assert try_sign_in(new_client(app), MAIL).status_code == 200
    send(client, f"{page}/rechte", page=page, aktion="entsperren")
    sign_in(new_client(app), MAIL)


def test_a_person_is_found_by_name_or_whole_address_only(client: PageClient, erika: Account) -> None:
    sign_in(client, SITE_ADMIN)
    for text in ("erika", "beispiel", MAIL):
        assert "Erika Beispiel" in client.get_page(f"/verwaltung/personen?q={text}").text
    assert "Erika" not in client.get_page("/verwaltung/personen?q=weisendorf.example").text


def test_one_site_admin_always_remains(session: object) -> None:
    admin = add_account(SITE_ADMIN, is_site_admin=True)
    actor = load_actor(admin)
    with pytest.raises(DomainError, match="mindestens eine"):
        people.set_site_admin(admin.id or 0, False, actor=actor)
    with pytest.raises(DomainError, match="eigenes Konto"):
        people.disable(admin.id or 0, actor=actor)


def test_nobody_else_gives_roles(session: object) -> None:
    account, place = add_account(), add_organisation()
    add_membership(account, place)
    for actor in (load_actor(account), load_actor(add_guide(Remit("09")))):
        for act in (
            lambda actor: people.set_site_admin(account.id or 0, True, actor=actor),
            lambda actor: people.add_remit(account.id or 0, Remit("09"), actor=actor),
            lambda actor: people.remove_remit(account.id or 0, Remit("09"), actor=actor),
            lambda actor: people.disable(account.id or 0, actor=actor),
            lambda actor: people.enable(account.id or 0, actor=actor),
        ):
            with pytest.raises(ForbiddenError):
                act(actor)


def run(app: Flask, *arguments: str, input_: str = "") -> Result:
    with app.app_context():
        return CliRunner().invoke(blaupause, list(arguments), input=input_)


def test_the_first_admin_is_made_by_command(app: Flask, client: PageClient) -> None:
    arguments = ["users", "create-admin", SITE_ADMIN, "--name", "Ada", "--password", PASSWORD]
    assert run(app, *arguments).exit_code == 0
    sign_in(client, SITE_ADMIN)
    assert client.get("/verwaltung/personen").status_code == 200


def test_a_weak_password_is_refused_by_command(app: Flask, database: Database) -> None:
    result = run(app, "users", "create-admin", SITE_ADMIN, "--name", "Ada", "--password", "passwort")
    assert isinstance(result.exception, DomainError)
    with database.reading():
        assert queries.find_account_by_mail(SITE_ADMIN) is None


def test_commands_list_guide_disable_and_enable(app: Flask, erika: Account) -> None:
    assert "09/mobilitaet" in run(app, "users", "set-guide", MAIL, "--land", "bayern", "--feld", "mobilitaet").output
    assert f"{MAIL}\tErika Beispiel\t-\tLotse 09/mobilitaet" in run(app, "users", "list").output
    run(app, "users", "disable", MAIL)
    assert "gesperrt" in run(app, "users", "list").output
    run(app, "users", "enable", MAIL)
    assert "gesperrt" not in run(app, "users", "list").output
    removed = run(app, "users", "set-guide", MAIL, "--land", "bayern", "--feld", "mobilitaet", "--remove")
    assert "Zuständigkeiten: keine" in removed.output
    assert run(app, "users", "set-guide", MAIL, "--kreis", "abc").exit_code == 2
    assert run(app, "users", "set-guide", MAIL, "--feld", "unsinn").exit_code == 2


def import_domains(app: Flask, tmp_path: Path, text: str) -> Result:
    file = tmp_path / "domains.csv"
    file.write_text(text, encoding="utf-8-sig")
    return run(app, "kommunen", "domains", "import", str(file))


def test_domains_are_imported_again_and_again(app: Flask, database: Database, tmp_path: Path) -> None:
    with database.unit_of_work():
        place = add_organisation()
    table = "domain;schluessel\nWeisendorf.example;09572164\n@markt-weisendorf.example;09572164\n"
    assert "2 Domains neu, 0 schon bekannt" in import_domains(app, tmp_path, table).output
    assert "0 Domains neu, 2 schon bekannt" in import_domains(app, tmp_path, table).output
    with database.reading():
        assert queries.owns_domain(place.id or 0, "markt-weisendorf.example")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("gmx.de;09572164", "beweist keine Zugehörigkeit"),
        ("keine domain;09572164", "keine Domain"),
        ("weisendorf.example;99999999", "keine Organisation"),
    ],
)
def test_a_bad_line_stops_the_import(app: Flask, database: Database, tmp_path: Path, line: str, problem: str) -> None:
    with database.unit_of_work():
        place = add_organisation()
    result = import_domains(app, tmp_path, f"domain;schluessel\ngut.example;09572164\n{line}\n")
    assert result.exit_code == 1
    assert "Zeile 3: " in result.stderr
    assert problem in result.stderr
    with database.reading():
        assert not queries.owns_domain(place.id or 0, "gut.example")


def test_a_table_without_the_columns_is_refused(app: Flask, tmp_path: Path) -> None:
    assert "Es fehlen die Spalten" in import_domains(app, tmp_path, "a;b\nc;d\n").stderr


def test_sample_people_are_for_the_own_machine(app: Flask, client: PageClient, database: Database) -> None:
    with database.unit_of_work():
        add_organisation()
    assert "Passwort" in run(app, "sample").output
    assert run(app, "sample").exit_code == 0
    sign_in(client, "lotsin@bayern.example", "Nur zum Ausprobieren hier")
    assert "Beispiel: Nuri Neu" in client.get_page("/verwaltung/mitgliedschaften").text
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"environment": "production"})
    assert isinstance(run(app, "sample").exception, DomainError)
