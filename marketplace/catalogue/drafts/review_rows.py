"""What a reviewer reads, field by field: what changes, what stays, what is empty. No database here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.differences import FieldDifference, as_text, compare
from marketplace.catalogue.drafts.form_fields import TEXT_KEY, all_keys, fields_of, label_of
from marketplace.catalogue.kinds import Kind


@dataclass(frozen=True)
class ReviewRow:
    """A field with its value as people read it."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class ReviewRows:
    """All fields of a draft but the text, which stands on the page as it will look."""

    changed: list[FieldDifference]
    unchanged: list[ReviewRow]
    empty: list[ReviewRow]


def make_rows(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> ReviewRows:
    """The fields of two states as they are typed; ``before`` is empty for a new entry.

    The difference of two texts is shown, too; of a new entry everything is new, and its text is left out.
    """
    changed = [each for each in compare(kind, before, after) if before or each.key != TEXT_KEY]
    known = {TEXT_KEY, *(each.key for each in changed)}
    rest = [
        ReviewRow(key, label_of(kind, key), as_text(kind, key, after.get(key)))
        for key in all_keys(kind)
        if key not in known and key in fields_of(kind)
    ]
    return ReviewRows(changed, [row for row in rest if row.text], [row for row in rest if not row.text])
