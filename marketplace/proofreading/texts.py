"""The prose of a file of ``content/``, piece by piece with its line. Plain.

Keys, closed lists, slugs, addresses and names of sources are no prose: nobody spells or words them anew. Nor is what
people type into the search.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marketplace.core import frontmatter
from marketplace.core.frontmatter import Document

NAMES = frozenset({"quellen", "weblinks"})
"""Fields with titles of documents and web pages."""
WORDS_OF_OTHERS = frozenset({"suchworte"})
"""What people type into the search, in their words and not in ours."""
NAMES_OF_ORGANISATIONS = frozenset({"traeger", "partner", "betreiber", "foerdergeber"})

_MACHINE_WORD = re.compile(r"[a-z0-9.]+(-[a-z0-9.]+)*|https?://\S+|[\d-]+")
_BEGINS_ANEW = re.compile(r"\s*(?:[-*+] |\d+\. |#|>|\|)")
_LINK = re.compile(r"(\[[^\]]*\])\([^)]*\)")
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+")
_CODE = re.compile(r"`[^`]*`|\{\{[^}]*\}\}")


@dataclass(frozen=True)
class Passage:
    """A piece of prose: a value of the front matter, or a paragraph, an item or a row of a table of the body."""

    field: str
    """First key of the front matter, or empty for the body."""
    line: int
    text: str


@dataclass(frozen=True)
class ContentFile:
    """A file that can be read, with its name relative to ``content/``."""

    name: str
    document: Document
    raw: str

    @property
    def folder(self) -> str:
        """Folder of the file, such as ``projekte``."""
        return self.name.split("/", 1)[0]

    @property
    def slug(self) -> str:
        """Name of the file without its ending."""
        return self.name.rsplit("/", 1)[-1].removesuffix(".md")

    @cached_property
    def passages(self) -> list[Passage]:
        """All prose in order."""
        return [*_of_front_matter(self.document), *_of_body(self.document)]

    def line_of(self, word: str, passage: Passage) -> int:
        """Line on which a word of a passage stands; a value may go over several lines."""
        for number, row in enumerate(self.raw.split("\n")[passage.line - 1 :], start=passage.line):
            if word in row:
                return number
        return passage.line


def read(name: str, data: bytes) -> ContentFile | None:
    """The file, or None if it cannot be read at all (which the import reports)."""
    try:
        return ContentFile(name, frontmatter.parse(data), frontmatter.decode(data))
    except frontmatter.FrontMatterError:
        return None


def _of_front_matter(document: Document) -> Iterator[Passage]:
    for path, value in _strings((), document.meta):
        if path[0] not in NAMES | WORDS_OF_OTHERS and not _MACHINE_WORD.fullmatch(value.strip()):
            yield Passage(str(path[0]), document.line_of(path), value)


def _strings(path: tuple[str | int, ...], value: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _strings((*path, key), part)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _strings((*path, index), part)


def _of_body(document: Document) -> Iterator[Passage]:
    first, rows = document.body_line, list[str]()
    for number, row in enumerate([*document.body.split("\n"), ""], start=document.body_line):
        if rows and (not row.strip() or _BEGINS_ANEW.match(row)):
            yield Passage("", first, " ".join(rows))
            rows = []
        if row.strip():
            first = first if rows else number
            rows.append(row.strip())


def without_addresses(text: str) -> str:
    """The text without targets of links, addresses, code and placeholders."""
    return _CODE.sub(" ", _ADDRESS.sub(" ", _LINK.sub(r"\1", text)))
