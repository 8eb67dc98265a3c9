"""What people type, as it is kept: texts without control characters, under the keys of the front matter.

Kept values are texts, lists of texts and groups of texts. Only ``to_front_matter`` makes of them what the schemas
check; until then nothing that somebody typed is refused or changed.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from marketplace.catalogue.drafts.form_fields import NOT_TYPED, TEXT_KEY, FormField, Shape, fields_of, german_date
from marketplace.catalogue.kinds import Kind

YES = "ja"
REMOVED = "weg"
"""Name of the box that takes a link out, after the key and a dot."""

_MANY = frozenset({Shape.CHOICES, Shape.RANKED, Shape.LINES})
_GROUPED = frozenset({Shape.GROUPS, Shape.LINKS})
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")


def clean(text: str) -> str:
    """The text without what can neither be seen nor stored: control characters, half characters, foreign line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in text if char in "\n\t" or not _is_unspeakable(char))


def _is_unspeakable(char: str) -> bool:
    if unicodedata.category(char) in ("Cc", "Cs"):
        return True
    return (ord(char) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF


def read_field(field: FormField, getlist: Callable[[str], list[str]]) -> Any:
    """The value of a field from a sent form; what is empty is None."""
    values = [clean(value) for value in getlist(field.key)]
    if field.shape is Shape.GROUP:
        return _read_group(field, [_first(getlist(f"{field.key}.{part.key}")) for part in field.parts]) or None
    if field.shape in _GROUPED:
        removed = set(getlist(f"{field.key}.{REMOVED}"))
        columns = [getlist(f"{field.key}.{part.key}") for part in field.parts]
        rows = [_read_group(field, list(row)) for row in zip_longest(*columns, fillvalue="")]
        return [row for row in rows if row and row.get("ziel", "") not in removed] or None
    if field.shape is Shape.LINES:
        return [line.strip() for line in _first(values).split("\n") if line.strip()] or None
    if field.shape in (Shape.CHOICES, Shape.RANKED):
        return list(dict.fromkeys(value for value in values if value)) or None
    if field.shape is Shape.FLAG:
        return YES if YES in values else None
    text = _first(values)
    return text if text.strip() else None


def read_fields(fields: Iterable[FormField], getlist: Callable[[str], list[str]]) -> dict[str, Any]:
    """The values of several fields from a sent form, without those that are empty."""
    values = {field.key: read_field(field, getlist) for field in fields}
    return {key: value for key, value in values.items() if value is not None}


def _read_group(field: FormField, texts: list[str]) -> dict[str, str]:
    row = {part.key: clean(text) for part, text in zip(field.parts, texts, strict=False)}
    # A role stands in every row of links from the start: alone it says nothing.
    telling = [text for key, text in row.items() if text.strip() and key != "rolle"]
    return {key: text for key, text in row.items() if text.strip()} if telling else {}


def _first(values: list[str]) -> str:
    return values[0] if values else ""


def form_pairs(field: FormField, value: Any) -> list[tuple[str, str]]:
    """Names and values that make a form send this value again; ``read_field`` turns them back."""
    if not value:
        return []
    if field.shape is Shape.GROUP:
        return [(f"{field.key}.{part.key}", value.get(part.key, "")) for part in field.parts]
    if field.shape in _GROUPED:
        return [(f"{field.key}.{part.key}", row.get(part.key, "")) for row in value for part in field.parts]
    if field.shape is Shape.LINES:
        return [(field.key, "\n".join(value))]
    return [(field.key, each) for each in value] if field.shape in _MANY else [(field.key, value)]


def from_front_matter(kind: Kind, meta: Mapping[str, Any], body: str) -> dict[str, Any]:
    """The fields of a published state as somebody would have typed them."""
    fields = fields_of(kind)
    values = {key: _typed(fields[key], value) for key, value in meta.items() if key in fields}
    kept = {key: value for key, value in meta.items() if key in NOT_TYPED - {"art", "id", "organisation"}}
    return {**values, **kept, TEXT_KEY: clean(body)}


def _typed(field: FormField, value: Any) -> Any:
    if field.shape is Shape.DATE:
        return german_date(_as_text(value))
    if field.shape is Shape.GROUP:
        return _typed_group(value)
    if field.shape in _GROUPED:
        return [_typed_group(row) for row in value]
    if field.shape is Shape.LINES:
        return [" ".join(_as_text(each).split("\n")) for each in value]
    if field.shape in _MANY:
        return [_as_text(each) for each in value]
    return YES if value is True else _as_text(value)


def _typed_group(row: Mapping[str, Any]) -> dict[str, str]:
    return {key: _as_text(value) for key, value in row.items() if value is not None}


def _as_text(value: Any) -> str:
    if isinstance(value, float):
        return format(Decimal(str(value)), "f").replace(".", ",")
    return clean(str(value))


def to_front_matter(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the schemas check: the kept values without the text, numbers as computers write them."""
    fields = fields_of(kind)
    return {
        key: _checked(fields[key], value) if key in fields else value
        for key, value in values.items()
        if key != TEXT_KEY and value
    }


def _checked(field: FormField, value: Any) -> Any:
    if field.shape is Shape.FLAG:
        return value == YES
    if field.shape is Shape.DATE:
        return computer_date(value)
    if field.shape is Shape.GROUP:
        return _checked_group(field, value)
    if field.shape in _GROUPED:
        return [_checked_group(field, row) for row in value]
    return computer_number(value) if field.numeric else value


def _checked_group(field: FormField, row: Mapping[str, str]) -> dict[str, str]:
    numeric = {part.key for part in field.parts if part.numeric}
    return {key: computer_number(text) if key in numeric else text for key, text in row.items()}


def computer_number(text: str) -> str:
    """12.500,50 € → 12500.50; what is no German number stays as it is."""
    bare = re.sub(r"[\s\u202f]", "", text).removesuffix("€").removesuffix("Euro")
    if _THOUSANDS.fullmatch(bare):
        bare = bare.replace(".", "")
    return bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare


def computer_date(text: str) -> str:
    """15.3.2021 → 2021-03-15, 03.2021 → 2021-03; what is no German date stays as it is."""
    found = re.fullmatch(r"\s*(?:(?:(\d{1,2})\.\s*)?(\d{1,2})[./]\s*)?(\d{4})\s*", text, re.ASCII)
    if not found:
        return text
    day, month, year = found.groups()
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])


def digest(value: Any) -> str:
    """A short mark of a value, the same for the same value only."""
    if not value:
        return "-"
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def basis_of(keys: Iterable[str], values: Mapping[str, Any]) -> str:
    """What a form is built on, for a hidden field: each key with the mark of its value."""
    return " ".join(f"{key}:{digest(values.get(key))}" for key in keys)


def read_basis(text: str) -> dict[str, str]:
    """The marks of ``basis_of`` by key."""
    return dict(pair.split(":", 1) for pair in text.split() if ":" in pair)
