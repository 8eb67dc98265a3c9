"""Entries of the database back into the format of ``content/``."""

from collections.abc import Callable, Mapping
from pathlib import Path

from sqlmodel import col, select

from marketplace.catalogue import entry_file
from marketplace.catalogue.entry_file import EntryContent
from marketplace.catalogue.kinds import Kind, SharedFields
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.organisations.models import Organisation


def content_of(entry: Entry, *, organisation_keys: Mapping[int, str], slugs: Mapping[int, str]) -> EntryContent:
    """All that an entry says; the maps give the keys of its organisations and the slugs it links to, by row number."""
    kind = Kind(entry.kind)
    shared = SharedFields.model_validate(
        {
            "kind": kind,
            "slug": entry.slug,
            "title": entry.title,
            "summary": entry.summary,
            "plain_summary": entry.plain_summary,
            "organisation": organisation_keys[entry.organisation_id] if entry.organisation_id else None,
            "participants": [organisation_keys[row.organisation_id] for row in entry.participants],
            "states": [row.value for row in entry.states],
            "country": entry.country,
            "action_fields": [row.value for row in entry.action_fields],
            "phase": entry.phase,
            "maturity": entry.maturity,
            "challenges": [row.value for row in entry.challenges],
            "licence": entry.licence,
            "tags": [row.value for row in entry.tags],
            "search_words": entry.search_words,
            "links": [{"role": row.role, "target": slugs[row.target_id], "note": row.note} for row in entry.links],
            "editorial_note": entry.editorial_note,
            "sources": entry.sources,
            "further_links": entry.further_links,
            "as_of": entry.as_of,
        }
    )
    return EntryContent(shared, kind.schema.model_validate(entry.details), entry.body)


def export_entries(directory: Path, *, progress: Callable[[str], None] = lambda _slug: None) -> int:
    """Write every published entry to ``directory`` and return their number; a file is there whole or not at all."""
    session = db.session()
    organisation_keys = {row[0]: row[1] for row in session.exec(select(Organisation.id, Organisation.key)) if row[0]}
    slugs = {row[0]: row[1] for row in session.exec(select(Entry.id, Entry.slug)) if row[0]}
    published = select(Entry).where(Entry.status == Status.PUBLISHED).order_by(col(Entry.slug))
    count = 0
    for entry in session.exec(published.execution_options(yield_per=200)):
        text = entry_file.write(content_of(entry, organisation_keys=organisation_keys, slugs=slugs))
        folder = directory / Kind(entry.kind).path
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{entry.slug}.part"
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(folder / f"{entry.slug}.md")
        progress(entry.slug)
        count += 1
    return count
