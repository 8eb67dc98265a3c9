"""What happens to requests by the passing of working days alone; each step once, however many jobs run."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import audit, clock, db
from marketplace.core.actor import program
from marketplace.core.db import Database
from marketplace.notifications.kinds import NoticeKind
from marketplace.organisations.models import Organisation
from marketplace.reuse import notices, queries, recording
from marketplace.reuse.models import OrganisationAbsence, ReuseDraft, ReuseRequest
from marketplace.reuse.workflow import ENDED, Part, State

BATCH = 200
DRAFTS_KEPT_FOR = timedelta(days=30)
"""How long a request waits to be sent by somebody who does not come back."""
KEPT_FOR = timedelta(days=3 * 365)
"""How long after its end a request is kept."""

_JOB = program("job:reuse")


def tick(database: Database) -> str:
    """Remind and bring in guides; as often as one likes and by several at once."""
    reminded = escalated = last = 0
    while ids := _list_waiting(database, last):
        last = ids[-1]
        for request_id in ids:
            with database.unit_of_work():
                done = tick_one(request_id)
            reminded += done == "clock.reminded"
            escalated += done == "clock.escalated"
    return f"Anfragen zur Nachnutzung: {reminded} Erinnerungen, {escalated} an Lotsinnen und Lotsen gegeben."


def _list_waiting(database: Database, last: int) -> list[int]:
    with database.reading() as session:
        statement = (
            select(ReuseRequest.id)
            .where(
                ReuseRequest.state == State.REQUESTED,
                col(ReuseRequest.waiting_since).is_not(None),
                col(ReuseRequest.escalated_at).is_(None),
                col(ReuseRequest.id) > last,
            )
            .order_by(col(ReuseRequest.id))
            .limit(BATCH)
        )
        return [request_id or 0 for request_id in session.exec(statement)]


def tick_one(request_id: int) -> str:
    """Do what is due for one request; returns the name of the event, or nothing."""
    request = db.session().get_one(ReuseRequest, request_id)
    giver = db.session().get(Organisation, request.giver_id) if request.giver_id else None
    deadlines, today = queries.find_deadlines(request, giver), clock.today()
    if deadlines is None:
        return ""
    if deadlines.is_answer_overdue(today) and _claim(request, "escalated_at"):
        _record(request, "clock.escalated")
        notices.tell_guides(request)
        notices.tell_taker(request, but=_JOB)
        return "clock.escalated"
    if deadlines.is_reminder_due(today) and _claim(request, "reminded_at"):
        _record(request, "clock.reminded")
        notices.tell_giver(request, NoticeKind.REQUEST_DUE, occasion=f"erinnert:{request.revision}", but=_JOB)
        return "clock.reminded"
    return ""


def _claim(request: ReuseRequest, column: str) -> bool:
    """Note that a step was done, in one statement: of two jobs one does it, and who has just answered hears nothing."""
    due: Any = getattr(ReuseRequest, column)
    statement = (
        sa.update(ReuseRequest)
        .where(
            col(ReuseRequest.id) == request.id,
            col(ReuseRequest.state) == State.REQUESTED,
            col(ReuseRequest.waiting_since) == request.waiting_since,
            col(ReuseRequest.escalated_at).is_(None),
            due.is_(None),
        )
        .values({column: clock.now()})
        .execution_options(synchronize_session=False)
    )
    claimed = bool(db.session().execute(statement).rowcount)  # type: ignore[attr-defined]
    db.session().refresh(request)
    return claimed


def _record(request: ReuseRequest, name: str) -> None:
    recording.add_event(request, name, Part.SITE, actor=_JOB)
    audit.record(name, recording.subject_of(request), actor=_JOB.reference)


def forget_old() -> int:
    """Delete drafts for which nobody came back, requests that ended long ago, and absences long over."""
    session, now = db.session(), clock.now()
    drafts = session.execute(sa.delete(ReuseDraft).where(col(ReuseDraft.updated_at) <= now - DRAFTS_KEPT_FOR))
    session.execute(
        sa.delete(OrganisationAbsence).where(col(OrganisationAbsence.last_day) < clock.today() - timedelta(days=365))
    )
    requests = session.execute(sa.delete(ReuseRequest).where(*_ended_before(now - KEPT_FOR)))
    return int(drafts.rowcount) + int(requests.rowcount)  # type: ignore[attr-defined]


def _ended_before(moment: datetime) -> tuple[Any, ...]:
    # What is in use stays: the ledger of reuses leads back to it.
    states = [state.value for state in ENDED if state is not State.LIVE]
    return col(ReuseRequest.state).in_(states), col(ReuseRequest.ended_at) <= moment
