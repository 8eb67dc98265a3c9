"""German spelling: a dictionary, words of our own, and compounds of both. Plain."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

Lookup = Callable[[str], bool]

_WORD = re.compile(r"[A-Za-zÄÖÜäöüßÀ-ÖØ-öø-ÿ]+(?:['’][a-zäöü]+)?(?:[-‑/][A-Za-zÄÖÜäöüßÀ-ÖØ-öø-ÿ]+)*")
_JOINTS = ("", "s", "n", "en", "es")
_ENDINGS = ("", "s", "e", "n", "en", "er", "es", "em", "ern", "in", "innen")
_SHORTEST_PART = 4
_ROMAN_OR_INITIALS = re.compile(r"[A-ZÄÖÜ]{1,5}s?")


class Speller:
    """Knows the words of the dictionary, those of ``content/woerter.txt`` and names of the register."""

    def __init__(self, lookup: Lookup, own: Iterable[str] = ()) -> None:
        self._exact = frozenset(word for word in own if not word.endswith("*"))
        self._stems = frozenset(word[:-1] for word in own if word.endswith("*"))
        self._lookup = lookup
        self.knows = lru_cache(maxsize=None)(self._knows)

    def find_unknown(self, text: str) -> Iterator[str]:
        """Words of a text that nobody knows, in order."""
        for match in _WORD.finditer(text):
            word = match[0]
            if (match.start() and text[match.start() - 1].isdigit()) or text[match.end() : match.end() + 1].isdigit():
                continue
            is_cut = text[match.end() : match.end() + 1] in ("-", "‑")
            if not self.knows(word) and not (is_cut and any(map(self.knows, _stems_of(word)))):
                yield word

    def _knows(self, word: str) -> bool:
        if self._is_listed(word) or _ROMAN_OR_INITIALS.fullmatch(word):
            return True
        parts = re.split(r"[-‑/]", word)
        if len(parts) > 1:
            return all(self.knows(part) or self.knows(part.capitalize()) for part in parts)
        return self._is_spelled(word) or (word[:1].isupper() and self._is_spelled(word.lower())) or self._joins(word)

    def _is_spelled(self, word: str) -> bool:
        return len(word) == 1 or self._is_listed(word) or self._lookup(word)

    def _is_listed(self, word: str) -> bool:
        return word in self._exact or any(word.removesuffix(end) in self._stems for end in _ENDINGS)

    def _joins(self, word: str) -> bool:
        """Whether it is a compound of two known words, of which the dictionary knows no compounds by itself."""
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            head, tail = word[:cut], word[cut:]
            noun = tail.capitalize() if word[0].isupper() else tail
            if self._is_spelled(noun) and any(
                self._is_spelled(stem) or self._is_spelled(stem.capitalize()) for stem in _stems_of(head)
            ):
                return True
        return False


def _stems_of(head: str) -> Iterator[str]:
    for joint in _JOINTS:
        stem = head.removesuffix(joint)
        if len(stem) >= _SHORTEST_PART and head.endswith(joint):
            yield stem


def read_words(text: str) -> list[str]:
    """Words of a list, one a line; ``#`` begins a remark, ``*`` at the end stands for all endings."""
    rows = (row.partition("#")[0].strip() for row in text.split("\n"))
    return [row for row in rows if row]
