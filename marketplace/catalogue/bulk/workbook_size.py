"""How much work a workbook may make. A file of some kilobytes can hold millions of empty cells, strings and formats.

Bytes say little: reading takes its time by cell and by tag. One budget holds for all workbooks of an upload.
"""

import re
from dataclasses import dataclass

from marketplace.catalogue.bulk.sheet import UnreadableFileError
from marketplace.core.zip_safety import SafeZip

MAX_CELLS = 200_000
"""Cells that are read, empty ones that stand in the file as well: some five seconds of work."""
MAX_TAGS = 600_000
"""Tags of sheets and of the list of their strings; 500 full rows have some 300,000."""
MAX_OTHER_TAGS = 40_000
"""Tags of everything else. Formats are dear: a workbook that was edited for years has some thousands."""

_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:\w{1,20}:)?(\w+)")
_TABLES = (b"worksheet", b"sst")


@dataclass
class Budget:
    """What may still be read."""

    cells: int = MAX_CELLS
    tags: int = MAX_TAGS
    other_tags: int = MAX_OTHER_TAGS

    def take_cells(self, number: int) -> None:
        """Count cells; raises UnreadableFileError if they are too many."""
        self.cells -= number
        if self.cells < 0:
            raise _too_much()

    def take_workbook(self, archive: SafeZip) -> None:
        """Count the tags of a workbook; raises UnreadableFileError if they are too many."""
        for name in archive.parts:
            first, count = b"", 0
            for chunk in archive.chunks(name):
                first, count = first or chunk, count + chunk.count(b"<")
            root = _ROOT.match(first)
            if root and root[1] in _TABLES:
                self.tags -= count
            elif root:
                self.other_tags -= count
        if min(self.tags, self.other_tags, self.cells) < 0:
            raise _too_much()


def _too_much() -> UnreadableFileError:
    return UnreadableFileError(
        "Die Arbeitsmappe hat sehr viele leere Zeilen, Spalten oder Formate, die das Programm zum benutzten Bereich "
        "zählt. Bitte kopieren Sie die ausgefüllten Zeilen in eine neue Vorlage."
    )
