"""``content/wissen``: pages as files, imported again and again like entries, and never changed on the site (ADR 0024).

The folder is the whole truth: a page whose file is gone is not shown any more.
"""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from sqlmodel import col, select

from marketplace.catalogue.library import LibraryPart, PartReport, register
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import audit, clock, db, frontmatter
from marketplace.knowledge import page_file
from marketplace.knowledge.models import KnowledgeLink, KnowledgePage
from marketplace.knowledge.page_file import PageFields, PageFile

FOLDER = "wissen"
AUTHOR = "Redaktion (Import)"

_NEW, _UPDATED, _UNCHANGED, _GONE = "neu", "aktualisiert", "unverändert", "nicht mehr gezeigt, Datei fehlt"


def import_pages(directory: Path, *, coming: Collection[str], dry_run: bool) -> PartReport:
    """Bring the pages to what stands in ``directory/wissen``; without this folder nothing happens."""
    report = PartReport("Wissen")
    if not (directory / FOLDER).is_dir():
        return report
    entry_ids = _map_linkable_entries()
    known = {*entry_ids, *coming}
    pages = {page.slug: page for page in db.session().exec(select(KnowledgePage).order_by(col(KnowledgePage.slug)))}
    seen = set()
    for path in sorted((directory / FOLDER).glob("*.md")):
        seen.add(path.stem)
        file, digest = read_file(path, path.relative_to(directory).as_posix(), known)
        report.problems += file.problems
        if file.fields is None or file.problems:
            continue
        page = pages.get(file.fields.slug)
        report.count(_outcome(page, digest))
        if not dry_run and _outcome(page, digest) != _UNCHANGED:
            _write(page, file.fields, file.body, digest, entry_ids)
    for slug, page in pages.items():
        if slug not in seen and page.is_published:
            report.count(_GONE)
            if not dry_run:
                _withdraw(page)
    db.session().flush()
    return report


def _map_linkable_entries() -> dict[str, int]:
    """Row numbers of entries that readers see, or that lead on to one, by slug."""
    readable = (Status.PUBLISHED, Status.MERGED)
    statement = select(Entry.slug, Entry.id).where(col(Entry.status).in_(readable)).order_by(col(Entry.slug))
    return {slug: entry_id or 0 for slug, entry_id in db.session().exec(statement)}


def read_file(path: Path, name: str, known: Collection[str]) -> tuple[PageFile, str]:
    """A file, checked together with the slugs of the entries there are, and its digest."""
    with path.open("rb") as stream:
        data = stream.read(frontmatter.MAX_BYTES + 1)
    file = page_file.read(name, data)
    if file.fields is not None:
        if file.fields.slug != path.stem:
            message = f"Die Datei muss wie die Kennung heißen: {file.fields.slug}.md."
            file.problems.append(file.problem_at(("id",), message))
        for index, slug in enumerate(file.fields.helps):
            if slug not in known:
                file.problems.append(file.problem_at(("hilft-bei", index), f"Den Eintrag „{slug}“ gibt es nicht."))
    return file, hashlib.sha256(data).hexdigest()


def _outcome(page: KnowledgePage | None, digest: str) -> str:
    if page is None:
        return _NEW
    return _UNCHANGED if page.is_published and page.library_digest == digest else _UPDATED


def _write(
    page: KnowledgePage | None, fields: PageFields, body: str, digest: str, entry_ids: Mapping[str, int]
) -> None:
    values = fields.model_dump(mode="json", exclude={"helps"})
    values |= {"body": body, "library_digest": digest, "is_published": True, "updated_at": clock.now()}
    if page is None:
        page = KnowledgePage(**values)
        db.session().add(page)
    else:
        page.sqlmodel_update(values)
        page.links.clear()
        # The same entry may come back in another place.
        db.session().flush()
    page.links.extend(
        KnowledgeLink(entry_id=entry_ids[slug], position=position) for position, slug in enumerate(fields.helps)
    )
    audit.record("knowledge.imported", f"knowledge:{fields.slug}", actor=AUTHOR)


def _withdraw(page: KnowledgePage) -> None:
    page.is_published, page.updated_at = False, clock.now()
    audit.record("knowledge.withdrawn", f"knowledge:{page.slug}", actor=AUTHOR)


def export_pages(directory: Path) -> int:
    """Write every page that readers see to ``directory/wissen`` and return their number."""
    statement = select(KnowledgePage).where(col(KnowledgePage.is_published)).order_by(col(KnowledgePage.slug))
    pages = list(db.session().exec(statement))
    slugs = {entry_id: slug for slug, entry_id in _map_linkable_entries().items()}
    folder = directory / FOLDER
    for page in pages:
        fields = PageFields.model_validate(
            page.model_dump(include=set(PageFields.model_fields))
            | {"helps": [slugs[link.entry_id] for link in page.links if link.entry_id in slugs]}
        )
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{page.slug}.part"
        unfinished.write_text(page_file.write(fields, page.body), encoding="utf-8", newline="\n")
        unfinished.replace(folder / f"{page.slug}.md")
    return len(pages)


register(LibraryPart(import_pages, export_pages))
