"""Entries for tests: few defaults; a test states what matters to it."""

from pathlib import Path
from typing import Any

from sqlmodel import select

from marketplace.catalogue import entry_file, service
from marketplace.catalogue.entry_file import EntryContent
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import db, frontmatter
from marketplace.organisations.models import Organisation

REQUIRED_BY_KIND: dict[Kind, dict[str, Any]] = {
    Kind.PROJECT: {},
    Kind.SOLUTION: {"loesungstypen": ["anwendung"]},
    Kind.PROGRAMME: {"ebene": "bund", "foerdergeber": "Bund"},
    Kind.LESSON: {
        "erfahrungsart": "hindernis",
        "grundlage": "praxis",
        "kernaussage": "Wer früh fragt, spart später Arbeit.",
    },
}


def front_matter(kind: Kind = Kind.PROJECT, slug: str = "ein-eintrag", **changes: Any) -> dict[str, Any]:
    """Front matter of a small valid entry; a change to None drops the field."""
    meta = {
        "art": kind.value,
        "id": slug,
        "titel": f"Titel von {slug}"[:140],
        "kurz": "Eine Kurzfassung, die lang genug ist, um für sich allein zu stehen.",
        "handlungsfelder": ["verwaltung"],
        "stand": 2024,
        "quellen": [{"dokument": "Beispielbericht", "stelle": "S. 1", "jahr": 2024}],
        **REQUIRED_BY_KIND[kind],
        **changes,
    }
    return {key: value for key, value in meta.items() if value is not None}


def markdown_file(
    kind: Kind = Kind.PROJECT, slug: str = "ein-eintrag", body: str = "Ein Absatz.", **changes: Any
) -> str:
    """A whole file of ``content/``."""
    return frontmatter.dump(front_matter(kind, slug, **changes), body)


def write_file(
    directory: Path, kind: Kind = Kind.PROJECT, slug: str = "ein-eintrag", body: str = "Ein Absatz.", **changes: Any
) -> Path:
    """Write such a file where it belongs below a content directory."""
    path = directory / kind.path / f"{slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(markdown_file(kind, slug, body, **changes), encoding="utf-8")
    return path


def content(
    kind: Kind = Kind.PROJECT, slug: str = "ein-eintrag", body: str = "Ein Absatz.", **changes: Any
) -> EntryContent:
    """The checked content of such an entry."""
    return entry_file.from_front_matter(front_matter(kind, slug, **changes), body)


def add_organisation(key: str = "09572164", name: str = "Weisendorf", **columns: Any) -> Organisation:
    """An organisation in the current session."""
    row = Organisation(key=key, name=name, **{"kind": "gemeinde", **columns})
    db.session().add(row)
    db.session().flush()
    return row


def add_entry(kind: Kind = Kind.PROJECT, slug: str = "ein-eintrag", body: str = "Ein Absatz.", **changes: Any) -> Entry:
    """A published entry in the current session; organisations must exist. Links are left out."""
    new = content(kind, slug, body, **changes)
    keys = [key for key in (new.shared.organisation, *new.shared.participants) if key]
    ids = {}
    for key in keys:
        row = db.session().exec(select(Organisation).where(Organisation.key == key)).one()
        ids[key] = row.id or 0
    return service.publish_entry(None, new, organisation_ids=ids, author="Test")


def link(source: Entry, role: str, target: Entry) -> None:
    """Link one entry to another in a role."""
    with_link = content(Kind(source.kind), source.slug, verknuepfungen=[{"rolle": role, "ziel": target.slug}])
    service.set_links(source, with_link, {target.slug: service.id_of(target)})
