"""What differs between two states of an entry, field by field, in words people can read. No database here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from marketplace.catalogue.drafts.form_fields import FormField, Shape, all_keys, german_date, label_of, shape_of
from marketplace.catalogue.drafts.typed import digest
from marketplace.catalogue.kinds import Kind
from marketplace.core.labels import Label

MAX_WORDS = 4_000
"""Longer passages are shown whole, old and new: comparing them word by word takes long and reads badly."""

ATTACHMENTS_KEY = "anlagen"
"""Files are no field of an entry, but stand beside them where states are compared."""

_CONTEXT = 1
"""Unchanged lines that are shown before and after a change."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    SKIPPED = "skipped"
    """Unchanged lines that are not shown."""


@dataclass(frozen=True)
class Piece:
    """A piece of a text and what became of it."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class FieldDifference:
    """A field that differs."""

    key: str
    label: str
    pieces: tuple[Piece, ...]

    @property
    def is_new(self) -> bool:
        """Whether nothing stood there before."""
        return all(piece.mark is Mark.ADDED for piece in self.pieces)


def compare(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldDifference]:
    """Fields that differ between two states as they are typed (``drafts/typed.py``), in the order of the schema."""
    return [
        FieldDifference(key, label_of(kind, key), tuple(compare_texts(*texts)))
        for key in all_keys(kind)
        if digest(before.get(key)) != digest(after.get(key))
        for texts in [(as_text(kind, key, before.get(key)), as_text(kind, key, after.get(key)))]
    ]


def compare_attachments(before: str, after: str) -> list[FieldDifference]:
    """The difference between the files of two states, told line by line; empty if there is none."""
    if before == after:
        return []
    return [FieldDifference(ATTACHMENTS_KEY, Label("Anlagen"), tuple(compare_texts(before, after)))]


def as_text(kind: Kind, key: str, value: Any) -> str:
    """A typed value as people read it: labels of choices, one line for each of several values."""
    if not value:
        return ""
    return "\n".join(_lines(shape_of(kind, key), value))


def _lines(field: FormField, value: Any) -> list[str]:
    labels = dict(field.choices)
    if field.shape in (Shape.GROUPS, Shape.LINKS):
        return [_row(field, row) for row in value]
    if field.shape is Shape.GROUP:
        return [_row(field, value)]
    if field.shape is Shape.DATE:
        return [german_date(str(value))]
    values = value if isinstance(value, list) else [value]
    return [str(labels.get(str(each), each)) for each in values]


def _row(field: FormField, row: Mapping[str, str]) -> str:
    return " · ".join(f"{part.label}: {row[part.key]}" for part in field.parts if row.get(part.key))


def compare_texts(before: str, after: str) -> list[Piece]:
    """The pieces that lead from one text to the other: by lines first, within changed lines by words."""
    if not before or not after:
        return [Piece(Mark.ADDED, after)] if after else [Piece(Mark.REMOVED, before)] if before else []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for operation, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            pieces += _shorten(old[i1:i2], is_first=i1 == 0, is_last=i2 == len(old))
        else:
            pieces += _compare_words("".join(old[i1:i2]), "".join(new[j1:j2]))
    return _joined(pieces)


def _shorten(lines: list[str], *, is_first: bool, is_last: bool) -> Iterator[Piece]:
    """Unchanged lines near a change, and a mark for those between."""
    head = 0 if is_first else _CONTEXT
    tail = 0 if is_last else _CONTEXT
    if len(lines) <= head + tail + 1:
        yield Piece(Mark.SAME, "".join(lines))
        return
    if head:
        yield Piece(Mark.SAME, "".join(lines[:head]))
    yield Piece(Mark.SKIPPED, "")
    if tail:
        yield Piece(Mark.SAME, "".join(lines[-tail:]))


def _compare_words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if not old or not new or len(old) + len(new) > MAX_WORDS:
        yield from (Piece(mark, text) for mark, text in ((Mark.REMOVED, before), (Mark.ADDED, after)) if text)
        return
    for operation, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            yield Piece(Mark.SAME, "".join(old[i1:i2]))
            continue
        if i1 < i2:
            yield Piece(Mark.REMOVED, "".join(old[i1:i2]))
        if j1 < j2:
            yield Piece(Mark.ADDED, "".join(new[j1:j2]))


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours with the same mark become one."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].mark is piece.mark:
            joined[-1] = Piece(piece.mark, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
