"""Files are told apart by what is in them, and what is refused is told what to do."""

import pytest

from marketplace.attachments.checking import check_file
from marketplace.attachments.formats import MAX_BYTES, Format, RefusedFileError, size_in_words
from tests.support.files import image, pdf
from tests.support.office import docx_parts, odf_parts, overlapping_zip, xlsx_parts, zipped

_SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdf(), Format.PDF),
        (zipped(docx_parts()), Format.DOCX),
        (zipped(xlsx_parts()), Format.XLSX),
        (zipped(odf_parts("text")), Format.ODT),
        (zipped(odf_parts("spreadsheet")), Format.ODS),
        (image("PNG"), Format.PNG),
        (image("JPEG"), Format.JPEG),
        (image("WEBP"), Format.WEBP),
    ],
)
def test_all_eight_formats_are_accepted(data: bytes, expected: Format) -> None:
    assert check_file(data).format is expected


def test_documents_are_kept_as_they_were_sent() -> None:
    for data in (pdf(), zipped(docx_parts())):
        assert check_file(data).content == data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "leer"),
        (_SVG, "als PNG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- -->" + _SVG, "als PNG"),
        (_SVG.decode().encode("utf-16"), "als PNG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "Webseiten"),
        ("Nur ein Text mit Umlauten: äöü".encode(), "Reiner Text"),
        (b"GIF89a" + b"\0" * 50, "PNG, JPEG oder WebP"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 50, "HEIC"),
        (b"MZ\x90\0" + b"\0" * 100, "zählt der Inhalt"),
        (b"\x7fELF" + b"\0" * 100, "zählt der Inhalt"),
        (b"\x1f\x8b\x08" + b"\0" * 20, "Gepackte"),
        (zipped({"readme.txt": "x"}), "ODT und DOCX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "altes Format"),
        (zipped(docx_parts() | {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "Makros"),
        (zipped(docx_parts() | {"word/media/a.xml": b" " * 60_000_000}), "entpackt größer"),
        (zipped(xlsx_parts() | {"xl/a.xml": b" " * 60_000_000}), "entpackt größer"),
        (overlapping_zip(200, 900_000), "Büroprogramm"),
    ],
)
def test_what_is_refused_is_told_why_and_what_to_do(data: bytes, sentence: str) -> None:
    with pytest.raises(RefusedFileError, match=sentence):
        check_file(data)


def test_a_file_larger_than_ten_megabytes_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="größer als 10 MB"):
        check_file(pdf() + b"\0" * MAX_BYTES)


@pytest.mark.parametrize("cut", [20, 0.5, -40])
@pytest.mark.parametrize("data", [pdf(), image("PNG"), image("JPEG"), image("WEBP"), zipped(docx_parts())])
def test_a_file_that_was_cut_off_is_refused(data: bytes, cut: float) -> None:
    end = int(len(data) * cut) if isinstance(cut, float) else cut
    with pytest.raises(RefusedFileError, match=r"beschädigt|nicht so aufgebaut"):
        check_file(data[:end])


@pytest.mark.parametrize(
    "data",
    [
        pdf() + zipped(docx_parts()),
        pdf() + b"<script>alert(1)</script>",
        pdf()[:-6] + zipped({"a": "b"}) + b"\n%%EOF\n",
        zipped(docx_parts()) + pdf(),
        b"%PDF-1.7\n" + zipped(docx_parts()),
    ],
)
def test_a_file_that_is_two_files_at_once_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedFileError):
        check_file(data)


def test_what_hangs_behind_an_image_is_gone() -> None:
    for format_ in ("PNG", "JPEG", "WEBP"):
        kept = check_file(image(format_) + b"<script>alert(1)</script>" + zipped({"a": "b"})).content
        assert b"script" not in kept
        assert b"PK\x03\x04" not in kept


def test_sizes_read_well() -> None:
    assert [size_in_words(size) for size in (10, 340 * 1024, 1_258_291)] == ["1 KB", "340 KB", "1,2 MB"]
