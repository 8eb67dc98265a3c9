"""search postings: what a rebuild of the PostgreSQL index writes of a term stands in one row

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    op.add_column('search_index', sa.Column('bulk', sa.Integer(), nullable=False, server_default='0'))
    for side in ('a', 'b'):
        op.create_table(f'search_{side}_postings',
        sa.Column('term_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('numbers', sa.LargeBinary(), nullable=False),
        sa.Column('weights', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('term_id')
        )
        op.execute(f'ALTER TABLE search_{side}_postings ALTER numbers SET STORAGE EXTERNAL, ALTER weights SET STORAGE EXTERNAL')


def downgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    for side in ('a', 'b'):
        op.drop_table(f'search_{side}_postings')
    op.drop_column('search_index', 'bulk')
