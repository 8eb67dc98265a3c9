"""``content/`` into the database: read everything, check everything, report every mistake, then write what is right.

A file is imported whole or not at all, in one transaction with the others. What somebody edited on the site is never
overwritten, only reported.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from sqlmodel import col, select

from marketplace.catalogue import entry_file, service
from marketplace.catalogue.entry_file import EntryContent, EntryFile, Problem
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.links import LinkRole, explain_misfit
from marketplace.catalogue.models import Entry
from marketplace.core import db, frontmatter
from marketplace.organisations.queries import map_keys_to_ids

AUTHOR = "Redaktion (Import)"
WITHDRAWN_BECAUSE_MISSING = "Der Eintrag wurde aus der redaktionellen Bibliothek genommen."


class Outcome(Enum):
    """What an import does with one file or entry."""

    NEW = "neu"
    UPDATED = "aktualisiert"
    UNCHANGED = "unverändert"
    EDITED_ON_SITE = "auf der Website bearbeitet, nicht überschrieben"
    WAITING = "wartet auf Dateien mit Fehlern"
    MISSING = "Datei fehlt, Eintrag bleibt stehen"
    WITHDRAWN = "Datei fehlt, Eintrag zurückgezogen"


@dataclass(frozen=True)
class SourceFile:
    """A file with its digest and what was read from it."""

    file: EntryFile
    digest: str

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong with the file itself."""
        return self.file.content is not None and not self.file.problems


@dataclass
class ImportReport:
    """What an import did, or with ``dry_run`` would do."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    """By slug."""
    problems: list[Problem] = field(default_factory=list)
    invalid_files: int = 0

    def count(self, outcome: Outcome) -> int:
        """Number of entries with this outcome."""
        return sum(1 for each in self.outcomes.values() if each is outcome)

    def slugs(self, outcome: Outcome) -> list[str]:
        """Slugs of the entries with this outcome, in order."""
        return sorted(slug for slug, each in self.outcomes.items() if each is outcome)


def read_directory(directory: Path, *, progress: Callable[[str], None] = lambda _name: None) -> list[SourceFile]:
    """Read and check every entry file below ``directory``, each by itself, in order of their names."""
    sources = []
    for kind in Kind:
        for path in sorted((directory / kind.path).glob("*.md")):
            name = path.relative_to(directory).as_posix()
            sources.append(_read_file(path, name, kind))
            progress(name)
    return sources


def _read_file(path: Path, name: str, kind: Kind) -> SourceFile:
    with path.open("rb") as stream:
        # One byte more than allowed is enough to know that a file is too large; the rest is never read.
        data = stream.read(frontmatter.MAX_BYTES + 1)
    file = entry_file.read(name, data)
    if file.content is not None:
        shared = file.content.shared
        if shared.kind is not kind:
            file.problems.append(
                file.problem_at(("art",), f"Im Ordner „{kind.path}“ stehen nur Einträge der Art „{kind}“.")
            )
        if shared.slug != path.stem:
            file.problems.append(file.problem_at(("id",), f"Die Datei muss wie die Kennung heißen: {shared.slug}.md."))
    return SourceFile(file, hashlib.sha256(data).hexdigest())


def import_directory(
    directory: Path,
    *,
    dry_run: bool = False,
    withdraw_missing: bool = False,
    progress: Callable[[str], None] = lambda _name: None,
) -> ImportReport:
    """Bring the database to what stands in ``directory``; writes nothing with ``dry_run``.

    Entries whose file is gone are only reported, unless ``withdraw_missing``. The caller commits.
    """
    sources = read_directory(directory, progress=progress)
    entries = {entry.slug: entry for entry in db.session().exec(select(Entry).order_by(col(Entry.slug)))}
    organisation_ids = map_keys_to_ids()
    _check_together(sources, entries, organisation_ids)
    report = ImportReport(
        problems=[problem for source in sources for problem in source.file.problems],
        invalid_files=sum(1 for source in sources if source.file.problems),
    )
    valid = [source for source in sources if source.is_valid]
    ready = _without_waiting(valid, entries)
    for source in valid:
        slug = _content(source).shared.slug
        report.outcomes[slug] = _outcome(entries.get(slug), source) if source in ready else Outcome.WAITING
    _find_missing(report, entries, sources, withdraw_missing)
    if not dry_run:
        _write(ready, entries, organisation_ids, report)
    return report


def _content(source: SourceFile) -> EntryContent:
    if source.file.content is None:
        raise ValueError(f"{source.file.name} has problems and no content.")
    return source.file.content


def _check_together(
    sources: list[SourceFile], entries: Mapping[str, Entry], organisation_ids: Mapping[str, int]
) -> None:
    """Find the mistakes that one file alone cannot show and add them to the files."""
    first_file: dict[str, str] = {}
    for source in sources:
        if source.file.content is None:
            continue
        shared = source.file.content.shared
        if shared.slug in first_file:
            message = f"Die Kennung „{shared.slug}“ hat schon die Datei {first_file[shared.slug]}."
            source.file.problems.append(source.file.problem_at(("id",), message))
        first_file.setdefault(shared.slug, source.file.name)
        taken = entries.get(shared.slug)
        if taken is not None and taken.library_path is None:
            message = f"Die Kennung „{shared.slug}“ gehört schon einem Eintrag, der auf der Website geschrieben wurde."
            source.file.problems.append(source.file.problem_at(("id",), message))
        if taken is not None and taken.kind != shared.kind:
            message = f"Der Eintrag ist bisher von der Art „{taken.kind}“; die Art lässt sich nicht ändern."
            source.file.problems.append(source.file.problem_at(("art",), message))
        _check_organisations(source.file, organisation_ids)
    _check_links(sources, entries)


def _check_organisations(file: EntryFile, organisation_ids: Mapping[str, int]) -> None:
    if file.content is None:
        return
    shared = file.content.shared
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("beteiligte", i), key) for i, key in enumerate(shared.participants)
    ]
    if shared.organisation:
        named.insert(0, (("organisation",), shared.organisation))
    for path, key in named:
        if key not in organisation_ids:
            message = f"Den Schlüssel „{key}“ gibt es nicht im Verzeichnis der Kommunen und Organisationen."
            file.problems.append(file.problem_at(path, message))


def _check_links(sources: list[SourceFile], entries: Mapping[str, Entry]) -> None:
    """Find links to nothing and links whose role does not fit; a target counts even if its own file has mistakes."""
    kinds = _published_kinds(entries)
    kinds |= {
        source.file.content.shared.slug: source.file.content.shared.kind for source in sources if source.file.content
    }
    unreadable = {Path(source.file.name).stem for source in sources if source.file.content is None}
    for source in sources:
        if source.file.content is None:
            continue
        for index, link in enumerate(source.file.content.shared.links):
            message = None
            if link.target in kinds:
                message = explain_misfit(LinkRole(link.role), source.file.content.shared.kind, kinds[link.target])
            elif link.target not in unreadable:
                message = f"Den Eintrag „{link.target}“ gibt es nicht."
            if message:
                source.file.problems.append(source.file.problem_at(("verknuepfungen", index, "ziel"), message))


def _published_kinds(entries: Mapping[str, Entry]) -> dict[str, Kind]:
    """Kinds of what can be linked to: what was merged into another entry leads on to that one."""
    linkable = (Status.PUBLISHED, Status.MERGED)
    return {slug: Kind(entry.kind) for slug, entry in entries.items() if entry.status in linkable}


def _without_waiting(valid: list[SourceFile], entries: Mapping[str, Entry]) -> list[SourceFile]:
    """The files whose links can all be set; a file that points at one with mistakes waits, and so on in a chain."""
    published = _published_kinds(entries).keys()
    ready = valid
    while True:
        known = published | {_content(source).shared.slug for source in ready}
        fewer = [s for s in ready if all(link.target in known for link in _content(s).shared.links)]
        if len(fewer) == len(ready):
            return ready
        ready = fewer


def _outcome(entry: Entry | None, source: SourceFile) -> Outcome:
    if entry is None:
        return Outcome.NEW
    if entry.was_edited_on_site:
        return Outcome.EDITED_ON_SITE
    is_same = entry.library_digest == source.digest and entry.status == Status.PUBLISHED
    return Outcome.UNCHANGED if is_same else Outcome.UPDATED


def _find_missing(
    report: ImportReport, entries: Mapping[str, Entry], sources: list[SourceFile], withdraw_missing: bool
) -> None:
    """Entries of the library without a file. A file with mistakes is there: its entry is not missing."""
    names = {source.file.name for source in sources}
    for slug, entry in entries.items():
        if slug in report.outcomes or entry.library_path is None or entry.library_path in names:
            continue
        if entry.status != Status.PUBLISHED:
            continue
        if entry.was_edited_on_site:
            report.outcomes[slug] = Outcome.EDITED_ON_SITE
        else:
            report.outcomes[slug] = Outcome.WITHDRAWN if withdraw_missing else Outcome.MISSING


def _write(
    valid: list[SourceFile], entries: dict[str, Entry], organisation_ids: Mapping[str, int], report: ImportReport
) -> None:
    written = []
    for source in valid:
        content = _content(source)
        slug = content.shared.slug
        if report.outcomes[slug] not in (Outcome.NEW, Outcome.UPDATED):
            continue
        entry = service.publish_entry(
            entries.get(slug),
            content,
            organisation_ids=organisation_ids,
            author=AUTHOR,
            note=f"Import aus {source.file.name}",
        )
        entry.library_path, entry.library_digest, entry.library_version = source.file.name, source.digest, entry.version
        entries[slug] = entry
        written.append((entry, content))
    entry_ids = {slug: entry.merged_into_id or service.id_of(entry) for slug, entry in entries.items()}
    for entry, content in written:
        service.set_links(entry, content, entry_ids)
    for slug in report.slugs(Outcome.WITHDRAWN):
        service.withdraw_entry(entries[slug], reason=WITHDRAWN_BECAUSE_MISSING, author=AUTHOR)
        entries[slug].library_version = entries[slug].version
    db.session().flush()
