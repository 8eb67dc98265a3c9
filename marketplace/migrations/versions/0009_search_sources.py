"""search sources: documents that a rebuild on PostgreSQL carries over

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for side in ('a', 'b'):
            op.add_column(f'search_{side}_texts', sa.Column('source', sa.Text(), nullable=True))
        # What was written before has no source; it must be read from the catalogue once.
        op.execute('DELETE FROM search_index')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for side in ('a', 'b'):
            op.drop_column(f'search_{side}_texts', 'source')
