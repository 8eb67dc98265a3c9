"""pages under /wissen and the entries they help with

Revision ID: 0031
Revises: 0029
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0031'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('knowledge_page',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=140), nullable=False),
    sa.Column('summary', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
    sa.Column('plain_summary', sqlmodel.sql.sqltypes.AutoString(length=800), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('action_fields', sa.JSON(), nullable=False),
    sa.Column('sources', sa.JSON(), nullable=False),
    sa.Column('as_of', sa.Integer(), nullable=False),
    sa.Column('is_published', sa.Boolean(), nullable=False),
    sa.Column('updated_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('library_digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('knowledge_page', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_knowledge_page_is_published'), ['is_published'], unique=False)
        batch_op.create_index(batch_op.f('ix_knowledge_page_slug'), ['slug'], unique=True)

    op.create_table('knowledge_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('page_id', sa.Integer(), nullable=True),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['page_id'], ['knowledge_page.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('page_id', 'entry_id')
    )
    with op.batch_alter_table('knowledge_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_knowledge_link_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_knowledge_link_page_id'), ['page_id'], unique=False)


def downgrade() -> None:
    op.drop_table('knowledge_link')
    op.drop_table('knowledge_page')
