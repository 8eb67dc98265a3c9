"""subscriptions: stored searches, who subscribed to them, followed entries

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import marketplace.core.db

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_search',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('parameters', sa.Text(), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('known', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('digest'),
    sqlite_autoincrement=True
    )
    op.create_table('subscription_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('mail', sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
    sa.Column('parameters', sa.Text(), nullable=True),
    sa.Column('rhythm', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    with op.batch_alter_table('subscription_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subscription_link_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_subscription_link_mail'), ['mail'], unique=False)

    op.create_table('subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('search_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('mail', sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
    sa.Column('rhythm', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('told', sa.Integer(), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('paused_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('mailed_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(account_id IS NULL) <> (mail IS NULL)', name='ck_subscription_subscriber'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['search_id'], ['saved_search.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('account_id', 'search_id'),
    sa.UniqueConstraint('mail', 'search_id'),
    sa.UniqueConstraint('public_id'),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subscription_search_id'), ['search_id'], unique=False)

    op.create_table('entry_follow',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('seen_version', sa.Integer(), nullable=False),
    sa.Column('seen_status', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('created_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('paused_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'entry_id')
    )
    with op.batch_alter_table('entry_follow', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_follow_entry_id'), ['entry_id'], unique=False)

    op.create_table('known_lesson',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lesson_id'], ['entry.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', 'lesson_id')
    )
    op.create_table('news_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('queued_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_table('search_news',
    sa.Column('search_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('noticed_at', marketplace.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['search_id'], ['saved_search.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('search_id', 'entry_id')
    )
    with op.batch_alter_table('search_news', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_news_noticed_at'), ['noticed_at'], unique=False)
        batch_op.create_index('ix_search_news_revision', ['search_id', 'revision'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('search_news', schema=None) as batch_op:
        batch_op.drop_index('ix_search_news_revision')
        batch_op.drop_index(batch_op.f('ix_search_news_noticed_at'))

    op.drop_table('search_news')
    op.drop_table('news_task')
    op.drop_table('known_lesson')
    with op.batch_alter_table('entry_follow', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_follow_entry_id'))

    op.drop_table('entry_follow')
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subscription_search_id'))

    op.drop_table('subscription')
    with op.batch_alter_table('subscription_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subscription_link_mail'))
        batch_op.drop_index(batch_op.f('ix_subscription_link_expires_at'))

    op.drop_table('subscription_link')
    op.drop_table('saved_search')
