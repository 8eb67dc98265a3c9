"""Whether a text document or table (DOCX, XLSX, ODT, ODS) is what it says, and without anything that acts when opened.

Refused are macros in every form (VBA, Excel 4, Basic, scripts at events), controls, embedded objects of other programs,
links that load something from elsewhere, and XML with a document type. A workbook behind a chart, as Word and Excel
themselves store it, is allowed and checked the same way.

Sources: ECMA-376 part 2 (packages), OASIS ODF 1.3 parts 2 and 3.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException, ElementTree

from marketplace.core.labels import Label, Labelled
from marketplace.core.zip_safety import SafeZip, UnsafeZipError, ZipLimits, open_zip


class OfficeFormat(Labelled):
    """Formats of office programs that are accepted; the value is the ending."""

    DOCX = "docx", "Word-Dokument"
    XLSX = "xlsx", "Excel-Tabelle"
    ODT = "odt", "OpenDocument-Text"
    ODS = "ods", "OpenDocument-Tabelle"


_MAIN_PART = {
    OfficeFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    OfficeFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_MIMETYPE = {
    b"application/vnd.oasis.opendocument.text": OfficeFormat.ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": OfficeFormat.ODS,
}

_UNKNOWN = Label(
    "Diese Art von Datei geht nicht. Bei Dokumenten gehen ODT und DOCX, bei Tabellen ODS und XLSX. "
    "Bitte speichern Sie die Datei in einem davon oder als PDF."
)
_MACROS = Label(
    "Die Datei enthält Makros oder Steuerelemente. Bitte speichern Sie sie ohne Makros (zum Beispiel als DOCX oder "
    "XLSX) oder als PDF."
)
_EMBEDDED = Label(
    "In der Datei ist ein Objekt aus einem anderen Programm eingebettet. Bitte fügen Sie es als Bild ein oder "
    "speichern Sie die Datei als PDF."
)
_REMOTE = Label(
    "Die Datei lädt beim Öffnen etwas von anderswo, zum Beispiel eine Vorlage oder ein verknüpftes Objekt. Bitte lösen "
    "Sie die Verknüpfung oder speichern Sie die Datei als PDF."
)
_ENCRYPTED = Label("Die Datei ist mit einem Kennwort geschützt. Bitte entfernen Sie den Schutz.")
_DAMAGED = Label("Die Datei ist beschädigt. Bitte speichern Sie sie neu und laden Sie sie noch einmal hoch.")

_CONTENT_TYPES = "[Content_Types].xml"
_MAX_INDEX = 2 * 1024 * 1024
"""Bytes of a part that lists other parts; XML of this size is read in well under a second."""

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"%PDF-")
_ACTIVE_TYPE = re.compile(r"macro|vba|activex|oleobject|ms-office\.control", re.IGNORECASE)
_REMOTE_LINK = re.compile(r"/(attachedTemplate|oleObject|package|frame|subDocument|control|image)$")
_LOCAL_TEMPLATE = re.compile(r"(?:file:///)?[A-Za-z]:[\\/]|[^:/\\]+$")
_CHART_DATA = re.compile(r"(?:word|xl)/embeddings/[^/]+\.xlsx", re.IGNORECASE)
_ODF_CODE = re.compile(r"(?:^|/)(?:Basic|Scripts|Dialogs)/", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)\b")
_ENCODING = re.compile(rb"<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([^\"']*)")
_ODF_SCRIPT = re.compile(rb"<script:event-listener\b|vnd\.sun\.star\.script:|macro:///|<office:dde-source\b|<text:dde-")
_DDE = re.compile(rb"<(?:\w+:)?ddeLink\b")
_LONGEST_MARK = 64


@dataclass(frozen=True)
class _Walk:
    """One look at all parts of a file."""

    file: SafeZip
    is_odf: bool
    may_nest: bool


def check_office_file(data: bytes, *, expected: OfficeFormat | None = None) -> OfficeFormat:
    """The format of a harmless document or table; raises UnsafeZipError with a German sentence for everything else.

    Reads the whole file once, piece by piece: 100 MB unpacked take about half a second. ``expected`` asks for a format.
    """
    if data.startswith(_OLE):
        # Protected files of today and all files of before 2007 look like this.
        raise UnsafeZipError(
            "Die Datei hat ein altes Format oder ein Kennwort. Bitte speichern Sie sie ohne Kennwort als DOCX, XLSX, "
            "ODT oder ODS."
        )
    if not data.startswith(_ZIP):
        raise UnsafeZipError(_UNKNOWN)
    found = _check_package(open_zip(data), may_nest=True)
    if expected is not None and found is not expected:
        raise UnsafeZipError(
            Label(
                "Das ist keine Datei im Format %(expected)s, sondern %(found)s.",
                expected=expected.name,
                found=found.name,
            )
        )
    return found


def _check_package(file: SafeZip, *, may_nest: bool) -> OfficeFormat:
    if _CONTENT_TYPES in file.parts:
        found = _format_of_ooxml(file)
        _check_relationships(file)
    else:
        found = _format_of_odf(file)
    walk = _Walk(file, is_odf=found in (OfficeFormat.ODT, OfficeFormat.ODS), may_nest=may_nest)
    for name in file.parts:
        _check_part(walk, name)
    return found


def _format_of_ooxml(file: SafeZip) -> OfficeFormat:
    types = [value for element in _parse(file, _CONTENT_TYPES) if (value := element.get("ContentType"))]
    if active := next((value for value in types if _ACTIVE_TYPE.search(value)), None):
        raise UnsafeZipError(_EMBEDDED if "oleobject" in active.lower() else _MACROS)
    found = [kind for kind, main in _MAIN_PART.items() if main in types]
    if len(found) != 1:
        raise UnsafeZipError(_UNKNOWN)
    main_name = "word/document.xml" if found[0] is OfficeFormat.DOCX else "xl/workbook.xml"
    if main_name not in file.parts and "_rels/.rels" not in file.parts:
        raise UnsafeZipError(_DAMAGED)
    return found[0]


def _format_of_odf(file: SafeZip) -> OfficeFormat:
    if "mimetype" not in file.parts or "META-INF/manifest.xml" not in file.parts:
        raise UnsafeZipError(_UNKNOWN)
    found = _MIMETYPE.get(file.read("mimetype", limit=200).strip())
    if found is None:
        raise UnsafeZipError(_UNKNOWN)
    if "content.xml" not in file.parts:
        raise UnsafeZipError(_DAMAGED)
    if any(element.tag.endswith("}encryption-data") for element in _parse(file, "META-INF/manifest.xml")):
        raise UnsafeZipError(_ENCRYPTED)
    if any(_ODF_CODE.search(name) for name in file.parts):
        raise UnsafeZipError(_MACROS)
    return found


def _check_relationships(file: SafeZip) -> None:
    """Links to elsewhere are fine where people click on them, not where the program follows them by itself."""
    for name in file.parts:
        if not name.lower().endswith(".rels"):
            continue
        for element in _parse(file, name):
            kind, target = element.get("Type") or "", element.get("Target") or ""
            if _ACTIVE_TYPE.search(kind.rpartition("/")[2]) and "oleObject" not in kind:
                raise UnsafeZipError(_MACROS)
            # Word notes on which template a document was based: a path of the own machine leads nowhere.
            is_harmless = kind.endswith("/attachedTemplate") and _LOCAL_TEMPLATE.match(target)
            if element.get("TargetMode") == "External" and _REMOTE_LINK.search(kind) and not is_harmless:
                raise UnsafeZipError(_REMOTE)


def _check_part(walk: _Walk, name: str) -> None:
    first, before = True, b""
    for chunk in walk.file.chunks(name):
        if first:
            _check_beginning(walk, name, chunk)
            first = False
        text = before + chunk
        if _is_xml(name):
            _check_xml(walk, text)
        before = text[-_LONGEST_MARK:]


def _check_beginning(walk: _Walk, name: str, chunk: bytes) -> None:
    if _is_xml(name) and not _is_plain_xml(chunk):
        raise UnsafeZipError(_DAMAGED)
    if chunk.startswith(_OLE):
        raise UnsafeZipError(_MACROS if "vba" in name.lower() else _EMBEDDED)
    if chunk.startswith(_ZIP):
        if not walk.may_nest or not _CHART_DATA.fullmatch(name):
            raise UnsafeZipError(_EMBEDDED)
        limits = ZipLimits()
        rest = limits.total - walk.file.total
        inner = walk.file.read(name, limit=limits.total)
        if _check_package(open_zip(inner, ZipLimits(total=max(rest, 0))), may_nest=False) is not OfficeFormat.XLSX:
            raise UnsafeZipError(_EMBEDDED)
    elif chunk.startswith(_PROGRAMS):
        raise UnsafeZipError(_EMBEDDED)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml", ".rdf", ".svg"))


def _is_plain_xml(chunk: bytes) -> bool:
    """Whether the bytes can be searched for words: office programs write UTF-8 only, though they read more."""
    declared = _ENCODING.search(chunk[:200])
    return b"\x00" not in chunk[:4] and (declared is None or declared[1].upper() in (b"UTF-8", b"US-ASCII"))


def _check_xml(walk: _Walk, text: bytes) -> None:
    if _DOCTYPE.search(text):
        raise UnsafeZipError(_DAMAGED)
    if walk.is_odf and _ODF_SCRIPT.search(text):
        raise UnsafeZipError(_MACROS)
    if not walk.is_odf and _DDE.search(text):
        raise UnsafeZipError(_REMOTE)


def _parse(file: SafeZip, name: str) -> Iterator[Element]:
    """All elements of a small XML part; document types and entities are refused by the parser."""
    try:
        root = ElementTree.fromstring(file.read(name, limit=_MAX_INDEX), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        raise UnsafeZipError(_DAMAGED) from None
    yield from root.iter()
