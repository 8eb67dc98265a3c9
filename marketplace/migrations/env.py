"""Runs migrations on the database that ``migrate.py`` hands over."""

from alembic import context

from marketplace.migrate import metadata_for

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata_for(connection),
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
