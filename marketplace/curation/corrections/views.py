"""Mend words of a published entry."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.drafts.typed import basis_of, clean, read_basis
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.curation.corrections import service
from marketplace.curation.corrections.rules import MAX_NOTE, correctable_fields
from marketplace.curation.corrections.service import NOTE, CorrectionRefusedError
from marketplace.extensions import csrf
from marketplace.web.access import current_actor, signed_in
from marketplace.web.transaction import writes

blueprint = Blueprint("corrections", __name__)

MAX_FORM = 4 * 1024 * 1024
"""Bytes; a text of the longest allowed size has a fraction of that, however it is written."""


@blueprint.get("/eintraege/<slug>/berichtigen")
@signed_in
def correct(slug: str) -> str:
    """The words of an entry, to be mended."""
    entry = _get_entry(slug)
    return _page(entry, {}, {})


@csrf.exempt  # type: ignore[untyped-decorator]  # asked below, once the request may be as large as a text is
@blueprint.post("/eintraege/<slug>/berichtigen")
@signed_in
@writes
def do_correct(slug: str) -> str | Response | tuple[str, int]:
    """Publish the mended words, with a note that the organisation reads."""
    request.max_content_length = request.max_form_memory_size = MAX_FORM
    csrf.protect()
    entry, typed = _get_entry(slug), {key: clean(text) for key, text in request.form.items()}
    try:
        service.correct(entry, typed, read_basis(typed.get("basis", "")), typed.get(NOTE, ""), actor=current_actor())
    except CorrectionRefusedError as error:
        return _page(entry, typed, error.problems), error.status
    except DomainError as error:
        return _page(entry, typed, {NOTE: error.message}), error.status
    flash(_("Die Berichtigung ist veröffentlicht. Wer hinter dem Eintrag steht, erfährt davon."))
    return redirect(url_for("editing.versions", slug=slug), 303)


def _get_entry(slug: str) -> Entry:
    entry = catalogue.find_entry(slug) or abort(404)
    authorize("entry.correct", stake_of_entry(entry), actor=current_actor())
    return entry


def _page(entry: Entry, typed: Mapping[str, str], problems: dict[str, str]) -> str:
    kind, values = Kind(entry.kind), service.values_of(entry)
    fields = correctable_fields(kind, values)
    return render_template(
        "curation/correct.html",
        entry=entry,
        kind=kind,
        fields=fields,
        values={field.key: typed.get(field.key, values[field.key]) for field in fields},
        basis=basis_of([field.key for field in fields], values),
        labels={**{field.key: field.label for field in fields}, NOTE: _("Was haben Sie berichtigt?")},
        note=typed.get(NOTE, ""),
        max_note=MAX_NOTE,
        problems=problems,
    )
