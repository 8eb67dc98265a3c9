"""Keeps what counts: whether each reuse is evidence today, and the number that stands at the entry."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue import service as catalogue
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.ledger.asking import plan, take
from marketplace.ledger.models import Reuse
from marketplace.ledger.rules import ReuseStage, ReuseState, is_evidence, valid_until


def write(reuse: Reuse, state: ReuseState) -> None:
    """Let a reuse be as the rules say, and its entry tell the right number."""
    reuse.stage, reuse.since, reuse.reason = state.stage.value, state.since, state.reason
    reuse.giver_confirmed_on, reuse.taker_confirmed_on = state.giver_confirmed_on, state.taker_confirmed_on
    reuse.denied_by = state.denied_by.value if state.denied_by else None
    if state.stage is ReuseStage.RUNNING and reuse.live_from is None:
        reuse.live_from = state.since
    reuse.updated_at = clock.now()
    refresh(reuse)
    plan(reuse)
    db.session().add(reuse)
    db.session().flush()
    recount([reuse.entry_id])


def refresh(reuse: Reuse) -> None:
    """Note whether a reuse is evidence today."""
    state, today = reuse.state, clock.today()
    reuse.valid_until = valid_until(state)
    reuse.is_counted = is_evidence(state, today)
    if reuse.is_counted and reuse.evidence_from is None:
        reuse.evidence_from = today


def recount(entry_ids: Collection[int]) -> int:
    """Let entries tell how many organisations reuse them; returns how many numbers changed."""
    if not entry_ids:
        return 0
    number = sa.func.count(sa.distinct(col(Reuse.taker_id)))
    counted = (
        select(Reuse.entry_id, number)
        .where(col(Reuse.entry_id).in_(entry_ids), col(Reuse.is_counted))
        .group_by(col(Reuse.entry_id))
        .order_by(col(Reuse.entry_id))
    )
    numbers: dict[int, int] = {row[0]: row[1] for row in db.session().exec(counted)}
    entries = db.session().exec(select(Entry).where(col(Entry.id).in_(entry_ids)).order_by(col(Entry.id)))
    return sum(catalogue.note_reuses(entry, numbers.get(entry.id or 0, 0)) for entry in entries)


def expire(database: Database) -> int:
    """Take out of the count what nobody renewed in time; returns how many reuses that were."""
    with database.reading():
        over = select(Reuse.id).where(col(Reuse.is_counted), col(Reuse.valid_until) < clock.today())
        ids = [reuse_id or 0 for reuse_id in db.session().exec(over.order_by(col(Reuse.id)))]
    number = 0
    for reuse_id in ids:
        with database.unit_of_work():
            reuse = take(reuse_id)
            if reuse is None or not reuse.is_counted:
                continue
            number += not _still_counts(reuse)
    return number


def _still_counts(reuse: Reuse) -> bool:
    refresh(reuse)
    db.session().flush()
    if not reuse.is_counted:
        recount([reuse.entry_id])
    return reuse.is_counted
