"""A register file of either format: recognised by its first bytes, bounded in size."""

from datetime import date
from pathlib import Path

from marketplace.organisations.register import Problem, Register, RegisterError
from marketplace.organisations.register_text import parse_text
from marketplace.organisations.register_xlsx import parse_workbook

MAX_BYTES = 30 * 1024 * 1024
"""The real files have 3.5 MB (text) and 1.6 MB (workbook)."""


def read_register(path: Path, *, inhabitants_on: date | None = None) -> Register:
    """The register in a file; raises RegisterError when it cannot be read or used."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RegisterError([Problem(0, f"Die Datei ist größer als {MAX_BYTES // 1024**2} MB.")])
        data = path.read_bytes()
    except OSError as error:
        raise RegisterError([Problem(0, f"Die Datei {path} lässt sich nicht lesen.")]) from error
    return parse_register(data, inhabitants_on=inhabitants_on)


def parse_register(data: bytes, *, inhabitants_on: date | None = None) -> Register:
    """The register in the bytes of a file: a ZIP archive is the Auszug (xlsx), anything else should be GV100AD."""
    if not data.strip():
        raise RegisterError([Problem(0, "Die Datei ist leer.")])
    if data.startswith(b"PK"):
        return parse_workbook(data, inhabitants_on=inhabitants_on)
    if data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"<")):
        raise RegisterError(
            [Problem(0, "Die Datei ist weder das GV100AD (Text) noch der Auszug (Excel, .xlsx) des Verzeichnisses.")]
        )
    return parse_text(data, inhabitants_on=inhabitants_on)
