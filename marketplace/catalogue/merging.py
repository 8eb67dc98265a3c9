"""Two entries about the same thing become one: what pointed at the one points at the other, its address leads on."""

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue import entry_file, signals
from marketplace.catalogue.drafts.queries import find_open_draft
from marketplace.catalogue.drafts.service import front_matter_of
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry, EntryLink
from marketplace.catalogue.service import id_of, publish_entry, set_links
from marketplace.core import audit, clock, db
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label
from marketplace.organisations.queries import map_keys_to_ids


def explain_refusal(losing: Entry, winning: Entry) -> str | None:
    """German sentence why one entry cannot be merged into another; None if it can."""
    if losing.id == winning.id:
        return Label("Ein Eintrag lässt sich nicht mit sich selbst zusammenführen.")
    if losing.kind != winning.kind:
        return Label("Zusammenführen lassen sich nur Einträge derselben Art.")
    if not (losing.is_published and winning.is_published):
        return Label("Einer der beiden Einträge ist nicht mehr veröffentlicht. Bitte laden Sie die Seite neu.")
    for entry in (losing, winning):
        if find_open_draft(id_of(entry)) is not None:
            return Label(
                "Zu „%(title)s“ gibt es einen offenen Entwurf. Er muss zuerst abgeschlossen werden.", title=entry.title
            )
    return None


def merge_entries(losing: Entry, winning: Entry, *, author: str, note: str) -> None:
    """Merge one entry into another; raises DomainError if that is not possible (any more).

    Links of both directions move, followers and others are told by signal. The versions of the losing entry stay
    with it; it can be brought back, but then without what pointed at it.
    """
    if refusal := explain_refusal(losing, winning):
        raise DomainError(refusal)
    _claim(losing, winning, note)
    _lead_on(losing, winning)
    changed = _move_incoming(losing, winning)
    _take_over_links(losing, winning, author)
    audit.record("entry.merged", f"entry:{losing.slug}", actor=author, into=winning.slug, reason=note)
    db.session().flush()
    signals.entry_changed.send(entry_ids=[id_of(losing), id_of(winning), *changed])
    signals.entries_merged.send(None, losing=losing, winning=winning)


def _claim(losing: Entry, winning: Entry, note: str) -> None:
    """Change the state in one statement, so that of two who decide at once only one does."""
    statement = (
        sa.update(Entry)
        .where(col(Entry.id) == losing.id, col(Entry.status) == Status.PUBLISHED)
        .values(
            status=Status.MERGED, merged_into_id=id_of(winning), withdrawn_reason=note or None,
            version=Entry.version + 1, updated_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    claimed = bool(db.session().execute(statement).rowcount)  # type: ignore[attr-defined]
    db.session().refresh(losing)
    if not claimed:
        raise DomainError("Über einen der beiden Einträge wurde gerade anders entschieden.")


def _lead_on(losing: Entry, winning: Entry) -> None:
    """What was merged into the losing entry before leads to the winning one: there are no chains and no circles."""
    earlier = sa.update(Entry).where(col(Entry.merged_into_id) == losing.id)
    db.session().execute(earlier.values(merged_into_id=id_of(winning)))


def _move_incoming(losing: Entry, winning: Entry) -> list[int]:
    """Let links to the losing entry point at the winning one; returns the entries from which they come."""
    session = db.session()
    there = set(session.exec(select(EntryLink.source_id, EntryLink.role).where(EntryLink.target_id == winning.id)))
    links = list(session.exec(select(EntryLink).where(EntryLink.target_id == losing.id)))
    for link in links:
        source, role, note, position = link.source_id, link.role, link.note, link.position
        session.delete(link)
        session.flush()
        if source != winning.id and (source, role) not in there:
            session.add(EntryLink(source_id=source, target_id=id_of(winning), role=role, note=note, position=position))
    session.flush()
    session.expire_all()
    return [link_source for link_source in {link.source_id or 0 for link in links} if link_source != winning.id]


def _take_over_links(losing: Entry, winning: Entry, author: str) -> None:
    """Publish the winning entry once more, with the links of the losing one behind its own."""
    meta, body = front_matter_of(winning)
    others, _body = front_matter_of(losing)
    own = [link for link in meta.get("verknuepfungen", []) if link["ziel"] != losing.slug]
    known = {(link["rolle"], link["ziel"]) for link in own}
    more = [
        link
        for link in others.get("verknuepfungen", [])
        if link["ziel"] != winning.slug and (link["rolle"], link["ziel"]) not in known
    ]
    content = entry_file.from_front_matter({**meta, "verknuepfungen": [*own, *more]}, body)
    note = f"Mit „{losing.title}“ zusammengeführt"
    publish_entry(winning, content, organisation_ids=map_keys_to_ids(), author=author, note=note[:300])
    slugs = [link.target for link in content.shared.links]
    ids = {slug: entry_id or 0 for slug, entry_id in db.session().exec(
        select(Entry.slug, Entry.id).where(col(Entry.slug).in_(slugs)).order_by(Entry.slug)
    )}  # fmt: skip
    set_links(winning, content, ids)
