"""How an organisation answers: how often, and how fast. Plain figures from plain rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlmodel import col, select

from marketplace.core import db
from marketplace.reuse.models import ReuseRequest

SHOWN_FROM = 3
"""Requests from which on the figures say something."""


@dataclass(frozen=True)
class Asked:
    """A request by the three moments that matter."""

    forwarded_at: datetime
    answered_at: datetime | None
    escalated_at: datetime | None


@dataclass(frozen=True)
class Answering:
    """How an organisation answers."""

    requests: int
    answered: int
    median_days: int | None
    """Calendar days until the answer; None as long as there was none."""

    @property
    def percent(self) -> int:
        """Share of requests that were answered."""
        return round(100 * self.answered / self.requests)


def measure(rows: Sequence[Asked]) -> Answering | None:
    """The figures, or None while too few requests were answered or overdue; those still within time do not count."""
    settled = [row for row in rows if row.answered_at or row.escalated_at]
    if len(settled) < SHOWN_FROM:
        return None
    days = [(row.answered_at - row.forwarded_at).days for row in settled if row.answered_at]
    return Answering(len(settled), len(days), round(median(days)) if days else None)


def find_answering(organisation_id: int) -> Answering | None:
    """How this organisation answers requests, or None while there are too few."""
    statement = (
        select(ReuseRequest)
        .where(ReuseRequest.giver_id == organisation_id, col(ReuseRequest.forwarded_at).is_not(None))
        .order_by(col(ReuseRequest.id))
    )
    rows = db.session().exec(statement)
    return measure(
        [Asked(row.forwarded_at, row.answered_at, row.escalated_at) for row in rows if row.forwarded_at is not None]
    )
