"""What requests bring to the guides' desk."""

from functools import partial

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.models import Entry, EntryActionField
from marketplace.core import db
from marketplace.core.actor import Remit
from marketplace.core.labels import Label
from marketplace.curation import desk
from marketplace.curation.desk import Remits, Task
from marketplace.curation.remits import places_within
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.workflow import OPEN, State

_CHECKING = (col(ReuseRequest.state) == State.CHECKING,)
_OVERDUE = (col(ReuseRequest.state) == State.REQUESTED, col(ReuseRequest.escalated_at).is_not(None))
_DISTURBED = (col(ReuseRequest.state).in_(OPEN), col(ReuseRequest.disturbed_at).is_not(None))

_SORTS = (
    ("anfragen-pruefen", Label("Anfragen prüfen"), "request.forward", _CHECKING, "created_at"),
    ("anfragen-ueberfaellig", Label("Anfragen ohne Antwort"), "request.nudge", _OVERDUE, "escalated_at"),
    ("kontakte-gestoert", Label("Gestörte Kontakte"), "request.restore_contact", _DISTURBED, "disturbed_at"),
)


def _count(conditions: tuple[sa.ColumnElement[bool], ...], remits: Remits) -> int:
    statement = select(sa.func.count()).select_from(ReuseRequest).where(*conditions, requests_within(remits))
    return db.session().exec(statement).one()


def _page(
    conditions: tuple[sa.ColumnElement[bool], ...], since: str, remits: Remits, offset: int, limit: int
) -> list[Task]:
    statement = (
        select(ReuseRequest, Entry.title)
        .join(Entry, col(Entry.id) == col(ReuseRequest.entry_id))
        .where(*conditions, requests_within(remits))
        .order_by(getattr(ReuseRequest, since), col(ReuseRequest.id))
        .offset(offset)
        .limit(limit)
    )
    return [
        Task(
            thing=f"request:{request.public_id}", title=title, since=getattr(request, since),
            link=f"/anfragen/{request.public_id}", note=_note(request),
        )
        for request, title in db.session().exec(statement)
    ]  # fmt: skip


def _note(request: ReuseRequest) -> str:
    if request.state == State.CHECKING:
        return Label("Die anfragende Organisation ist noch nicht bekannt")
    if request.disturbed_at is not None:
        return "E-Mail an die gebende Seite kommt nicht an"
    return Label("Niemand zu erreichen") if request.giver_id is None else Label("Frist für die Antwort ist vorbei")


def requests_within(remits: Remits) -> sa.ColumnElement[bool]:
    """Condition on ``ReuseRequest``: one of its two places and its solution fall into any of the remits."""
    return sa.or_(sa.false(), *(_within(remit) for remit in remits))


def _within(remit: Remit) -> sa.ColumnElement[bool]:
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if remit.area:
        places = places_within(remit.area)
        conditions.append(sa.or_(col(ReuseRequest.taker_id).in_(places), col(ReuseRequest.giver_id).in_(places)))
    if remit.action_field:
        about = select(EntryActionField.entry_id).where(EntryActionField.value == remit.action_field)
        conditions.append(col(ReuseRequest.entry_id).in_(about))
    return sa.and_(*conditions)


for _kind, _label, _action, _conditions, _since in _SORTS:
    desk.register(
        desk.TaskSource(_kind, _label, _action, partial(_count, _conditions), partial(_page, _conditions, _since))
    )
