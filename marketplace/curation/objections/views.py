"""Pages of objections: for the people behind an entry, and for whoever decides."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import ACTIONS, Status
from marketplace.catalogue.models import Entry
from marketplace.core.actor import GUIDE, SITE_ADMIN
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.curation.objections import queries, service
from marketplace.curation.objections.forms import DecisionForm, ObjectionForm
from marketplace.curation.objections.models import Objection
from marketplace.curation.objections.rules import MAX_TEXT, ObjectionState
from marketplace.web.access import current_actor, role, signed_in
from marketplace.web.transaction import writes

blueprint = Blueprint("objections", __name__)

_DECISIONS = {"stattgeben": service.grant, "zurueckweisen": service.refuse}


def _get_entry(slug: str) -> Entry:
    entry = catalogue.find_entry(slug) or abort(404)
    authorize("objection.raise", stake_of_entry(entry), actor=current_actor())
    return entry


@blueprint.get("/eintraege/<slug>/widerspruch")
@signed_in
def objection(slug: str) -> str:
    """The decision about an entry, what was said against it, and the form."""
    return _page(_get_entry(slug), ObjectionForm())


def _page(entry: Entry, form: ObjectionForm) -> str:
    return render_template(
        "curation/objection.html",
        entry=entry,
        status=Status(entry.status),
        refusal=service.explain_why_not(entry),
        objections=queries.list_of_entry(entry),
        states={each.value: each for each in ObjectionState},
        form=form,
        max_text=MAX_TEXT,
    )


@blueprint.post("/eintraege/<slug>/widerspruch")
@signed_in
@writes
def do_object(slug: str) -> str | Response | tuple[str, int]:
    """Raise the objection."""
    entry, form = _get_entry(slug), ObjectionForm()
    if not form.validate_on_submit():
        return _page(entry, form)
    try:
        service.raise_objection(entry, form.text.data, actor=current_actor())
    except DomainError as error:
        form.add_error(form.text, error)
        return _page(entry, form), 409
    flash(_("Ihr Widerspruch ist abgeschickt. Darüber entscheidet jemand anders als bisher."))
    return redirect(url_for("objections.objection", slug=slug), 303)


@blueprint.get("/lotsen/widersprueche/<public_id>")
@role(GUIDE, SITE_ADMIN)
def decide(public_id: str) -> str:
    """One objection; the decision about it is for those who have not decided before."""
    found = queries.get_objection(public_id)
    authorize("entry.hold", queries.objection_of(found).stake, actor=current_actor())
    return _decision_page(found, DecisionForm())


def _get_objection(public_id: str) -> Objection:
    found = queries.get_objection(public_id)
    authorize("objection.decide", queries.objection_of(found), actor=current_actor())
    return found


def _decision_page(found: Objection, form: DecisionForm) -> str:
    entry = queries.entry_of(found)
    return render_template(
        "curation/objection_decision.html",
        objection=found,
        entry=entry,
        kind=Kind(entry.kind),
        status=Status(entry.status),
        decision=ACTIONS[found.decision],
        state=ObjectionState(found.state),
        is_open=found.state == ObjectionState.OPEN,
        may_decide=is_allowed("objection.decide", queries.objection_of(found), actor=current_actor()),
        form=form,
        max_text=MAX_TEXT,
    )


@blueprint.post(f"/lotsen/widersprueche/<public_id>/<any({', '.join(_DECISIONS)}):step>")
@role(GUIDE, SITE_ADMIN)
@writes
def do_decide(public_id: str, step: str) -> str | Response | tuple[str, int]:
    """Let the entry appear again, or leave the decision as it is."""
    found, form = _get_objection(public_id), DecisionForm()
    if not form.validate_on_submit():
        return _decision_page(found, form)
    try:
        _DECISIONS[step](found, form.text.data, actor=current_actor())
    except DomainError as error:
        form.add_error(form.text, error)
        return _decision_page(found, form), 409
    flash(_("Über den Widerspruch ist entschieden."))
    return redirect(url_for("objections.decide", public_id=public_id), 303)
