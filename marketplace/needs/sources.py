"""What Gesuche bring to the guides' desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import clock, db
from marketplace.core.actor import Remit
from marketplace.core.labels import Label
from marketplace.curation import desk
from marketplace.curation.desk import Remits, Task
from marketplace.curation.remits import places_within
from marketplace.needs.models import Need, NeedActionField, NeedGroup, NeedSeeker
from marketplace.needs.rules import GROUP_FROM, UNANSWERED_AFTER, NeedState


def needs_within(remits: Remits) -> sa.ColumnElement[bool]:
    """Condition on ``Need``: it falls into any of the remits; with no remit nothing does."""
    return sa.or_(sa.false(), *(_covered_by(remit) for remit in remits))


def _covered_by(remit: Remit) -> sa.ColumnElement[bool]:
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if remit.area:
        conditions.append(col(Need.organisation_id).in_(places_within(remit.area)))
    if remit.action_field:
        about = select(NeedActionField.need_id).where(NeedActionField.value == remit.action_field)
        conditions.append(col(Need.id).in_(about))
    return sa.and_(*conditions)


def _is_open() -> sa.ColumnElement[bool]:
    return sa.and_(col(Need.state) == NeedState.OPEN, col(Need.expires_on) >= clock.today())


def _unanswered() -> sa.ColumnElement[bool]:
    since = col(Need.created_at) <= clock.now() - UNANSWERED_AFTER
    return sa.and_(_is_open(), col(Need.answered_at).is_(None), since)


def _ready_for_group() -> sa.ColumnElement[bool]:
    seekers = select(sa.func.count()).select_from(NeedSeeker).where(col(NeedSeeker.need_id) == col(Need.id))
    has_group = sa.exists().where(col(NeedGroup.need_id) == col(Need.id))
    return sa.and_(_is_open(), ~has_group, seekers.correlate(Need).scalar_subquery() >= GROUP_FROM)


def _objected() -> sa.ColumnElement[bool]:
    return col(Need.objected_at).is_not(None)


@dataclass(frozen=True)
class _Sort:
    """One sort of task: which Gesuche, since when, where it is done and what is to be done."""

    kind: str
    label: str
    action: str
    condition: Callable[[], sa.ColumnElement[bool]]
    since: Callable[[Need], datetime]
    path: str
    note: str

    def count(self, remits: Remits) -> int:
        """Number of tasks within any of the remits."""
        statement = sa.select(sa.func.count()).select_from(Need).where(self.condition(), needs_within(remits))
        return int(db.session().scalar(statement) or 0)

    def page(self, remits: Remits, offset: int, limit: int) -> list[Task]:
        """The same tasks, the oldest first."""
        order = (col(Need.objected_at), col(Need.created_at), col(Need.id))
        wanted = select(Need).where(self.condition(), needs_within(remits))
        return [
            Task(f"need:{need.slug}", need.title, self.since(need), f"/gesuche/{need.slug}{self.path}", self.note)
            for need in db.session().exec(wanted.order_by(*order).offset(offset).limit(limit))
        ]


_SORTS = (
    _Sort(
        "gesuche-ohne-antwort", Label("Gesuche ohne Antwort"), "need.answer", _unanswered,
        lambda need: need.created_at + UNANSWERED_AFTER, "", Label("noch keine Antwort"),
    ),
    _Sort(
        "gesuche-gemeinsam", Label("Gesuche mit mehreren Kommunen"), "need.open_group", _ready_for_group,
        lambda need: need.created_at, "", Label("Sie können eine Gruppe eröffnen"),
    ),
    _Sort(
        "gesuche-widersprueche", Label("Widersprüche zu Gesuchen"), "need.decide_objection", _objected,
        lambda need: need.objected_at or need.created_at, "/entscheiden", Label("Widerspruch gegen eine Entscheidung"),
    ),
)  # fmt: skip

for _sort in _SORTS:
    desk.register(
        desk.TaskSource(kind=_sort.kind, label=_sort.label, action=_sort.action, count=_sort.count, page=_sort.page)
    )
