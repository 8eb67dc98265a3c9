"""Rows of an upload, and the drafts that came of them, put together as the pages show them."""

from dataclasses import dataclass

from marketplace.catalogue.bulk import queries
from marketplace.catalogue.bulk.models import BulkRow, BulkUpload
from marketplace.catalogue.bulk.preview import (
    Place,
    RowState,
    ShownRow,
    missing_labels,
    shown_problems,
    state_of,
)
from marketplace.catalogue.drafts import queries as draft_queries
from marketplace.catalogue.drafts.checking import FieldProblem, check
from marketplace.catalogue.drafts.form_fields import label_of
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.kinds import Kind


@dataclass(frozen=True)
class CreatedDraft:
    """A draft that came of a row, with what is still to do."""

    title: str
    address: str
    missing: tuple[str, ...]
    wrong: tuple[str, ...]


def show_rows(upload: BulkUpload) -> list[ShownRow]:
    """All rows of an upload with what becomes of them."""
    rows = queries.list_rows(upload)
    known = queries.find_taken(upload.organisation_id, rows)
    same = queries.list_same_titles(upload.organisation_id, {row.title_key for row in rows if row.title_key})
    first: dict[tuple[str, str], str] = {}
    shown = []
    for row in rows:
        twin = first.setdefault((row.kind, row.title_key), row.place) if row.title_key else row.place
        shown.append(_show(row, known.get(row.id or 0), same.get(row.title_key, []), twin if twin != row.place else ""))
    return shown


def _show(row: BulkRow, known: Draft | None, same: list[Place], twin: str) -> ShownRow:
    return ShownRow(
        row_id=row.id or 0,
        title=row.title,
        place=row.place,
        kind=Kind(row.kind),
        state=state_of(row.problems, is_taken=row.taken_at is not None, is_known=known is not None),
        problems=shown_problems(row.problems),
        missing=missing_labels(row.problems),
        known=queries.place_of_draft(known) if known else None,
        doubles=tuple(same) if row.taken_at is None and not known else (),
        twin=twin,
        similar=tuple(row.similar),
        draft_public_id=row.draft_public_id,
    )


def show_drafts(rows: list[ShownRow]) -> list[CreatedDraft]:
    """The drafts that came of rows, in the order of the table, without those that were deleted meanwhile."""
    drafts = queries.list_drafts([row.draft_public_id for row in rows if row.state is RowState.TAKEN])
    ordered = [drafts[row.draft_public_id] for row in rows if row.draft_public_id in drafts]
    if not ordered:
        return []
    around = draft_queries.surroundings_of_fields([draft.fields for draft in ordered], ordered[0].organisation_id)
    return [_show_draft(draft, check(Kind(draft.kind), draft.fields, around).problems) for draft in ordered]


def _show_draft(draft: Draft, problems: list[FieldProblem]) -> CreatedDraft:
    kind, place = Kind(draft.kind), queries.place_of_draft(draft)
    missing = dict.fromkeys(label_of(kind, each.key) for each in problems if each.is_missing)
    wrong = dict.fromkeys(label_of(kind, each.key) for each in problems if not each.is_missing)
    return CreatedDraft(place.title, place.address, tuple(missing), tuple(wrong))
