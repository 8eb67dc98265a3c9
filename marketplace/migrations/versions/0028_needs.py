"""needs

Revision ID: 0028
Revises: 0025
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0028'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('need',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=140), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('inhabitants', sa.Integer(), nullable=True),
    sa.Column('wanted_by', sa.Date(), nullable=True),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('warned_for', sa.Date(), nullable=True),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answered_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closing', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('closing_note', sa.Text(), nullable=False),
    sa.Column('found_entry_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decision_reason', sa.Text(), nullable=False),
    sa.Column('decided_by', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('decided_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('objection', sa.Text(), nullable=False),
    sa.Column('objected_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('objection_answer', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['found_entry_id'], ['entry.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_expires_on'), ['expires_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_found_entry_id'), ['found_entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_objected_at'), ['objected_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_slug'), ['slug'], unique=True)
        batch_op.create_index('ix_need_state_created_at', ['state', 'created_at'], unique=False)

    op.create_table('need_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('queued_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_table('need_told',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'entry_id')
    )
    with op.batch_alter_table('need_told', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_told_entry_id'), ['entry_id'], unique=False)

    op.create_table('need_action_field',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('value', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('need_id', 'value')
    )
    with op.batch_alter_table('need_action_field', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_action_field_value'), ['value'], unique=False)

    op.create_table('need_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    with op.batch_alter_table('need_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_answer_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_answer_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_answer_need_id'), ['need_id'], unique=False)

    op.create_table('need_group',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('method', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('once_cents', sa.BigInteger(), nullable=False),
    sa.Column('yearly_cents', sa.BigInteger(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['opened_by_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['request_id'], ['reuse_request.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('need_id')
    )
    with op.batch_alter_table('need_group', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_group_opened_by_id'), ['opened_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_group_request_id'), ['request_id'], unique=False)

    op.create_table('need_match',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('is_news', sa.Boolean(), nullable=False),
    sa.Column('noticed_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('need_id', 'entry_id')
    )
    with op.batch_alter_table('need_match', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_match_entry_id'), ['entry_id'], unique=False)

    op.create_table('need_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    with op.batch_alter_table('need_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_message_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_need_message_need_id_id', ['need_id', 'id'], unique=False)

    op.create_table('need_seeker',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('weight', sa.Integer(), nullable=True),
    sa.Column('joined_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], ),
    sa.PrimaryKeyConstraint('need_id', 'organisation_id')
    )
    with op.batch_alter_table('need_seeker', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_seeker_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_seeker_organisation_id'), ['organisation_id'], unique=False)


def downgrade() -> None:
    op.drop_table('need_seeker')
    op.drop_table('need_message')
    op.drop_table('need_match')
    op.drop_table('need_group')
    op.drop_table('need_answer')
    op.drop_table('need_action_field')
    op.drop_table('need_told')
    op.drop_table('need_task')
    op.drop_table('need')
