"""Small files as office programs write them, and hostile ones that only look like it."""

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl

Parts = dict[str, str | bytes]

_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_XLSX_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def zipped(parts: Mapping[str, str | bytes], *, stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """A ZIP file with these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return target.getvalue()


def content_types(*types: str) -> str:
    """The list of content types of a DOCX or XLSX file."""
    overrides = "".join(f'<Override PartName="/p{i}" ContentType="{each}"/>' for i, each in enumerate(types))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{overrides}</Types>'
    )


def relationship(kind: str, target: str, *, external: bool = False) -> str:
    """A file of relationships with one of them."""
    mode = ' TargetMode="External"' if external else ""
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONSHIPS}">'
        f'<Relationship Id="r1" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    )


def docx_parts(text: str = "Ein Absatz.") -> Parts:
    """The parts of the smallest DOCX file."""
    return {
        "[Content_Types].xml": content_types(_DOCX_MAIN),
        "_rels/.rels": relationship("officeDocument", "word/document.xml"),
        "word/document.xml": f"<w:document xmlns:w='urn:w'><w:body><w:t>{text}</w:t></w:body></w:document>",
    }


def docx(**changes: str | bytes) -> bytes:
    """A small DOCX file."""
    return zipped(docx_parts() | changes)


def xlsx_parts() -> Parts:
    """The parts of the smallest XLSX file."""
    return {
        "[Content_Types].xml": content_types(_XLSX_MAIN),
        "_rels/.rels": relationship("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": "<workbook/>",
    }


def real_xlsx() -> bytes:
    """A workbook as a library for workbooks writes it."""
    target, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(["Kommune", "Kosten"])
    book.active.append(["Neustadt", 12500])
    book.save(target)
    return target.getvalue()


def odf_parts(kind: str = "text", content: str = "<office:document-content xmlns:office='urn:o'/>") -> Parts:
    """The parts of the smallest ODT (kind text) or ODS (kind spreadsheet) file."""
    return {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": content,
        "META-INF/manifest.xml": "<manifest:manifest xmlns:manifest='urn:m'/>",
    }


def real_odt() -> bytes | None:
    """A text that LibreOffice wrote, where the machine has one; Python's docutils bring it along."""
    places = Path(zipfile.__file__).parent.glob("site-packages/docutils/writers/odf_odt/styles.odt")
    return next((place.read_bytes() for place in places), None)


def with_false_sizes(data: bytes, name: str, size: int) -> bytes:
    """The same ZIP file, whose directory and header say that a part has another size when unpacked."""
    changed = bytearray(data)
    for signature, offset, name_at in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        position = -1
        while (position := data.find(signature, position + 1)) >= 0:
            if data[position + name_at :].startswith(name.encode()):
                struct.pack_into("<L", changed, position + offset, size)
    return bytes(changed)


def overlapping_zip(copies: int, size: int) -> bytes:
    """A ZIP file whose parts all lie in the same bytes: many times ``size`` out of a few kilobytes."""
    one = zipped({"part0": b"\0" * size})
    start = one.index(b"PK\x01\x02")
    entry = one[start : start + 46]
    directory = b"".join(entry + f"part{number}".encode() for number in range(copies))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, copies, copies, len(directory), start, 0)
    return one[:start] + directory + end
