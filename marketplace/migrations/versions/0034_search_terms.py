"""search terms: a process knows which words the PostgreSQL index cannot have, without asking

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    op.add_column('search_index', sa.Column('term_filter', sa.LargeBinary(), nullable=False, server_default=''))
    op.add_column('search_index', sa.Column('term_count', sa.Integer(), nullable=False, server_default='0'))


def downgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    op.drop_column('search_index', 'term_count')
    op.drop_column('search_index', 'term_filter')
