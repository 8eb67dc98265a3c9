"""``blaupause users`` and ``blaupause kommunen domains``: people, their roles, the mail domains of organisations."""

import sys
from pathlib import Path

import click
from flask import current_app

from marketplace.accounts import people, queries, registration
from marketplace.accounts.domains import import_domains
from marketplace.accounts.mfa import service as second_factor
from marketplace.accounts.models import Account
from marketplace.accounts.tokens import normalise_mail
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core.actor import Remit, program
from marketplace.core.db import Database
from marketplace.core.errors import DomainError, NotFoundError
from marketplace.organisations.places import State

_ACTOR = program("blaupause users")


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


@click.group()
def users() -> None:
    """Personen und ihre Rechte verwalten."""


@users.command("create-admin")
@click.argument("mail")
@click.option("--name", prompt="Name", help="Name, der anderen gezeigt wird; nur bei einem neuen Konto.")
@click.password_option(
    "--password", prompt="Passwort (leer, wenn es das Konto schon gibt)", default="", show_default=False
)
def create_admin(mail: str, name: str, password: str) -> None:
    """Ein Konto anlegen, das die Website verwaltet; ein bestehendes Konto bekommt dieses Recht."""
    address = _address(mail)
    with _database().unit_of_work():
        account = queries.find_account_by_mail(address)
        if account is None or account.confirmed_at is None:
            registration.check_new_password(password, address, name)
            account = account or registration.create_unconfirmed(address)
            registration.set_up(account, name=name, password=password)
        people.set_site_admin(account.id or 0, True, actor=_ACTOR)
    click.echo(f"{address} verwaltet die Website.")


@users.command("set-guide")
@click.argument("mail")
@click.option("--land", type=click.Choice(State.values()), help="Ein Bundesland.")
@click.option("--kreis", metavar="SCHLÜSSEL", help="Ein Kreis: fünf Ziffern, statt eines Landes.")
@click.option(
    "--feld",
    default="",
    type=click.Choice(["", *ActionField.values()]),
    metavar="KENNUNG",
    help="Ein Handlungsfeld, allein oder innerhalb des Gebiets.",
)
@click.option("--remove", is_flag=True, help="Diese Zuständigkeit entfernen.")
def set_guide(mail: str, *, land: str | None, kreis: str | None, feld: str, remove: bool) -> None:
    """Jemandem ein Gebiet oder ein Handlungsfeld als Lotsin oder Lotse übertragen."""
    area = kreis or (State(land).key if land else "")
    if kreis and not (len(kreis) == 5 and kreis.isascii() and kreis.isdigit()):
        raise click.BadParameter("Ein Kreisschlüssel hat fünf Ziffern.", param_hint="--kreis")
    change = people.remove_remit if remove else people.add_remit
    with _database().unit_of_work():
        account = _account(mail)
        change(account.id or 0, Remit(area, feld), actor=_ACTOR)
        remits = queries.list_remits(account.id or 0)
    click.echo(f"Zuständigkeiten: {', '.join(_describe(remit) for remit in remits) or 'keine'}")


@users.command("list")
def list_users() -> None:
    """Alle bestätigten Konten mit ihren Rechten, eine Zeile je Konto."""
    with _database().reading():
        for person in queries.list_people():
            click.echo("\t".join(_line(person)))


def _line(person: queries.PersonRow) -> list[str]:
    rights = [f"Lotse {_describe(remit)}" for remit in person.remits]
    rights += ["verwaltet die Website"] if person.account.is_site_admin else []
    rights += ["gesperrt"] if person.account.disabled_at else []
    places = ", ".join(organisation.name for _membership, organisation in person.organisations)
    return [person.account.mail, person.account.name, places or "-", ", ".join(rights) or "-"]


def _describe(remit: Remit) -> str:
    return "/".join(part for part in (remit.area, remit.action_field) if part)


@users.command()
@click.argument("mail")
def disable(mail: str) -> None:
    """Ein Konto sperren und alle seine Anmeldungen beenden."""
    with _database().unit_of_work():
        people.disable(_account(mail).id or 0, actor=_ACTOR)
    click.echo("Das Konto ist gesperrt.")


@users.command()
@click.argument("mail")
def enable(mail: str) -> None:
    """Ein gesperrtes Konto entsperren."""
    with _database().unit_of_work():
        people.enable(_account(mail).id or 0, actor=_ACTOR)
    click.echo("Das Konto ist entsperrt.")


@users.command("reset-mfa")
@click.argument("mail")
def reset_mfa(mail: str) -> None:
    """Jemandem, der Telefon und Ersatzcodes verloren hat, den zweiten Faktor nehmen."""
    with _database().unit_of_work():
        second_factor.reset(_account(mail).id or 0, actor=_ACTOR)
    click.echo("Der zweite Faktor ist entfernt; die Person erfährt es per E-Mail und ist überall abgemeldet.")


def _address(mail: str) -> str:
    address = normalise_mail(mail)
    if address is None:
        raise DomainError("Das ist keine E-Mail-Adresse.")
    return address


def _account(mail: str) -> Account:
    account = queries.find_account_by_mail(_address(mail))
    if account is None:
        raise NotFoundError("Zu dieser Adresse gibt es kein Konto.")
    return account


@click.group()
def domains() -> None:
    """E-Mail-Domains, die eine Mitgliedschaft ohne weitere Prüfung bestätigen."""


@domains.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_domains_command(file: Path) -> None:
    """FILE einlesen: eine Tabelle (CSV, UTF-8) mit den Spalten domain und schluessel."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DomainError(f"{file.name} ist keine Textdatei in UTF-8.") from None
    with _database().unit_of_work():
        report = import_domains(text, actor="blaupause kommunen domains")
    for problem in report.problems:
        click.echo(problem, err=True)
    if report.problems:
        click.echo("Nichts geschrieben.", err=True)
        sys.exit(1)
    click.echo(f"{report.new} Domains neu, {report.known} schon bekannt.")
