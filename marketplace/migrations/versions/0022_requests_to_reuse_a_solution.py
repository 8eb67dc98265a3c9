"""requests to reuse a solution

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('organisation_absence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('organisation_absence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_absence_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_absence_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('reuse_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('mail', sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('via_entry_id', sa.Integer(), nullable=True),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['via_entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('account_id', 'entry_id')
    )
    with op.batch_alter_table('reuse_draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reuse_draft_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_draft_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_draft_mail'), ['mail'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_draft_public_id'), ['public_id'], unique=True)
        batch_op.create_index(batch_op.f('ix_reuse_draft_updated_at'), ['updated_at'], unique=False)

    op.create_table('reuse_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('via_entry_id', sa.Integer(), nullable=True),
    sa.Column('taker_id', sa.Integer(), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=True),
    sa.Column('requester_id', sa.Integer(), nullable=True),
    sa.Column('wishes', sa.JSON(), nullable=False),
    sa.Column('wanted_when', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('inhabitants', sa.Integer(), nullable=True),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('state_before', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('forwarded_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('waiting_since', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('escalated_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('disturbed_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('proposed_giver_id', sa.Integer(), nullable=True),
    sa.Column('proposed_via_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ),
    sa.ForeignKeyConstraint(['giver_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['proposed_giver_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['proposed_via_id'], ['entry.id'], ),
    sa.ForeignKeyConstraint(['requester_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['taker_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['via_entry_id'], ['entry.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    with op.batch_alter_table('reuse_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reuse_request_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_request_disturbed_at'), ['disturbed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_request_ended_at'), ['ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_request_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_request_escalated_at'), ['escalated_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_request_giver_id'), ['giver_id'], unique=False)
        batch_op.create_index('ix_reuse_request_open', ['entry_id', 'taker_id'], unique=True, sqlite_where=sa.text("state IN ('angefragt', 'im-austausch', 'in-pruefung', 'in-umsetzung', 'vereinbart')"), postgresql_where=sa.text("state IN ('angefragt', 'im-austausch', 'in-pruefung', 'in-umsetzung', 'vereinbart')"))
        batch_op.create_index(batch_op.f('ix_reuse_request_public_id'), ['public_id'], unique=True)
        batch_op.create_index(batch_op.f('ix_reuse_request_requester_id'), ['requester_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_request_state'), ['state'], unique=False)
        batch_op.create_index('ix_reuse_request_state_waiting_since', ['state', 'waiting_since'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_request_taker_id'), ['taker_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_request_updated_at'), ['updated_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_request_via_entry_id'), ['via_entry_id'], unique=False)

    op.create_table('reuse_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('action', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('since', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('to', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('part', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['request_id'], ['reuse_request.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('reuse_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reuse_event_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_event_request_id'), ['request_id'], unique=False)

    op.create_table('reuse_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('part', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('is_contact', sa.Boolean(), nullable=False),
    sa.Column('attachment_set_id', sa.Integer(), nullable=True),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['attachment_set_id'], ['attachment_set.id'], ),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['request_id'], ['reuse_request.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    with op.batch_alter_table('reuse_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reuse_message_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_message_attachment_set_id'), ['attachment_set_id'], unique=False)
        batch_op.create_index('ix_reuse_message_request_id_id', ['request_id', 'id'], unique=False)

    op.create_table('reuse_reading',
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kept_text', sa.Text(), nullable=False),
    sa.Column('read_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['request_id'], ['reuse_request.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('request_id', 'account_id')
    )
    with op.batch_alter_table('reuse_reading', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reuse_reading_account_id'), ['account_id'], unique=False)



def downgrade() -> None:
    for table in (
        'reuse_reading', 'reuse_message', 'reuse_event', 'reuse_request', 'reuse_draft', 'organisation_absence'
    ):
        op.drop_table(table)
