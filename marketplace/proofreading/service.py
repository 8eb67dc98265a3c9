"""All checks of ``content/`` together, without a database of the site (``blaupause content check``)."""

import csv
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app
from sqlmodel import SQLModel

from marketplace.catalogue import library
from marketplace.catalogue.entry_file import Problem
from marketplace.catalogue.importer import import_directory
from marketplace.catalogue.kinds import Kind
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.organisations.service import load_bundled_register
from marketplace.proofreading import dictionary, facets, facts, overlap, references, texts, wording
from marketplace.proofreading.facets import Unsaid
from marketplace.proofreading.findings import Finding, Severity
from marketplace.proofreading.overlap import Sources
from marketplace.proofreading.readability import reading_ease_of
from marketplace.proofreading.references import Library
from marketplace.proofreading.spelling import Speller, read_words
from marketplace.proofreading.texts import ContentFile

FOLDERS = (*(kind.path for kind in Kind), "sammlungen", "wissen", "seiten")
HARDEST = 10
"""So many texts are named as the hardest to read."""


@dataclass
class Report:
    """What was checked and found."""

    files: int = 0
    findings: list[Finding] = field(default_factory=list)
    hardest: list[tuple[float, str]] = field(default_factory=list)
    """Reading ease and name of the texts that are hardest to read, the hardest first."""
    skipped: list[str] = field(default_factory=list)
    """German sentences about what was not checked."""

    def count(self, severity: Severity) -> int:
        """Number of findings of a severity."""
        return sum(1 for finding in self.findings if finding.severity is severity)


def read_files(directory: Path) -> list[ContentFile]:
    """All files of the library that can be read, in order."""
    paths = [path for folder in FOLDERS for path in sorted((directory / folder).glob("*.md"))]
    read = (texts.read(path.relative_to(directory).as_posix(), path.read_bytes()) for path in paths)
    return [file for file in read if file is not None]


def check(
    directory: Path, *, sources: Path, with_spelling: bool, progress: Callable[[], None] = lambda: None
) -> Report:
    """Check everything; raises DomainError if the dictionary is wanted and missing."""
    report, files = Report(), read_files(directory)
    report.files = len(files)
    report.findings += _check_schemas(directory)
    unsaid = _read_unsaid(directory)
    report.findings += facets.check_list(files, unsaid)
    checks = [
        _check_facts,
        lambda file: facets.check_facets(file, unsaid),
        _make_link_check(files),
        _make_wording_check(directory),
    ]
    if with_spelling:
        checks.append(_make_spelling_check(directory))
    else:
        report.skipped.append("Die Rechtschreibung wurde nicht geprüft.")
    if found := read_overlaps(directory, files, sources):
        checks.append(_make_overlap_check(found))
    else:
        report.skipped.append(f"Gegen die Quellen wurde nicht verglichen: In {sources} liegen keine.")
    for file in files:
        for each in checks:
            report.findings += each(file)
        progress()
    report.findings += _list_orphans(files)
    report.findings.sort()
    rated = [(ease, file.name) for file in files if (ease := reading_ease_of(file)) is not None]
    report.hardest = sorted(rated)[:HARDEST]
    return report


Check = Callable[[ContentFile], Iterator[Finding]]


def _check_schemas(directory: Path) -> list[Finding]:
    """What an import into an empty site would say."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/check.db")
        SQLModel.metadata.create_all(database.engine)
        with database.reading():
            load_bundled_register(directory / "register")
            report = import_directory(directory, dry_run=True)
            parts = library.import_parts(directory, coming=report.outcomes, dry_run=True)
        database.engine.dispose()
    problems = [*report.problems, *(problem for part in parts for problem in part.problems)]
    return [_finding(problem) for problem in problems]


def _finding(problem: Problem) -> Finding:
    message = f"{problem.field}: {problem.message}" if problem.field else problem.message
    return Finding(problem.file, problem.line, "Form", message)


def _check_facts(file: ContentFile) -> Iterator[Finding]:
    yield from facts.check_dates(file, clock.today())
    yield from facts.check_plain_summary(file)
    yield from facts.check_tables(file)


def _read_unsaid(directory: Path) -> Unsaid:
    path = directory / facets.LIST
    return Unsaid.read(path.read_text(encoding="utf-8")) if path.is_file() else Unsaid()


def _make_link_check(files: list[ContentFile]) -> Check:
    slugs = {folder: frozenset(file.slug for file in files if file.folder == folder) for folder in FOLDERS}
    kinds = {f"/{kind.path}" for kind in Kind}
    rules = [rule for rule in current_app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())]
    known = Library(slugs, frozenset({rule.rule for rule in rules} | kinds | {f"/{name}" for name in slugs["seiten"]}))

    def check_links(file: ContentFile) -> Iterator[Finding]:
        for line, address in references.links_of(file):
            if "{{" not in address and (message := known.explain(address)):
                yield Finding(file.name, line, "Verweise", message)

    return check_links


def _make_wording_check(directory: Path) -> Check:
    path = directory / "wortwahl.yml"
    wordings = wording.read_wordings(path.read_text(encoding="utf-8")) if path.is_file() else []

    def check_wording(file: ContentFile) -> Iterator[Finding]:
        for passage in file.passages:
            for each in wordings:
                for word in each.find(passage.text):
                    line = file.line_of(word, passage)
                    yield Finding(file.name, line, "Wortwahl", f"„{word}“: besser {each.instead}.")

    return check_wording


def _make_spelling_check(directory: Path) -> Check:
    speller = Speller(dictionary.load(), own_words(directory))

    def check_spelling(file: ContentFile) -> Iterator[Finding]:
        for passage in file.passages:
            if passage.field in texts.NAMES_OF_ORGANISATIONS:
                continue
            for word in speller.find_unknown(texts.without_addresses(passage.text)):
                message = f"„{word}“ ist unbekannt. Ist es richtig, gehört es in content/woerter.txt."
                yield Finding(file.name, file.line_of(word, passage), "Rechtschreibung", message)

    return check_spelling


def own_words(directory: Path) -> list[str]:
    """Words of the project, and those in names of the register."""
    path = directory / "woerter.txt"
    words = read_words(path.read_text(encoding="utf-8")) if path.is_file() else []
    names = " ".join(_names_of_register(directory))
    return [*words, *names.replace(",", " ").replace("-", " ").split(), *names.replace(",", " ").split()]


def _names_of_register(directory: Path) -> Iterator[str]:
    for path in sorted((directory / "register").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            yield from (row["name"] for row in csv.DictReader(stream))


def read_overlaps(directory: Path, files: list[ContentFile], sources: Path) -> Sources | None:
    """The sources with what may stand in both; None if there are none at hand."""
    found = overlap.read_sources(sources)
    if not found:
        return None
    path = directory / "feste-wendungen.txt"
    phrases = read_words(path.read_text(encoding="utf-8")) if path.is_file() else []
    return Sources(found, [*phrases, *_names_of_register(directory), *_names_of_documents(files)])


def _names_of_documents(files: list[ContentFile]) -> Iterator[str]:
    for file in files:
        for source in file.document.meta.get("quellen") or []:
            if isinstance(source, dict):
                yield str(source.get("dokument", ""))


def _make_overlap_check(sources: Sources) -> Check:
    def check_overlap(file: ContentFile) -> Iterator[Finding]:
        for each in sources.find(file):
            yield Finding(file.name, each.line, "Eigene Worte", f"So steht es in einer Quelle: „{each.words}“.")

    return check_overlap


def _list_orphans(files: list[ContentFile]) -> list[Finding]:
    message = "Der Eintrag zeigt auf keinen anderen, und keiner zeigt auf ihn."
    return [Finding(file.name, 1, "Verweise", message, Severity.WARNING) for file in references.find_orphans(files)]
