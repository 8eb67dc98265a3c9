"""postgres search: the tables of the PostgreSQL search index; SQLite has none of them

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

KINDS = ('entry', 'terms', 'texts', 'vocabulary')


def upgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    op.create_table('search_index',
    sa.Column('side', sa.String(length=1), nullable=False),
    sa.Column('build', sa.BigInteger(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('side')
    )
    for side in ('a', 'b'):
        _create(side)


def _create(side: str) -> None:
    op.create_table(f'search_{side}_entry',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('record', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('number'),
    sa.UniqueConstraint('entry_id')
    )
    op.create_table(f'search_{side}_terms',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('terms', ARRAY(sa.Integer()), nullable=False),
    sa.Column('weights', ARRAY(sa.Double()), nullable=False),
    sa.PrimaryKeyConstraint('number')
    )
    op.create_index(f'ix_search_{side}_terms', f'search_{side}_terms', ['terms'], unique=False,
                    postgresql_using='gin', postgresql_with={'fastupdate': 'off'})
    op.create_table(f'search_{side}_texts',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('number')
    )
    op.create_table(f'search_{side}_vocabulary',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('term', sa.Text(collation='C'), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('term')
    )
    # One element is looked up in each of many rows: rows that hold their arrays plainly are ten times faster to read.
    op.execute(f'ALTER TABLE search_{side}_terms ALTER terms SET STORAGE EXTERNAL, ALTER weights SET STORAGE EXTERNAL')
    op.execute(f'ALTER TABLE search_{side}_terms SET (toast_tuple_target = 8160)')
    op.execute(f'ALTER TABLE search_{side}_texts ALTER words SET STORAGE EXTERNAL')


def downgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    for side in ('a', 'b'):
        for kind in KINDS:
            op.drop_table(f'search_{side}_{kind}')
    op.drop_table('search_index')
