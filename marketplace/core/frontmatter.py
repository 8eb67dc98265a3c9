"""Markdown files with YAML front matter, read strictly and with line numbers, written so that reading gives the same.

python-frontmatter would read them too, but knows no line numbers and follows aliases; both matter here, because
the files come from strangers and mistakes are reported by line (ADR 0007).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_BYTES = 512 * 1024
"""A file larger than this is no entry; the longest real one has about 12 KB."""

MAX_DEPTH = 8


class FrontMatterError(Exception):
    """The file cannot be read at all; carries the line (from 1) and a German sentence."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Document:
    """Front matter, body and the line on which each key path begins (``("quellen", 0, "jahr")``)."""

    meta: dict[str, Any]
    body: str
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    body_line: int = 1

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """Line of a key path, or of the nearest ancestor that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def decode(data: bytes) -> str:
    """Bytes of a file as text with Unix line ends; raises FrontMatterError for size, encoding or control characters."""
    if len(data) > MAX_BYTES:
        raise FrontMatterError(
            1, f"Die Datei ist zu groß ({len(data):,} Byte, erlaubt sind {MAX_BYTES:,}).".replace(",", ".")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FrontMatterError(line, "Die Datei ist nicht in UTF-8 gespeichert. Bitte als UTF-8 speichern.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, row in enumerate(text.split("\n"), start=1):
        if any((ord(char) < 32 and char != "\t") or ord(char) == 127 for char in row):
            raise FrontMatterError(number, "Die Zeile enthält unsichtbare Steuerzeichen. Bitte entfernen.")
    return text


def parse(data: bytes) -> Document:
    """Read a file; raises FrontMatterError if it has no front matter or is not plain YAML."""
    text = decode(data)
    if not text.startswith("---\n"):
        raise FrontMatterError(1, "Die Datei beginnt nicht mit „---“; es fehlt der Kopf mit den Angaben.")
    end = text.find("\n---\n", 3)
    if end < 0:
        if not text.endswith("\n---"):
            raise FrontMatterError(1, "Der Kopf wird nicht mit einer Zeile „---“ abgeschlossen.")
        end = len(text) - len("\n---")
    head, body = text[4 : end + 1], text[end + len("\n---\n") :]
    meta, lines = _load_yaml(head)
    blank_rows = len(body) - len(body.lstrip("\n"))
    return Document(meta, body.strip("\n"), lines, body_line=text[:end].count("\n") + 3 + blank_rows)


def _load_yaml(head: str) -> tuple[dict[str, Any], dict[tuple[str | int, ...], int]]:
    try:
        _refuse_what_grows(head)
        node = yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 2
        raise FrontMatterError(line, "Der Kopf ist kein gültiges YAML. Häufig fehlen Anführungszeichen oder die "
                               "Einrückung stimmt nicht.") from None  # fmt: skip
    except (yaml.YAMLError, RecursionError, ValueError):
        raise FrontMatterError(2, "Der Kopf ist kein gültiges YAML.") from None
    if not isinstance(node, yaml.MappingNode):
        raise FrontMatterError(2, "Der Kopf besteht nicht aus Zeilen der Form „feld: wert“.")
    lines: dict[tuple[str | int, ...], int] = {}
    _walk(node, (), lines)
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node), lines
    except (yaml.YAMLError, ValueError, TypeError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else _line_of_bad_scalar(node)
        raise FrontMatterError(line, "Ein Wert ist ungültig, zum Beispiel ein Datum, das es nicht gibt. "
                               "Text mit Sonderzeichen bitte in Anführungszeichen setzen.") from None  # fmt: skip


def _line_of_bad_scalar(node: yaml.Node) -> int:
    """Line of the first scalar that cannot be built alone (an impossible date raises without a mark)."""
    if isinstance(node, yaml.ScalarNode):
        try:
            yaml.SafeLoader("").construct_object(node, deep=True)
        except Exception:
            return int(node.start_mark.line) + 2
        return 0
    children = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
    return (
        next((line for child in children if (line := _line_of_bad_scalar(child))), 0) or int(node.start_mark.line) + 2
    )


def _refuse_what_grows(head: str) -> None:
    """Aliases make a small file expand without bound ("billion laughs") and are of no use to editors.

    Deep nesting takes the reader minutes; it stops here as soon as it is too deep.
    """
    depth = 0
    for event in yaml.parse(head, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > 2 * MAX_DEPTH:
            raise FrontMatterError(_line_of(event), "Die Angaben im Kopf sind zu tief verschachtelt.")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise FrontMatterError(_line_of(event), "Verweise mit & und * sind im Kopf nicht erlaubt. "
                                   "Texte mit * oder & bitte in Anführungszeichen setzen.")  # fmt: skip
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise FrontMatterError(_line_of(event), "Typangaben mit ! sind im Kopf nicht erlaubt.")


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 2 if event.start_mark else 2


def _walk(node: yaml.Node, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> None:
    line = node.start_mark.line + 2
    lines.setdefault(path, line)
    if len(path) > MAX_DEPTH:
        raise FrontMatterError(line, "Die Angaben sind zu tief verschachtelt.")
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            key_line = key.start_mark.line + 2
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                raise FrontMatterError(key_line, "Ein Feldname muss ein einfaches Wort sein.")
            if (*path, key.value) in lines:
                raise FrontMatterError(key_line, f"Das Feld „{key.value[:60]}“ steht doppelt im Kopf.")
            lines[(*path, key.value)] = key_line
            _walk(value, (*path, key.value), lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), lines)


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key, as people write them, and quotes what YAML would misread."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text and not any(line.endswith(" ") for line in text.split("\n")) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def dump(meta: Mapping[str, Any], body: str) -> str:
    """Front matter and body as one file; ``parse`` gives both back unchanged."""
    head = yaml.dump(dict(meta), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return f"---\n{head}---\n\n{body}\n" if body else f"---\n{head}---\n"
