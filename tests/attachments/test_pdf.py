"""PDF files that do something, hide something or ask for a password are refused."""

import time
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from marketplace.attachments.formats import RefusedFileError
from marketplace.attachments.pdf import check_pdf
from tests.support.files import action, pdf, with_annotation, with_hidden_script, with_open_action


def test_an_ordinary_file_with_links_is_accepted() -> None:
    def with_link(writer: PdfWriter) -> None:
        link = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Link"),
                NameObject("/A"): action("URI", URI="https://www.example.org"),
            }
        )
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])

    check_pdf(pdf())
    check_pdf(pdf(with_link))


@pytest.mark.parametrize(
    "change",
    [
        with_open_action("JavaScript", JS="app.alert(1)"),
        with_open_action("Launch", F="cmd.exe"),
        with_open_action("SubmitForm", F="https://boese.example"),
        with_open_action("GoToE"),
        with_annotation("/RichMedia"),
        with_annotation("/Screen"),
        with_hidden_script,
    ],
)
def test_what_acts_is_refused(change) -> None:
    with pytest.raises(RefusedFileError, match="Programm"):
        check_pdf(pdf(change))


def test_a_name_in_other_letters_is_known() -> None:
    data = pdf(with_open_action("JavaScript", JS="app.alert(1)")).replace(b"/JavaScript", b"/J#61vaScript")
    data = data.replace(b"/JS ", b"/J#53 ")
    with pytest.raises(RefusedFileError, match="Programm"):
        check_pdf(data)


def test_a_script_in_a_packed_list_of_objects_is_found() -> None:
    objects = b"<< /S /JavaScript /JS (app.alert(1)) >>"
    head = b"7 0 "
    packed = zlib.compress(head + objects)
    body = b"%PDF-1.5\n"
    offsets = {}
    for number, text in (
        (1, b"<< /Type /Catalog /Pages 2 0 R >>"),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"),
        (4, b"<< /Type /ObjStm /N 1 /First %d /Filter /FlateDecode /Length %d >>\nstream\n" % (len(head), len(packed))
            + packed + b"\nendstream"),
    ):  # fmt: skip
        offsets[number] = len(body)
        body += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    start = len(body)
    rows = [(0, 0, 255), *((1, offsets[n], 0) for n in (1, 2, 3, 4)), (1, start, 0), (0, 0, 0), (2, 4, 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([more]) for kind, place, more in rows)
    body += b"5 0 obj\n<< /Type /XRef /Size 8 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n" % len(table)
    body += table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    with pytest.raises(RefusedFileError, match="Programm"):
        check_pdf(body)


def test_files_in_the_file_are_refused() -> None:
    with pytest.raises(RefusedFileError, match="stecken weitere Dateien"):
        check_pdf(pdf(lambda writer: writer.add_attachment("liste.exe", b"MZ")))
    with pytest.raises(RefusedFileError, match="stecken weitere Dateien"):
        check_pdf(pdf(with_annotation("/FileAttachment")))


@pytest.mark.parametrize("password", ["geheim", " "])
def test_a_protected_file_is_refused_with_what_to_do(password: str) -> None:
    with pytest.raises(RefusedFileError, match="Kennwort"):
        check_pdf(pdf(password=password))


def test_a_file_without_pages_is_refused() -> None:
    def without_pages(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/Pages")] = DictionaryObject(
            {NameObject("/Type"): NameObject("/Pages"), NameObject("/Kids"): ArrayObject()}
        )

    with pytest.raises(RefusedFileError, match="beschädigt"):
        check_pdf(pdf(without_pages))
    with pytest.raises(RefusedFileError, match="beschädigt"):
        check_pdf(b"%PDF-1.7\nnichts\n%%EOF\n")


def test_a_title_of_a_megabyte_does_not_matter() -> None:
    check_pdf(pdf(lambda writer: writer.add_metadata({"/Title": str(TextStringObject("x" * 1_000_000))})))


def test_objects_that_lead_in_a_circle_are_looked_at_once() -> None:
    def circle(writer: PdfWriter) -> None:
        one = DictionaryObject()
        reference = writer._add_object(one)
        one[NameObject("/A")] = ArrayObject([reference] * 5)

    begin = time.perf_counter()
    check_pdf(pdf(circle))
    assert time.perf_counter() - begin < 1


_GOOD = pdf(with_annotation("/Link"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(_GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_a_changed_file_is_refused_or_read(changes: list[tuple[int, int]]) -> None:
    data = bytearray(_GOOD)
    for place, byte in changes:
        data[place] = byte
    try:
        check_pdf(bytes(data))
    except RefusedFileError:
        return
