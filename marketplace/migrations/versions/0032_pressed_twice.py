"""what is sent twice is stored once: covers, proposals of organisations

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

SAME = {
    'guide_cover': ['absent_id', 'stand_in_id', 'first_day', 'last_day'],
    'organisation_proposal': ['account_id', 'kind', 'name'],
}


def upgrade() -> None:
    for table, columns in SAME.items():
        keep = sa.text(
            f'DELETE FROM {table} WHERE id NOT IN (SELECT MIN(id) FROM {table} GROUP BY {", ".join(columns)})'
        )
        op.execute(keep)
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_unique_constraint(f'uq_{table}_same', columns)


def downgrade() -> None:
    for table in SAME:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(f'uq_{table}_same', type_='unique')
