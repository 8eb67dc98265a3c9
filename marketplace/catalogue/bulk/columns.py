"""The columns of a table of entries, derived from the editor's fields; and which column a heading means. Plain."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from marketplace.catalogue.drafts.form_fields import NOT_TYPED, FormField, Shape, label_of, pages_of
from marketplace.catalogue.kinds import Kind

_ENOUGH_TO_BE_HEADINGS = 3


@dataclass(frozen=True)
class Column:
    """One column: a field, or one part of a field that has several, such as the year of a cost."""

    field: FormField
    part: FormField | None = None

    @property
    def label(self) -> str:
        """The heading, as people read it."""
        return f"{self.field.label}: {self.part.label}" if self.part else self.field.label

    @property
    def name(self) -> str:
        """The heading for programs: front matter key, and that of the part after a dot."""
        return f"{self.field.key}.{self.part.key}" if self.part else self.field.key

    @property
    def required(self) -> bool:
        """Whether an entry needs it before it can be submitted."""
        return self.field.required and self.part is None

    @property
    def holds_numbers(self) -> bool:
        """Whether a spreadsheet should treat what is typed as a number."""
        typed = self.part or self.field
        return typed.numeric or typed.key == "jahr"


@dataclass(frozen=True)
class Headings:
    """What the first row of a table says."""

    columns: dict[int, Column]
    """By position, from 0."""
    notices: list[str]
    """What is wrong with the headings, each sentence once."""
    missing: frozenset[str]
    """Keys of required fields that have no column."""


@cache
def columns_of(kind: Kind) -> tuple[Column, ...]:
    """The columns of a kind in the order in which one writes."""
    fields = [field for page in pages_of(kind) for field in page.fields]
    return tuple(column for field in fields for column in _columns_of_field(field))


def _columns_of_field(field: FormField) -> list[Column]:
    return [Column(field, part) for part in field.parts] if field.shape is Shape.GROUP else [Column(field)]


def columns_by_place(kind: Kind, key: str, part: str = "") -> Column | None:
    """The column in which a field, or a part of it, is typed."""
    columns = [column for column in columns_of(kind) if column.field.key == key]
    return next(
        (column for column in columns if column.part and column.part.key == part), columns[0] if columns else None
    )


def plain(text: str) -> str:
    """A heading or a title without what people write differently: capitals, blanks, signs, stars."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("(pflicht)", "")
    return " ".join(re.findall(r"\w+", folded))


@cache
def _meanings(kind: Kind) -> dict[str, Column]:
    by_label = {plain(column.label): column for column in columns_of(kind)}
    return {**{plain(column.name): column for column in columns_of(kind)}, **by_label}


def find_column(kind: Kind, heading: str) -> Column | None:
    """The column that a heading means, or None."""
    return _meanings(kind).get(plain(heading))


def count_known(kind: Kind, headings: list[str]) -> int:
    """How many headings are columns of this kind."""
    return sum(find_column(kind, heading) is not None for heading in headings)


def is_heading_row(headings: list[str]) -> bool:
    """Whether a row can be the one with the headings."""
    has_title = any(plain(heading) == "titel" for heading in headings)
    return has_title or any(count_known(kind, headings) >= _ENOUGH_TO_BE_HEADINGS for kind in Kind)


def recognise_kind(headings: list[str]) -> Kind | None:
    """The kind to which the headings belong; None if several would do."""
    counts = {kind: count_known(kind, headings) for kind in Kind}
    best = max(counts.values())
    found = [kind for kind, count in counts.items() if count == best]
    return found[0] if len(found) == 1 else None


def read_headings(kind: Kind, headings: list[str], used: set[int]) -> Headings:
    """Which column stands where; ``used`` are the positions under which something is written."""
    columns: dict[int, Column] = {}
    notices = []
    for position, heading in enumerate(headings):
        column = find_column(kind, heading)
        if column is None:
            if position in used:
                notices.append(_unknown(kind, position, heading))
        elif column in columns.values():
            notices.append(f"Die Spalte „{column.label}“ steht mehrmals in der Tabelle. Es gilt die erste.")
        else:
            columns[position] = column
    there = {column.field.key for column in columns.values()}
    required = [column for column in columns_of(kind) if column.required]
    missing = [column for column in required if column.field.key not in there]
    if missing:
        names = ", ".join(f"„{column.label}“" for column in missing)
        notices.append(
            f"Diese Spalten fehlen, sind aber Pflicht, bevor ein Eintrag eingereicht werden kann: {names}. Ergänzen "
            "Sie sie in der Tabelle oder füllen Sie die Felder später in jedem Entwurf aus."
        )
    return Headings(columns, notices, frozenset(column.field.key for column in missing))


def _unknown(kind: Kind, position: int, heading: str) -> str:
    if not heading.strip():
        return f"Die {position + 1}. Spalte hat keine Überschrift und wird nicht übernommen."
    if reason := _NOT_IN_TABLES.get(plain(heading)):
        return f"Die Spalte „{heading[:60]}“ wird nicht übernommen. {reason}"
    near = get_close_matches(plain(heading), list(_meanings(kind)), n=1, cutoff=0.6)
    hint = f" Gemeint ist vielleicht „{_meanings(kind)[near[0]].label}“." if near else ""
    return f"Die Spalte „{heading[:60]}“ gibt es nicht; sie wird nicht übernommen.{hint}"


_REASONS = {
    "art": "Die Art ergibt sich aus der Vorlage.",
    "id": "Die Adresse des Eintrags vergibt die Website bei der Veröffentlichung.",
    "organisation": "Es gilt die Organisation, die Sie beim Hochladen wählen.",
    "einordnung": "Die Einordnung schreibt die Redaktion.",
}
"""Why nobody types these fields, by key; those of ``NOT_TYPED``."""

_NOT_IN_TABLES = {
    plain(word): _REASONS[key] for key in sorted(NOT_TYPED) for word in (key, label_of(Kind.PROJECT, key))
}


def reason_not_taken(key: str) -> str | None:
    """Why the site does not take a field of a front matter file, or None if it does."""
    return _REASONS.get(key)
