"""Names of strangers' computers become harmless ones that people still recognise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from marketplace.attachments.formats import Format
from marketplace.attachments.names import clean_name, content_disposition, title_from


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Bürgerhaus – Größe.pdf", "Bürgerhaus – Größe.pdf"),
        ("C:\\Users\\erika\\Bericht.PDF", "Bericht.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("bericht.exe", "bericht.exe.pdf"),
        ("bericht.docx", "bericht.pdf"),
        ("gnp\u202efdp.exe", "gnp fdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("a\0b\x1b[31m.pdf", "a b [31m.pdf"),
        ("halb\ud800.pdf", "halb.pdf"),
        ("", "Anlage.pdf"),
        (".pdf", "Anlage.pdf"),
        ("...", "Anlage.pdf"),
        ("CON.pdf", "Anlage CON.pdf"),
        ("u\u0308ber.pdf", "über.pdf"),
        ("x" * 400 + ".pdf", "x" * 100 + ".pdf"),
        ('a"b;c%0d.pdf', "a b c 0d.pdf"),
    ],
)
def test_names_are_cleaned(sent: str, kept: str) -> None:
    assert clean_name(sent, Format.PDF) == kept


@given(st.text(st.characters(codec=None), max_size=300), st.sampled_from(Format))
def test_no_name_breaks_a_header(sent: str, format_: Format) -> None:
    name = clean_name(sent, format_)
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert name.endswith(f".{format_.value}")
    assert len(name) <= 110
    kind, options = parse_options_header(header)
    assert (kind, options["filename"]) == ("attachment", name)


def test_umlauts_reach_new_and_old_browsers() -> None:
    header = content_disposition("Bürgerhaus.pdf")
    assert 'filename="Buergerhaus.pdf"' in header
    assert "filename*=UTF-8''B%C3%BCrgerhaus.pdf" in header


def test_a_name_becomes_a_title() -> None:
    assert title_from("Ratsvorlage_2024_final.pdf") == "Ratsvorlage 2024 final"
