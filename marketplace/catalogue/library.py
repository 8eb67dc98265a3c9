"""What else stands in ``content/`` beside entries: later features register how to read and write their part."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from marketplace.catalogue.entry_file import Problem


@dataclass
class PartReport:
    """What the import of one part did, or with ``dry_run`` would do."""

    label: str
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """Number of things by what became of them, in German."""

    def count(self, outcome: str) -> None:
        """One more thing with this outcome."""
        self.counts[outcome] += 1

    def __str__(self) -> str:
        """One line for people; empty if there was nothing."""
        counts = ", ".join(f"{number} {outcome}" for outcome, number in self.counts.items())
        return f"{self.label}: {counts}." if counts else ""


class ImportPart(Protocol):
    """Reads a part after the entries were imported; the caller commits."""

    def __call__(self, directory: Path, *, coming: Collection[str], dry_run: bool) -> PartReport:
        """Bring the database to what stands in ``directory``; writes nothing with ``dry_run``.

        ``coming`` are slugs of entries that the same import brings, which matters while nothing is written.
        """


@dataclass(frozen=True)
class LibraryPart:
    """How one part is read and written."""

    import_: ImportPart
    export: Callable[[Path], int]
    """Writes everything to a directory and returns the number of files."""


_PARTS: list[LibraryPart] = []


def register(part: LibraryPart) -> None:
    """Add a part to the library."""
    _PARTS.append(part)


def import_parts(directory: Path, *, coming: Collection[str] = (), dry_run: bool = False) -> list[PartReport]:
    """Read all parts."""
    return [part.import_(directory, coming=coming, dry_run=dry_run) for part in _PARTS]


def export_parts(directory: Path) -> int:
    """Write all parts; returns the number of files."""
    return sum(part.export(directory) for part in _PARTS)
