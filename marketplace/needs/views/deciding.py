"""Pages of guides, and the objection to what they decide."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.core.actor import GUIDE, SITE_ADMIN
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.needs import groups, moderation, queries
from marketplace.needs.forms import ReasonForm
from marketplace.needs.models import Need
from marketplace.needs.rules import DECISIONS, MAX_NOTE, Decision, NeedState
from marketplace.needs.views.shared import blueprint, is_visible
from marketplace.web.access import current_actor, role, signed_in
from marketplace.web.transaction import writes

Answer = str | Response | tuple[str, int]


@blueprint.get("/gesuche/<slug>/entscheiden")
@role(GUIDE, SITE_ADMIN)
def decide(slug: str) -> str:
    """Hide it, withdraw it, show it again; answer an objection."""
    return _decision_page(_get(slug), ReasonForm())


def _get(slug: str) -> Need:
    need = queries.get_need(slug)
    authorize("need.decide", queries.need_of(need), actor=current_actor())
    return need


def _decision_page(need: Need, form: ReasonForm) -> str:
    state = NeedState(need.state)
    return render_template(
        "needs/decide.html",
        need=need,
        state=state,
        organisation=queries.organisation_of(need),
        decisions=[each for each in Decision if state in DECISIONS[each][0]],
        may_answer=is_allowed("need.decide_objection", queries.need_of(need), actor=current_actor()),
        is_visible=is_visible(need),
        form=form,
        max_note=MAX_NOTE,
    )


@blueprint.post("/gesuche/<slug>/entscheiden")
@role(GUIDE, SITE_ADMIN)
@writes
def do_decide(slug: str) -> Answer:
    """Do what the pressed button says."""
    need, form, wanted = _get(slug), ReasonForm(), request.form.get("was", "")
    if not form.validate_on_submit():
        return _decision_page(need, form)
    decision = Decision.find_value(wanted)
    try:
        if decision is not None:
            moderation.decide(need, decision, form.reason.data or "", actor=current_actor())
        elif wanted in ("stattgeben", "zurueckweisen"):
            grants = wanted == "stattgeben"
            moderation.answer_objection(need, form.reason.data or "", grants=grants, actor=current_actor())
        else:
            raise DomainError(_("Bitte wählen Sie, was geschehen soll."))
    except DomainError as error:
        if error.status == 403:
            raise
        form.add_error(form.reason, error)
        return _decision_page(need, form), 409
    flash(_("Entschieden. Die Kommune wird benachrichtigt."))
    return redirect(url_for("needs.decide", slug=slug), 303)


@blueprint.get("/gesuche/<slug>/widerspruch")
@signed_in
def objection(slug: str) -> str:
    """What was decided, and the objection to it."""
    return _objection_page(_get_own(slug), ReasonForm())


def _get_own(slug: str) -> Need:
    need = queries.get_need(slug)
    authorize("need.object", queries.need_of(need), actor=current_actor())
    return need


def _objection_page(need: Need, form: ReasonForm) -> str:
    return render_template(
        "needs/objection.html",
        need=need,
        state=NeedState(need.state),
        is_visible=is_visible(need),
        form=form,
        max_note=MAX_NOTE,
    )


@blueprint.post("/gesuche/<slug>/widerspruch")
@signed_in
@writes
def do_object(slug: str) -> Answer:
    """Raise the objection."""
    need, form = _get_own(slug), ReasonForm()
    if not form.validate_on_submit():
        return _objection_page(need, form)
    try:
        moderation.object_to_decision(need, form.reason.data or "", actor=current_actor())
    except DomainError as error:
        form.add_error(form.reason, error)
        return _objection_page(need, form), 409
    flash(_("Ihr Widerspruch ist abgeschickt. Darüber entscheidet jemand anders als bisher."))
    return redirect(url_for("needs.objection", slug=slug), 303)


@blueprint.post("/gesuche/<slug>/gruppe/eroeffnen")
@role(GUIDE, SITE_ADMIN)
@writes
def open_group(slug: str) -> Response:
    """Bring those together who look for the same."""
    need = queries.get_readable_need(slug)
    groups.open_group(need, actor=current_actor())
    flash(_("Die Gruppe ist eröffnet. Alle Kommunen, die mitsuchen, werden benachrichtigt."))
    return redirect(url_for("needs.group", slug=slug), 303)
