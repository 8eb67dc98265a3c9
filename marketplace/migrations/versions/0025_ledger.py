"""ledger of reuses, what was asked about them, what they cost

Revision ID: 0025
Revises: 0022
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0025'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reuse',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sqlmodel.sql.sqltypes.AutoString(length=22), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('taker_id', sa.Integer(), nullable=False),
    sa.Column('via_id', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('stage', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('giver_confirmed_on', sa.Date(), nullable=True),
    sa.Column('taker_confirmed_on', sa.Date(), nullable=True),
    sa.Column('giver_account_id', sa.Integer(), nullable=True),
    sa.Column('taker_account_id', sa.Integer(), nullable=True),
    sa.Column('denied_by', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('variant', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('adaptation', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('declared_by', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('waiting_since', sa.Date(), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('next_ask', sa.Date(), nullable=True),
    sa.Column('silent_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('is_counted', sa.Boolean(), nullable=False),
    sa.Column('evidence_from', sa.Date(), nullable=True),
    sa.Column('live_from', sa.Date(), nullable=True),
    sa.Column('costs_asked', sa.Integer(), nullable=False),
    sa.Column('costs_due', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['giver_account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['giver_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['taker_account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['taker_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['via_id'], ['reuse.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('entry_id', 'taker_id'),
    sa.UniqueConstraint('public_id')
    )
    with op.batch_alter_table('reuse', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reuse_costs_due'), ['costs_due'], unique=False)
        batch_op.create_index('ix_reuse_counted', ['is_counted', 'entry_id', 'taker_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_evidence_from'), ['evidence_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_giver_account_id'), ['giver_account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_giver_id'), ['giver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_next_ask'), ['next_ask'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_request_id'), ['request_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_silent_from'), ['silent_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_taker_account_id'), ['taker_account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_taker_id'), ['taker_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_valid_until'), ['valid_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_via_id'), ['via_id'], unique=False)
    op.create_table('reuse_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reuse_id', sa.Integer(), nullable=False),
    sa.Column('side', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('recipient_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('answered_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['reuse_id'], ['reuse.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('reuse_id', 'side', 'recipient_hash', 'round', 'number'),
    sa.UniqueConstraint('token_hash')
    )
    with op.batch_alter_table('reuse_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reuse_question_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_question_recipient_hash'), ['recipient_hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_question_reuse_id'), ['reuse_id'], unique=False)
    op.create_table('reuse_costs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sqlmodel.sql.sqltypes.AutoString(length=22), nullable=False),
    sa.Column('reuse_id', sa.Integer(), nullable=False),
    sa.Column('moment', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('inhabitants', sa.Integer(), nullable=True),
    sa.Column('one_off', sa.Integer(), nullable=True),
    sa.Column('yearly', sa.Integer(), nullable=True),
    sa.Column('person_days', sa.Integer(), nullable=True),
    sa.Column('months', sa.Integer(), nullable=True),
    sa.Column('again', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('adapted', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('wish_known', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('is_named', sa.Boolean(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('told_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_note', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['reuse_id'], ['reuse.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('public_id'),
    sa.UniqueConstraint('reuse_id', 'moment')
    )
    with op.batch_alter_table('reuse_costs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reuse_costs_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_costs_reuse_id'), ['reuse_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_costs_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_costs_told_at'), ['told_at'], unique=False)
    # The default stays in the database: to drop it, SQLite would have to copy the table of all entries.
    op.add_column('entry', sa.Column('confirmed_reuses', sa.Integer(), server_default='0', nullable=False))
    op.create_index(op.f('ix_entry_confirmed_reuses'), 'entry', ['confirmed_reuses'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_entry_confirmed_reuses'), table_name='entry')
    op.drop_column('entry', 'confirmed_reuses')
    op.drop_table('reuse_costs')
    op.drop_table('reuse_question')
    op.drop_table('reuse')
