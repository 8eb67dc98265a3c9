"""Recommend an entry on the start page."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.curation.featuring import queries, service
from marketplace.curation.featuring.forms import FeatureForm
from marketplace.curation.featuring.rules import LONGEST, MAX_REASON, SHOWN
from marketplace.curation.featuring.service import FeatureRefusedError
from marketplace.web.access import current_actor, signed_in
from marketplace.web.transaction import writes

blueprint = Blueprint("featuring", __name__)

_USUAL = timedelta(days=28)


@blueprint.get("/eintraege/<slug>/empfehlen")
@signed_in
def feature(slug: str) -> str:
    """Whether an entry is recommended, and the form for it."""
    entry = _get_entry(slug)
    row = queries.find_featured(entry)
    last_day = row.last_day if row else clock.today() + _USUAL
    return _page(entry, FeatureForm(data={"reason": row.reason if row else "", "last_day": last_day}))


@blueprint.post("/eintraege/<slug>/empfehlen")
@signed_in
@writes
def do_feature(slug: str) -> str | Response | tuple[str, int]:
    """Recommend an entry, or change the recommendation."""
    entry, form = _get_entry(slug), FeatureForm()
    if not form.validate_on_submit():
        return _page(entry, form), 400
    try:
        service.feature_entry(entry, form.reason.data or "", form.last_day.data, actor=current_actor())
    except FeatureRefusedError as error:
        for name, message in error.problems.items():
            form.add_error(form[name], DomainError(message))
        return _page(entry, form), error.status
    flash(_("Der Eintrag wird auf der Startseite empfohlen."))
    return redirect(url_for("editing.versions", slug=slug), 303)


@blueprint.post("/eintraege/<slug>/empfehlen/beenden")
@signed_in
@writes
def end_feature(slug: str) -> Response:
    """End a recommendation."""
    service.unfeature_entry(_get_entry(slug), actor=current_actor())
    flash(_("Die Empfehlung ist beendet."))
    return redirect(url_for("editing.versions", slug=slug), 303)


def _get_entry(slug: str) -> Entry:
    entry = catalogue.find_entry(slug) or abort(404)
    authorize("entry.feature", stake_of_entry(entry), actor=current_actor())
    return entry


def _page(entry: Entry, form: FeatureForm) -> str:
    return render_template(
        "curation/feature.html",
        entry=entry,
        kind=Kind(entry.kind),
        form=form,
        featured=queries.find_featured(entry),
        max_reason=MAX_REASON,
        longest=LONGEST.days,
        shown=SHOWN,
    )
