"""Reads of reports: one by its address or by the secret of its reporter, and what waits at the desk."""

import re
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.core.errors import NotFoundError
from marketplace.curation.desk import Remits, Task
from marketplace.curation.remits import entries_within
from marketplace.curation.reports.models import Report
from marketplace.curation.reports.permissions import ReportOf
from marketplace.curation.reports.rules import ReportReason, ReportState

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{20,32}")


def get_report(public_id: str) -> Report:
    """The report with this address; raises NotFoundError."""
    found = None
    if _PUBLIC_ID.fullmatch(public_id):
        found = db.session().exec(select(Report).where(Report.public_id == public_id)).first()
    if found is None:
        raise NotFoundError("")
    return found


def find_by_token(token: str) -> Report | None:
    """The report whose reporter was given this secret, or None."""
    return db.session().exec(select(Report).where(Report.token_hash == hash_token(token))).first()


def get_by_token(token: str) -> Report:
    """The report whose reporter was given this secret; raises NotFoundError."""
    found = find_by_token(token)
    if found is None:
        raise NotFoundError("Diese Meldung gibt es nicht oder nicht mehr.")
    return found


def entry_of(report: Report) -> Entry:
    """The entry that a report is about."""
    return db.session().get_one(Entry, report.entry_id)


def report_of(report: Report) -> ReportOf:
    """What permissions are asked about."""
    return ReportOf(stake_of_entry(entry_of(report)), report.account_id)


def count_recent(entry_id: int, since: datetime) -> int:
    """Number of reports of an entry since a moment."""
    statement = select(sa.func.count()).where(Report.entry_id == entry_id, col(Report.created_at) >= since)
    return db.session().exec(statement).one()


def list_others(report: Report) -> list[Report]:
    """Other open reports of the same entry, the oldest first."""
    waiting = col(Report.state).in_([ReportState.OPEN, ReportState.HELD])
    statement = select(Report).where(Report.entry_id == report.entry_id, col(Report.id) != report.id, waiting)
    return list(db.session().exec(statement.order_by(col(Report.created_at), col(Report.id))))


def count_waiting(state: ReportState, remits: Remits) -> int:
    """Number of reports in this state whose entries fall into any of the remits."""
    return db.session().exec(select(sa.func.count()).where(*_waiting(state, remits))).one()


def list_waiting(state: ReportState, remits: Remits, offset: int, limit: int) -> list[Task]:
    """The same reports as tasks, the oldest first."""
    statement = select(Report, Entry.title).where(*_waiting(state, remits))
    page = statement.order_by(col(Report.created_at), col(Report.id)).offset(offset).limit(limit)
    return [_task(report, title) for report, title in db.session().exec(page)]


def _waiting(state: ReportState, remits: Remits) -> tuple[sa.ColumnElement[bool], ...]:
    return col(Report.state) == state, col(Report.entry_id) == col(Entry.id), entries_within(remits)


def _task(report: Report, title: str) -> Task:
    return Task(
        thing=f"report:{report.public_id}",
        title=title,
        since=report.created_at,
        link=f"/lotsen/meldungen/{report.public_id}",
        note=ReportReason(report.reason).label,
    )
