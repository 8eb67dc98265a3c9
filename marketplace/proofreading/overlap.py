"""Runs of words that stand in a source as well: texts are to be our own. Plain.

Sources are PDF files turned to text: words are cut at the ends of lines and at ligatures. They are read in each way
that could be meant, and a run counts if it stands in any of them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from marketplace.proofreading.texts import NAMES_OF_ORGANISATIONS, ContentFile, without_addresses

RUN = 6
"""So many words in a row, names and fixed terms not counted, are no accident."""

_WORD = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ÿ]+")
_CUT_LINE = re.compile(r"(?<=[a-zäöüß])[-\u00ad]\s*\n\s*(?=[a-zäöüß])")
_CUT_LIGATURE = re.compile(r"(ffi|ffl|ff|fi|fl) (?=[a-zäöüß])")
_BREAK = re.compile(r"\||(?<=\w)\s*(?:\n\s*\n|\n\s*(?=[-*] |\d+\. |#))")


@dataclass(frozen=True)
class Overlap:
    """A run of words with its line."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.words}"


class Sources:
    """All runs of the sources, and phrases that belong to nobody."""

    def __init__(self, texts: Iterable[str], phrases: Iterable[str] = ()) -> None:
        self._runs: set[tuple[str, ...]] = set()
        for text in texts:
            whole = _CUT_LINE.sub("", text)
            for variant in {text, whole, _CUT_LIGATURE.sub(r"\1", whole)}:
                words = _words(variant)
                self._runs.update(zip(*(words[start:] for start in range(RUN)), strict=False))
        self._phrases = sorted({tuple(words) for phrase in phrases if (words := _words(phrase))}, key=len, reverse=True)

    def find(self, file: ContentFile) -> Iterator[Overlap]:
        """All runs of a file that stand in a source, each once and as long as it is."""
        for line, text in _pieces(file):
            found = list(_WORD.finditer(text))
            words = [match[0].lower() for match in found]
            for start, end in self._list_runs(words):
                piece = " ".join(text[found[start].start() : found[end - 1].end()].split())
                yield Overlap(file.name, line + text[: found[start].start()].count("\n"), piece)

    def _list_runs(self, words: list[str]) -> Iterator[tuple[int, int]]:
        start = 0
        is_name = self._mark_names(words)
        while start + RUN <= len(words):
            end = start
            while end + RUN <= len(words) and tuple(words[end : end + RUN]) in self._runs:
                end += 1
            if end == start:
                start += 1
                continue
            end += RUN - 1
            if is_name[start:end].count(False) >= RUN:
                yield start, end
            start = end

    def _mark_names(self, words: list[str]) -> list[bool]:
        marks = [False] * len(words)
        for phrase in self._phrases:
            for start in range(len(words) - len(phrase) + 1):
                if tuple(words[start : start + len(phrase)]) == phrase:
                    marks[start : start + len(phrase)] = [True] * len(phrase)
        return marks


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _pieces(file: ContentFile) -> Iterator[tuple[int, str]]:
    """Values of the front matter, and the body cut where one thought ends; each with its first line."""
    for passage in file.passages:
        if passage.field and passage.field not in NAMES_OF_ORGANISATIONS:
            yield passage.line, passage.text
    line, body = file.document.body_line, without_addresses(file.document.body)
    start = 0
    for match in [*_BREAK.finditer(body), None]:
        end = match.start() if match else len(body)
        yield line + body[:start].count("\n"), body[start:end]
        start = match.end() if match else end


def read_sources(directory: Path) -> list[str]:
    """Texts of all sources in a directory; empty if there are none."""
    return [path.read_text(encoding="utf-8", errors="replace") for path in sorted(directory.glob("*.txt"))]
