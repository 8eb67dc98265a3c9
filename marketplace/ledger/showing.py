"""What everybody may read of the ledger: who reuses what, and how often. Only what both sides confirmed once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import Select
from sqlmodel import col, select

from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry, EntryActionField
from marketplace.catalogue.queries import list_cards
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import clock, db
from marketplace.ledger.models import Reuse
from marketplace.ledger.places import Point, points_of
from marketplace.ledger.rules import ReuseStage, unconfirmed_since
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import State
from marketplace.organisations.queries import find_ids_in_state

PAGE_SIZE = 25
MOST_ON_MAP = 100
"""More lines than these make no picture that anybody reads; the table has all."""

MOST_OF_PLACE = 30
"""Lines on the page of a place; all of them stand with the entries."""


@dataclass(frozen=True)
class ReuseRow:
    """A line of a public table."""

    reuse: Reuse
    entry: Entry
    giver: Organisation
    taker: Organisation
    unconfirmed_since: date | None
    """Day on which a renewal was due that did not come."""
    via: Organisation | None = None
    """Who passed it on in a chain."""

    @property
    def path(self) -> str:
        """Address of what is reused."""
        return f"/{Kind(self.entry.kind).path}/{self.entry.slug}"

    @property
    def stage(self) -> ReuseStage:
        """How far it has come."""
        return ReuseStage(self.reuse.stage)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.stage is ReuseStage.STOPPED


@dataclass(frozen=True)
class ReusePage:
    """One page of the table of all."""

    rows: list[ReuseRow]
    total: int
    page: int
    pages: int


def list_of_entry(entry: Entry) -> list[ReuseRow]:
    """Who reuses an entry: what counts first, then what was not renewed, then what has ended; by name."""
    rows = _rows(_OF_ENTRY, entry_id=entry.id)
    return sorted(rows, key=lambda row: (*_rank(row), row.taker.search_name, row.reuse.id or 0))


def list_taken_by(organisation_id: int) -> list[ReuseRow]:
    """What an organisation reuses, by title."""
    rows = _rows(_SHOWN.where(col(Reuse.taker_id) == organisation_id))
    return sorted(rows, key=lambda row: (*_rank(row), row.entry.title, row.reuse.id or 0))


def list_given_by(organisation_id: int) -> list[ReuseRow]:
    """What others reuse of an organisation, directly or in a chain, by title."""
    own = sa.or_(col(Reuse.giver_id) == organisation_id, col(Entry.organisation_id) == organisation_id)
    rows = _rows(_SHOWN.where(own))
    return sorted(rows, key=lambda row: (*_rank(row), row.entry.title, row.taker.search_name))


def _rank(row: ReuseRow) -> tuple[bool, bool]:
    return row.is_over, not row.reuse.is_counted


def list_page(page: int, field: ActionField | None = None, state: State | None = None) -> ReusePage:
    """All reuses that count today, the newest first, narrowed to an action field or to takers in a Land."""
    statement = _narrowed(field, state)
    total = int(db.session().scalar(sa.select(sa.func.count()).select_from(statement.subquery())) or 0)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    ordered = statement.order_by(col(Reuse.evidence_from).desc(), col(Reuse.id).desc())
    return ReusePage(_rows(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)), total, page, pages)


def list_for_map(field: ActionField | None = None, state: State | None = None) -> list[ReuseRow]:
    """The newest of these reuses, as many as a map can show."""
    ordered = _narrowed(field, state).order_by(col(Reuse.evidence_from).desc(), col(Reuse.id).desc())
    return _rows(ordered.limit(MOST_ON_MAP))


def _narrowed(field: ActionField | None, state: State | None) -> Select[Reuse, Entry]:
    statement = _SHOWN.where(col(Reuse.is_counted))
    if field is not None:
        about = select(EntryActionField.entry_id).where(EntryActionField.value == field.value)
        statement = statement.where(col(Reuse.entry_id).in_(about))
    if state is not None:
        statement = statement.where(col(Reuse.taker_id).in_(find_ids_in_state(state)))
    return statement


_SHOWN: Select[Reuse, Entry] = (
    sa.select(Reuse, Entry)
    .join(Entry, col(Entry.id) == col(Reuse.entry_id))
    .where(
        col(Entry.status).in_((Status.PUBLISHED, Status.ARCHIVED)),
        col(Reuse.evidence_from).is_not(None),
        col(Reuse.denied_by).is_(None),
        sa.or_(
            col(Reuse.stage) == ReuseStage.STOPPED,
            sa.and_(col(Reuse.giver_confirmed_on).is_not(None), col(Reuse.taker_confirmed_on).is_not(None)),
        ),
    )
)
"""Reuses that both sides confirmed once and nobody denies, of entries that anybody may read."""
_OF_ENTRY = _SHOWN.where(col(Reuse.entry_id) == sa.bindparam("entry_id"))


def _rows(statement: Select[Reuse, Entry], **values: object) -> list[ReuseRow]:
    pairs: list[tuple[Reuse, Entry]] = [(row[0], row[1]) for row in db.session().execute(statement, values)]
    ids = {reuse.giver_id for reuse, _entry in pairs} | {reuse.taker_id for reuse, _entry in pairs}
    places = _organisations(ids)
    today = clock.today()
    return [
        ReuseRow(
            reuse, entry, places[reuse.giver_id], places[reuse.taker_id], unconfirmed_since(reuse.state, today),
            places[reuse.giver_id] if reuse.giver_id != entry.organisation_id else None,
        )
        for reuse, entry in pairs
    ]  # fmt: skip


def _organisations(ids: Collection[int]) -> dict[int, Organisation]:
    statement = select(Organisation).where(col(Organisation.id).in_(ids)).order_by(col(Organisation.id))
    return {place.id or 0: place for place in db.session().exec(statement)} if ids else {}


def points_for(rows: Collection[ReuseRow]) -> dict[int, Point]:
    """Where the places of some rows lie, as far as the register knows it."""
    return points_of([place for row in rows for place in (row.giver, row.taker)])


# Numbers


def count_taken_by(organisation_id: int) -> int:
    """Number of entries that an organisation reuses, confirmed by both sides."""
    return _count(Reuse.taker_id == organisation_id)


def count_given_by(organisation_id: int) -> int:
    """Number of confirmed reuses by others of what an organisation gave, chains included."""
    return _count(sa.or_(col(Reuse.giver_id) == organisation_id, col(Entry.organisation_id) == organisation_id))


def count_of_field(field: ActionField) -> int:
    """Number of confirmed reuses of entries in an action field."""
    about = select(EntryActionField.entry_id).where(EntryActionField.value == field.value)
    return _count(col(Reuse.entry_id).in_(about))


def count_all() -> int:
    """Number of confirmed reuses."""
    return _count(sa.true())


def _count(condition: Any) -> int:
    statement = (
        sa.select(sa.func.count())
        .select_from(Reuse)
        .join(Entry, col(Entry.id) == col(Reuse.entry_id))
        .where(col(Reuse.is_counted), col(Entry.status) == Status.PUBLISHED, condition)
    )
    return int(db.session().scalar(statement) or 0)


def list_proven(limit: int) -> list[EntryCard]:
    """Published entries that most organisations reuse, by confirmation of both sides."""
    statement = (
        select(Entry.id)
        .where(Entry.status == Status.PUBLISHED, col(Entry.confirmed_reuses) > 0)
        .order_by(col(Entry.confirmed_reuses).desc(), col(Entry.as_of).desc(), col(Entry.id))
        .limit(limit)
    )
    return list_cards([entry_id or 0 for entry_id in db.session().exec(statement)])
