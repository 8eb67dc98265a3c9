"""What stands in one cell, as a draft keeps it, and back. No database here.

Rule for several values in one cell: one per line (Alt+Enter), or divided by semicolons; where there are lines, only
these divide. The parts of a source, a figure or a link are divided by upright strokes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from marketplace.catalogue.bulk.columns import Column, plain
from marketplace.catalogue.bulk.sheet import MAX_CELL
from marketplace.catalogue.drafts.form_fields import FormField, Shape
from marketplace.catalogue.drafts.typed import YES, clean
from marketplace.catalogue.links import LinkRole

MAX_TITLE = 1000
"""As long as the page for a single new entry lets a title be; what is above 140 must be cut before submission."""

_YES = frozenset({"ja", "j", "x", "wahr", "true", "yes", "1"})
_NO = frozenset({"nein", "n", "falsch", "false", "no", "0"})
_STROKE = re.compile(r"(?<!\\)\|")


class UnusableCellError(Exception):
    """What stands in the cell cannot become part of a draft; carries a German sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class TypedLink:
    """A link as typed: role and target may be empty, wrong, or a title."""

    role: str
    target: str
    note: str


def read_text(column: Column, text: str) -> Any:
    """The value of a cell as the editor keeps it, None for an empty one; raises UnusableCellError.

    What the editor can show for correction is taken, right or wrong. What it could not show (an unknown value of a
    closed list, more sources than there is room for) would be lost without a word, and is refused here.
    """
    text = clean(text)
    if not text.strip():
        return None
    longest = MAX_TITLE if column.field.key == "titel" else MAX_CELL
    if len(text) > longest:
        raise UnusableCellError(f"Der Text hat {len(text)} Zeichen; das ist zu viel. Bitte kürzen Sie ihn.")
    if column.part:
        return " ".join(text.split())
    return _READERS.get(column.field.shape, _read_line)(column.field, text)


def _read_line(_field: FormField, text: str) -> str:
    return " ".join(text.split())


def _read_area(_field: FormField, text: str) -> str:
    return text.strip("\n").rstrip()


def _read_lines(field: FormField, text: str) -> list[str]:
    lines = split_values(text)
    return [_with_leading_zero(line) for line in lines] if field.key == "beteiligte" else lines


def _read_choice(field: FormField, text: str) -> str:
    return _find_choice(field, text) or _refuse_choice(field, text)


def _read_choices(field: FormField, text: str) -> list[str]:
    values = [value for piece in split_values(text) for value in _find_choices(field, piece)]
    chosen = list(dict.fromkeys(values))
    if field.shape is Shape.RANKED and len(chosen) > field.rows:
        raise UnusableCellError(f"Das sind {len(chosen)} Angaben; möglich sind höchstens {field.rows}.")
    return chosen


def _find_choices(field: FormField, piece: str) -> list[str]:
    """One value, or several between commas: these also stand within some labels, so the whole is tried first."""
    if found := _find_choice(field, piece):
        return [found]
    parts = [_find_choice(field, part) for part in piece.split(",")]
    whole = [part for part in parts if part]
    return whole if len(whole) == len(parts) else [_refuse_choice(field, piece)]


def _find_choice(field: FormField, text: str) -> str | None:
    wanted = plain(text)
    return next((value for value, label in field.choices if wanted in (plain(value), plain(label))), None)


def _refuse_choice(field: FormField, text: str) -> str:
    labels = {plain(label): label for _value, label in field.choices}
    near = get_close_matches(plain(text), list(labels), n=1, cutoff=0.5)
    hint = f" Gemeint ist vielleicht „{labels[near[0]]}“." if near else ""
    raise UnusableCellError(f"Diese Auswahl gibt es nicht.{hint} Möglich sind: {'; '.join(labels.values())}.")


def _read_flag(_field: FormField, text: str) -> str | None:
    if plain(text) in _YES:
        return YES
    if plain(text) in _NO:
        return None
    raise UnusableCellError("Bitte schreiben Sie ja oder nein.")


def _read_groups(field: FormField, text: str) -> list[dict[str, str]]:
    rows = [_read_parts(field, line) for line in split_values(text)]
    if len(rows) > field.rows:
        raise UnusableCellError(f"Das sind {len(rows)} Angaben; möglich sind höchstens {field.rows}.")
    return rows


def _read_parts(field: FormField, line: str) -> dict[str, str]:
    texts = _split_strokes(line)
    room = len(field.parts)
    if len(texts) > room:
        texts = [*texts[: room - 1], " | ".join(texts[room - 1 :])]
    return {part.key: text for part, text in zip(field.parts, texts, strict=False) if text}


def _read_links(field: FormField, text: str) -> list[dict[str, str]]:
    links = [_read_link(line) for line in split_values(text)]
    if len(links) > field.rows:
        raise UnusableCellError(f"Das sind {len(links)} Verknüpfungen; möglich sind höchstens {field.rows}.")
    return [
        {key: value for key, value in (("rolle", link.role), ("ziel", link.target), ("hinweis", link.note)) if value}
        for link in links
    ]


def _read_link(line: str) -> TypedLink:
    first, *notes = _split_strokes(line)
    before, colon, after = first.partition(":")
    role = next((r for r in LinkRole if colon and plain(before) in (plain(r.value), plain(r.label))), None)
    return TypedLink(role.value if role else "", after.strip() if role else first, " | ".join(notes))


_READERS: dict[Shape, Callable[[FormField, str], Any]] = {
    Shape.TEXT: _read_area,
    Shape.MARKDOWN: _read_area,
    Shape.LINES: _read_lines,
    Shape.CHOICE: _read_choice,
    Shape.CHOICES: _read_choices,
    Shape.RANKED: _read_choices,
    Shape.FLAG: _read_flag,
    Shape.GROUPS: _read_groups,
    Shape.LINKS: _read_links,
}


def split_values(text: str) -> list[str]:
    """The values of a cell by the rule above, without empty ones."""
    pieces = text.split("\n") if "\n" in text else text.split(";")
    return [piece.strip() for piece in pieces if piece.strip()]


def _split_strokes(line: str) -> list[str]:
    return [part.replace("\\|", "|").strip() for part in _STROKE.split(line)]


def _with_leading_zero(text: str) -> str:
    """Official keys whose zero a spreadsheet took away: 9572164 → 09572164."""
    return f"0{text}" if re.fullmatch(r"\d|\d{4}|\d{7}", text, re.ASCII) else text


def write_text(column: Column, value: Any) -> str:
    """A kept value as a cell; ``read_text`` gives it back."""
    if not value:
        return ""
    if column.part:
        return str(value.get(column.part.key, ""))
    write = _WRITERS.get(column.field.shape)
    return write(column.field, value) if write else str(value)


def _write_choice(field: FormField, value: str) -> str:
    return dict(field.choices).get(value, value)


def _write_choices(field: FormField, values: list[str]) -> str:
    return join_values([_write_choice(field, value) for value in values])


def _write_lines(_field: FormField, values: list[str]) -> str:
    return join_values(values)


def _write_groups(field: FormField, rows: list[dict[str, str]]) -> str:
    return join_values([_join_strokes([row.get(part.key, "") for part in field.parts]) for row in rows])


def _write_links(_field: FormField, rows: list[dict[str, str]]) -> str:
    return join_values([_write_link(row) for row in rows])


_WRITERS: dict[Shape, Callable[[FormField, Any], str]] = {
    Shape.LINES: _write_lines,
    Shape.CHOICE: _write_choice,
    Shape.CHOICES: _write_choices,
    Shape.RANKED: _write_choices,
    Shape.GROUPS: _write_groups,
    Shape.LINKS: _write_links,
}


def join_values(values: list[str]) -> str:
    """Several values in one cell, one per line. A single one with a semicolon gets a line end to keep it whole."""
    text = "\n".join(values)
    return f"{text}\n" if ";" in text and "\n" not in text else text


def _write_link(row: dict[str, str]) -> str:
    role, target = LinkRole.find_value(row.get("rolle", "")), row.get("ziel", "")
    return _join_strokes([f"{role.label}: {target}" if role else target, row.get("hinweis", "")])


def _join_strokes(parts: list[str]) -> str:
    while parts and not parts[-1]:
        parts = parts[:-1]
    return " | ".join(part.replace("|", "\\|") for part in parts)
