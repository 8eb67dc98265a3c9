"""Static pages: Markdown files of ``content/seiten`` with front matter ``titel`` and ``kurz`` and placeholders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup, escape

from marketplace.core import frontmatter, markdown

PAGES = ("ueber", "impressum", "datenschutz", "barrierefreiheit", "leichte-sprache")
"""Names of the files and addresses of the pages."""

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


@dataclass(frozen=True)
class Page:
    """A static page, ready to be shown."""

    title: str
    summary: str
    html: Markup


def get_page(directory: Path, name: str, placeholders: Mapping[str, str]) -> Page:
    """The page of this name (one of PAGES), rendered once per version of its file."""
    file = directory / f"{name}.md"
    return _render(file, file.stat().st_mtime_ns, tuple(sorted(placeholders.items())))


@lru_cache(maxsize=32)
def _render(file: Path, _changed: int, placeholders: tuple[tuple[str, str], ...]) -> Page:
    document = frontmatter.parse(file.read_bytes())
    # Values stand in after rendering, escaped, so that no operator's name can become Markdown or HTML. Until then
    # a word without any special sign holds the place, which survives in links as well.
    marks = {name: f"platzhalter{number:03d}ende" for number, (name, _) in enumerate(placeholders)}
    text = _PLACEHOLDER.sub(lambda match: marks[match[1]], document.body)
    html = str(markdown.render(text).html)
    for name, value in placeholders:
        html = html.replace(marks[name], str(escape(value)))
    return Page(document.meta["titel"], document.meta["kurz"], Markup(html))  # noqa: S704 -- rendered and escaped above
