"""attachments

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

HOLDERS = ('draft', 'entry', 'entry_version')


def upgrade() -> None:
    op.create_table('attachment_set',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('is_frozen', sa.Boolean(), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('attachment_blob',
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('unused_since', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('digest')
    )
    op.create_index('ix_attachment_blob_unused_since', 'attachment_blob', ['unused_since'], unique=False)
    op.create_table('attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('set_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('format', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('alt', sa.Text(), nullable=False),
    sa.Column('has_rights', sa.Boolean(), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['digest'], ['attachment_blob.digest'], ),
    sa.ForeignKeyConstraint(['set_id'], ['attachment_set.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['account.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('set_id', 'digest')
    )
    for column in ('digest', 'set_id', 'uploaded_by_id'):
        op.create_index(f'ix_attachment_{column}', 'attachment', [column], unique=False)
    if op.get_bind().dialect.name == 'postgresql':
        # PDF files and images are compressed already; trying again costs time and gains nothing.
        op.execute('ALTER TABLE attachment_blob ALTER COLUMN content SET STORAGE EXTERNAL')
    for table in HOLDERS:
        # Not in batch mode: on SQLite that would drop the old table and with it, by cascade, what points at it.
        op.execute(f'ALTER TABLE {table} ADD COLUMN attachment_set_id INTEGER REFERENCES attachment_set (id)')
        op.create_index(f'ix_{table}_attachment_set_id', table, ['attachment_set_id'], unique=False)


def downgrade() -> None:
    for table in HOLDERS:
        op.drop_index(f'ix_{table}_attachment_set_id', table_name=table)
        op.execute(f'ALTER TABLE {table} DROP COLUMN attachment_set_id')
    op.drop_table('attachment')
    op.drop_table('attachment_blob')
    op.drop_table('attachment_set')
