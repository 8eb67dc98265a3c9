"""requests sent of themselves: a draft knows that its author wants it sent, and why it was not

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

import marketplace.core.db

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = marketplace.core.db.UtcDateTime(timezone=True)
    with op.batch_alter_table('reuse_draft', schema=None) as batch_op:
        batch_op.add_column(sa.Column('wanted_at', moment, nullable=True))
        batch_op.add_column(sa.Column('agreed_at', moment, nullable=True))
        batch_op.add_column(sa.Column('held_back', sa.Text(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('reuse_draft', schema=None) as batch_op:
        batch_op.drop_column('held_back')
        batch_op.drop_column('agreed_at')
        batch_op.drop_column('wanted_at')
