"""curation

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('review_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('recipient_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    with op.batch_alter_table('review_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_request_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_request_recipient_hash'), ['recipient_hash'], unique=False)
    op.create_table('web_host',
    sa.Column('host', sqlmodel.sql.sqltypes.AutoString(length=253), nullable=False),
    sa.Column('free_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('host')
    )
    op.create_table('web_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('host', sqlmodel.sql.sqltypes.AutoString(length=253), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('since', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('checked_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('next_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('moved_to', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True),
    sa.Column('etag', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('address')
    )
    with op.batch_alter_table('web_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_web_link_host'), ['host'], unique=False)
        batch_op.create_index(batch_op.f('ix_web_link_next_at'), ['next_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_web_link_state'), ['state'], unique=False)
    op.create_table('curation',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('mails', sa.Integer(), nullable=False),
    sa.Column('is_marked', sa.Boolean(), nullable=False),
    sa.Column('guide_since', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_note', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True),
    sa.Column('confirmed_account_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_organisation_id', sa.Integer(), nullable=True),
    sa.Column('links_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['confirmed_account_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['confirmed_organisation_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id')
    )
    with op.batch_alter_table('curation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_curation_confirmed_account_id'), ['confirmed_account_id'], unique=False)
        batch_op.create_index('ix_curation_due', ['due', 'mails'], unique=False)
        batch_op.create_index('ix_curation_guide_since', ['guide_since'], unique=False)
    op.create_table('review_question',
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('recipient_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('answered_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['request_id'], ['review_request.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('request_id', 'entry_id'),
    sa.UniqueConstraint('entry_id', 'recipient_hash', 'round', 'number')
    )
    op.create_table('web_link_use',
    sa.Column('link_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('decision', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('decided_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['link_id'], ['web_link.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('link_id', 'entry_id')
    )
    with op.batch_alter_table('web_link_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_web_link_use_entry_id'), ['entry_id'], unique=False)
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('confirmed_by', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True))
        batch_op.add_column(sa.Column('unconfirmed_since', sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_column('unconfirmed_since')
        batch_op.drop_column('confirmed_by')
        batch_op.drop_column('confirmed_at')
    with op.batch_alter_table('web_link_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_web_link_use_entry_id'))
    op.drop_table('web_link_use')
    op.drop_table('review_question')
    with op.batch_alter_table('curation', schema=None) as batch_op:
        batch_op.drop_index('ix_curation_guide_since')
        batch_op.drop_index('ix_curation_due')
        batch_op.drop_index(batch_op.f('ix_curation_confirmed_account_id'))
    op.drop_table('curation')
    with op.batch_alter_table('web_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_web_link_state'))
        batch_op.drop_index(batch_op.f('ix_web_link_next_at'))
        batch_op.drop_index(batch_op.f('ix_web_link_host'))
    op.drop_table('web_link')
    op.drop_table('web_host')
    with op.batch_alter_table('review_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_request_recipient_hash'))
        batch_op.drop_index(batch_op.f('ix_review_request_expires_at'))
    op.drop_table('review_request')
