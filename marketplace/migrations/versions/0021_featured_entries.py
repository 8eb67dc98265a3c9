"""entries that guides recommend on the start page

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('featured_entry',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=160), nullable=False),
    sa.Column('since', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id')
    )
    with op.batch_alter_table('featured_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_featured_entry_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_featured_entry_last_day'), ['last_day'], unique=False)


def downgrade() -> None:
    op.drop_table('featured_entry')
