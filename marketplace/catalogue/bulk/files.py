"""What somebody uploaded: files known by their content, not by their names, and all rows in them. No database here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from marketplace.catalogue.bulk.csv_file import read_csv
from marketplace.catalogue.bulk.rows import ReadRow, read_document, read_sheet
from marketplace.catalogue.bulk.sheet import MAX_ROWS, Sheet, UnreadableFileError
from marketplace.catalogue.bulk.workbook_size import Budget
from marketplace.catalogue.bulk.xlsx_file import read_workbook
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.kinds import Kind
from marketplace.core import frontmatter
from marketplace.core.zip_safety import SafeZip, UnsafeZipError, ZipLimits, open_zip

MAX_BYTES = 5 * 1024 * 1024
"""Bytes of all files of one upload; 500 full rows have about 1 MB."""
MAX_FILES = 200
MAX_HEAD = 24 * 1024
"""Bytes of front matter of one file; the longest real file has 12 KB with its text."""
MAX_HEADS = 600 * 1024
"""Bytes of all front matter together: reading YAML takes some 10 seconds for so much."""

MAX_UNPACKED = 60 * 1024 * 1024
"""Bytes of all archives of an upload when unpacked."""

_ZIP_LIMITS = ZipLimits(parts=600, total=MAX_UNPACKED)
_KNOWN_BY_START = (
    (b"\xd0\xcf\x11\xe0", "Das ist eine alte oder mit einem Kennwort geschützte Office-Datei. Bitte speichern Sie sie "
     "ohne Kennwort als Excel-Arbeitsmappe (.xlsx)."),
    (b"%PDF", "Das ist ein PDF. Bitte tragen Sie die Angaben in die Vorlage ein."),
    (b"\x89PNG", "Das ist ein Bild. Möglich sind .xlsx, .csv und .md."),
    (b"\xff\xd8\xff", "Das ist ein Bild. Möglich sind .xlsx, .csv und .md."),
    (b"\x1f\x8b", "Gepackte Dateien nehmen wir nur als .zip mit .md-Dateien an."),
)  # fmt: skip
_OTHER_OFFICE = {
    "mimetype": "Das ist eine OpenDocument-Datei. Bitte speichern Sie sie dort als Excel-Arbeitsmappe (.xlsx).",
    "word/document.xml": "Das ist ein Word-Dokument. Bitte tragen Sie die Angaben in die Vorlage ein.",
}
_MARKDOWN = (b"---\n", b"---\r\n", b"\xef\xbb\xbf---")


@dataclass
class Reading:
    """All that was read from an upload."""

    rows: list[ReadRow] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    """What must be said about whole files, each sentence with the name of its file if there are several."""
    failures: list[str] = field(default_factory=list)
    """Files of which nothing could be taken, and why."""
    heads: int = 0
    """Bytes of front matter that were read."""
    unpacked: int = 0
    """Bytes of archives that were unpacked."""
    budget: Budget = field(default_factory=Budget)


def read_files(files: Iterable[tuple[str, bytes]], kind: Kind | None = None) -> Reading:
    """Read files, given by name and content; ``kind`` says what the tables hold where they do not say it themselves."""
    reading = Reading()
    files = [(short_name(name), data) for name, data in files]
    if sum(len(data) for _name, data in files) > MAX_BYTES:
        reading.failures.append(
            f"Die Dateien sind zusammen größer als {MAX_BYTES // (1024 * 1024)} MB. Bitte teilen Sie sie auf."
        )
        return reading
    for name, data in files:
        about = f"{name}: " if len(files) > 1 else ""
        _read_file(reading, name, data, kind, about)
    if len(reading.rows) > MAX_ROWS:
        return Reading(
            failures=[f"Das sind mehr als {MAX_ROWS} Einträge. Bitte laden Sie sie in mehreren Teilen hoch."]
        )
    return reading


def _read_file(reading: Reading, name: str, data: bytes, kind: Kind | None, about: str) -> None:
    try:
        if data.startswith(b"PK"):
            _read_archive(reading, name, data, kind, about)
        elif data.startswith(_MARKDOWN) or name.lower().endswith(".md"):
            _add_document(reading, name, data, about)
        else:
            _refuse_known(data)
            _add_sheet(reading, read_csv(name, data), kind, about)
    except (UnreadableFileError, UnsafeZipError) as error:
        reading.failures.append(about + error.message)


def _refuse_known(data: bytes) -> None:
    if not data:
        raise UnreadableFileError("Die Datei ist leer.")
    for start, message in _KNOWN_BY_START:
        if data.startswith(start):
            raise UnreadableFileError(message)


def _read_archive(reading: Reading, name: str, data: bytes, kind: Kind | None, about: str) -> None:
    archive = open_zip(data, _ZIP_LIMITS)
    reading.unpacked += archive.total
    if reading.unpacked > MAX_UNPACKED:
        raise UnreadableFileError("Das sind zu viele Angaben auf einmal. Bitte laden Sie diese Datei getrennt hoch.")
    if "xl/workbook.xml" in archive.parts:
        sheets = read_workbook(name, data, reading.budget)
        for sheet in sheets:
            _add_sheet(reading, sheet, kind, f"{about}Blatt „{sheet.name}“: " if len(sheets) > 1 else about)
        return
    for part, message in _OTHER_OFFICE.items():
        if part in archive.parts:
            raise UnreadableFileError(message)
    _read_documents(reading, archive, about)


def _read_documents(reading: Reading, archive: SafeZip, about: str) -> None:
    names = sorted(name for name in archive.parts if name.lower().endswith(".md") and "__MACOSX" not in name)
    if not names:
        raise UnreadableFileError("In der ZIP-Datei sind keine .md-Dateien mit Einträgen.")
    if len(names) > MAX_ROWS:
        raise UnreadableFileError(f"In der ZIP-Datei sind mehr als {MAX_ROWS} Einträge. Bitte teilen Sie sie auf.")
    for name in names:
        here = f"{about}{short_name(name)}: "
        try:
            _add_document(reading, short_name(name), archive.read(name, limit=frontmatter.MAX_BYTES), here)
        except (UnreadableFileError, UnsafeZipError) as error:
            reading.failures.append(here + error.message)


def _add_document(reading: Reading, name: str, data: bytes, about: str) -> None:
    head = data.find(b"\n---", 3) if data.find(b"\n---", 3) >= 0 else len(data)
    if head > MAX_HEAD:
        raise UnreadableFileError(f"Der Kopf der Datei ist größer als {MAX_HEAD // 1024} KB. Bitte kürzen Sie ihn.")
    reading.heads += head
    if reading.heads > MAX_HEADS:
        raise UnreadableFileError("Das sind zu viele Angaben auf einmal. Bitte laden Sie diese Datei getrennt hoch.")
    row, notices = read_document(name, data)
    reading.rows.append(row)
    reading.notices += [about + notice for notice in notices]


def _add_sheet(reading: Reading, sheet: Sheet, kind: Kind | None, about: str) -> None:
    if not sheet.rows:
        reading.notices.append(f"{about}Unter den Überschriften steht nichts.")
        return
    rows, notices = read_sheet(sheet, kind)
    reading.rows += rows
    reading.notices += [about + notice for notice in notices]


def short_name(name: str) -> str:
    """The name of a file without folders and signs that cannot be shown."""
    bare = re.split(r"[/\\]", clean(name))[-1]
    return " ".join(bare.split())[:120] or "ohne Namen"
