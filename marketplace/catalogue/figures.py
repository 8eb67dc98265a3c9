"""How many entries there are of what: figures that stand on much visited pages and change only when an entry does.

Counting takes longer the more entries there are, so every process counts once for each state of the catalogue and
only asks afterwards whether that is still its state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import IS_PUBLISHED, Entry, EntryActionField, EntryTag
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import db

TAGS_COUNTED = 20
"""More tags than these are not asked for anywhere."""


@dataclass(frozen=True)
class CatalogueState:
    """Which entries are published, in three numbers: with every change of one of them at least one changes.

    Each alone would miss something: what is withdrawn leaves no newer moment, and of two who write at once the later
    moment may be committed first.
    """

    number: int
    versions: int
    newest: datetime | None


@dataclass(frozen=True)
class Figures:
    """The published entries counted."""

    by_kind: Mapping[Kind, int]
    by_action_field: Mapping[ActionField, Mapping[Kind, int]]
    """In the order of the closed list, fields without entries as well."""
    tags: tuple[str, ...]
    """Those that stand at most entries, at most TAGS_COUNTED."""

    def in_action_field(self, field: ActionField) -> int:
        """Number of entries of an action field, of whatever kind."""
        return sum(self.by_action_field[field].values())


_counted: WeakKeyDictionary[sa.Engine, tuple[CatalogueState, Figures]] = WeakKeyDictionary()


def state() -> CatalogueState:
    """The state of the catalogue; answered from one index."""
    number, versions, newest = db.session().exec(_STATE).one()
    return CatalogueState(number, int(versions), newest)


def current() -> Figures:
    """The figures of today's catalogue, as the current session sees it."""
    engine = db.session().get_bind().engine
    now = state()
    known = _counted.get(engine)
    if known is None or known[0] != now:
        known = now, Figures(_count_kinds(), _count_action_fields(), _list_tags())
        _counted[engine] = known
    return known[1]


_STATE = select(sa.func.count(), sa.func.coalesce(sa.func.sum(Entry.version), 0), sa.func.max(Entry.updated_at)).where(
    IS_PUBLISHED
)


def _count_kinds() -> dict[Kind, int]:
    statement = select(Entry.kind, sa.func.count()).where(IS_PUBLISHED).group_by(Entry.kind)
    found = {Kind(kind): number for kind, number in db.session().exec(statement)}
    return {kind: found.get(kind, 0) for kind in Kind}


def _count_action_fields() -> dict[ActionField, dict[Kind, int]]:
    statement = (
        select(EntryActionField.value, Entry.kind, sa.func.count())
        .join(Entry, col(Entry.id) == col(EntryActionField.entry_id))
        .where(IS_PUBLISHED)
        .group_by(EntryActionField.value, Entry.kind)
    )
    counts = {field: dict.fromkeys(Kind, 0) for field in ActionField}
    for value, kind, number in db.session().exec(statement):
        if field := ActionField.find_value(value):
            counts[field][Kind(kind)] = number
    return counts


def _list_tags() -> tuple[str, ...]:
    statement = (
        select(EntryTag.value)
        .join(Entry, col(Entry.id) == col(EntryTag.entry_id))
        .where(IS_PUBLISHED)
        .group_by(EntryTag.value)
        .order_by(sa.func.count().desc(), EntryTag.value)
        .limit(TAGS_COUNTED)
    )
    return tuple(db.session().exec(statement))
