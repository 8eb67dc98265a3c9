"""record of acts only grows: the database itself refuses to change or delete what was noted

Revision ID: 0038
Revises: 0036
"""

from alembic import op

revision = '0038'
down_revision = '0036'
branch_labels = None
depends_on = None

_POSTGRES = """
CREATE FUNCTION refuse_to_change_the_record() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit_record only grows'; END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(_POSTGRES)
        op.execute(
            'CREATE TRIGGER audit_record_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record'
            ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_record()'
        )
        return
    for act in ('update', 'delete'):
        op.execute(
            f'CREATE TRIGGER audit_record_no_{act} BEFORE {act.upper()} ON audit_record'
            " BEGIN SELECT RAISE(ABORT, 'audit_record only grows'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP TRIGGER audit_record_only_grows ON audit_record')
        op.execute('DROP FUNCTION refuse_to_change_the_record()')
        return
    for act in ('update', 'delete'):
        op.execute(f'DROP TRIGGER audit_record_no_{act}')
