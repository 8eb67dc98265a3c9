"""Images and PDF files for tests: as cameras and programs write them, and hostile ones."""

import io
import struct
import zlib
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject


def image(format_: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue, so that turning it shows."""
    picture = Image.new(mode, size)
    full = Image.new("RGB", size, (0, 0, 255))
    full.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    picture.paste(full.convert(mode))
    target = io.BytesIO()
    picture.save(target, format_, **options)
    return target.getvalue()


def photo(**more: Any) -> bytes:
    """A JPEG of a phone: turned by a note, with place, camera and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Geheimkamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (49.0, 37.0, 12.0), 3: "E", 4: (10.0, 49.0, 30.0)})
    return image("JPEG", exif=exif.tobytes(), comment=b"Erika Mustermann", **more)


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is so large and has next to nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def animated(format_: str = "PNG") -> bytes:
    """Two pictures one after the other."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, format_, save_all=True, append_images=frames[1:])
    return target.getvalue()


def pdf(change: Any = None, *, password: str = "") -> bytes:
    """A PDF with one page; ``change`` may add something to the writer."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    if change is not None:
        change(writer)
    if password:
        writer.encrypt(password)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def action(kind: str, **values: str) -> DictionaryObject:
    """An action of a PDF."""
    entries = {NameObject("/S"): NameObject(f"/{kind}")}
    entries |= {NameObject(f"/{key}"): TextStringObject(value) for key, value in values.items()}
    return DictionaryObject(entries)


def with_open_action(kind: str, **values: str) -> Any:
    """Something that a PDF does when it is opened."""

    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = action(kind, **values)

    return change


def with_annotation(kind: str) -> Any:
    """Something that sits on the page of a PDF."""

    def change(writer: PdfWriter) -> None:
        note = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject(kind)})
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return change


def with_hidden_script(writer: PdfWriter) -> None:
    """A script to which nothing in the PDF leads, so that only a look at all objects finds it."""
    writer._add_object(action("JavaScript", JS="app.alert(1)"))
