"""guide covers

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('guide_cover',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('absent_id', sa.Integer(), nullable=False),
    sa.Column('stand_in_id', sa.Integer(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['absent_id'], ['account.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['stand_in_id'], ['account.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('guide_cover', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guide_cover_absent_id'), ['absent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guide_cover_stand_in_id'), ['stand_in_id'], unique=False)


def downgrade() -> None:
    op.drop_table('guide_cover')
