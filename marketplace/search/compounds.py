"""Compounds of German nouns, taken apart: Straßenbeleuchtung is made of Straße and Beleuchtung. Plain.

What may be a part comes from two sources: the base list ``wortteile.yml`` next to this file, and the nouns of the
catalogue, learned when the index is built anew. Both together are a dictionary; it is a value, and what it says of a
word never changes. docs/search.md tells where it is kept and when it is learned.
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from marketplace.search import german

VERSION = "1"
"""Changes with every change of how words are taken apart: an index of another version is built anew."""

BASE_FILE = Path(__file__).with_name("wortteile.yml")
_LINKS_BY_LAST_LETTER = {"s": ("", "s", "es"), "n": ("", "n", "en"), "r": ("", "er"), "e": ("", "e")}
"""Letters between two parts, by the last of them; all others end with none."""

MIN_PART = 4
MIN_WORD = 6
MIN_START = MIN_END = 3
BASE_COUNT = 3
"""A word of the base list counts as if it stood in so many texts more."""

_CACHE_SIZE = 2**16

Expression = tuple[str | None, ...]
"""Terms of several words side by side; None stands for any stop word."""

Split = tuple[float, tuple[str, ...]]
"""How likely parts are, and the parts."""

FindPart = Callable[[str], Split | None]


@dataclass(frozen=True)
class Base:
    """The base list, folded."""

    nouns: frozenset[str]
    short: frozenset[str]
    first: frozenset[str]
    never: frozenset[str]
    whole: frozenset[str]
    digest: str

    @classmethod
    def read(cls, path: Path) -> "Base":
        """Read the file."""
        data = path.read_bytes()
        rows = yaml.safe_load(data)
        words = {key: frozenset(map(german.fold, text.split())) for key, text in rows.items()}
        return cls(
            nouns=words["nomen"],
            short=words["kurz"],
            first=words["vorn"],
            never=words["nie"],
            whole=words["ganz"],
            digest=hashlib.sha256(data).hexdigest()[:12],
        )

    @cached_property
    def whole_terms(self) -> frozenset[str | None]:
        """Terms of the words that stay whole."""
        return frozenset(map(german.term_of, self.whole))

    @cached_property
    def _trusted(self) -> frozenset[str | None]:
        return frozenset(map(german.term_of, self.nouns | self.short | self.first))

    def is_trusted(self, part: str) -> bool:
        """Whether a part needs no proof by its frequency."""
        return german.term_of(part) in self._trusted


BASE = Base.read(BASE_FILE)


@dataclass(frozen=True, slots=True)
class Reading:
    """One word of a text: its search term (None for a stop word), its folded form, and the terms of its parts."""

    term: str | None
    form: str
    parts: tuple[str, ...]
    begins_expression: bool


class Dictionary:
    """Knows the parts of compounds, and expressions of several words. Equal content gives an equal ``version``."""

    def __init__(
        self, nouns: Mapping[str, int], whole: Iterable[str] = (), expressions: Iterable[Expression] = ()
    ) -> None:
        """``nouns`` are folded forms with the number of texts that have them, ``whole`` words that only look made."""
        self._nouns = dict(sorted(nouns.items()))
        self._whole = frozenset(whole)
        self._expressions = frozenset(expressions)
        self._counts = Counter(self._nouns)
        self._counts.update(dict.fromkeys(BASE.nouns | BASE.short, BASE_COUNT))
        self._by_term: Counter[str] = Counter()
        for form, count in self._counts.items():
            if term := german.term_of(form):
                self._by_term[term] += count
        self._starts = self._find_starts()
        self._by_first: dict[str | None, list[Expression]] = {}
        for expression in sorted(self._expressions, key=repr):
            self._by_first.setdefault(expression[0], []).append(expression)
        self._readings: dict[str, Reading] = {}
        self.version = hashlib.sha256(f"{VERSION} {BASE.digest} {self.dumps()}".encode()).hexdigest()[:16]

    def _find_starts(self) -> dict[str, Split]:
        """All that may be the first part of a compound."""
        nouns = filter(_is_long_enough, self._counts)
        starts: dict[str, Split] = {form: (self._by_term[german.term_of(form) or ""], (form,)) for form in nouns}
        return starts | {form: (max(self._counts[form], BASE_COUNT), (form,)) for form in BASE.first}

    def dumps(self) -> str:
        """All that was learned, as text."""
        expressions = sorted(self._expressions, key=repr)
        content = {"nouns": self._nouns, "whole": sorted(self._whole), "expressions": expressions}
        return json.dumps(content, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> "Dictionary":
        """A dictionary from what ``dumps`` gave."""
        content = json.loads(text)
        return cls(content["nouns"], content["whole"], map(tuple, content["expressions"]))

    def read(self, word: str) -> Reading:
        """One word of a running text. Words in lower case are no nouns and stay whole."""
        found = self._readings.get(word)
        if found is None:
            if len(self._readings) >= _CACHE_SIZE:
                self._readings.clear()
            term = german.term_of(word)
            parts = self.parts(word) if term is not None and not word[0].islower() else ()
            found = Reading(term, german.fold_word(word), parts, term in self._by_first)
            self._readings[word] = found
        return found

    def find_expressions(self, words: Sequence[Reading]) -> Iterator[str]:
        """The expressions in a text, each as one term."""
        for place, word in enumerate(words):
            if word.begins_expression:
                for expression in self._by_first[word.term]:
                    if expression == tuple(each.term for each in words[place : place + len(expression)]):
                        yield term_of_expression(expression)

    def has_expression(self, expression: Expression) -> bool:
        """Whether documents are marked that have these words side by side."""
        return expression in self._expressions

    def parts(self, word: str) -> tuple[str, ...]:
        """Terms of the parts of a compound and of the parts of these; none if it is no compound."""
        main = self._main_parts(word)
        own = german.term_of(word) if main else None
        forms = (form for part in main for form in (part, *self._split_in_two(part)))
        terms = dict.fromkeys(term for form in forms if (term := german.term_of(form)))
        return tuple(term for term in terms if term != own)

    def main_parts(self, word: str) -> tuple[str, ...]:
        """Terms of the largest parts in the order of the word: together they are the word."""
        terms = dict.fromkeys(term for part in self._main_parts(word) if (term := german.term_of(part)))
        return tuple(terms) if len(terms) > 1 else ()

    def knows(self, word: str) -> bool:
        """Whether it is certainly a word: one of the base list, or made of known parts."""
        form = german.fold_word(word)
        return BASE.is_trusted(form) or form in BASE.whole or bool(self._main_parts(word))

    def _main_parts(self, word: str) -> tuple[str, ...]:
        form = german.fold_word(word)
        if not form.isalpha():
            return ()
        return self._split_in_two(form) or self._split_in_more(form)

    def _split_in_two(self, form: str) -> tuple[str, ...]:
        return self._best(form, self._known_start, self._known_end)

    def _split_in_more(self, form: str) -> tuple[str, ...]:
        """Where one of the two is no known word but a compound itself."""
        splits = [
            self._best(form, self._known_start, self._compound_end),
            self._best(form, self._compound_start, self._known_end),
        ]
        return max(splits, key=lambda parts: self._count_of(parts) if parts else 0.0)

    def _best(self, form: str, find_start: FindPart, find_end: FindPart) -> tuple[str, ...]:
        """The likeliest way to cut a word in a start and an end."""
        own_term = german.term_of(form)
        if len(form) < MIN_WORD or form in self._whole or own_term in BASE.whole_terms:
            return ()
        own = self._by_term[own_term or ""]
        best: Split = (0.0, ())
        for middle in range(MIN_START, len(form) - MIN_END + 1):
            start = find_start(form[:middle])
            end = find_end(form[middle:]) if start else None
            if start is None or end is None:
                continue
            parts, likelihood = start[1] + end[1], math.sqrt(start[0] * end[0])
            if likelihood > best[0] and (likelihood >= own / 2 or all(map(BASE.is_trusted, parts))):
                best = (likelihood, parts)
        return best[1]

    def _known_start(self, text: str) -> Split | None:
        """How often the first part is met, and what it is: a known form, perhaps with a link behind it."""
        found = self._starts.get(text)
        if found is None:
            for link in _LINKS_BY_LAST_LETTER.get(text[-1], ())[1:]:
                if text.endswith(link) and (found := self._starts.get(text.removesuffix(link))):
                    break
        return found

    def _known_end(self, text: str) -> Split | None:
        """The same for the last part, which may be inflected."""
        if text in BASE.never or not _is_long_enough(text):
            return None
        count = self._by_term[german.term_of(text) or ""]
        return (count, (text,)) if count else None

    def _compound_start(self, text: str) -> Split | None:
        return next((found for part in _without_links(text) if (found := self._compound_end(part))), None)

    def _compound_end(self, text: str) -> Split | None:
        parts = self._split_in_two(text)
        return (self._count_of(parts), parts) if parts else None

    def _count_of(self, parts: Collection[str]) -> float:
        return min(max(1, self._by_term[german.term_of(part) or ""]) for part in parts)


def term_of_expression(expression: Expression) -> str:
    """The term that marks documents in which these words stand side by side."""
    return " ".join(term or "_" for term in expression)


def _without_links(text: str) -> Iterator[str]:
    for link in _LINKS_BY_LAST_LETTER.get(text[-1], ("",)):
        if text.endswith(link):
            yield text.removesuffix(link)


def _is_long_enough(part: str) -> bool:
    return len(part) >= MIN_PART or part in BASE.short


PLAIN = Dictionary({})
"""The base list alone."""
