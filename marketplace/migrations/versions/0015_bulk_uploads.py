"""bulk uploads: tables that people upload, row by row

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bulk_upload',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('files', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('notices', sa.JSON(), nullable=False),
    sa.Column('takes', sa.Integer(), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('bulk_upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_upload_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bulk_upload_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_bulk_upload_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bulk_upload_public_id'), ['public_id'], unique=True)

    op.create_table('bulk_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('upload_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('place', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('title_key', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('words_mark', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('similar', sa.JSON(), nullable=False),
    sa.Column('draft_public_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('taken_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['upload_id'], ['bulk_upload.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('draft_public_id')
    )
    with op.batch_alter_table('bulk_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_row_upload_id'), ['upload_id'], unique=False)

    op.create_table('bulk_taken',
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('title_key', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('words_mark', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('draft_id')
    )
    with op.batch_alter_table('bulk_taken', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_taken_title_key'), ['title_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_bulk_taken_words_mark'), ['words_mark'], unique=False)


def downgrade() -> None:
    op.drop_table('bulk_taken')
    op.drop_table('bulk_row')
    op.drop_table('bulk_upload')
