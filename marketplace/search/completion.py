"""Finds suggestions by the beginnings of their words: bisection in sorted word lists, no database, no analysis.

Words are folded like those of the search, but not stemmed: somebody who types has not come to the end of a word yet.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from marketplace.core.labels import Labelled
from marketplace.search import german

MIN_LETTERS = 2
MAX_LETTERS = 100
MAX_WORDS = 8
MIN_INSIDE = 5
"""Letters from which on they may also stand inside a word: „beleuchtung“ in „Straßenbeleuchtung“, not „rat“ in
„Beratung“."""

MAX_INSIDE = 200
"""Words in which letters stand inside that are looked at."""

LIMIT = 10

Flags = NDArray[np.bool_]


class SuggestionKind(Labelled):
    """What is suggested; in the order of the list."""

    PHRASE = "suchbegriff", "Suchbegriff"
    ACTION_FIELD = "handlungsfeld", "Handlungsfeld"
    PLACE = "kommune", "Kommune"
    PAGE = "wissen", "Wissensseite"
    ENTRY = "eintrag", "Eintrag"


_MOST = {
    SuggestionKind.PHRASE: 3,
    SuggestionKind.ACTION_FIELD: 2,
    SuggestionKind.PLACE: 3,
    SuggestionKind.PAGE: 1,
    SuggestionKind.ENTRY: LIMIT,
}
_KINDS = list(SuggestionKind)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the list."""

    kind: SuggestionKind
    label: str
    note: str
    """What it is, in a word or two: „Lösung“, „Gemeinde“."""
    address: str
    """Where it leads, without the host."""


class Completion:
    """Suggestions that can be found by their words; never changes. Of equal ones those that came first win."""

    def __init__(self, suggestions: Sequence[Suggestion]) -> None:
        self.suggestions = suggestions
        self._kinds = np.array([_KINDS.index(each.kind) for each in suggestions], np.int8)
        words, whole = _Gathered(), _Gathered()
        for number, suggestion in enumerate(suggestions):
            parts, joined = _read(suggestion.label)
            words.add({*parts, *joined}, number)
            whole.add([" ".join(parts)], number)
        self._words, self._starts, self._numbers = words.sorted()
        self._labels, self._label_starts, self._label_numbers = whole.sorted()
        # All words in one text, so that letters inside of them can be looked for without a loop over the words.
        self._text = "\n".join(self._words)
        self._places = np.cumsum([0, *(len(word) + 1 for word in self._words)])

    def find(self, text: str) -> list[Suggestion]:
        """At most LIMIT suggestions in which every word of the text begins a word, by kind and nearness."""
        words = words_of(text[:MAX_LETTERS])[:MAX_WORDS]
        if len("".join(words)) < MIN_LETTERS or not self.suggestions:
            return []
        begins, complete = self._flags(), self._flags()
        begins[:], complete[:] = True, True
        for word in words:
            begins &= self._with_prefix(word)
            complete &= self._with_word(word)
        score = begins.astype(np.int8) + complete + 2 * (self._label_begins(" ".join(words)) & begins)
        if np.count_nonzero(score) < LIMIT:
            score[self._inside(words) & ~begins] = -1
        return self._best(score)

    def _best(self, score: NDArray[np.int8]) -> list[Suggestion]:
        found = np.flatnonzero(score)
        found = found[np.argsort(-score[found], kind="stable")]
        chosen: list[Suggestion] = []
        for code, kind in enumerate(_KINDS):
            best = found[self._kinds[found] == code][: min(_MOST[kind], LIMIT - len(chosen))]
            chosen += (self.suggestions[number] for number in best)
        return chosen

    def _with_prefix(self, prefix: str) -> Flags:
        first, last = _range(self._words, prefix)
        return self._flags(self._numbers[self._starts[first] : self._starts[last]])

    def _with_word(self, word: str) -> Flags:
        place = bisect_left(self._words, word)
        is_there = place < len(self._words) and self._words[place] == word
        return self._flags(self._numbers[self._starts[place] : self._starts[place + is_there]])

    def _label_begins(self, text: str) -> Flags:
        first, last = _range(self._labels, text)
        return self._flags(self._label_numbers[self._label_starts[first] : self._label_starts[last]])

    def _inside(self, words: list[str]) -> Flags:
        """Suggestions in which each word begins a word or, if it is long enough, stands inside of one."""
        flags = self._flags()
        flags[:] = True
        for word in words:
            flags &= self._with_prefix(word) | (self._with_inside(word) if len(word) >= MIN_INSIDE else False)
        return flags

    def _with_inside(self, word: str) -> Flags:
        places: list[int] = []
        place = self._text.find(word)
        while place >= 0 and len(places) < MAX_INSIDE:
            places.append(place)
            place = self._text.find(word, place + len(word))
        flags = self._flags()
        for number in np.unique(np.searchsorted(self._places, places, side="right") - 1):
            flags[self._numbers[self._starts[number] : self._starts[number + 1]]] = True
        return flags

    def _flags(self, numbers: NDArray[np.int32] | None = None) -> Flags:
        flags = np.zeros(len(self.suggestions), bool)
        if numbers is not None:
            flags[numbers] = True
        return flags


def words_of(text: str) -> list[str]:
    """Folded words of a text in their order, a compound with hyphens as its parts."""
    return _read(text)[0]


def _read(text: str) -> tuple[list[str], list[str]]:
    """Folded words of a text, and its compounds with hyphens as one word, so that „egov“ finds „E-Government“."""
    parts: list[str] = []
    joined: list[str] = []
    for words, whole in german.find_words(german.compose(text)):
        parts += map(_fold, words)
        if whole is not None:
            joined.append(_fold(whole))
    return parts, joined


_fold = lru_cache(maxsize=2**16)(german.fold)


class _Gathered:
    """Texts with the numbers of the suggestions that have them."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._of_text = array("i")
        self._numbers = array("i")

    def add(self, texts: Iterable[str], number: int) -> None:
        """Note that a suggestion has these texts."""
        for text in texts:
            self._of_text.append(self._ids.setdefault(text, len(self._ids)))
            self._numbers.append(number)

    def sorted(self) -> tuple[list[str], NDArray[np.int64], NDArray[np.int32]]:
        """Different texts in order, where the numbers of each begin, and all numbers; a prefix is one slice of them."""
        texts = sorted(self._ids)
        rank = np.empty(len(texts), np.int32)
        rank[[self._ids[text] for text in texts]] = np.arange(len(texts))
        ranks, numbers = rank[np.array(self._of_text, np.int32)], np.array(self._numbers, np.int32)
        order = np.lexsort((numbers, ranks))
        return texts, np.searchsorted(ranks[order], np.arange(len(texts) + 1)), numbers[order]


def _range(texts: list[str], prefix: str) -> tuple[int, int]:
    return bisect_left(texts, prefix), bisect_left(texts, prefix + "\U0010ffff")
