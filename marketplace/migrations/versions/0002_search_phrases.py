"""search phrases

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('search_phrase',
    sa.Column('phrase', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('outcome', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('phrase', 'outcome')
    )
    with op.batch_alter_table('search_phrase', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_phrase_last_day'), ['last_day'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('search_phrase', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_phrase_last_day'))

    op.drop_table('search_phrase')
