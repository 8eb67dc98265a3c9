"""Markdown to safe HTML, to plain text, and the check that a text contains no raw HTML.

Texts come from strangers: the HTML is cleaned against an allow-list after rendering, whatever Markdown produced.
"""

import re
from dataclasses import dataclass
from typing import Any

import markdown
import nh3
from markupsafe import Markup

from marketplace.core.tangles import is_tangled

_EXTENSIONS = ["tables", "toc", "footnotes", "attr_list", "admonition", "sane_lists"]

_TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4", "hr", "li", "ol",
    "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"},
    "li": {"id"}, "sup": {"id"},
    "th": {"scope"},
    "ol": {"start"},
}  # fmt: skip
_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SCHEMES = {"http", "https", "mailto"}
_ALLOWED_ADDRESS = re.compile(r"(?:https?://|mailto:|#|/(?!/))")
_RAW_HTML = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9-]*(?=[\s/>])|!--|!\[CDATA|\?)")
_CODE_SPAN = re.compile(r"(?<!`)(`++)(?:(?!\1).)*+\1")
_DANGEROUS_LINK = re.compile(r"(?:\]\(|\]:|<)\s*<?\s*(?:javascript|data|vbscript|file):", re.IGNORECASE)
_ATTRIBUTE_LIST = re.compile(r"\{[^{}]*(?:\bon\w+|\bstyle|\bclass)\s*=", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """A heading of a rendered text, for the table of contents; level 2 to 4."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """Safe HTML with the headings that stand in it."""

    html: Markup
    headings: list[Heading]


def render(text: str, *, id_prefix: str = "abschnitt-") -> Rendered:
    """Safe HTML of a Markdown text. Headings start at level 2; their ids begin with ``id_prefix``.

    A text that nobody writes and that would take minutes is shown as it is.
    """
    try:
        return _as_typed(text) if is_tangled(text) else _convert(text, id_prefix)
    except RecursionError:
        return _as_typed(text)


def _as_typed(text: str) -> Rendered:
    return Rendered(Markup("<pre>{}</pre>").format(text), [])


def _convert(text: str, id_prefix: str) -> Rendered:
    converter = markdown.Markdown(
        extensions=_EXTENSIONS,
        extension_configs={
            "toc": {"toc_depth": "2-4", "slugify": lambda value, sep: id_prefix + slugify(value, sep)},
            "footnotes": {"UNIQUE_IDS": True, "BACKLINK_TITLE": "Zurück zur Fußnote {} im Text"},
        },
        output_format="html",
    )
    raw = converter.convert(text)
    html = nh3.clean(
        raw,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        attribute_filter=_keep_attribute,
        link_rel="noopener noreferrer nofollow",
    )
    html = html.replace("<h1", "<h2").replace("</h1>", "</h2>")
    html = _frame_tables(html)
    headings = [
        Heading(token["level"], token["id"], _unescape(token["name"]))
        for token in _flatten(getattr(converter, "toc_tokens", []))
    ]
    return Rendered(Markup(html), headings)  # noqa: S704 -- cleaned by nh3 above


def _frame_tables(html: str) -> str:
    """Let wide tables scroll, by keyboard too; several on a page need names of their own."""
    first, *others = html.split("<table>")
    names = ["Tabelle"] if len(others) == 1 else [f"Tabelle {number}" for number in range(1, len(others) + 1)]
    frames = (
        f'<div class="kern-table-responsive" role="region" aria-label="{name}" tabindex="0"><table>{table}'
        for name, table in zip(names, others, strict=True)
    )
    return "".join([first, *frames]).replace("</table>", "</table></div>")


def _keep_attribute(_tag: str, name: str, value: str) -> str | None:
    """Links lead to the web, to mail or into this site; anything else is dropped."""
    return value if name != "href" or _ALLOWED_ADDRESS.match(value) else None


def _flatten(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for token in tokens for item in (token, *_flatten(token["children"]))]


def slugify(value: str, separator: str = "-") -> str:
    """Lower-case ASCII words of a German text, joined by the separator."""
    value = value.lower().translate(_ASCII)
    return separator.join(re.findall(r"[a-z0-9]+", value)) or "abschnitt"


def to_plain_text(text: str) -> str:
    """The words of a Markdown text without markup, for search and feeds."""
    try:
        html = _as_typed(text).html if is_tangled(text) else _convert_plainly(text)
    except RecursionError:
        html = _as_typed(text).html
    html = re.sub(r"<(/?(?:p|li|h[1-6]|td|th|tr|dt|dd|blockquote|div)|br)\b[^>]*>", " \\g<0>", html)
    stripped = nh3.clean(html, tags=set())
    return re.sub(r"\s+", " ", _unescape(stripped)).strip()


def _convert_plainly(text: str) -> str:
    return markdown.markdown(text, extensions=["tables", "footnotes", "sane_lists"], output_format="html")


def _unescape(text: str) -> str:
    return Markup(text).unescape()  # noqa: S704 -- becomes plain text, not HTML


def find_forbidden_markup(text: str) -> list[tuple[int, str]]:
    """Rows (from 0) of a Markdown text with raw HTML or a dangerous link, each with a German sentence."""
    if is_tangled(text):
        return [(0, "Der Text enthält zu viele Klammern oder Zeichen für Code, Listen und Überschriften.")]
    found = []
    for row, line in enumerate(text.split("\n")):
        bare = _CODE_SPAN.sub("", line)
        if _RAW_HTML.search(bare):
            found.append((row, "HTML ist im Text nicht erlaubt. Bitte Markdown verwenden."))
        elif _DANGEROUS_LINK.search(bare):
            found.append((row, "Dieser Link ist nicht erlaubt. Erlaubt sind https, http und mailto."))
        elif _ATTRIBUTE_LIST.search(bare):
            found.append((row, "Angaben zu Aussehen oder Verhalten in {…} sind nicht erlaubt."))
        elif re.match(r"#\s", line):
            found.append((row, "Die Überschrift erster Ebene ist der Titel. Bitte im Text mit ## beginnen."))
        elif re.search(r"!\[", bare):
            found.append((row, "Bilder sind im Text noch nicht erlaubt."))
    return found
