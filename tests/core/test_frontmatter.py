from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.frontmatter import MAX_BYTES, FrontMatterError, dump, parse

PRINTABLE = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\x85\u2028\u2029\ufeff"), max_size=60
)


def test_reads_fields_text_and_lines() -> None:
    document = parse(b"---\nart: projekt\nquellen:\n  - jahr: 2025\n---\n\nErster Absatz.\n")
    assert document.meta == {"art": "projekt", "quellen": [{"jahr": 2025}]}
    assert document.body == "Erster Absatz."
    assert document.line_of(("quellen", 0, "jahr")) == 4
    assert document.line_of(("quellen", 7, "fehlt")) == 3
    assert document.body_line == 7


def test_reads_bom_and_windows_line_ends() -> None:
    document = parse(b"\xef\xbb\xbf---\r\nart: projekt\r\n---\r\nText\r\n")
    assert document.meta == {"art": "projekt"}
    assert document.body == "Text"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "beginnt nicht"),
        (b"Nur Text", 1, "beginnt nicht"),
        (b"---\nart: projekt\n", 1, "abgeschlossen"),
        (b"---\n- a\n---\n", 2, "feld: wert"),
        (b"---\na: 'x\n---\n", 3, "YAML"),
        (b"---\na: 1\nb: 2\na: 3\n---\n", 4, "doppelt"),
        (b"---\na: &x [1]\nb: *x\n---\n", 2, "Verweise"),
        (b"---\na: !!python/object:os.system {}\n---\n", 2, "Typangaben"),
        (b"---\na: 1\nb: 2024-02-31\n---\n", 3, "ung\u00fcltig"),
        (b"---\n? [1, 2]\n: x\n---\n", 2, "einfaches Wort"),
        (b"---\na: M\xfcller\n---\n", 2, "UTF-8"),
        (b"---\na: b\x00c\n---\n", 2, "Steuerzeichen"),
        (b"---\na: " + b"[" * 50 + b"]" * 50 + b"\n---\n", 2, "verschachtelt"),
        (b"---\na: " + b"[" * 400_000 + b"\n---\n", 2, "verschachtelt"),
        (b"---\na: x\n---\n" + b"x" * MAX_BYTES, 1, "zu gro\u00df"),
    ],
)
def test_says_what_is_wrong_and_where(data: bytes, line: int, words: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        parse(data)
    assert caught.value.line == line
    assert words in caught.value.message


def test_yaml_bomb_is_refused_at_once() -> None:
    bomb = "---\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(12)
    )
    with pytest.raises(FrontMatterError, match="Verweise"):
        parse((bomb + "---\n").encode())


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    for candidate in (data, b"---\n" + data + b"\n---\n"):
        with suppress(FrontMatterError):
            parse(candidate)


VALUES = st.recursive(
    st.one_of(PRINTABLE, st.integers(-(10**6), 10**6), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z-]{2,10}", fullmatch=True).filter(lambda key: yaml.safe_load(key) == key),
        VALUES,
        min_size=1,
        max_size=5,
    ),
    st.lists(PRINTABLE, max_size=4).map("\n".join).map(lambda text: text.strip("\n")),
)
def test_what_is_written_is_read_again(meta: dict[str, object], body: str) -> None:
    document = parse(dump(meta, body).encode())
    assert document.meta == meta
    assert document.body == body
