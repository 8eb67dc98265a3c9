"""Brings the English catalogue up to the sources: ``make translations``.

New words get an empty translation, words that are gone leave, all others keep theirs. The file is sorted by its German
words and names files without line numbers, so that branches seldom touch the same lines. What is still to be translated
is listed at the end; write the English between the quotes of ``msgstr`` in that file.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from marketplace import app as _all_features  # noqa: F401 -- the errors of all features are looked up
from marketplace.config import ROOT
from marketplace.core.errors import DomainError
from marketplace.extensions import CATALOGUES

PATH = CATALOGUES / "en" / "LC_MESSAGES" / "messages.po"

_METHODS = [
    # Mails are always German.
    ("templates/mail/layout.*", "ignore"),
    ("templates/mail/components.html", "ignore"),
    ("templates/mail/**/subject.txt", "ignore"),
    ("templates/mail/**/body.*", "ignore"),
    # Nor do pages show what commands say.
    ("marketplace/**/cli.py", "ignore"),
    ("marketplace/migrations/**.py", "ignore"),
    ("marketplace/proofreading/**.py", "ignore"),
    ("templates/**.html", "jinja2"),
    ("marketplace/**.py", "tools.translations:extract_words"),
]
_OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
_GETTEXT: dict[str, Any] = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}

_SHOWN: dict[str, tuple[int | str, ...]] = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext"), (0,)),
    "Label": (0,),
    "described": (1, "help"),
    "Field": ("title",),
}
"""What holds German words for pages: a call by its name, with the places and names of the arguments."""
_WORTH_PARSING = re.compile(rb"\b_l?[(]|gettext|Label|described|Field|Error[(]")

_Extracted = tuple[int, str, Any, list[str]]


def extract_words(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[_Extracted]:
    """For Babel: calls of gettext, members of closed lists, and arguments that become a ``Label``."""
    source = file.read()
    if not _WORTH_PARSING.search(source):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) == "ngettext":
            yield node.lineno, "ngettext", tuple(text for arg in node.args[:2] for text in _texts(arg)), []
            continue
        for word in _words(node):
            for text in _texts(word):
                yield word.lineno, "gettext", text, []


def _words(node: ast.AST) -> list[ast.expr]:
    """Expressions that are one text for pages each."""
    if isinstance(node, ast.ClassDef) and any(_name(base) == "Labelled" for base in node.bases):
        members = [child.value for child in node.body if isinstance(child, ast.Assign)]
        return [value.elts[1] for value in members if isinstance(value, ast.Tuple) and len(value.elts) > 1]
    if not isinstance(node, ast.Call):
        return []
    name = _name(node.func)
    if name in _errors_for_people():
        # Some name a field first, and some have a reason for the log: only sentences are for people.
        return [word for word in node.args[:1] if all(text.endswith((".", "?")) for text in _texts(word))]
    places = _SHOWN.get(name, ())
    words = [node.args[place] for place in places if isinstance(place, int) and place < len(node.args)]
    return words + [keyword.value for keyword in node.keywords if keyword.arg in places]


@cache
def _errors_for_people() -> frozenset[str]:
    """Errors whose message a page shows: those of forms, and all that descend from DomainError."""
    found, left = {"ValidationError", "StopValidation"}, [DomainError]
    while left:
        error = left.pop()
        found.add(error.__name__)
        left += error.__subclasses__()
    return frozenset(found)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def collect() -> Catalog:
    """All words of the sources that pages show."""
    found = Catalog(locale="en", charset="utf-8")
    for part in ("marketplace", "templates"):
        walked = extract_from_dir(
            ROOT / part, [(_below(part, pattern), method) for pattern, method in _METHODS if pattern.startswith(part)],
            {_below(part, pattern): options for pattern, options in _OPTIONS.items()}, _GETTEXT,
        )  # fmt: skip
        for path, _line, words, _comments, _context in walked:
            found.add(words, locations=[(f"{part}/{path}", 0)])
    return found


def _below(part: str, pattern: str) -> str:
    return pattern.removeprefix(part + "/")


def read(path: Path = PATH) -> Catalog:
    """The catalogue as it stands in the repository."""
    with path.open("rb") as file:
        return read_po(file, locale="en")


def update(old: Catalog, found: Catalog) -> Catalog:
    """The words of the sources with the translations that are known."""
    new = Catalog(locale="en", charset="utf-8", project="Blaupause", fuzzy=False)
    new.header_comment = "# English catalogue of Blaupause; see docs/english.md."
    for message in found:
        if message.id:
            known = old.get(message.id if isinstance(message.id, str) else message.id[0])
            same_form = known is not None and isinstance(known.id, str) == isinstance(message.id, str)
            files = sorted({(path, 0) for path, _line in message.locations})
            new.add(message.id, known.string if known and same_form else None, locations=files)
    return new


def missing(catalogue: Catalog) -> list[Message]:
    """Messages without a translation, or with one of two forms missing."""
    return [m for m in catalogue if m.id and not all(m.string if isinstance(m.string, tuple) else (m.string,))]


def written(catalogue: Catalog) -> bytes:
    """The catalogue as its file; the date of its making would differ on every run."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=0, sort_output=True, include_lineno=False)
    return re.sub(
        rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Report-Msgid).*\n',
        b"",
        buffer.getvalue(),
        flags=re.M,
    )


def main() -> int:
    """Write the catalogue and list what is to be translated."""
    catalogue = update(read() if PATH.is_file() else Catalog(locale="en"), collect())
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_bytes(written(catalogue))
    left = missing(catalogue)
    for message in left:
        print(f"  {message.id if isinstance(message.id, str) else message.id[0]}")
    print(f"{len(catalogue)} Texte, {len(left)} ohne Übersetzung: {PATH.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
