"""Who hears what of a report."""

from marketplace.accounts.sessions import load_actor
from marketplace.catalogue.drafts.queries import list_reviewers
from marketplace.catalogue.models import Entry
from marketplace.core.labels import in_german
from marketplace.core.permissions import is_allowed
from marketplace.curation.reports import queries
from marketplace.curation.reports.models import Report
from marketplace.curation.reports.rules import ReportOutcome
from marketplace.mail.compose import on_this_site
from marketplace.mail.outbox import send_mail
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.service import notify


def tell_guides(report: Report, entry: Entry) -> None:
    """To those who decide about it; nothing of what a stranger typed stands in the notice."""
    thing = queries.report_of(report)
    subject = in_german("Zu einem Eintrag wurde ein Fehler gemeldet: %(title)s", title=entry.title)
    for account in list_reviewers():
        if is_allowed("report.decide", thing, actor=load_actor(account)):
            notify(account.id or 0, NoticeKind.REPORT_RECEIVED, subject, link=f"/lotsen/meldungen/{report.public_id}")


def tell_reporter(report: Report, entry: Entry) -> None:
    """The answer, to the account or the address of the reporter; without either they see it with their link."""
    if report.account_id is not None:
        subject = in_german("Ihre Meldung ist beantwortet: %(title)s", title=entry.title)
        notify(report.account_id, NoticeKind.REPORT_ANSWERED, subject, link=f"/konto/meldungen/{report.public_id}")
    elif report.mail:
        send_mail(
            "curation/report_answered",
            report.mail,
            key=f"curation/report_answered:{report.public_id}",
            title=entry.title,
            outcome=ReportOutcome(report.outcome or "").label,
            answer=report.answer,
            address=on_this_site(f"/melden/{entry.slug}"),
        )
