"""Many entries at once: tables to fill, upload, preview, drafts."""

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.catalogue.bulk import personal_data as _personal_data  # noqa: F401 -- registers the tables
from marketplace.catalogue.bulk import queries, service, showing, templates
from marketplace.catalogue.bulk.files import MAX_BYTES, MAX_FILES
from marketplace.catalogue.bulk.models import BulkUpload
from marketplace.catalogue.bulk.preview import RowState, count_states, sounds_alike
from marketplace.catalogue.bulk.sheet import MAX_ROWS
from marketplace.catalogue.drafts import queries as drafts
from marketplace.catalogue.drafts.service import new_public_id
from marketplace.catalogue.kinds import Kind, find_kind_of_path
from marketplace.catalogue.views.shared import editing
from marketplace.core.permissions import authorize
from marketplace.extensions import csrf
from marketplace.organisations.queries import find_by_key
from marketplace.search import service as search
from marketplace.search.port import SearchQuery, SearchUnavailableError
from marketplace.web.access import current_actor, keeps_input, public, signed_in
from marketplace.web.rate_limit import limiter
from marketplace.web.transaction import writes

_REQUEST = MAX_BYTES + 2 * 1024 * 1024
"""Bytes of a request that is still read, so that files a little too large get an answer of their own."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV = "text/csv; charset=utf-8"
_FOUND = 3
_TABLES = ", ".join(f"'{kind.path}.{suffix}'" for kind in Kind for suffix in ("xlsx", "csv"))


def _keep(**_parts: str) -> str:
    """Whoever is not signed in any more finds the form again; the files are still on their own machine."""
    return url_for("editing.bulk")


@editing.get("/sammelimport")
@signed_in
def bulk() -> str:
    """Tables to fill, the form for uploading, and what was uploaded and waits."""
    return _form_page([], queries.find_upload(request.args.get("ersetzt", "")))


def _form_page(errors: list[str], replaces: BulkUpload | None) -> str:
    actor = current_actor()
    uploads = queries.list_uploads(actor)
    return render_template(
        "catalogue/bulk.html",
        kinds=list(Kind),
        organisations=drafts.list_organisations(actor),
        chosen={"organisation": request.form.get("organisation", ""), "art": request.form.get("art", "")},
        errors=errors,
        uploads=uploads,
        published=queries.count_published(actor),
        waiting=queries.count_waiting(uploads),
        replaces=replaces if replaces and replaces.account_id == actor.account_id else None,
        new_id=new_public_id(),
        max_rows=MAX_ROWS,
        max_megabytes=MAX_BYTES // (1024 * 1024),
        days=queries.KEPT_FOR.days,
    )


@editing.get("/sammelimport/vorlagen/<name>")
@public
def bulk_template(name: str) -> Response:
    """The empty table of a kind: projekte.xlsx, projekte.csv and so on."""
    path, _dot, suffix = name.partition(".")
    kind = find_kind_of_path(path) or abort(404)
    if suffix == "xlsx":
        return _file(templates.workbook_template(kind), f"vorlage-{name}", _XLSX)
    return _file(templates.csv_template(kind), f"vorlage-{name}", _CSV) if suffix == "csv" else abort(404)


@editing.get(f"/sammelimport/bestand/<key>/<any({_TABLES}):name>")
@signed_in
def bulk_export(key: str, name: str) -> Response:
    """Published entries of an organisation as the table that can be uploaded."""
    place = find_by_key(key) or abort(404)
    path, _dot, suffix = name.partition(".")
    kind = find_kind_of_path(path) or abort(404)
    rows = service.export_rows(place.id or 0, kind, actor=current_actor())
    if suffix == "xlsx":
        return _file(templates.write_workbook(kind, rows), name, _XLSX)
    return _file(templates.write_csv(kind, rows), name, _CSV)


def _file(data: bytes, name: str, content_type: str) -> Response:
    return make_response(data, {"Content-Type": content_type, "Content-Disposition": f'attachment; filename="{name}"'})


@csrf.exempt  # type: ignore[untyped-decorator]  # asked below, once the request may be as large as it is
@editing.post("/sammelimport")
@signed_in
@keeps_input(_keep)
@limiter.limit("60 per hour")
@writes
def upload_bulk() -> str | Response | tuple[str, int]:
    """Read what was uploaded and lead to its preview."""
    request.max_content_length = _REQUEST
    csrf.protect()
    actor = current_actor()
    place = next((row for row in drafts.list_organisations(actor) if row.key == request.form.get("organisation")), None)
    replaces = queries.find_upload(request.form.get("ersetzt", ""))
    files = [file for file in request.files.getlist("dateien") if file.filename]
    errors = _problems_of_form(place, files)
    if errors or place is None:
        return _form_page(errors, replaces), 400
    try:
        upload = service.receive(
            request.form.get("vorgang", ""),
            [(file.filename or "", file.read()) for file in files],
            organisation_id=place.id or 0,
            kind=Kind.find_value(request.form.get("art", "")),
            actor=actor,
            find_similar=_find_similar,
            replaces=replaces,
        )
    except service.NothingReadError as error:
        return _form_page(error.reasons, replaces), 400
    return redirect(url_for("editing.bulk_preview", upload_id=upload.public_id), 303)


def _problems_of_form(place: Any, files: list[Any]) -> list[str]:
    if place is None:
        return [_("Bitte wählen Sie die Organisation, zu der die Einträge gehören.")]
    if not files:
        return [_("Bitte wählen Sie eine Datei aus.")]
    if len(files) > MAX_FILES:
        return [_("Das sind %(number)s Dateien; möglich sind %(most)s.", number=len(files), most=MAX_FILES)]
    return []


def _find_similar(title: str) -> list[str]:
    """Slugs of published entries that sound like a title; none without a search index."""
    try:
        found = search.search(SearchQuery(title, page_size=_FOUND))
    except SearchUnavailableError:
        return []
    return [item.card.slug for item in found.items if sounds_alike(title, item.card.title)]


def _own(upload_id: str) -> BulkUpload:
    upload = queries.get_upload(upload_id)
    authorize("bulk_upload.own", upload.account_id, actor=current_actor())
    return upload


@editing.get("/sammelimport/<upload_id>")
@signed_in
def bulk_preview(upload_id: str) -> str:
    """What would become a draft, what stands in the way, and what became one."""
    upload = _own(upload_id)
    rows = showing.show_rows(upload)
    return render_template(
        "catalogue/bulk_preview.html",
        upload=upload,
        organisation=drafts.find_organisation(upload.organisation_id),
        rows=rows,
        counts=count_states(rows),
        states=RowState,
        created=showing.show_drafts(rows),
        titles=drafts.titles_of({slug for row in rows for slug in row.similar}),
        paths={
            slug: f"/{kind.path}/{slug}" for slug, kind in drafts.kinds_of({s for r in rows for s in r.similar}).items()
        },
        until=upload.created_at + queries.KEPT_FOR,
        compared=service.MAX_COMPARED,
    )


@editing.post("/sammelimport/<upload_id>/uebernehmen")
@signed_in
@writes
def take_bulk(upload_id: str) -> Response:
    """Make drafts of the chosen rows."""
    upload = _own(upload_id)
    chosen = {int(text) for text in request.form.getlist("zeile") if text.isdecimal() and len(text) < 18}
    number = service.take(upload, chosen, actor=current_actor())
    if number:
        flash(ngettext("%(num)s Entwurf ist angelegt.", "%(num)s Entwürfe sind angelegt.", number))
    elif not chosen:
        flash(_("Es war keine Zeile ausgewählt."))
    else:
        flash(_("Diese Zeilen sind schon Entwürfe; es wurde nichts doppelt angelegt."))
    return redirect(url_for("editing.bulk_preview", upload_id=upload_id), 303)


@editing.post("/sammelimport/<upload_id>/verwerfen")
@signed_in
@writes
def throw_bulk_away(upload_id: str) -> Response:
    """Delete an upload; its drafts stay."""
    upload = queries.find_upload(upload_id)
    if upload is not None:
        service.throw_away(upload, actor=current_actor())
    flash(_("Die hochgeladene Tabelle ist gelöscht. Schon angelegte Entwürfe bleiben."))
    return redirect(url_for("editing.bulk"), 303)
