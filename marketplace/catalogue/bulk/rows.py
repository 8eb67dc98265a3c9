"""Rows of tables and front matter files as drafts that could be, each with its problems by cell. No database here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from marketplace.catalogue.bulk.cells import UnusableCellError, read_text
from marketplace.catalogue.bulk.columns import (
    Column,
    Headings,
    columns_by_place,
    plain,
    read_headings,
    reason_not_taken,
    recognise_kind,
)
from marketplace.catalogue.bulk.sheet import Sheet, SheetRow, UnreadableFileError
from marketplace.catalogue.drafts.checking import FieldProblem, Surroundings, check
from marketplace.catalogue.drafts.form_fields import TEXT_KEY, Shape, all_keys, fields_of
from marketplace.catalogue.drafts.typed import clean, from_front_matter
from marketplace.catalogue.kinds import Kind
from marketplace.core import frontmatter
from marketplace.core.labels import Labelled

_SHOWN = 160
"""Characters of a cell that a problem repeats."""


class Weight(Labelled):
    """What a problem means for the row."""

    FORBIDS = "verbietet", "So kann die Zeile nicht übernommen werden"
    WRONG = "pruefen", "Bitte prüfen"
    MISSING = "fehlt", "Angaben fehlen"


@dataclass(frozen=True)
class CellProblem:
    """A problem where the person knows it: the heading, the cell, what was typed, what to do."""

    weight: Weight
    key: str
    label: str
    place: str
    typed: str
    message: str


@dataclass
class ReadRow:
    """A row that could become a draft."""

    file: str
    sheet: str
    number: int
    kind: Kind
    values: dict[str, Any]
    problems: list[CellProblem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    """Where each column stands, by its name: C7 in workbooks, a line in front matter files."""
    texts: dict[str, str] = field(default_factory=dict)
    """What was typed in each column, cut."""
    columns_missing: frozenset[str] = frozenset()
    """Keys of required fields that have no column; said once for the table, not in each row."""

    @property
    def is_table_row(self) -> bool:
        """Whether it stood in a table; a front matter file is one entry as a whole."""
        return self.number > 0

    @property
    def title(self) -> str:
        """The title, however wrong it is."""
        return str(self.values.get("titel") or "")

    @property
    def title_key(self) -> str:
        """What makes two titles the same; empty without one."""
        return plain(self.title)[:200]

    @property
    def is_takeable(self) -> bool:
        """Whether nothing forbids that it becomes a draft."""
        return all(problem.weight is not Weight.FORBIDS for problem in self.problems)

    def add(self, weight: Weight, column: Column | None, key: str, message: str) -> None:
        """Note a problem, with the place of its column."""
        name = column.name if column else key
        place = self.places.get(name) or self.places.get(key, "")
        typed = self.texts.get(name) or self.texts.get(key, "")
        self.problems.append(CellProblem(weight, key, column.label if column else key, place, typed, message))


def read_sheet(sheet: Sheet, chosen: Kind | None) -> tuple[list[ReadRow], list[str]]:
    """The rows of a table and what must be said about it; raises UnreadableFileError if its kind is unknown."""
    kind = _kind_of(sheet, chosen)
    used = {index for row in sheet.rows for index, cell in enumerate(row.cells) if cell.text.strip() or cell.trouble}
    headings = read_headings(kind, sheet.headings.texts, used)
    rows = [_read_row(sheet, row, kind, headings) for row in sheet.rows]
    return rows, [*sheet.notices, *headings.notices]


def _kind_of(sheet: Sheet, chosen: Kind | None) -> Kind:
    named = next((kind for kind in Kind if kind.plural == sheet.name), None)
    kind = chosen or named or recognise_kind(sheet.headings.texts)
    if kind is None:
        raise UnreadableFileError(
            "Aus den Überschriften geht nicht hervor, ob es Projekte, Lösungen, Förderprogramme oder Erfahrungen sind. "
            "Bitte wählen Sie die Art und laden Sie die Datei noch einmal hoch."
        )
    return kind


def _read_row(sheet: Sheet, row: SheetRow, kind: Kind, headings: Headings) -> ReadRow:
    read = ReadRow(sheet.file, sheet.name, row.number, kind, {}, columns_missing=headings.missing - {"titel"})
    for position, column in headings.columns.items():
        cell = row.cell(position)
        if sheet.has_letters:
            read.places[column.name] = f"{get_column_letter(position + 1)}{row.number}"
        read.texts[column.name] = clean(cell.text[:_SHOWN])
        try:
            value = read_text(column, "" if cell.trouble else cell.text)
        except UnusableCellError as error:
            read.add(Weight.FORBIDS, column, column.field.key, error.message)
            continue
        if cell.trouble:
            read.add(Weight.FORBIDS, column, column.field.key, cell.trouble)
        _put(read.values, column, value)
    return read


def _put(values: dict[str, Any], column: Column, value: Any) -> None:
    if value is None:
        return
    if column.part:
        values.setdefault(column.field.key, {})[column.part.key] = value
    else:
        values[column.field.key] = value


def read_document(file: str, data: bytes) -> tuple[ReadRow, list[str]]:
    """A front matter file and what must be said about it; raises UnreadableFileError."""
    try:
        document = frontmatter.parse(data)
    except frontmatter.FrontMatterError as error:
        raise UnreadableFileError(f"Zeile {error.line}: {error.message}") from None
    kind = Kind.find_value(str(document.meta.get("art", "")))
    if kind is None:
        raise UnreadableFileError(f"Im Kopf fehlt die Art. Möglich sind: art: {', art: '.join(Kind.values())}.")
    row = ReadRow(file, "", 0, kind, {})
    notices = _read_meta(row, document)
    body = clean(document.body)
    if body.strip():
        row.values[TEXT_KEY] = body
    row.places[TEXT_KEY] = f"Zeile {document.body_line}"
    return row, notices


def _read_meta(row: ReadRow, document: frontmatter.Document) -> list[str]:
    notices, fields = [], fields_of(row.kind)
    for key, value in document.meta.items():
        row.places[key], row.texts[key] = f"Zeile {document.line_of((key,))}", clean(str(value))[:_SHOWN]
        field_, column = fields.get(key), columns_by_place(row.kind, key)
        if field_ is None:
            if key in all_keys(row.kind) or key == "id":
                notices.append(f"„{key}“ wird nicht übernommen. {reason_not_taken(key) or ''}".strip())
            elif key != "art":
                notices.append(f"Das Feld „{str(key)[:60]}“ gibt es nicht; es wird nicht übernommen.")
        elif not _fits(field_.shape, value):
            row.add(Weight.FORBIDS, column, key, "Die Angabe hat nicht die richtige Form; siehe content/README.md.")
        elif value not in (None, "", []):
            typed = from_front_matter(row.kind, {key: value}, "")[key]
            _keep_choices(row, column, key, typed)
    return notices


def _fits(shape: Shape, value: Any) -> bool:
    """Whether a value of front matter can be shown in the editor at all."""
    if value is None:
        return True
    if shape is Shape.GROUP:
        return isinstance(value, Mapping) and all(map(_is_scalar, value.values()))
    if shape in (Shape.GROUPS, Shape.LINKS):
        return isinstance(value, list) and all(_fits(Shape.GROUP, each) for each in value)
    if shape in (Shape.LINES, Shape.CHOICES, Shape.RANKED):
        return isinstance(value, list) and all(map(_is_scalar, value))
    if shape is Shape.FLAG:
        return isinstance(value, bool)
    return _is_scalar(value)


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, list | Mapping)


def _keep_choices(row: ReadRow, column: Column | None, key: str, typed: Any) -> None:
    """Keep a value, unless it is one of a closed list that the editor could not show."""
    known = {value for value, _label in fields_of(row.kind)[key].choices}
    unknown = [value for value in (typed if isinstance(typed, list) else [typed]) if known and value not in known]
    if unknown:
        row.add(
            Weight.FORBIDS,
            column,
            key,
            f"„{unknown[0][:60]}“ gibt es hier nicht. Möglich sind: {', '.join(sorted(known))}.",
        )
    else:
        row.values[key] = typed


def assess(row: ReadRow, around: Surroundings) -> None:
    """Add what the check of a draft finds in the row; what forbids it was found while reading."""
    told = {problem.key for problem in row.problems}
    if not row.title_key and "titel" not in told:
        row.add(Weight.FORBIDS, columns_by_place(row.kind, "titel"), "titel", "Ohne Titel kann kein Entwurf entstehen.")
        told.add("titel")
    for problem in check(row.kind, row.values, around).problems:
        if problem.key in told or (problem.is_missing and problem.key in row.columns_missing):
            continue
        weight = Weight.MISSING if problem.is_missing else Weight.WRONG
        part = next((str(step) for step in problem.path if isinstance(step, str)), "")
        row.add(weight, columns_by_place(row.kind, problem.key, part), problem.key, _message(row.kind, problem))


def _message(kind: Kind, problem: FieldProblem) -> str:
    """The sentence of the editor, where its lines and rows mean something else in a table."""
    field_ = fields_of(kind).get(problem.key)
    shape = field_.shape if field_ else Shape.LINE
    if shape in (Shape.LINES, Shape.RANKED, Shape.CHOICES):
        return re.sub(r"^Zeile (\d+): ", r"\1. Angabe: ", problem.message)
    if shape is Shape.MARKDOWN:
        return re.sub(r"^Zeile (\d+): ", r"\1. Zeile des Textes: ", problem.message)
    if field_ and shape in (Shape.GROUPS, Shape.LINKS) and problem.path and isinstance(problem.path[0], int):
        labels = {part.key: part.label for part in field_.parts}
        where = [f"{problem.path[0] + 1}. Angabe", *(labels.get(str(step), "") for step in problem.path[1:])]
        how = " | ".join(part.label for part in field_.parts)
        hint = f" So wird es geschrieben: {how}." if shape is Shape.GROUPS else ""
        return f"{', '.join(filter(None, where))}: {problem.message}{hint}"
    return problem.message
