"""Commands on reports: send one, release what a machine held, answer, dismiss."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from marketplace.accounts.throttle import Limit
from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.drafts.service import new_public_id
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import id_of
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label
from marketplace.core.permissions import authorize
from marketplace.curation.reports import notices, queries
from marketplace.curation.reports import personal_data as _personal_data  # noqa: F401 -- registers the table
from marketplace.curation.reports import tasks as _tasks  # noqa: F401 -- registers what the desk shows
from marketplace.curation.reports.models import Report
from marketplace.curation.reports.rules import (
    ADDRESS_KEPT_FOR,
    HELD_FOR,
    KEPT_FOR,
    ReportOutcome,
    ReportReason,
    ReportState,
    suspicions,
)

REPORTS_OF_CLIENT = Limit("report-client", 10, timedelta(hours=1), Label("eine Stunde"))
"""Reports that one client can send; a whole town hall may stand behind one address."""

_WAITING = (ReportState.HELD, ReportState.OPEN)


def send_report(
    entry: Entry,
    token: str,
    reason: ReportReason,
    text: str,
    *,
    mail: str | None,
    is_bait_taken: bool,
    is_too_fast: bool,
    actor: Actor,
) -> Report:
    """Take what a reader reports. Anybody may; the same ``token`` sent twice makes one report."""
    if found := queries.find_by_token(token):
        return found
    now = clock.now()
    recent = queries.count_recent(id_of(entry), now - timedelta(hours=1))
    held_for = suspicions(text, is_bait_taken=is_bait_taken, is_too_fast=is_too_fast, recent=recent)
    report = Report(
        public_id=new_public_id(), token_hash=hash_token(token), entry_id=id_of(entry), reason=reason, text=text,
        mail=mail, account_id=actor.account_id, state=ReportState.HELD if held_for else ReportState.OPEN,
        suspicions=held_for, created_at=now,
    )  # fmt: skip
    try:
        with db.session().begin_nested() as savepoint:
            db.session().add(report)
            savepoint.commit()
    except IntegrityError:
        # The same form at the same moment: the other request was quicker.
        return queries.get_by_token(token)
    audit.record("report.sent", _subject(report), actor=actor.reference, entry=entry.slug, held=bool(held_for))
    if not held_for:
        notices.tell_guides(report, entry)
    db.session().flush()
    return report


def release(report: Report, *, actor: Actor) -> None:
    """Let a report that a machine held go to the desk like any other."""
    authorize("report.decide", queries.report_of(report), actor=actor)
    _move(report, (ReportState.HELD,), ReportState.OPEN)
    audit.record("report.released", _subject(report), actor=actor.reference)
    db.session().flush()


def answer(report: Report, outcome: ReportOutcome, text: str, *, actor: Actor) -> None:
    """Decide about a report and tell whoever sent it."""
    authorize("report.decide", queries.report_of(report), actor=actor)
    entry = queries.entry_of(report)
    if outcome is ReportOutcome.HIDDEN and entry.is_published:
        raise DomainError(
            "Der Eintrag ist noch öffentlich. Bitte blenden Sie ihn zuerst aus, oder entscheiden Sie anders."
        )
    if not text.strip():
        raise DomainError("Bitte schreiben Sie eine Antwort. Wer gemeldet hat, liest sie.")
    _move(report, _WAITING, ReportState.ANSWERED, outcome=outcome, answer=text.strip(), decided_by_id=actor.account_id)
    audit.record("report.answered", _subject(report), actor=actor.reference, outcome=outcome, entry=entry.slug)
    notices.tell_reporter(report, entry)
    db.session().flush()


def dismiss(report: Report, *, actor: Actor) -> None:
    """Put away what is no concern about the entry, such as advertising; nobody is told."""
    authorize("report.decide", queries.report_of(report), actor=actor)
    _move(report, _WAITING, ReportState.DISMISSED, decided_by_id=actor.account_id)
    audit.record("report.dismissed", _subject(report), actor=actor.reference)
    db.session().flush()


def _move(report: Report, since: tuple[ReportState, ...], to: ReportState, **columns: object) -> None:
    """Change the state in one statement, so that of two who decide at once only one does."""
    if to is not ReportState.OPEN:
        columns["decided_at"] = clock.now()
    statement = (
        sa.update(Report)
        .where(col(Report.id) == report.id, col(Report.state).in_(since))
        .values(state=to, **columns)
        .execution_options(synchronize_session=False)
    )
    moved = bool(db.session().execute(statement).rowcount)  # type: ignore[attr-defined]
    db.session().refresh(report)
    if not moved:
        raise DomainError(
            Label("Über diese Meldung wurde inzwischen entschieden: %(label)s.", label=ReportState(report.state).label)
        )


def forget_old() -> int:
    """Delete held reports that nobody released and old decided ones, and addresses that are not needed any more."""
    session, now = db.session(), clock.now()
    decided_before = col(Report.decided_at) <= now - KEPT_FOR
    held_too_long = (col(Report.state) == ReportState.HELD) & (col(Report.created_at) <= now - HELD_FOR)
    deleted = session.execute(sa.delete(Report).where(sa.or_(decided_before, held_too_long)))
    unneeded = col(Report.mail).is_not(None) & (col(Report.decided_at) <= now - ADDRESS_KEPT_FOR)
    emptied = session.execute(sa.update(Report).where(unneeded).values(mail=None))
    return int(deleted.rowcount) + int(emptied.rowcount)  # type: ignore[attr-defined]


def _subject(report: Report) -> str:
    return f"report:{report.public_id}"
