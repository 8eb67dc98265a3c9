"""Review: what waits for a decision, and one draft with all that is new in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.attachments.formats import Format
from marketplace.attachments.queries import list_attachments, tell_differences
from marketplace.catalogue.differences import FieldDifference, compare_attachments
from marketplace.catalogue.drafts import queries, service, workflow
from marketplace.catalogue.drafts.checking import check
from marketplace.catalogue.drafts.checklist import HELP, CheckPoint, Known, hints_about, read_ticked
from marketplace.catalogue.drafts.commenting import (
    MAX_COMMENT,
    Remark,
    commentable_keys,
    list_remarks,
    read_comments,
)
from marketplace.catalogue.drafts.form_fields import TEXT_KEY
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.review_rows import make_rows
from marketplace.catalogue.drafts.typed import clean, from_front_matter
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import ACTIONS, Status
from marketplace.catalogue.models import Entry
from marketplace.catalogue.views.editor import find_entries
from marketplace.catalogue.views.shared import accept_large_form, editing, seen_revision
from marketplace.catalogue.views.showing_files import files_of_draft
from marketplace.core import markdown
from marketplace.core.actor import GUIDE, SITE_ADMIN
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.curation.links.addresses import addresses_in
from marketplace.curation.links.queries import list_dead_among
from marketplace.extensions import csrf
from marketplace.web.access import current_actor, role
from marketplace.web.language import translate as _
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
    return _review_page(draft, Typed())


@dataclass(frozen=True)
class Typed:
    """What a reviewer sent, to be shown again where it could not be carried out, and why it could not."""

    note: str = ""
    ticked: frozenset[CheckPoint] = frozenset()
    comments: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_anything(self) -> bool:
        """Whether there is something that must not be lost."""
        return bool(self.note or self.ticked or self.comments or self.problem)


def _changed_files(entry: Entry, draft: Draft) -> list[FieldDifference]:
    return compare_attachments(tell_differences(entry.attachment_set_id), tell_differences(draft.attachment_set_id))


def _review_page(draft: Draft, typed: Typed) -> str:
    kind, entry = Kind(draft.kind), workflow.get_entry(draft)
    before = from_front_matter(kind, *service.front_matter_of(entry)) if entry else {}
    text, stake = str(draft.fields.get(TEXT_KEY) or ""), queries.stake_of(draft)
    return render_template(
        "catalogue/review.html",
        draft=draft,
        kind=kind,
        entry=entry,
        title=draft.fields.get("titel") or "",
        organisation=queries.find_organisation(draft.organisation_id),
        authors=[queries.names_of({id_}).get(id_, queries.FORMER_AUTHOR) for id_ in queries.list_author_ids(draft)],
        rows=make_rows(kind, before, draft.fields),
        changed_files=_changed_files(entry, draft) if entry else [],
        files=files_of_draft(draft),
        preview=markdown.render(text, id_prefix="vorschau-").html,
        problems=check(kind, draft.fields, queries.surroundings_of(draft)).problems,
        similar=find_entries(str(draft.fields.get("titel") or "")[:200], draft),
        steps=queries.list_steps(draft),
        action_table=ACTIONS,
        may_correct=is_allowed("entry.correct", stake, actor=current_actor()),
        is_author=current_actor().account_id in stake.author_ids,
        can_decide=is_allowed("draft.approve", stake, actor=current_actor()) and draft.status == Status.IN_REVIEW,
        is_outdated=entry is not None and entry.version != draft.base_version and draft.status == Status.IN_REVIEW,
        points=list(CheckPoint),
        point_help=HELP,
        point_hints=hints_about(kind, draft.fields, _known_about(draft)),
        remarks=_remarks_by_field(draft),
        max_note=workflow.MAX_NOTE,
        max_comment=MAX_COMMENT,
        typed=typed,
    )


def _remarks_by_field(draft: Draft) -> dict[str, list[Remark]]:
    found: dict[str, list[Remark]] = {}
    for remark in list_remarks(draft):
        found.setdefault(remark.comment.field, []).append(remark)
    return found


def _known_about(draft: Draft) -> Known:
    files = list_attachments(draft.attachment_set_id)
    return Known(
        has_contact=bool(draft.contact),
        files=len(files),
        images_without_text=sum(1 for each in files if Format(each.format).is_image and not each.alt.strip()),
        dead_addresses=tuple(list_dead_among(addresses_in(draft.fields))),
    )


@csrf.exempt  # type: ignore[untyped-decorator]  # asked below, once the request may be as large as it is
@editing.post(f"/pruefung/<public_id>/<any({', '.join(_STEPS)}):step>")
@role(GUIDE, SITE_ADMIN)
@writes
def decide(public_id: str, step: str) -> Response | tuple[str, int]:
    """Publish a draft, ask back, or decline it with a reason; what cannot be done comes back as it was typed."""
    accept_large_form()
    csrf.protect()
    draft, name = queries.get_draft(public_id), _STEPS[step]
    authorize("draft.view", queries.stake_of(draft), actor=current_actor())
    kind, note = Kind(draft.kind), clean(request.form.get("begruendung", ""))
    typed = Typed(note, read_ticked(request.form.getlist("geprueft")), _typed_comments(kind))
    try:
        review = workflow.Review(typed.ticked, read_comments(kind, typed.comments))
        workflow.act(name, draft, actor=current_actor(), note=note, seen_revision=seen_revision(), review=review)
    except DomainError as error:
        return _review_page(draft, replace(typed, problem=_explain(error))), error.status
    flash(_("%(step)s: %(title)s", step=ACTIONS[name].past, title=str(draft.fields.get("titel", ""))[:140]))
    entry = workflow.get_entry(draft)
    if entry is not None and name == "draft.approve" and request.form.get("danach") == "berichtigen":
        return redirect(url_for("corrections.correct", slug=entry.slug), 303)
    return redirect(url_for("editing.review_list"), 303)


def _typed_comments(kind: Kind) -> dict[str, str]:
    typed = {key: clean(request.form.get(f"anmerkung-{key}", "")) for key in commentable_keys(kind)}
    return {key: text for key, text in typed.items() if text.strip()}


def _explain(error: DomainError) -> str:
    if isinstance(error, ForbiddenError):
        return _("Sie haben an diesem Entwurf mitgeschrieben. Entscheiden muss jemand anders.")
    return error.message
