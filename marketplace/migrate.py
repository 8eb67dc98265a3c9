"""``blaupause db``: the schema of the database, changed by migrations only."""

from pathlib import Path

import click
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from flask import current_app
from sqlalchemy import MetaData
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from marketplace.accounts import models as account_models
from marketplace.accounts.mfa import models as mfa_models
from marketplace.accounts.oidc import models as oidc_models
from marketplace.attachments import models as attachment_models
from marketplace.catalogue import models as catalogue_models
from marketplace.catalogue.bulk import models as bulk_models
from marketplace.catalogue.drafts import models as draft_models
from marketplace.core import audit
from marketplace.core.db import Database
from marketplace.curation import models as curation_models
from marketplace.curation.collections import models as collection_models
from marketplace.curation.duplicates import models as duplicate_models
from marketplace.curation.featuring import models as featuring_models
from marketplace.curation.objections import models as objection_models
from marketplace.curation.reports import models as report_models
from marketplace.knowledge import models as knowledge_models
from marketplace.ledger import models as ledger_models
from marketplace.mail import models as mail_models
from marketplace.needs import models as need_models
from marketplace.notifications import models as notification_models
from marketplace.organisations import models as organisation_models
from marketplace.questions import models as question_models
from marketplace.reuse import models as reuse_models
from marketplace.search import models as search_models
from marketplace.search.engines import postgres_tables
from marketplace.subscriptions import models as subscription_models

TABLES = (
    account_models, attachment_models, audit, bulk_models, catalogue_models, collection_models, curation_models,
    draft_models, duplicate_models, featuring_models, knowledge_models, ledger_models, mail_models, mfa_models,
    need_models, notification_models, objection_models, oidc_models, organisation_models, question_models,
    report_models, reuse_models, search_models, subscription_models,
)  # fmt: skip
"""Every module with tables; importing them is what makes the tables known to migrations."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision; does nothing when it is there already."""
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def find_differences(database: Database) -> list[object]:
    """What the tables in the code have and the database has not, or the other way round; empty when they agree."""
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata_for(connection)))


def metadata_for(connection: Connection) -> MetaData:
    """The tables that this database should have: those of the site, on PostgreSQL also those of its search index."""
    if connection.dialect.name != "postgresql":
        return SQLModel.metadata
    together = MetaData()
    for table in (*SQLModel.metadata.sorted_tables, *postgres_tables.METADATA.sorted_tables):
        table.to_metadata(together)
    return together


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


@click.group("db")
def db_group() -> None:
    """Schema der Datenbank verwalten."""


@db_group.command("upgrade")
def upgrade_command() -> None:
    """Schema auf den neuesten Stand bringen."""
    upgrade(current_app.extensions["database"])
    click.echo("Die Datenbank ist auf dem neuesten Stand.")


@db_group.command("revision")
@click.argument("message")
def revision_command(message: str) -> None:
    """Eine Migration aus dem Unterschied zwischen Code und Datenbank anlegen (Entwicklung)."""
    with current_app.extensions["database"].engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)
