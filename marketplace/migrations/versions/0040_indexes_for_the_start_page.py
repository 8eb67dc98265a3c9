"""indexes of entries that answer what the start page asks, in place of two that begin with the same column

Revision ID: 0040
Revises: 0039
"""

from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_index('ix_entry_status')
        batch_op.drop_index('ix_entry_confirmed_reuses')
        batch_op.create_index('ix_entry_proven', ['status', 'confirmed_reuses', 'as_of', 'id'], unique=False)
        batch_op.create_index('ix_entry_state', ['status', 'version', 'updated_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_index('ix_entry_state')
        batch_op.drop_index('ix_entry_proven')
        batch_op.create_index('ix_entry_confirmed_reuses', ['confirmed_reuses'], unique=False)
        batch_op.create_index('ix_entry_status', ['status'], unique=False)
