"""Documents and tables: the right ones are known, those that act when opened are refused."""

import pytest

from marketplace.core.office_files import OfficeFormat, check_office_file
from marketplace.core.zip_safety import UnsafeZipError
from tests.support.office import (
    content_types,
    docx_parts,
    odf_parts,
    real_odt,
    real_xlsx,
    relationship,
    xlsx_parts,
    zipped,
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (zipped(docx_parts()), OfficeFormat.DOCX),
        (zipped(xlsx_parts()), OfficeFormat.XLSX),
        (real_xlsx(), OfficeFormat.XLSX),
        (zipped(odf_parts("text")), OfficeFormat.ODT),
        (zipped(odf_parts("spreadsheet")), OfficeFormat.ODS),
    ],
)
def test_knows_the_four_formats(data: bytes, expected: OfficeFormat) -> None:
    assert check_office_file(data) is expected


def test_a_text_of_libreoffice_is_accepted() -> None:
    data = real_odt()
    if data is None:
        pytest.skip("no document of LibreOffice on this machine")
    assert check_office_file(data) is OfficeFormat.ODT


def test_another_format_than_asked_for_is_named() -> None:
    with pytest.raises(UnsafeZipError, match="keine Datei im Format XLSX, sondern DOCX"):
        check_office_file(zipped(docx_parts()), expected=OfficeFormat.XLSX)


@pytest.mark.parametrize(
    "changes",
    [
        {"word/vbaProject.bin": _OLE},
        {"[Content_Types].xml": content_types(_WORD_TYPE, "application/vnd.ms-office.vbaProject")},
        {"[Content_Types].xml": content_types(_WORD_TYPE, "application/vnd.ms-office.activeX+xml")},
        {"word/_rels/document.xml.rels": relationship("control", "activeX/activeX1.xml")
            .replace("control", "vbaProject")},
    ],
)  # fmt: skip
def test_macros_in_a_document_are_refused(changes: dict[str, str | bytes]) -> None:
    with pytest.raises(UnsafeZipError, match="Makros"):
        check_office_file(zipped(docx_parts() | changes))


def test_a_document_with_macros_and_another_ending_is_refused() -> None:
    main = "application/vnd.ms-word.document.macroEnabled.main+xml"
    with pytest.raises(UnsafeZipError, match="Makros"):
        check_office_file(zipped(docx_parts() | {"[Content_Types].xml": content_types(main)}))


def test_macros_of_excel_4_are_refused() -> None:
    types = content_types(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.macrosheet+xml",
    )
    with pytest.raises(UnsafeZipError, match="Makros"):
        check_office_file(zipped(xlsx_parts() | {"[Content_Types].xml": types}))


@pytest.mark.parametrize(
    "changes",
    [
        {"Basic/Standard/Module1.xml": "<module/>"},
        {"Scripts/python/a.py": "print()"},
        {"content.xml": "<a><script:event-listener script:event-name='dom:load'/></a>"},
        {"content.xml": "<a href='vnd.sun.star.script:x?language=Basic'/>"},
    ],
)
def test_macros_in_an_opendocument_file_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(UnsafeZipError, match="Makros"):
        check_office_file(zipped(odf_parts() | changes))


def test_a_script_is_found_across_the_pieces_in_which_a_part_is_read() -> None:
    filler = "x" * (64 * 1024 - 10)
    # Random-looking text, so that the part is no bomb by its ratio.
    with pytest.raises(UnsafeZipError, match="Makros"):
        check_office_file(zipped(odf_parts(content=f"<a>{filler}<script:event-listener/></a>")))


@pytest.mark.parametrize(
    "changes",
    [
        {"word/embeddings/oleObject1.bin": _OLE},
        {"word/embeddings/paket.bin": b"MZ" + b"\0" * 100},
        {"word/embeddings/tief.docx": zipped(docx_parts())},
        {"word/media/bild.png": zipped({"a": "b"})},
    ],
)
def test_embedded_files_are_refused(changes: dict[str, bytes]) -> None:
    with pytest.raises(UnsafeZipError, match="eingebettet"):
        check_office_file(zipped(docx_parts() | changes))


def test_the_workbook_behind_a_chart_is_allowed_but_not_one_with_another_inside() -> None:
    name = "word/embeddings/Microsoft_Excel_Sheet1.xlsx"
    assert check_office_file(zipped(docx_parts() | {name: zipped(xlsx_parts())})) is OfficeFormat.DOCX
    deep = zipped(xlsx_parts() | {"xl/embeddings/tief.xlsx": zipped(xlsx_parts())})
    with pytest.raises(UnsafeZipError, match="eingebettet"):
        check_office_file(zipped(docx_parts() | {name: deep}))
    bomb = zipped(xlsx_parts() | {"xl/a.xml": b" " * 5_000_000})
    with pytest.raises(UnsafeZipError, match="größer"):
        check_office_file(zipped(docx_parts() | {name: bomb}))


def test_a_template_from_elsewhere_is_refused_a_path_of_the_own_machine_is_not() -> None:
    name = "word/_rels/settings.xml.rels"
    own = relationship("attachedTemplate", "file:///C:\\Vorlagen\\Brief.dotx", external=True)
    assert check_office_file(zipped(docx_parts() | {name: own})) is OfficeFormat.DOCX
    for target in ("https://boese.example/a.dotm", "file://///server/a.dotm", "\\\\server\\a.dotm"):
        with pytest.raises(UnsafeZipError, match="von anderswo"):
            check_office_file(zipped(docx_parts() | {name: relationship("attachedTemplate", target, external=True)}))


def test_links_to_click_on_are_allowed() -> None:
    link = relationship("hyperlink", "https://www.example.org/", external=True)
    assert check_office_file(zipped(docx_parts() | {"word/_rels/document.xml.rels": link})) is OfficeFormat.DOCX


@pytest.mark.parametrize("part", ["[Content_Types].xml", "word/document.xml"])
def test_document_types_and_entities_are_refused(part: str) -> None:
    trick = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    content = str(docx_parts()[part]).replace('<?xml version="1.0" encoding="UTF-8"?>', "")
    with pytest.raises(UnsafeZipError):
        check_office_file(zipped(docx_parts() | {part: trick + content}))


def test_a_part_in_an_encoding_in_which_words_could_hide_is_refused() -> None:
    hidden = "<?xml version='1.0'?><a href='vnd.sun.star.script:x'/>".encode("utf-16")
    with pytest.raises(UnsafeZipError):
        check_office_file(zipped(odf_parts() | {"content.xml": hidden}))


def test_a_protected_file_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnsafeZipError, match="ohne Kennwort"):
        check_office_file(_OLE)
    manifest = "<m:manifest xmlns:m='urn:m'><m:encryption-data/></m:manifest>"
    with pytest.raises(UnsafeZipError, match="Kennwort"):
        check_office_file(zipped(odf_parts() | {"META-INF/manifest.xml": manifest}))


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7", zipped({"a": "b"}), zipped(odf_parts("presentation")), zipped({"[Content_Types].xml": "<a/>"})],
)
def test_everything_else_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(UnsafeZipError, match="PDF"):
        check_office_file(data)
