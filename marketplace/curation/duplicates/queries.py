"""Reads of pairs: one by its number, what waits at the desk, what was not compared yet."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.core.errors import NotFoundError
from marketplace.curation.desk import Remits, Task
from marketplace.curation.duplicates.models import DuplicateScan, EntryPair
from marketplace.curation.duplicates.permissions import PairOf
from marketplace.curation.duplicates.rules import WAITING, PairState
from marketplace.curation.remits import entries_within


def get_pair(pair_id: int) -> EntryPair:
    """The pair with this number; raises NotFoundError."""
    found = db.session().get(EntryPair, pair_id) if pair_id < 2**31 else None
    if found is None:
        raise NotFoundError("")
    return found


def find_pair(one: int, other: int) -> EntryPair | None:
    """The row of two entries, whichever comes first."""
    first, second = sorted((one, other))
    statement = select(EntryPair).where(EntryPair.first_id == first, EntryPair.second_id == second)
    return db.session().exec(statement).first()


def entries_of(pair: EntryPair) -> tuple[Entry, Entry]:
    """Both entries, the first one first."""
    return db.session().get_one(Entry, pair.first_id), db.session().get_one(Entry, pair.second_id)


def pair_of(pair: EntryPair) -> PairOf:
    """What permissions are asked about."""
    first, second = entries_of(pair)
    return PairOf(stake_of_entry(first), stake_of_entry(second))


def list_unscanned(limit: int) -> list[Entry]:
    """Published entries that were not compared in their present version, those changed longest ago first."""
    statement = (
        select(Entry)
        .outerjoin(DuplicateScan, col(DuplicateScan.entry_id) == col(Entry.id))
        .where(
            Entry.status == Status.PUBLISHED,
            sa.or_(col(DuplicateScan.version).is_(None), col(DuplicateScan.version) != col(Entry.version)),
        )
        .order_by(col(Entry.updated_at), col(Entry.id))
        .limit(limit)
    )
    return list(db.session().exec(statement))


def list_entries(entry_ids: Sequence[int]) -> list[Entry]:
    """Published entries by row number."""
    statement = select(Entry).where(col(Entry.id).in_(entry_ids), Entry.status == Status.PUBLISHED)
    return list(db.session().exec(statement.order_by(col(Entry.id))))


def count_waiting(remits: Remits) -> int:
    """Number of pairs of which at least one entry falls into any of the remits."""
    return db.session().exec(select(sa.func.count()).where(*_waiting(remits))).one()


def list_waiting(remits: Remits, offset: int, limit: int) -> list[Task]:
    """The same pairs as tasks, the oldest first."""
    first = aliased(Entry)
    statement = (
        select(EntryPair, first.title)
        .join(first, col(first.id) == col(EntryPair.first_id))
        .where(*_waiting(remits))
        .order_by(col(EntryPair.found_at), col(EntryPair.id))
    )
    return [
        Task(
            thing=f"pair:{pair.id}",
            title=title,
            since=pair.found_at,
            link=f"/lotsen/dubletten/{pair.id}",
            note=PairState(pair.state).label,
        )
        for pair, title in db.session().exec(statement.offset(offset).limit(limit))
    ]


def _waiting(remits: Remits) -> tuple[sa.ColumnElement[bool], ...]:
    within = select(Entry.id).where(entries_within(remits))
    either = sa.or_(col(EntryPair.first_id).in_(within), col(EntryPair.second_id).in_(within))
    return col(EntryPair.state).in_(WAITING), either
