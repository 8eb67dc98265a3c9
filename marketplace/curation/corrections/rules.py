"""What counts as a small correction: words that are there already, never facts, figures or choices. Plain."""

from collections.abc import Mapping
from typing import Any

from marketplace.catalogue.drafts.form_fields import FormField, Shape, all_keys, fields_of
from marketplace.catalogue.kinds import Kind
from marketplace.core.labels import Label

MAX_NOTE = 150
MARK = "Kleine Berichtigung durch Lotsin oder Lotse"
"""Begins the note of a version that came of a correction."""

_PROSE = (Shape.TEXT, Shape.MARKDOWN)


def correctable_fields(kind: Kind, values: Mapping[str, Any]) -> tuple[FormField, ...]:
    """Title and prose of an entry that are filled; what is empty is for the organisation to write."""
    fields = fields_of(kind)
    keys = [key for key in all_keys(kind) if key in fields and values.get(key)]
    return tuple(fields[key] for key in keys if key == "titel" or fields[key].shape in _PROSE)


def note_of_version(note: str) -> str:
    """What stands at the version."""
    return f"{MARK}: {note}"


def is_correction(note: str) -> bool:
    """Whether a version came of a correction, by its note."""
    return note.startswith(MARK)


def problem_of_note(note: str) -> str | None:
    """German sentence about a missing or too long note, or None."""
    if not note:
        return Label("Bitte schreiben Sie in einem Satz, was Sie berichtigt haben. Die Organisation liest es.")
    if len(note) > MAX_NOTE:
        return Label("Bitte höchstens %(max_note)s Zeichen; jetzt sind es %(note)s.", max_note=MAX_NOTE, note=len(note))
    return None
