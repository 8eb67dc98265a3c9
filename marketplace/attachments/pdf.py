"""PDF files: whole, not encrypted, and without anything that runs, starts or hides something.

All objects of a file are looked at, not only those that a page leads to: a viewer may find more than we would.
Source: ISO 32000-2, 7.5 (file structure), 12.6 (actions), 7.11.4 (embedded files).
"""

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from marketplace.attachments.formats import RefusedFileError
from marketplace.core.labels import Label

MAX_OBJECTS = 100_000
"""Each took some 150 microseconds. Tagged reports have a few hundred for each page."""

_TAIL = 1024
_COMMENT = 66_000
"""How far from its end a ZIP file may have the mark by which it is known: PDF files that are both are refused."""

_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/RichMediaExecute", "/Rendition", "/Movie",
     "/Sound"}
)  # fmt: skip
_ANNOTATIONS = frozenset({"/FileAttachment", "/RichMedia", "/3D", "/Screen", "/Movie", "/Sound"})
_SCRIPT_KEYS = ("/JS", "/JavaScript", "/XFA")
_FILE_KEYS = ("/EF", "/EmbeddedFiles", "/RF")

_DAMAGED = Label(
    "Das PDF ist beschädigt oder unvollständig. Bitte speichern Sie es neu und laden Sie es noch einmal hoch."
)
_ENCRYPTED = Label(
    "Das PDF ist mit einem Kennwort geschützt. Bitte entfernen Sie den Schutz und laden Sie es noch einmal hoch."
)
_ACTIVE = Label(
    "Das PDF enthält ein Programm, ein Formular, das etwas verschickt, oder einen Film. Bitte erzeugen Sie es neu, zum "
    "Beispiel mit „Als PDF drucken“."
)
_FILES = Label(
    "In dem PDF stecken weitere Dateien. Bitte laden Sie diese einzeln hoch und das PDF ohne sie, zum Beispiel mit "
    "„Als PDF drucken“."
)
_TOO_COMPLEX = Label(
    "Das PDF ist zu umfangreich aufgebaut. Bitte erzeugen Sie es neu, zum Beispiel mit „Als PDF drucken“."
)


def check_pdf(data: bytes) -> None:
    """Raise RefusedFileError with a German sentence unless the file is a harmless, complete PDF."""
    _check_frame(data)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise RefusedFileError(_ENCRYPTED)
        if not reader.pages or "/MediaBox" not in reader.pages[0]:
            raise RefusedFileError(_DAMAGED)
        for number, found in enumerate(_all_objects(reader)):
            if number > MAX_OBJECTS:
                raise RefusedFileError(_TOO_COMPLEX)
            _check_object(found)
    except RefusedFileError:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, RecursionError,
            NotImplementedError, ArithmeticError, AssertionError):  # fmt: skip
        # pypdf raises whatever its assumptions break with; none of these files opens well elsewhere either.
        raise RefusedFileError(_DAMAGED) from None


def _check_frame(data: bytes) -> None:
    """Begins and ends as a PDF does, and is not another file at the same time."""
    end = data[-_TAIL:].rfind(b"%%EOF")
    if end < 0 or data[-_TAIL:][end + 5 :].strip(b"\r\n \t\x00"):
        raise RefusedFileError(_DAMAGED)
    if b"PK\x05\x06" in data[-_COMMENT:]:
        raise RefusedFileError(_FILES)


def _all_objects(reader: PdfReader) -> Iterator[Any]:
    yield reader.trailer
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_OBJECTS:
        raise RefusedFileError(_TOO_COMPLEX)
    for number, generation in sorted(numbers):
        if number:
            yield from _inside(IndirectObject(number, generation, reader).get_object())


def _inside(found: Any) -> Iterator[Any]:
    """A thing and all that is written directly into it; what it refers to comes by its own number."""
    waiting = [found]
    while waiting:
        thing = waiting.pop()
        yield thing
        if isinstance(thing, DictionaryObject):
            waiting += [
                value for value in map(thing.raw_get, thing) if isinstance(value, (DictionaryObject, ArrayObject))
            ]
        elif isinstance(thing, ArrayObject):
            waiting += [value for value in list.__iter__(thing) if isinstance(value, (DictionaryObject, ArrayObject))]


def _check_object(thing: Any) -> None:
    if not isinstance(thing, DictionaryObject):
        return
    if any(key in thing for key in _SCRIPT_KEYS) or str(thing.get("/S", "")) in _ACTIONS:
        raise RefusedFileError(_ACTIVE)
    kind = str(thing.get("/Subtype", "")) if thing.get("/Type", "/Annot") == "/Annot" else ""
    if any(key in thing for key in _FILE_KEYS) or kind == "/FileAttachment":
        raise RefusedFileError(_FILES)
    if kind in _ANNOTATIONS:
        raise RefusedFileError(_ACTIVE)
