import time

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.markdown import find_forbidden_markup, render, to_plain_text

DANGEROUS_TAGS = {"script", "style", "iframe", "img", "svg", "object", "form"}


def assert_harmless(html: str) -> None:
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        assert element.tag not in DANGEROUS_TAGS
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name != "style"
            assert name != "href" or value.startswith(("https:", "http:", "mailto:", "#", "/"))


def test_headings_get_ids_and_a_table_of_contents() -> None:
    rendered = render("## Worum es geht\n\nText\n\n### Maße & Größen\n\nText")
    assert '<h2 id="abschnitt-worum-es-geht">' in rendered.html
    assert [(h.level, h.id, h.text) for h in rendered.headings] == [
        (2, "abschnitt-worum-es-geht", "Worum es geht"),
        (3, "abschnitt-masse-groessen", "Maße & Größen"),
    ]


def test_tables_can_be_scrolled_by_keyboard() -> None:
    html = render("| a | b |\n|---|---|\n| 1 | 2 |").html
    assert 'tabindex="0"' in html
    assert html.count("<table>") == html.count("</table></div>") == 1


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "<svg onload=alert(1)>",
        "## Titel {: onclick=alert(1) style='color:red' }",
        "![x](https://example.org/a.png)",
        "<a href='java\tscript:alert(1)'>x</a>",
    ],
)
def test_nothing_dangerous_is_rendered_and_authors_are_told(text: str) -> None:
    assert_harmless(render(text).html)
    assert find_forbidden_markup(text)


def test_ordinary_text_is_not_complained_about() -> None:
    text = "Kosten < 5.000 € und > 3 Tage; Code `<b>` ist erlaubt.\n\n## Überschrift\n\n[Link](https://example.org)"
    assert find_forbidden_markup(text) == []


def test_plain_text_keeps_words_apart() -> None:
    assert to_plain_text("## Eins\n\nZwei **drei**\n\n- vier & fünf\n- sechs") == "Eins Zwei drei vier & fünf sechs"


@given(st.text(max_size=400))
def test_any_text_renders_safely(text: str) -> None:
    assert_harmless(render(text).html)
    to_plain_text(text)


LONG = 60_000
"""Characters that the text of an entry may have."""

TANGLED = {
    "brackets without an end": "[" * LONG,
    "links without an end": "[a](" * (LONG // 4),
    "images without an end": "![" * (LONG // 2),
    "tags without an end": "<a " * (LONG // 3),
    "headings without an end": "## a\n" * (LONG // 5),
    "footnotes without an end": "[^1] " * (LONG // 5) + "\n\n[^1]: a",
    "code in the cells of a table": "|`" * (LONG // 2) + "\n|-|-|\n",
    "lists within lists": "- " * (LONG // 2) + "x",
    "braces": "{:a" * (LONG // 3),
}


@pytest.mark.parametrize("text", TANGLED.values(), ids=TANGLED.keys())
def test_no_text_keeps_the_site_busy(text: str) -> None:
    """Each of these once took minutes, or more memory for nested calls than there is."""
    begin = time.process_time()
    html = render(text).html
    assert find_forbidden_markup(text)
    assert to_plain_text(text)
    assert time.process_time() - begin < 5
    assert_harmless(html)
    assert html.startswith("<pre>")


def test_a_long_honest_text_is_formatted() -> None:
    """A long list of links, footnotes, a table with code, and a paragraph in which somebody forgot a bracket."""
    links = "\n".join(f"- [Bericht {n}](https://www.example.org/berichte/{n}) und `code-{n}`" for n in range(300))
    table = "| a | b |\n|---|---|\n" + "\n".join(f"| [{n}](https://x.example/{n}) | `{n}` |" for n in range(300))
    notes = " ".join(f"Satz[^{n}]" for n in range(60)) + "\n\n" + "\n\n".join(f"[^{n}]: Quelle" for n in range(60))
    text = f"## Links\n\n{links}\n\n{table}\n\nHier (nach dem [Bericht fehlt etwas.\n\n{notes}"
    html = render(text).html
    assert html.count("<a ") > 600
    assert "<pre>" not in html
    assert not find_forbidden_markup(text)


def test_deep_lists_that_the_converter_gives_up_are_shown_as_they_are() -> None:
    text = "> - " * 500 + "x"
    assert render(text).html.startswith("<pre>&gt; - ")


def test_several_tables_have_names_of_their_own() -> None:
    table = "| A |\n|---|\n| 1 |"
    html = render(f"{table}\n\nDazwischen.\n\n{table}").html
    assert 'aria-label="Tabelle 1"' in html
    assert 'aria-label="Tabelle 2"' in html
    assert html.count("</table></div>") == 2
