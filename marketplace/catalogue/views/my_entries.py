"""What somebody writes: the list of own drafts and entries, a new draft, the overview of a draft."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.attachments.queries import has_problems, list_attachments
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts import commenting, queries, service, workflow
from marketplace.catalogue.drafts.checking import check
from marketplace.catalogue.drafts.form_fields import ATTACHMENTS_PAGE, CONTACT_PAGE, pages_of
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.progress import hints_for, list_tasks
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import ACTIONS, Status, Subject, actions_from
from marketplace.catalogue.views.shared import NO_ANSWERS, Answers, editing, get_own_draft, to_draft
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.web.access import current_actor, signed_in
from marketplace.web.transaction import writes

MAX_TITLE = 1000
"""Longer than any title: more than this is no slip of somebody who begins."""


@editing.get("/eintraege")
@signed_in
def my_entries() -> str:
    """Drafts and entries of one's organisations."""
    actor = current_actor()
    drafts = queries.list_mine(actor)
    return render_template(
        "catalogue/my_entries.html",
        drafts=drafts,
        asked_back=queries.list_asked_back(drafts),
        open_comments=commenting.count_open(drafts),
        entries=queries.list_entries(actor),
        organisations={row.id: row for row in queries.list_organisations(actor)},
        kinds={kind.value: kind for kind in Kind},
        statuses={status.value: status for status in Status},
    )


@editing.get("/eintraege/neu")
@signed_in
def new_entry() -> str:
    """Which kind of entry, of which organisation, with which title."""
    return _new_entry_page({}, {})


@editing.post("/eintraege/neu")
@signed_in
@writes
def create() -> str | Response:
    """Begin a draft."""
    kind = Kind.find_value(request.form.get("art", ""))
    title = clean(request.form.get("titel", ""))[:MAX_TITLE]
    if kind is None:
        return _new_entry_page(request.form, {"art": _("Bitte wählen Sie, worum es geht.")})
    organisation_id = next(
        (row.id for row in queries.list_organisations(current_actor()) if row.key == request.form.get("organisation")),
        None,
    )
    draft = service.create_draft(
        request.form.get("vorgang", ""), kind, title, organisation_id=organisation_id, actor=current_actor()
    )
    return to_draft(draft)


def _new_entry_page(typed: "dict[str, str]", errors: dict[str, str]) -> str:
    return render_template(
        "catalogue/new_entry.html",
        kinds=list(Kind),
        organisations=queries.list_organisations(current_actor()),
        typed={key: clean(typed.get(key, "")) for key in ("art", "titel", "organisation")},
        errors=errors,
        new_id=service.new_public_id(),
    )


@editing.get("/entwuerfe/<public_id>")
@signed_in
def draft(public_id: str) -> str:
    """Where a draft stands and what is missing."""
    found = queries.get_draft(public_id)
    authorize("draft.view", queries.stake_of(found), actor=current_actor())
    return draft_page(found)


def draft_page(found: Draft, answers: Answers = NO_ANSWERS, problem: str = "") -> str:
    """The overview of a draft, with what was typed about comments and the reason why it could not be handed in."""
    actor, stake = current_actor(), queries.stake_of(found)
    kind, status, entry = Kind(found.kind), Status(found.status), workflow.get_entry(found)
    checked = check(kind, found.fields, queries.surroundings_of(found))
    contact_problems = service.problems_of_contact(found.contact)
    files = list_attachments(found.attachment_set_id)
    return render_template(
        "catalogue/draft.html",
        draft=found,
        kind=kind,
        status=status,
        entry=entry,
        is_outdated=entry is not None and entry.version != found.base_version and status is Status.DRAFT,
        title=found.fields.get("titel") or "",
        tasks=list_tasks(kind, found.fields, checked),
        hints=hints_for(kind, found.fields),
        contact_page=CONTACT_PAGE,
        contact_is_wrong=bool(contact_problems),
        is_complete=checked.content is not None and not contact_problems and not has_problems(files),
        files=files,
        files_are_incomplete=has_problems(files),
        can_edit=is_allowed("draft.edit", stake, actor=actor) and status is Status.DRAFT,
        can_discard=is_allowed("draft.discard", stake, actor=actor) and status in (Status.DRAFT, Status.DECLINED),
        actions=[
            name
            for name in actions_from(Subject.DRAFT, status)
            if name in ("draft.submit", "draft.recall", "draft.resume") and is_allowed(name, stake, actor=actor)
        ],
        organisation=queries.find_organisation(found.organisation_id),
        organisations=queries.list_organisations(actor),
        kept_pages=queries.list_kept_pages(found, actor),
        steps=queries.list_steps(found),
        action_table=ACTIONS,
        remarks=commenting.list_remarks(found),
        remark_pages=_pages_of_remarks(kind),
        max_comment=commenting.MAX_COMMENT,
        answers=answers,
        problem=problem,
    )


def _pages_of_remarks(kind: Kind) -> dict[str, str]:
    """Where in the editor the field stands that a comment is about."""
    slugs = {key: page.slug for page in pages_of(kind) for key in page.keys}
    return {**slugs, ATTACHMENTS_PAGE: ATTACHMENTS_PAGE, CONTACT_PAGE: CONTACT_PAGE}


@editing.post("/entwuerfe/<public_id>/organisation")
@signed_in
@writes
def assign_organisation(public_id: str) -> Response:
    """Say to which organisation a draft belongs."""
    found = get_own_draft(public_id)
    rows = queries.list_organisations(current_actor())
    chosen = next((row for row in rows if row.key == request.form.get("organisation")), None) or abort(400)
    service.assign_organisation(found, chosen.id or 0, actor=current_actor())
    return to_draft(found)


@editing.get("/entwuerfe/<public_id>/verwerfen")
@signed_in
def confirm_discard(public_id: str) -> str:
    """Ask once more before a draft is deleted."""
    found = get_own_draft(public_id)
    return render_template("catalogue/discard.html", draft=found, title=found.fields.get("titel") or "")


@editing.post("/entwuerfe/<public_id>/verwerfen")
@signed_in
@writes
def discard(public_id: str) -> Response:
    """Delete a draft."""
    found = queries.find_draft(public_id)
    if found is not None:
        service.discard(found, actor=current_actor())
    flash(_("Der Entwurf ist gelöscht."))
    return redirect(url_for("editing.my_entries"), 303)


@editing.post("/eintraege/<slug>/bearbeiten")
@signed_in
@writes
def revise(slug: str) -> Response:
    """Begin or continue the next version of an entry."""
    entry = catalogue.find_entry(slug) or abort(404)
    if entry.status not in (Status.PUBLISHED, Status.ARCHIVED):
        raise DomainError(_("Ein zurückgezogener Eintrag kann nicht bearbeitet werden."))
    return to_draft(service.revise_entry(entry, actor=current_actor()))
