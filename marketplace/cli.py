"""The command ``blaupause``: one group per noun. Errors go to standard error with an exit code other than 0."""

import sys

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from marketplace.accounts.cli import domains, users
from marketplace.app import create_app
from marketplace.catalogue.cli import content
from marketplace.config import Settings, SettingsError
from marketplace.core.errors import DomainError
from marketplace.migrate import db_group
from marketplace.organisations.cli import kommunen
from marketplace.proofreading.cli import check
from marketplace.search.cli import search
from marketplace.site.cli import dev, jobs, sample_command


@click.group()
@click.version_option(package_name="blaupause", prog_name="blaupause")
def blaupause() -> None:
    """Blaupause verwalten."""


for _group in (content, db_group, dev, jobs, kommunen, sample_command, search, users):
    blaupause.add_command(_group)
kommunen.add_command(domains)
content.add_command(check)


def main() -> None:
    """Run a command inside an application context."""
    try:
        app = create_app(Settings.from_env())
        with app.app_context():
            blaupause.main(standalone_mode=True)
    except (SettingsError, DomainError) as error:
        _fail(str(error))
    except (OperationalError, ProgrammingError) as error:
        _fail(f"Die Datenbank antwortet nicht wie erwartet. Hilft „blaupause db upgrade“? ({error.orig})")


def _fail(message: str) -> None:
    click.echo(f"Fehler: {message}", err=True)
    sys.exit(1)
