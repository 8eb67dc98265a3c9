"""Two people changed the same fields, or the published entry moved on: somebody chooses, field by field."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.catalogue.differences import as_text
from marketplace.catalogue.drafts import queries, rebasing, service
from marketplace.catalogue.drafts.form_fields import all_keys, find_page, label_of
from marketplace.catalogue.drafts.merge import Merge, merge
from marketplace.catalogue.drafts.models import Draft, KeptInput
from marketplace.catalogue.drafts.typed import basis_of, read_basis
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.views.shared import accept_large_form, editing, get_own_draft, to_draft
from marketplace.web.access import current_actor, signed_in
from marketplace.web.transaction import writes

MINE, THEIRS = "meine", "andere"


@dataclass(frozen=True)
class Choice:
    """A field with two values, one of which somebody chooses."""

    key: str
    label: str
    mine: str
    theirs: str


@editing.get("/entwuerfe/<public_id>/<page>/abgleichen")
@signed_in
def merge_page(public_id: str, page: str) -> str | Response:
    """Both values of each field in question, side by side."""
    draft = get_own_draft(public_id)
    kept = queries.find_kept_input(draft, current_actor(), page)
    if kept is None or draft.status != Status.DRAFT:
        return to_draft(draft)
    return _merge_page(draft, kept, missing=False)


def _merge_page(draft: Draft, kept: KeptInput, *, missing: bool) -> str:
    kind, merged = Kind(draft.kind), _merge(draft, kept)
    names = queries.names_of({draft.changed_by_id} if draft.changed_by_id else set())
    return render_template(
        "catalogue/merge.html",
        draft=draft,
        page=kept.page,
        is_entry=kept.page == rebasing.PAGE,
        choices=[
            Choice(
                key,
                label_of(kind, key),
                as_text(kind, key, kept.values.get(key)),
                as_text(kind, key, draft.fields.get(key)),
            )
            for key in merged.conflicts
        ],
        other=names.get(draft.changed_by_id or 0, queries.FORMER_AUTHOR),
        basis=basis_of(_keys(draft, kept), draft.fields),
        is_missing=missing,
        chosen={key: request.form.get(f"wahl-{key}", "") for key in merged.conflicts},
    )


def _keys(draft: Draft, kept: KeptInput) -> tuple[str, ...]:
    page = find_page(Kind(draft.kind), kept.page)
    return page.keys if page else all_keys(Kind(draft.kind))


def _merge(draft: Draft, kept: KeptInput) -> Merge:
    return merge(_keys(draft, kept), read_basis(kept.basis), kept.values, draft.fields)


@editing.post("/entwuerfe/<public_id>/<page>/abgleichen")
@signed_in
@writes
def do_merge(public_id: str, page: str) -> str | Response:
    """Save what was chosen; if somebody saved once more meanwhile, the choice comes again."""
    accept_large_form()
    draft, actor = get_own_draft(public_id), current_actor()
    kept = queries.find_kept_input(draft, actor, page)
    if kept is None or draft.status != Status.DRAFT:
        return to_draft(draft)
    merged, keys = _merge(draft, kept), _keys(draft, kept)
    choice = {key: request.form.get(f"wahl-{key}") for key in merged.conflicts}
    if not all(chosen in (MINE, THEIRS) for chosen in choice.values()):
        return _merge_page(draft, kept, missing=True)
    values = {key: merged.values.get(key) for key in keys}
    values |= {key: kept.values.get(key) for key, chosen in choice.items() if chosen == MINE}
    seen = request.form.get("basis", "")
    if service.save_fields(draft, keys, values, read_basis(seen), actor=actor).conflicts:
        service.keep_input(draft, page, values, seen, account_id=actor.account_id or 0)
        return redirect(url_for("editing.merge_page", public_id=public_id, page=page), 303)
    service.drop_kept_input(draft, page, actor=actor)
    flash(_("Beide Fassungen sind abgeglichen und gespeichert."))
    return to_draft(draft)


@editing.post("/entwuerfe/<public_id>/eintrag-abgleichen")
@signed_in
@writes
def rebase(public_id: str) -> Response:
    """Bring into a draft what changed in its published entry since it was begun."""
    draft = get_own_draft(public_id)
    if rebasing.rebase(draft, actor=current_actor()):
        return redirect(url_for("editing.merge_page", public_id=public_id, page=rebasing.PAGE), 303)
    flash(_("Der Entwurf beruht jetzt auf der veröffentlichten Fassung."))
    return to_draft(draft)
