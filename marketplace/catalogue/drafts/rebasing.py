"""A published entry moved on while its next version was being written: the draft takes over what changed."""

from sqlmodel import col, select

from marketplace.catalogue.drafts import service
from marketplace.catalogue.drafts.form_fields import all_keys
from marketplace.catalogue.drafts.merge import merge
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.typed import basis_of, from_front_matter, read_basis
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry, EntryVersion
from marketplace.core import db
from marketplace.core.actor import Actor

PAGE = "eintrag"
"""Under this name the values are kept about which somebody must decide."""


def rebase(draft: Draft, *, actor: Actor) -> bool:
    """Take over what changed in the entry. What both changed keeps the published value until somebody chooses.

    Returns whether there is something to choose; the values of the draft are then kept under ``PAGE``.
    """
    entry = db.session().get(Entry, draft.entry_id) if draft.entry_id is not None else None
    if entry is None:
        return False
    kind = Kind(draft.kind)
    keys = all_keys(kind)
    basis = basis_of(keys, _base_fields(draft, kind))
    mine = dict(draft.fields)
    published = from_front_matter(kind, *service.front_matter_of(entry))
    merged = merge(keys, read_basis(basis), mine, published)
    service.replace_fields(draft, merged.values, base_version=entry.version, actor=actor)
    if merged.conflicts:
        service.keep_input(draft, PAGE, mine, basis, account_id=actor.account_id or 0)
    return bool(merged.conflicts)


def _base_fields(draft: Draft, kind: Kind) -> dict[str, object]:
    statement = (
        select(EntryVersion)
        .where(EntryVersion.entry_id == draft.entry_id, col(EntryVersion.number) <= draft.base_version)
        .order_by(col(EntryVersion.number).desc())
    )
    base = db.session().exec(statement).first()
    return from_front_matter(kind, base.snapshot["meta"], base.snapshot["text"]) if base else {}
