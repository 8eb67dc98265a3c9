"""What somebody looked at before a version was published, from the record of the decision."""

from dataclasses import dataclass

from sqlmodel import col, select

from marketplace.catalogue.drafts.checklist import in_words
from marketplace.catalogue.drafts.models import Draft, DraftEvent
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.core.audit import AuditRecord


@dataclass(frozen=True)
class Approval:
    """The points of the list that a person ticked, those left open, and what was said about them."""

    ticked: list[str]
    left_open: list[str]
    note: str


def map_approvals(entry: Entry) -> dict[int, Approval]:
    """Approvals by the number of the version that came of them; versions without a record are left out."""
    events = select(Draft.public_id, DraftEvent.note).join(DraftEvent, col(DraftEvent.draft_id) == col(Draft.id))
    approved = events.where(Draft.entry_id == entry.id, DraftEvent.action == "draft.approve").order_by(col(Draft.id))
    notes = {f"draft:{public_id}": note for public_id, note in db.session().exec(approved)}
    records = select(AuditRecord).where(AuditRecord.action == "draft.approve", col(AuditRecord.subject).in_(notes))
    found = db.session().exec(records.order_by(col(AuditRecord.id)))
    return {
        record.facts["version"]: Approval(*in_words(record.facts.get("ticked", [])), notes[record.subject])
        for record in found
        if "version" in record.facts
    }
