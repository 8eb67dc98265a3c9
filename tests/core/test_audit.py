"""The record of acts only grows, whoever holds the database connection."""

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from marketplace.core import audit, db


@pytest.mark.parametrize("act", ["UPDATE audit_record SET actor = 'account:2'", "DELETE FROM audit_record"])
def test_what_was_noted_cannot_be_changed_or_deleted(session: Session, act: str) -> None:
    audit.record("entry.published", "entry:x", actor="account:1")
    db.session().flush()
    with pytest.raises(sa.exc.DBAPIError, match="only grows"):
        session.execute(sa.text(act))
