"""Tables as text: which encoding, which divider, which rows. No database here."""

import csv
import io
import re

from marketplace.catalogue.bulk.columns import count_known, is_heading_row
from marketplace.catalogue.bulk.sheet import Cell, Sheet, SheetRow, UnreadableFileError, split_table
from marketplace.catalogue.kinds import Kind

_DIVIDERS = (";", ",", "\t")
_FORMULA = re.compile(r"'[=+\-@\t\r]")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")

# A whole upload is bounded; the length of a cell is judged where its row and column can be named.
csv.field_size_limit(16 * 1024 * 1024)


def read_csv(file: str, data: bytes) -> Sheet:
    """The table in a text file; raises UnreadableFileError."""
    text, notice = decode(data)
    _refuse_unless_text(text)
    text = _without_hint(text)
    rows = _read_rows(text, _divider_of(text))
    found = split_table(rows, is_heading_row)
    if found is None:
        raise UnreadableFileError(
            "In der Datei steht keine Zeile mit unseren Überschriften. Bitte nehmen Sie die Vorlage, und lassen Sie "
            "die erste Zeile stehen."
        )
    return Sheet(file, "", *found, notices=[notice] if notice else [])


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and what must be said about how it was read; raises UnreadableFileError."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decode_marked(data, encoding), ""
    if encoding := _unmarked_utf16(data):
        return _decode_marked(data, encoding), ""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        return _decode_ansi(data, error)


def _decode_marked(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableFileError(f"In Zeile {line} steht ein beschädigtes Zeichen. {_SAVE_AS_UTF8}") from None


def _unmarked_utf16(data: bytes) -> str:
    """German text in UTF-16 has a zero in nearly every second byte."""
    head = data[:400]
    if len(head) < 8 or head.count(0) * 3 < len(head):
        return ""
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _decode_ansi(data: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    lenient = data.decode("utf-8", "replace")
    whole = sum(char > "\x7f" and char != "\ufffd" for char in lenient)
    if whole > lenient.count("\ufffd"):
        # Mostly UTF-8: read as anything else, every umlaut would be garbled.
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableFileError(f"In Zeile {line} steht ein beschädigtes Zeichen. {_SAVE_AS_UTF8}")
    try:
        return data.decode("cp1252"), _READ_AS_ANSI
    except UnicodeDecodeError:
        raise UnreadableFileError(f"Der Zeichensatz der Datei ist nicht zu erkennen. {_SAVE_AS_UTF8}") from None


_READ_AS_ANSI = (
    "Die Datei ist nicht in UTF-8 gespeichert; wir haben sie als „Windows-1252“ gelesen. Bitte prüfen Sie in der "
    "Vorschau die Umlaute."
)
_SAVE_AS_UTF8 = "Bitte speichern Sie die Tabelle neu: in Excel als „CSV UTF-8“ oder als Excel-Arbeitsmappe (.xlsx)."


def _refuse_unless_text(text: str) -> None:
    if not text.strip():
        raise UnreadableFileError("Die Datei ist leer.")
    if _BINARY.search(text[:10_000]):
        raise UnreadableFileError("Das ist keine Tabelle. Möglich sind .xlsx, .csv und .md.")


def _without_hint(text: str) -> str:
    """Without the first line "sep=;" by which Excel knows the divider; the rows keep their numbers."""
    return re.sub(r"\Asep=.\r?\n", "\n", text)


def _divider_of(text: str) -> str:
    """The divider with which most headings are known."""
    head = text[:20_000]
    return max(_DIVIDERS, key=lambda divider: max((_known(row) for row in _read_rows(head, divider)[:20]), default=0))


def _known(row: SheetRow) -> int:
    return max(count_known(kind, row.texts) for kind in Kind)


def _read_rows(text: str, divider: str) -> list[SheetRow]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=divider))
    except csv.Error:
        raise UnreadableFileError(
            f"Die Tabelle lässt sich nicht in Zeilen und Spalten teilen. {_SAVE_AS_UTF8}"
        ) from None
    return [SheetRow(number, tuple(Cell(_armless(text)) for text in row)) for number, row in enumerate(rows, start=1)]


def _armless(text: str) -> str:
    """Without the sign that kept a text from being taken for a formula."""
    return text[1:] if _FORMULA.match(text) else text


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula; ``read_csv`` takes the sign away again."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
