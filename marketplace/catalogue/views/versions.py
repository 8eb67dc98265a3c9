"""The versions of an entry: which there are, any two compared, an old one as a new draft."""

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.attachments.queries import tell_differences
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.differences import FieldDifference, compare, compare_attachments
from marketplace.catalogue.drafts import queries, service
from marketplace.catalogue.drafts.approvals import map_approvals
from marketplace.catalogue.drafts.typed import from_front_matter
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import ACTIONS, Status, Subject, actions_from
from marketplace.catalogue.models import EntryVersion
from marketplace.catalogue.views.shared import editing, is_number, to_draft
from marketplace.catalogue.views.showing_files import files_of_version
from marketplace.core.permissions import authorize, is_allowed
from marketplace.curation.corrections.rules import is_correction
from marketplace.curation.trail.queries import read_trail
from marketplace.web.access import current_actor, signed_in
from marketplace.web.transaction import writes


@editing.get("/eintraege/<slug>/versionen")
@signed_in
def versions(slug: str) -> str:
    """All versions of an entry, and what differs between two of them."""
    actor, entry = current_actor(), catalogue.find_entry(slug) or abort(404)
    authorize("entry.history", queries.stake_in_history(entry, actor), actor=actor)
    stake = queries.stake_of_entry(entry)
    rows, kind, status = catalogue.list_versions(entry), Kind(entry.kind), Status(entry.status)
    chosen = _chosen(rows)
    return render_template(
        "catalogue/versions.html",
        entry=entry,
        kind=kind,
        stake=stake,
        status=status,
        versions=rows,
        trail=read_trail(entry, _page_number("geschehen")),
        trail_address=lambda number: url_for(
            "editing.versions", slug=slug, geschehen=number if number > 1 else None, _anchor="geschehen"
        ),
        has_correction=any(is_correction(row.note) for row in rows),
        approvals=map_approvals(entry),
        names=queries.names_of_references(row.author for row in rows),
        chosen=chosen,
        differences=_differences(kind, *chosen) if chosen else [],
        files=files_of_version(entry, chosen[1] if chosen else rows[0]) if rows else [],
        shown_number=(chosen[1] if chosen else rows[0]).number if rows else 0,
        merged=catalogue.list_merged_into(entry),
        contact=queries.find_contact(entry.id or 0) if is_allowed("entry.history", stake, actor=actor) else None,
        can_revise=is_allowed("entry.revise", stake, actor=actor) and status is not Status.WITHDRAWN,
        open_draft=queries.find_open_draft(entry.id or 0),
        steps=[
            (name, ACTIONS[name])
            for name in actions_from(Subject.ENTRY, status)
            if is_allowed(name, stake, actor=actor)
        ],
    )


def _page_number(name: str) -> int:
    typed = request.args.get(name, "")
    return int(typed) if is_number(typed) else 1


def _chosen(rows: list[EntryVersion]) -> tuple[EntryVersion, EntryVersion] | None:
    """The two versions to compare, the older one first; the newest two if the address names none."""
    by_number = {str(row.number): row for row in rows}
    newest = [str(row.number) for row in rows[:2]]
    if len(newest) < 2:
        return None
    new = by_number.get(request.args.get("bis", ""), by_number[newest[0]])
    old = by_number.get(request.args.get("von", ""), by_number[newest[1]])
    return (old, new) if old.number <= new.number else (new, old)


def _differences(kind: Kind, old: EntryVersion, new: EntryVersion) -> list[FieldDifference]:
    files = compare_attachments(tell_differences(old.attachment_set_id), tell_differences(new.attachment_set_id))
    return [*compare(kind, _fields(kind, old), _fields(kind, new)), *files]


def _fields(kind: Kind, version: EntryVersion) -> dict[str, object]:
    return from_front_matter(kind, version.snapshot["meta"], version.snapshot["text"])


@editing.post("/eintraege/<slug>/versionen/<int:number>/wiederherstellen")
@signed_in
@writes
def restore(slug: str, number: int) -> Response:
    """Begin a draft with an old version."""
    entry = catalogue.find_entry(slug) or abort(404)
    version = next((row for row in catalogue.list_versions(entry) if row.number == number), None) or abort(404)
    return to_draft(service.restore_version(entry, version, actor=current_actor()))
