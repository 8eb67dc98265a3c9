"""questions

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('entry_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('origin', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asker_id', sa.Integer(), nullable=True),
    sa.Column('asker_organisation_id', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('giver_id', sa.Integer(), nullable=True),
    sa.Column('proposer_id', sa.Integer(), nullable=True),
    sa.Column('proposer_organisation_id', sa.Integer(), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('published_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('helpful', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['asker_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['asker_organisation_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['giver_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['proposer_id'], ['account.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['proposer_organisation_id'], ['organisation.id'], ),
    sa.ForeignKeyConstraint(['request_id'], ['reuse_request.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    with op.batch_alter_table('entry_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_question_answered_by_id'), ['answered_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_question_asker_id'), ['asker_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_question_asker_organisation_id'), ['asker_organisation_id'], unique=False)
        batch_op.create_index('ix_entry_question_entry_id_state', ['entry_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_question_giver_id'), ['giver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_question_proposer_id'), ['proposer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_question_public_id'), ['public_id'], unique=True)
        batch_op.create_index(batch_op.f('ix_entry_question_request_id'), ['request_id'], unique=False)
        batch_op.create_index('ix_entry_question_state_created_at', ['state', 'created_at'], unique=False)


def downgrade() -> None:
    op.drop_table('entry_question')
