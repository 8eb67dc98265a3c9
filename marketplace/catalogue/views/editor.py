"""The editor: one page per topic, and the page for whom to ask. Saving needs only that the draft is one's own."""

from typing import Any

from flask import abort, current_app, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.catalogue.drafts import commenting, queries, service
from marketplace.catalogue.drafts.checking import Checked, check
from marketplace.catalogue.drafts.form_fields import (
    ATTACHMENTS_PAGE,
    CONTACT_PAGE,
    TEXT_KEY,
    EditorPage,
    find_page,
    pages_of,
)
from marketplace.catalogue.drafts.links import first_fitting_role
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.progress import hints_for
from marketplace.catalogue.drafts.typed import basis_of, clean, read_basis, read_fields
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.links import LinkRole
from marketplace.catalogue.views.shared import (
    accept_large_form,
    editing,
    get_own_draft,
    is_number,
    open_seal,
    seal,
    to_draft,
)
from marketplace.core import markdown
from marketplace.core.errors import DomainError
from marketplace.extensions import csrf
from marketplace.search import service as search
from marketplace.search.port import SearchQuery, SearchUnavailableError
from marketplace.web.access import current_actor, keeps_input, signed_in
from marketplace.web.rate_limit import limited_search, limiter, person_key, suggestion_limit
from marketplace.web.templating import moment_de
from marketplace.web.transaction import writes

_CONTACT_KEYS = ("rolle", "mail", "telefon")
_FOUND = 6
MAX_PREVIEW = 100_000


def _keep(public_id: str, page: str) -> str | None:
    """Somebody whose session had ended sent a form: keep it, and say where it will be found after signing in."""
    accept_large_form()
    account_id, database = open_seal(public_id), current_app.extensions["database"]
    if account_id is None:
        return None
    with database.unit_of_work():
        draft = queries.find_draft(public_id)
        editor_page = find_page(Kind(draft.kind), page) if draft else None
        if draft is None or editor_page is None:
            return None
        values = read_fields(editor_page.fields, request.form.getlist)
        service.keep_input(draft, page, values, request.form.get("basis", ""), account_id=account_id)
    return url_for("editing.page", public_id=public_id, page=page)


@editing.get("/entwuerfe/<public_id>/<page>")
@signed_in
@limited_search("suche")
def page(public_id: str, page: str) -> str | Response:
    """The form of one topic, with what was typed so far."""
    draft = get_own_draft(public_id)
    if draft.status != Status.DRAFT:
        return to_draft(draft)
    editor_page = find_page(Kind(draft.kind), page) or abort(404)
    kept = queries.find_kept_input(draft, current_actor(), page)
    values = dict(draft.fields)
    if kept is not None:
        values |= {key: kept.values.get(key) for key in editor_page.keys}
    checked = check(Kind(draft.kind), values, queries.surroundings_of(draft))
    # While somebody is still writing, only what they typed can be wrong; what is missing is said when they ask.
    shown = [p for p in checked.of(editor_page.keys) if "pruefen" in request.args or not p.is_missing]
    pages = pages_of(Kind(draft.kind))
    return render_template(
        "catalogue/editor.html",
        draft=draft,
        page=editor_page,
        pages=pages,
        number=pages.index(editor_page) + 1,
        values=values,
        labels={field.key: field.label for field in editor_page.fields},
        basis=kept.basis if kept else basis_of(editor_page.keys, draft.fields),
        kept=kept,
        seal=seal(draft),
        problems={problem.field_id: problem.message for problem in reversed(shown)},
        summary=shown,
        hints=[hint.fact for hint in hints_for(Kind(draft.kind), draft.fields) if hint.page == editor_page],
        extra_rows=request.args.getlist("zeile"),
        remarks=[remark for remark in commenting.list_remarks(draft) if remark.comment.field in editor_page.keys],
        **_extras(draft, editor_page, values),
    )


def _extras(draft: Draft, editor_page: EditorPage, values: dict[str, Any]) -> dict[str, Any]:
    """What some pages show beside their fields: preview, found entries, titles of linked ones, similar entries."""
    links, text = values.get("verknuepfungen") or [], str(values.get(TEXT_KEY) or "")
    wanted = clean(request.args.get("suche", ""))[:200].strip()
    title = str(values.get("titel") or "") if "titel" in editor_page.keys else ""
    return {
        "preview": markdown.render(text, id_prefix="vorschau-").html if "vorschau" in request.args else None,
        "wanted": wanted,
        "found": find_entries(wanted, draft),
        "link_titles": queries.titles_of({link.get("ziel", "") for link in links}),
        "roles": list(LinkRole),
        "similar": find_entries(title[:200], draft),
    }


def find_entries(text: str, draft: Draft) -> list[Any]:
    """Cards of published entries about the same words, without the entry of the draft; none without a search index."""
    if not text.strip():
        return []
    try:
        found = search.search(SearchQuery(text, page_size=_FOUND))
    except SearchUnavailableError:
        return []
    return [item.card for item in found.items if item.card.entry_id != draft.entry_id]


@csrf.exempt  # type: ignore[untyped-decorator]  # the seal in the form stands in its place
@editing.post("/entwuerfe/<public_id>/<page>")
@signed_in
@keeps_input(_keep)
@writes
def save_page(public_id: str, page: str) -> Response:
    """Save what was typed, whatever it is, and go where the pressed button leads."""
    accept_large_form()
    draft = get_own_draft(public_id)
    editor_page = find_page(Kind(draft.kind), page) or abort(404)
    sender, actor = open_seal(public_id), current_actor()
    if sender is None:
        abort(400)
    values = read_fields(editor_page.fields, request.form.getlist)
    _add_link(draft, values)
    basis = request.form.get("basis", "")
    if sender != actor.account_id or draft.status != Status.DRAFT:
        service.keep_input(draft, page, values, basis, account_id=sender)
        return _answer({"aufgehoben": True}, to_draft(draft))
    saved = service.save_fields(draft, editor_page.keys, values, read_basis(basis), actor=actor)
    if saved.conflicts:
        service.keep_input(draft, page, values, basis, account_id=sender)
        address = url_for("editing.merge_page", public_id=public_id, page=page)
        return _answer({"abgleichen": address}, redirect(address, 303))
    service.drop_kept_input(draft, page, actor=actor)
    _tick_off(draft)
    state = {"gespeichert": moment_de(draft.updated_at), "basis": basis_of(editor_page.keys, draft.fields)}
    return _answer(state, redirect(_next_address(draft, editor_page), 303))


def _answer(state: dict[str, Any], otherwise: Response) -> Response:
    """The script that saves now and then asks for JSON; browsers are led on."""
    return jsonify(state) if request.accept_mimetypes.best == "application/json" else otherwise


def _add_link(draft: Draft, values: dict[str, Any]) -> None:
    """A button beside a found entry adds a link to it."""
    verb, _colon, target = request.form.get("aktion", "").partition(":")
    kinds = queries.kinds_of({target}) if verb == "hinzu" else {}
    links = values.get("verknuepfungen") or []
    if target in kinds and target not in {link.get("ziel") for link in links}:
        role = first_fitting_role(Kind(draft.kind), kinds[target])
        values["verknuepfungen"] = [*links, {"rolle": role.value, "ziel": target}]


def _tick_off(draft: Draft) -> None:
    """A button beside a comment says that the author has done what it asks for."""
    verb, _colon, number = request.form.get("aktion", "").partition(":")
    if verb == "erledigt" and is_number(number):
        commenting.resolve(draft, {int(number)}, {}, actor=current_actor())


def _next_address(draft: Draft, editor_page: EditorPage) -> str:
    action, _colon, argument = request.form.get("aktion", "").partition(":")
    here: dict[str, Any] = {"public_id": draft.public_id, "page": editor_page.slug}
    if action == "zeile":
        rows = len(draft.fields.get(argument) or [])
        return url_for("editing.page", **here, zeile=argument, _anchor=f"{argument}-{rows}")
    if action in ("erledigt", "vorschau"):
        shown, anchor = ("ja", "vorschau") if action == "vorschau" else (None, "anmerkungen")
        return url_for("editing.page", **here, vorschau=shown, _anchor=anchor)
    if action in ("suche", "hinzu"):
        wanted = clean(request.form.get("suche", ""))[:200] if action == "suche" else None
        return url_for("editing.page", **here, suche=wanted, _anchor="verknuepfungen")
    wrong = [p for p in _check(draft).of(editor_page.keys) if not p.is_missing]
    if wrong:
        return url_for("editing.page", **here, pruefen="ja", _anchor="fehler")
    if action == "liste":
        return url_for("editing.draft", public_id=draft.public_id)
    slugs = [*(each.slug for each in pages_of(Kind(draft.kind))), ATTACHMENTS_PAGE]
    return url_for("editing.page", public_id=draft.public_id, page=slugs[slugs.index(editor_page.slug) + 1])


def _check(draft: Draft) -> Checked:
    return check(Kind(draft.kind), draft.fields, queries.surroundings_of(draft))


@editing.post("/entwuerfe/<public_id>/<page>/verwerfen")
@signed_in
@writes
def drop_kept(public_id: str, page: str) -> Response:
    """Forget what was kept for a page."""
    draft = get_own_draft(public_id)
    service.drop_kept_input(draft, page, actor=current_actor())
    flash(_("Die aufgehobenen Eingaben sind verworfen."))
    return redirect(url_for("editing.page", public_id=public_id, page=page), 303)


@editing.get(f"/entwuerfe/<public_id>/{CONTACT_PAGE}")
@signed_in
def contact(public_id: str) -> str | Response:
    """Whom to ask about the entry."""
    draft = get_own_draft(public_id)
    if draft.status != Status.DRAFT:
        return to_draft(draft)
    return render_template(
        "catalogue/contact.html",
        draft=draft,
        number=len(pages_of(Kind(draft.kind))) + 2,
        values={key: draft.contact.get(key, "") for key in _CONTACT_KEYS},
        errors=service.problems_of_contact(draft.contact),
        remarks=[remark for remark in commenting.list_remarks(draft) if remark.comment.field == CONTACT_PAGE],
    )


@editing.post(f"/entwuerfe/<public_id>/{CONTACT_PAGE}")
@signed_in
@writes
def save_contact(public_id: str) -> Response:
    """Save whom to ask, right or wrong."""
    draft = get_own_draft(public_id)
    typed = {key: clean(request.form.get(key, "")).strip() for key in _CONTACT_KEYS}
    service.save_contact(draft, typed, actor=current_actor())
    if service.problems_of_contact(draft.contact):
        return redirect(url_for("editing.contact", public_id=public_id, _anchor="fehler"), 303)
    return to_draft(draft)


@editing.get("/entwuerfe/<public_id>/aehnliche")
@signed_in
@limiter.limit(suggestion_limit, key_func=person_key)
def similar(public_id: str) -> Response:
    """Entries that sound like a title, as a piece of a page."""
    found = find_entries(clean(request.args.get("titel", ""))[:200], get_own_draft(public_id))
    return _piece(render_template("catalogue/similar.html", similar=found))


def _piece(html: str) -> Response:
    """A piece for the script to set into a page; as plain text, so that nobody opens it as a page of its own."""
    return make_response(html, {"Content-Type": "text/plain; charset=utf-8"})


@csrf.exempt  # type: ignore[untyped-decorator]  # changes nothing and answers only the own page
@editing.post("/entwuerfe/<public_id>/vorschau")
@signed_in
def preview(public_id: str) -> Response:
    """A Markdown text as it will look, as a piece of a page."""
    accept_large_form()
    get_own_draft(public_id)
    text = clean(request.form.get(TEXT_KEY, ""))
    if len(text) > MAX_PREVIEW:
        raise DomainError(_("Der Text ist zu lang für die Vorschau."))
    return _piece(str(markdown.render(text, id_prefix="vorschau-").html))
