"""The course of a review: when it is due, that it was confirmed or has ended. Who may is asked by the callers."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from marketplace.catalogue import service as catalogue
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry, EntryVersion
from marketplace.catalogue.vocabulary import ConfirmedBy
from marketplace.core import audit, clock, db
from marketplace.core.clock import BERLIN
from marketplace.curation.freshness import review_date
from marketplace.curation.models import Curation

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

_is_correction: ContextVar[bool] = ContextVar("is_correction", default=False)


@dataclass(frozen=True)
class Voice:
    """Who confirms or reports: in what part, with which account, for which organisation."""

    speaks_as: ConfirmedBy
    reference: str
    """As audit records name whoever acts."""
    account_id: int | None = None
    organisation_id: int | None = None


@contextmanager
def small_correction() -> Iterator[None]:
    """Versions published in this block mend a detail; nobody looked at the facts, so the review date stays."""
    token = _is_correction.set(True)
    try:
        yield
    finally:
        _is_correction.reset(token)


def follow(entry_ids: Collection[int]) -> int:
    """Plan the review of published entries that have none for their version; returns how many.

    An entry seen for the first time counts from the day of its newest version, one that was published anew from today.
    """
    statement = (
        select(Entry, Curation)
        .outerjoin(Curation, col(Curation.entry_id) == col(Entry.id))
        .where(col(Entry.id).in_(entry_ids), Entry.status == Status.PUBLISHED, needs_plan())
        .order_by(col(Entry.id))
    )
    rows: list[tuple[Entry, Curation | None]] = list(db.session().exec(statement).all())
    if not rows:
        return 0
    since = _published_on([entry.id or 0 for entry, row in rows if row is None])
    for entry, row in rows:
        if row is None:
            _begin(entry, since.get(entry.id or 0, clock.today()))
        elif _is_correction.get():
            row.version = entry.version
        else:
            _restart(row, entry)
            if entry.unconfirmed_since is not None:
                entry.unconfirmed_since = None
    db.session().flush()
    return len(rows)


def needs_plan() -> sa.ColumnElement[bool]:
    """Condition: the entry has no review date for its version."""
    return sa.or_(col(Curation.entry_id).is_(None), col(Curation.version) != col(Entry.version))


def _published_on(entry_ids: list[int]) -> dict[int, date]:
    newest = (
        select(EntryVersion.entry_id, sa.func.max(EntryVersion.created_at))
        .where(col(EntryVersion.entry_id).in_(entry_ids))
        .group_by(col(EntryVersion.entry_id))
        .order_by(col(EntryVersion.entry_id))
    )
    return {row[0]: row[1].astimezone(BERLIN).date() for row in db.session().exec(newest)}


def _begin(entry: Entry, since: date) -> None:
    due = review_date(Kind(entry.kind), entry.details, entry.as_of, since)
    session = db.session()
    row = Curation(entry_id=entry.id, due=due, version=entry.version).model_dump()
    # Of two who plan at once, both are content with the row of the first.
    session.execute(_INSERT[session.get_bind().dialect.name](Curation).values(row).on_conflict_do_nothing())


def _restart(row: Curation, entry: Entry) -> None:
    """Count from today; questions that were asked before are no longer open."""
    row.due = review_date(Kind(entry.kind), entry.details, entry.as_of, clock.today())
    row.version = entry.version
    row.round += 1
    row.mails, row.is_marked, row.guide_since, row.ended_note = 0, False, None, None


def find(entry_id: int, *, is_locked: bool = False) -> Curation | None:
    """The review of an entry; locked, nobody else changes it until the transaction ends."""
    statement = select(Curation).where(Curation.entry_id == entry_id)
    if is_locked:
        # What was read before may be old by the time the lock is ours.
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return db.session().exec(statement).first()


def confirm(entry: Entry, voice: Voice) -> None:
    """Note that the facts still hold; everything counts anew from today."""
    row = _get(entry)
    _restart(row, entry)
    row.confirmed_account_id, row.confirmed_organisation_id = voice.account_id, voice.organisation_id
    catalogue.note_confirmation(entry, voice.speaks_as, author=voice.reference)


def report_end(entry: Entry, voice: Voice, note: str) -> None:
    """Note that somebody says this has ended: a guide decides. The entry stays as it is."""
    row = _get(entry)
    row.ended_note = note
    row.guide_since = row.guide_since or clock.now()
    audit.record("entry.reported_ended", f"entry:{entry.slug}", actor=voice.reference)
    db.session().flush()


def _get(entry: Entry) -> Curation:
    follow([entry.id or 0])
    row = find(entry.id or 0, is_locked=True)
    if row is None:
        raise ValueError("Only published entries are reviewed.")
    return row
