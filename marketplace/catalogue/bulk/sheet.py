"""What is read from an uploaded file, whatever its format: sheets of rows of cells, as German texts. Plain."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from marketplace.core.errors import DomainError

MAX_ROWS = 500
"""Entries that one upload may bring."""
MAX_COLUMNS = 200
MAX_CELL = 60_000
"""Characters of a cell; a spreadsheet itself allows 32,767, the text of an entry has at most 60,000."""
_HEADING_WITHIN = 20
"""Rows in which the headings are looked for; above them titles and hints may stand."""


class UnreadableFileError(DomainError):
    """A file of which nothing can be taken; the message says why and what to do, in German."""


@dataclass(frozen=True)
class Cell:
    """One cell as text. ``trouble`` says why what stands in it cannot be used."""

    text: str = ""
    trouble: str = ""


EMPTY = Cell()


@dataclass(frozen=True)
class SheetRow:
    """A row with its number as the spreadsheet shows it, from 1."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in it."""
        return not any(cell.text.strip() or cell.trouble for cell in self.cells)

    @property
    def texts(self) -> list[str]:
        """The texts of its cells."""
        return [cell.text for cell in self.cells]

    def cell(self, position: int) -> Cell:
        """The cell at a position from 0; an empty one where the row is shorter."""
        return self.cells[position] if position < len(self.cells) else EMPTY


@dataclass
class Sheet:
    """A table: its headings, its rows that are not empty, and what must be said about it as a whole."""

    file: str
    name: str
    headings: SheetRow
    rows: list[SheetRow]
    notices: list[str] = field(default_factory=list)
    has_letters: bool = False
    """Whether people know cells by a letter and a number, as in C7."""


def split_table(
    rows: Iterable[SheetRow], is_heading: Callable[[list[str]], bool]
) -> tuple[SheetRow, list[SheetRow]] | None:
    """The headings and the rows below them without empty ones; None if there are no headings.

    Raises UnreadableFileError as soon as there are more rows or columns than one upload may bring.
    """
    headings: SheetRow | None = None
    below: list[SheetRow] = []
    for row in rows:
        if len(row.cells) > MAX_COLUMNS and any(cell.text.strip() for cell in row.cells[MAX_COLUMNS:]):
            raise UnreadableFileError(
                f"Die Tabelle hat mehr als {MAX_COLUMNS} Spalten. Bitte nehmen Sie unsere Vorlage."
            )
        if headings is None:
            if is_heading(row.texts):
                headings = row
            elif row.number > _HEADING_WITHIN:
                return None
        elif not row.is_empty:
            below.append(row)
        if len(below) > MAX_ROWS:
            raise UnreadableFileError(
                f"Die Tabelle hat mehr als {MAX_ROWS} Zeilen. Bitte laden Sie sie in mehreren Teilen hoch."
            )
    return (headings, below) if headings else None
