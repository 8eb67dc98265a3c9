"""Review: what waits for a decision, and one draft with all that is new in it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.attachments.queries import tell_differences
from marketplace.catalogue.differences import FieldDifference, compare, compare_attachments
from marketplace.catalogue.drafts import queries, service, workflow
from marketplace.catalogue.drafts.checking import check
from marketplace.catalogue.drafts.form_fields import TEXT_KEY
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.typed import clean, from_front_matter
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import ACTIONS, Status
from marketplace.catalogue.models import Entry
from marketplace.catalogue.views.editor import find_entries
from marketplace.catalogue.views.shared import editing, seen_revision
from marketplace.catalogue.views.showing_files import files_of_draft
from marketplace.core import markdown
from marketplace.core.actor import GUIDE, SITE_ADMIN
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.web.access import current_actor, role
from marketplace.web.transaction import writes

_STEPS = {"veroeffentlichen": "draft.approve", "rueckfrage": "draft.ask_back", "ablehnen": "draft.decline"}


@editing.get("/pruefung")
@role(GUIDE, SITE_ADMIN)
def review_list() -> str:
    """Drafts that wait for a decision of this person."""
    drafts = queries.list_for_review(current_actor())
    return render_template(
        "catalogue/review_list.html",
        drafts=drafts,
        kinds={kind.value: kind for kind in Kind},
        organisations={draft.id: queries.find_organisation(draft.organisation_id) for draft in drafts},
    )


@editing.get("/pruefung/<public_id>")
@role(GUIDE, SITE_ADMIN)
def review(public_id: str) -> str | Response:
    """One draft: what is new in it against the published state, and the decision."""
    draft = queries.get_draft(public_id)
    authorize("draft.view", queries.stake_of(draft), actor=current_actor())
    if draft.status != Status.IN_REVIEW:
        return redirect(url_for("editing.draft", public_id=public_id), 303)
    return _review_page(draft)


def _changed_files(entry: Entry, draft: Draft) -> list[FieldDifference]:
    return compare_attachments(tell_differences(entry.attachment_set_id), tell_differences(draft.attachment_set_id))


def _review_page(draft: Draft, typed: str = "", problem: str = "") -> str:
    kind, entry = Kind(draft.kind), workflow.get_entry(draft)
    before = from_front_matter(kind, *service.front_matter_of(entry)) if entry else {}
    text = str(draft.fields.get(TEXT_KEY) or "")
    return render_template(
        "catalogue/review.html",
        draft=draft,
        kind=kind,
        entry=entry,
        title=draft.fields.get("titel") or "",
        organisation=queries.find_organisation(draft.organisation_id),
        authors=[queries.names_of({id_}).get(id_, queries.FORMER_AUTHOR) for id_ in queries.list_author_ids(draft)],
        # Of a new entry everything is new, and its text stands there as it will look.
        differences=[each for each in compare(kind, before, draft.fields) if entry or each.key != TEXT_KEY]
        + (_changed_files(entry, draft) if entry else []),
        files=files_of_draft(draft),
        preview=markdown.render(text, id_prefix="vorschau-").html,
        problems=check(kind, draft.fields, queries.surroundings_of(draft)).problems,
        similar=find_entries(str(draft.fields.get("titel") or "")[:200], draft),
        steps=queries.list_steps(draft),
        action_table=ACTIONS,
        may_decide=is_allowed("draft.approve", queries.stake_of(draft), actor=current_actor()),
        is_outdated=entry is not None and entry.version != draft.base_version,
        max_note=workflow.MAX_NOTE,
        typed=typed,
        problem=problem,
    )


@editing.post(f"/pruefung/<public_id>/<any({', '.join(_STEPS)}):step>")
@role(GUIDE, SITE_ADMIN)
@writes
def decide(public_id: str, step: str) -> Response | tuple[str, int]:
    """Publish a draft, ask back, or decline it with a reason."""
    draft, name = queries.get_draft(public_id), _STEPS[step]
    note = request.form.get("begruendung", "")
    try:
        workflow.act(name, draft, actor=current_actor(), note=note, seen_revision=seen_revision())
    except ForbiddenError:
        raise
    except DomainError as error:
        if draft.status != Status.IN_REVIEW:
            raise
        return _review_page(draft, clean(note), error.message), error.status
    flash(_("%(step)s: %(title)s", step=ACTIONS[name].past, title=str(draft.fields.get("titel", ""))[:140]))
    return redirect(url_for("editing.review_list"), 303)
