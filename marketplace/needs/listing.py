"""The list of Gesuche with its filters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import clock, db
from marketplace.needs.models import Need, NeedActionField, NeedAnswer, NeedSeeker
from marketplace.needs.queries import fields_of
from marketplace.needs.rules import NeedState, Shown
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import SizeClass, State
from marketplace.organisations.queries import MUNICIPAL_KINDS

PAGE_SIZE = 20
_SIZES = {
    SizeClass.RURAL: (0, 5_000),
    SizeClass.SMALL_TOWN: (5_000, 20_000),
    SizeClass.MEDIUM_TOWN: (20_000, 100_000),
    SizeClass.LARGE_CITY: (100_000, 10**9),
}


@dataclass(frozen=True)
class NeedFilter:
    """What the list is narrowed to."""

    shown: Shown = Shown.OPEN
    action_field: ActionField | None = None
    state: State | None = None
    size: SizeClass | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out beside what is not open."""
        return bool(self.action_field or self.state or self.size)


@dataclass(frozen=True)
class NeedRow:
    """A Gesuch as lists show it."""

    need: Need
    organisation: Organisation
    seekers: int
    answers: int
    is_expired: bool

    @property
    def action_fields(self) -> list[ActionField]:
        """Its action fields; values that are no longer in the list are left out."""
        return fields_of(self.need)


@dataclass(frozen=True)
class NeedPage:
    """One page of the list."""

    rows: list[NeedRow]
    total: int
    page: int
    pages: int


def list_needs(wanted: NeedFilter, page: int = 1) -> NeedPage:
    """Gesuche that fit the filter, the newest first; a page that does not exist is the last one."""
    conditions = _conditions(wanted)
    from_both = sa.select(sa.func.count()).select_from(Need).join(Organisation, _ITS_ORGANISATION)
    total = int(db.session().scalar(from_both.where(*conditions)) or 0)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    statement = (
        select(Need, Organisation)
        .join(Organisation, _ITS_ORGANISATION)
        .where(*conditions)
        .order_by(col(Need.created_at).desc(), col(Need.id).desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return NeedPage(_rows(list(db.session().exec(statement).all())), total, page, pages)


_ITS_ORGANISATION = col(Organisation.id) == col(Need.organisation_id)


def _conditions(wanted: NeedFilter) -> list[sa.ColumnElement[bool]]:
    today = clock.today()
    by_state = {
        Shown.OPEN: (col(Need.state) == NeedState.OPEN) & (col(Need.expires_on) >= today),
        Shown.EXPIRED: (col(Need.state) == NeedState.OPEN) & (col(Need.expires_on) < today),
        Shown.CLOSED: col(Need.state) == NeedState.CLOSED,
    }
    conditions: list[sa.ColumnElement[bool]] = [by_state[wanted.shown]]
    if wanted.action_field:
        about = select(NeedActionField.need_id).where(NeedActionField.value == wanted.action_field.value)
        conditions.append(col(Need.id).in_(about))
    if wanted.state:
        lies = col(Organisation.key).startswith(wanted.state.key) & col(Organisation.kind).in_(MUNICIPAL_KINDS)
        conditions.append(lies)
    if wanted.size:
        low, high = _SIZES[wanted.size]
        conditions += [col(Need.inhabitants) >= low, col(Need.inhabitants) < high]
    return conditions


def _rows(found: Sequence[tuple[Need, Organisation]]) -> list[NeedRow]:
    ids = [need.id or 0 for need, _organisation in found]
    seekers, answers, today = _count(NeedSeeker, ids), _count(NeedAnswer, ids), clock.today()
    return [
        NeedRow(
            need, organisation, seekers.get(need.id or 0, 0), answers.get(need.id or 0, 0),
            is_expired=need.state == NeedState.OPEN and need.expires_on < today,
        )
        for need, organisation in found
    ]  # fmt: skip


def _count(table: type[NeedSeeker] | type[NeedAnswer], ids: Collection[int]) -> dict[int, int]:
    need_id = col(table.need_id)
    statement = sa.select(need_id, sa.func.count()).where(need_id.in_(ids)).group_by(need_id)
    return {row[0]: row[1] for row in db.session().execute(statement)}
