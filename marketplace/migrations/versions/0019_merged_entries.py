"""merged entries and pairs that may be the same

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_entry_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_foreign_key('fk_entry_merged_into_id_entry', 'entry', ['merged_into_id'], ['id'])
    op.create_table('duplicate_scan',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id')
    )
    op.create_table('entry_pair',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('likeness', sa.Float(), nullable=False),
    sa.Column('found_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=True),
    sa.Column('proposed_winner_id', sa.Integer(), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('decided_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['first_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['second_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['proposed_winner_id'], ['entry.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('first_id', 'second_id')
    )
    with op.batch_alter_table('entry_pair', schema=None) as batch_op:
        batch_op.create_index('ix_entry_pair_state_found_at', ['state', 'found_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_pair_proposed_by_id'), ['proposed_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_pair_second_id'), ['second_id'], unique=False)


def downgrade() -> None:
    op.drop_table('entry_pair')
    op.drop_table('duplicate_scan')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_constraint('fk_entry_merged_into_id_entry', type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_entry_merged_into_id'))
        batch_op.drop_column('merged_into_id')
