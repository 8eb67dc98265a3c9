"""Tells municipalities in time that their Gesuch is about to run out."""

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.core.labels import in_german
from marketplace.needs import notices
from marketplace.needs.models import Need
from marketplace.needs.rules import WARNED_BEFORE, NeedState
from marketplace.web.templating import date_de


def remind(database: Database) -> int:
    """Tell what runs out soon, each Gesuch once for each last day; returns how many."""
    today = clock.today()
    due = (
        (col(Need.state) == NeedState.OPEN)
        & col(Need.expires_on).between(today, today + WARNED_BEFORE)
        & (col(Need.warned_for).is_(None) | (col(Need.warned_for) != col(Need.expires_on)))
    )
    with database.reading():
        waiting = list(db.session().exec(select(Need.id).where(due).order_by(col(Need.id))))
    number = 0
    for need_id in waiting:
        with database.unit_of_work() as session:
            # In one statement: of two jobs at once, one tells.
            mark = sa.update(Need).where(col(Need.id) == need_id, due).values(warned_for=Need.expires_on)
            done = session.execute(mark.execution_options(synchronize_session=False))
            if not done.rowcount:  # type: ignore[attr-defined]
                continue
            need = session.get_one(Need, need_id)
            day = date_de(need.expires_on)
            subject = in_german("Ihr Gesuch läuft am %(day)s ab: %(title)s", day=day, title=need.title)
            notices.tell_owner(need, subject)
            number += 1
    return number
