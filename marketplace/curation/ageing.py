"""What happens to entries by the passing of days alone. Every step is claimed in one statement, by one job."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue import service as catalogue
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.curation import asking, reviews
from marketplace.curation.freshness import GUIDE_AFTER
from marketplace.curation.models import Curation, ReviewRequest

BATCH = 100
JOB = "job:freshness"
REQUESTS_KEPT_FOR = timedelta(days=28)
"""How long after its end a link still tells what was answered."""


def apply_freshness(database: Database) -> str:
    """Plan, ask, mark and hand to guides what is due today; as often as one likes and by several at once."""
    planned = plan(database)
    mails = asking.ask(database)
    marked = mark(database)
    handed = hand_to_guides(database)
    forget(database)
    return (
        f"Aktualität: {planned} Einträge eingeplant, {mails} Anfragen verschickt, {marked} als nicht bestätigt "
        f"gekennzeichnet, {handed} an Lotsinnen und Lotsen gegeben."
    )


def plan(database: Database) -> int:
    """Give every published entry a review date; those that were there before this feature, too."""
    number, last = 0, 0
    while True:
        with database.reading():
            statement = (
                select(Entry.id)
                .outerjoin(Curation, col(Curation.entry_id) == col(Entry.id))
                .where(Entry.status == Status.PUBLISHED, reviews.needs_plan(), col(Entry.id) > last)
                .order_by(col(Entry.id))
                .limit(BATCH)
            )
            ids = [entry_id or 0 for entry_id in db.session().exec(statement)]
        if not ids:
            return number
        last = ids[-1]
        with database.unit_of_work():
            number += reviews.follow(ids)


def mark(database: Database) -> int:
    """Let page and results say which entries nobody has confirmed; returns how many became that."""
    overdue = (col(Curation.due) < clock.today()) & col(Curation.is_marked).is_(False)
    number = 0
    while True:
        with database.unit_of_work() as session:
            claimed = _claim(overdue, is_marked=True)
            for entry in session.exec(select(Entry).where(col(Entry.id).in_(claimed)).order_by(col(Entry.id))):
                catalogue.mark_unconfirmed(entry, claimed[entry.id or 0], author=JOB)
            if claimed:
                catalogue.tell_changed(claimed)
        if not claimed:
            return number
        number += len(claimed)


def hand_to_guides(database: Database) -> int:
    """Make the entries tasks of guides that nobody confirmed in time, or about which nobody can be asked."""
    today = clock.today()
    is_late = sa.or_(
        col(Curation.due) <= today - GUIDE_AFTER, sa.and_(col(Curation.mails) == 0, col(Curation.due) <= today)
    )
    number = 0
    while True:
        with database.unit_of_work():
            claimed = _claim(is_late & col(Curation.guide_since).is_(None), guide_since=clock.now())
        if not claimed:
            return number
        number += len(claimed)


def _claim(condition: sa.ColumnElement[bool], **values: object) -> dict[int, date]:
    """Change some rows that another job does not change just now; their entries with the review date."""
    due = (
        sa.select(col(Curation.entry_id))
        .join(Entry, col(Entry.id) == col(Curation.entry_id))
        .where(col(Entry.status) == Status.PUBLISHED, condition)
        .order_by(col(Curation.due), col(Curation.entry_id))
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Curation)
    )
    # No common table expression: before a statement that begins with WITH, SQLite's driver opens no transaction, and
    # the claim would hold even if the process died before it did what it claimed.
    claim = (
        sa.update(Curation)
        .where(col(Curation.entry_id).in_(due))
        .values(**values)
        .returning(col(Curation.entry_id), col(Curation.due))
        .execution_options(synchronize_session=False)
    )
    return {row[0]: row[1] for row in db.session().execute(claim)}


def forget(database: Database) -> int:
    """Delete questions whose link has long ended."""
    with database.unit_of_work() as session:
        old = col(ReviewRequest.expires_at) <= clock.now() - REQUESTS_KEPT_FOR
        return int(session.execute(sa.delete(ReviewRequest).where(old)).rowcount)  # type: ignore[attr-defined]
