"""Counts what the page of the transfer tells: real figures from requests and from the ledger."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.clock import BERLIN
from marketplace.impact.figures import Answers, Impact, bars_of_sizes, bars_of_states, bars_over_time
from marketplace.ledger.costs import CostState
from marketplace.ledger.models import Reuse, ReuseCosts
from marketplace.ledger.rules import ReuseStage
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import SizeClass, State
from marketplace.reuse.models import ReuseEvent, ReuseRequest


def get_impact() -> Impact:
    """All figures as they are now."""
    takers = _takers()
    states, sizes = _by_place(takers)
    asked_states, asked_sizes = _by_place(_askers())
    requests = _days(select(ReuseRequest.created_at).order_by(col(ReuseRequest.id)))
    return Impact(
        answers=_answers(),
        reuses=sum(number for _place, number in takers),
        takers=len(takers),
        givers=_count(sa.func.count(sa.distinct(col(Reuse.giver_id))), *_counted()),
        chains=_count(sa.func.count(), *_counted(), col(Reuse.giver_id) != col(Entry.organisation_id)),
        ended=_count(sa.func.count(), *_once(), col(Reuse.stage) == ReuseStage.STOPPED),
        by_state=bars_of_states(states),
        by_size=bars_of_sizes(sizes),
        asked_by_state=bars_of_states(asked_states),
        asked_by_size=bars_of_sizes(asked_sizes),
        requests_over_time=bars_over_time(requests, clock.today()),
        in_time_over_time=bars_over_time(_days(_answered_in_time()), clock.today()),
        reuses_over_time=bars_over_time(_first_days(), clock.today()),
        costs=_count_costs(),
    )


def _by_place(
    rows: Iterable[tuple[Organisation, int]],
) -> tuple[dict[State | None, int], dict[SizeClass | None, int]]:
    states: dict[State | None, int] = {}
    sizes: dict[SizeClass | None, int] = {}
    for place, number in rows:
        states[place.state] = states.get(place.state, 0) + number
        sizes[place.size_class] = sizes.get(place.size_class, 0) + number
    return states, sizes


def _counted() -> tuple[Any, ...]:
    return col(Reuse.is_counted), col(Entry.id) == col(Reuse.entry_id), col(Entry.status) == Status.PUBLISHED


def _once() -> tuple[Any, ...]:
    readable = col(Entry.status).in_((Status.PUBLISHED, Status.ARCHIVED))
    return col(Reuse.evidence_from).is_not(None), col(Entry.id) == col(Reuse.entry_id), readable


def _count(what: Any, *conditions: Any) -> int:
    return int(db.session().scalar(sa.select(what).select_from(Reuse, Entry).where(*conditions)) or 0)


def _takers() -> list[tuple[Organisation, int]]:
    """Who reuses, and how much, today."""
    numbers = (
        sa.select(col(Reuse.taker_id), sa.func.count().label("number"))
        .select_from(Reuse, Entry)
        .where(*_counted())
        .group_by(col(Reuse.taker_id))
        .subquery()
    )
    statement = sa.select(Organisation, numbers.c.number).join(numbers, numbers.c.taker_id == col(Organisation.id))
    return [(row[0], row[1]) for row in db.session().execute(statement.order_by(col(Organisation.id)))]


def _askers() -> list[tuple[Organisation, int]]:
    """Who asked, and how often."""
    numbers = (
        sa.select(col(ReuseRequest.taker_id), sa.func.count().label("number"))
        .group_by(col(ReuseRequest.taker_id))
        .subquery()
    )
    statement = sa.select(Organisation, numbers.c.number).join(numbers, numbers.c.taker_id == col(Organisation.id))
    return [(row[0], row[1]) for row in db.session().execute(statement.order_by(col(Organisation.id)))]


def _first_days() -> Iterable[date]:
    statement = sa.select(col(Reuse.evidence_from)).select_from(Reuse, Entry).where(*_once()).order_by(col(Reuse.id))
    return [row[0] for row in db.session().execute(statement)]


def _days(statement: Any) -> list[date]:
    return [moment.astimezone(BERLIN).date() for moment in db.session().exec(statement)]


def _is_late() -> sa.ColumnElement[bool]:
    """An answer was in time if the clock had not run out before it: then no guide was brought in."""
    return sa.exists().where(
        col(ReuseEvent.request_id) == col(ReuseRequest.id),
        col(ReuseEvent.action) == "clock.escalated",
        sa.or_(col(ReuseRequest.answered_at).is_(None), col(ReuseEvent.at) < col(ReuseRequest.answered_at)),
    )


def _answered_in_time() -> Any:
    answered = col(ReuseRequest.answered_at).is_not(None)
    return select(ReuseRequest.answered_at).where(answered, sa.not_(_is_late())).order_by(col(ReuseRequest.id))


def _answers() -> Answers:
    answered, late = col(ReuseRequest.answered_at).is_not(None), _is_late()
    is_late = sa.case((late, 1), else_=0)
    is_answered = sa.case((answered, 1), else_=0)
    in_time = sa.case((sa.and_(answered, sa.not_(late)), 1), else_=0)
    row = (
        db.session()
        .execute(
            sa.select(
                sa.func.count(), sa.func.sum(is_answered), sa.func.sum(in_time), sa.func.sum(is_late)
            ).select_from(ReuseRequest)
        )
        .one()
    )
    return Answers(*(int(number or 0) for number in row))


def _count_costs() -> int:
    statement = (
        sa.select(sa.func.count())
        .select_from(ReuseCosts, Reuse, Entry)
        .where(col(ReuseCosts.state) == CostState.PUBLISHED.value, col(ReuseCosts.reuse_id) == col(Reuse.id), *_once())
    )
    return int(db.session().scalar(statement) or 0)
