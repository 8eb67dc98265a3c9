"""search dictionary: the compounds that were learned, and with which an index was built

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('search_dictionary',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('learned_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    if op.get_bind().dialect.name == 'postgresql':
        for name, type_ in (('dictionary', sa.String(length=16)), ('dictionary_text', sa.Text())):
            op.add_column('search_index', sa.Column(name, type_, nullable=False, server_default=''))


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_column('search_index', 'dictionary_text')
        op.drop_column('search_index', 'dictionary')
    op.drop_table('search_dictionary')
