"""Pages of reports: send one, see what became of it, decide about it."""

import re

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts import throttle
from marketplace.accounts.tokens import new_token, normalise_mail
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core.actor import GUIDE, SITE_ADMIN
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.curation.reports import queries, service
from marketplace.curation.reports.forms import AnswerForm, ReportForm
from marketplace.curation.reports.models import Report
from marketplace.curation.reports.rules import MAX_ANSWER, MAX_TEXT, ReportOutcome, ReportReason, ReportState
from marketplace.web.access import current_actor, public, role, signed_in
from marketplace.web.transaction import writes

blueprint = Blueprint("reports", __name__)


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """Forms and secrets in addresses are kept by no cache, and no address goes on in a referrer."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("/melden/<slug>")
@public
def report(slug: str) -> str:
    """The form, for anybody."""
    return _form_page(catalogue.get_readable_entry(slug), ReportForm())


def _form_page(entry: Entry, form: ReportForm) -> str:
    if not _is_token(form.token.data):
        form.token.data = new_token()
    return render_template("curation/report.html", entry=entry, kind=Kind(entry.kind), form=form, max_text=MAX_TEXT)


def _is_token(text: str | None) -> bool:
    """Whether it looks like one of ours: somebody who sends a guessable one would only give away the answer."""
    return bool(re.fullmatch(r"[A-Za-z0-9_-]{43}", text or ""))


@blueprint.post("/melden/<slug>")
@public
@writes
def do_report(slug: str) -> str | AnyResponse | tuple[str, int]:
    """Take the report, and show where its answer will stand."""
    entry, form = catalogue.get_readable_entry(slug), ReportForm()
    if not form.validate_on_submit():
        return _form_page(entry, form)
    token = form.token.data if _is_token(form.token.data) else new_token()
    try:
        throttle.check(service.REPORTS_OF_CLIENT, throttle.client_key(request.remote_addr))
    except throttle.ThrottledError as error:
        form.form_errors.append(error.message)
        return _form_page(entry, form), error.status
    service.send_report(
        entry, token, ReportReason(form.reason.data), form.text.data.strip(), mail=normalise_mail(form.mail.data or ""),
        is_bait_taken=form.is_bait_taken, is_too_fast=form.is_too_fast, actor=current_actor(),
    )  # fmt: skip
    return redirect(url_for("reports.standing", token=token), 303)


@blueprint.get("/melden/stand/<token>")
@public
def standing(token: str) -> str:
    """What became of a report, for whoever has its secret."""
    return _standing_page(queries.get_by_token(token), is_by_link=True)


@blueprint.get("/konto/meldungen/<public_id>")
@signed_in
def own_report(public_id: str) -> str:
    """What became of a report that was sent with this account."""
    found = queries.get_report(public_id)
    authorize("report.read_own", queries.report_of(found), actor=current_actor())
    return _standing_page(found, is_by_link=False)


def _standing_page(found: Report, *, is_by_link: bool) -> str:
    entry = queries.entry_of(found)
    return render_template(
        "curation/report_standing.html",
        report=found,
        entry=entry,
        kind=Kind(entry.kind),
        reason=ReportReason(found.reason),
        outcome=ReportOutcome(found.outcome) if found.outcome else None,
        is_waiting=found.state in (ReportState.OPEN, ReportState.HELD),
        is_by_link=is_by_link,
    )


@blueprint.get("/lotsen/meldungen/<public_id>")
@role(GUIDE, SITE_ADMIN)
def decide(public_id: str) -> str:
    """One report, and the decision about it."""
    return _decision_page(_get_report(public_id), AnswerForm())


def _get_report(public_id: str) -> Report:
    found = queries.get_report(public_id)
    authorize("report.decide", queries.report_of(found), actor=current_actor())
    return found


def _decision_page(found: Report, form: AnswerForm) -> str:
    entry = queries.entry_of(found)
    return render_template(
        "curation/report_decision.html",
        report=found,
        entry=entry,
        kind=Kind(entry.kind),
        reason=ReportReason(found.reason),
        state=ReportState(found.state),
        outcome=ReportOutcome(found.outcome) if found.outcome else None,
        is_held=found.state == ReportState.HELD,
        is_waiting=found.state in (ReportState.OPEN, ReportState.HELD),
        reasons={each.value: each.label for each in ReportReason},
        others=queries.list_others(found),
        form=form,
        max_answer=MAX_ANSWER,
    )


@blueprint.post("/lotsen/meldungen/<public_id>/antworten")
@role(GUIDE, SITE_ADMIN)
@writes
def do_answer(public_id: str) -> str | AnyResponse | tuple[str, int]:
    """Decide, and tell whoever reported it."""
    found, form = _get_report(public_id), AnswerForm()
    if not form.validate_on_submit():
        return _decision_page(found, form)
    try:
        service.answer(found, ReportOutcome(form.outcome.data), form.answer.data, actor=current_actor())
    except DomainError as error:
        form.add_error(form.outcome, error)
        return _decision_page(found, form), 409
    flash(_("Die Meldung ist beantwortet."))
    return redirect(url_for("reports.decide", public_id=public_id), 303)


@blueprint.post("/lotsen/meldungen/<public_id>/freigeben")
@role(GUIDE, SITE_ADMIN)
@writes
def do_release(public_id: str) -> AnyResponse:
    """Let a held report be dealt with like any other."""
    service.release(_get_report(public_id), actor=current_actor())
    flash(_("Die Meldung ist freigegeben."))
    return redirect(url_for("reports.decide", public_id=public_id), 303)


@blueprint.post("/lotsen/meldungen/<public_id>/verwerfen")
@role(GUIDE, SITE_ADMIN)
@writes
def do_dismiss(public_id: str) -> AnyResponse:
    """Put away what is no concern about the entry."""
    service.dismiss(_get_report(public_id), actor=current_actor())
    flash(_("Die Meldung ist verworfen."))
    return redirect(url_for("reports.decide", public_id=public_id), 303)
