"""Absences of an organisation: announce them, end them."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.organisations import queries as organisations
from marketplace.organisations.models import Organisation
from marketplace.reuse import absences, queries
from marketplace.reuse.forms import AbsenceForm
from marketplace.reuse.views.shared import blueprint
from marketplace.web.access import current_actor, signed_in
from marketplace.web.transaction import writes


def _get_own(key: str) -> Organisation:
    organisation = organisations.get_by_key(key)
    authorize("absence.announce", organisation.id, actor=current_actor())
    return organisation


@blueprint.get("/anfragen/abwesenheit/<key>")
@signed_in
def absence(key: str) -> str:
    """Present and coming absences, and a form for one more."""
    return _page(_get_own(key), AbsenceForm())


def _page(organisation: Organisation, form: AbsenceForm) -> str:
    return render_template(
        "reuse/absence.html",
        organisation=organisation,
        form=form,
        announced=queries.list_announced(organisation.id, coming_only=True),
        longest=absences.LONGEST.days,
    )


@blueprint.post("/anfragen/abwesenheit/<key>")
@signed_in
@writes
def do_announce(key: str) -> str | Response | tuple[str, int]:
    """Announce an absence."""
    organisation, form = _get_own(key), AbsenceForm()
    if not form.validate_on_submit():
        return _page(organisation, form)
    try:
        absences.announce(organisation, form.first_day.data, form.last_day.data, actor=current_actor())
    except DomainError as error:
        form.add_error(form.first_day, error)
        return _page(organisation, form), error.status
    flash(_("Die Abwesenheit ist eingetragen. Fristen ruhen in dieser Zeit."))
    return redirect(url_for("reuse.absence", key=organisation.key), 303)


@blueprint.post("/anfragen/abwesenheit/<key>/<int:absence_id>/beenden")
@signed_in
@writes
def do_end_absence(key: str, absence_id: int) -> Response:
    """End an absence at once."""
    organisation = _get_own(key)
    absences.end(absence_id, actor=current_actor())
    flash(_("Die Abwesenheit ist beendet. Fristen laufen weiter."))
    return redirect(url_for("reuse.absence", key=organisation.key), 303)
