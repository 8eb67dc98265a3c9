"""Compounds of German nouns, taken apart: Straßenbeleuchtung is made of Straße and Beleuchtung. Plain.

What may be a part comes from two sources: the base list (``word_parts.py``), and the nouns of the catalogue, learned
when the index is built anew. Both together are a dictionary; it is a value, and what it says of a word never changes.
docs/search.md tells where it is kept and when it is learned.
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from marketplace.search import german
from marketplace.search.word_parts import BASE

VERSION = "1"
"""Changes with every change of how words are taken apart: an index of another version is built anew."""

_LINKS = ("s", "n", "e", "es", "en", "er")
"""Letters between two parts."""
_LINKS_BY_FIRST_LETTER = {link[0]: tuple(each for each in _LINKS if each[0] == link[0]) for link in _LINKS}

MIN_PART = 4
MIN_WORD = 6
MIN_START = MIN_END = 3
_HEADS = (MIN_START, MIN_START + 1, MIN_START + 3)
"""Numbers of first letters of a form by which it is noted how long the known ones are that begin so."""

BASE_COUNT = 3
"""A word of the base list counts as if it stood in so many texts more."""

_CACHE_SIZE = 2**16

Expression = tuple[str | None, ...]
"""Terms of several words side by side; None stands for any stop word."""

Split = tuple[float, tuple[str, ...]]
"""How likely parts are, and the parts."""

Cut = tuple[Split, Split]
"""A start and an end."""

FindPart = Callable[[str], Split | None]


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
        self._by_term: dict[str, int] = {}
        for form, count in self._counts.items():
            if term := german.term_of(form):
                self._by_term[term] = self._by_term.get(term, 0) + count
        self._starts = self._find_starts()
        self._lengths = _lengths_by_head(self._starts)
        self._by_first: dict[str | None, list[Expression]] = {}
        for expression in sorted(self._expressions, key=repr):
            self._by_first.setdefault(expression[0], []).append(expression)
        self._readings: dict[str, Reading] = {}
        self.version = hashlib.sha256(f"{VERSION} {BASE.digest} {self.dumps()}".encode()).hexdigest()[:16]

    def _find_starts(self) -> dict[str, Split]:
        """All that may be the first part of a compound."""
        nouns = filter(_is_long_enough, self._counts)
        starts: dict[str, Split] = {form: (self._count(form), (form,)) for form in nouns}
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

    def has_part(self, word: str, terms: Collection[str]) -> bool:
        """Whether a word is a compound of which a part has one of the terms; for marking it.

        One way to take it apart is enough, while ``parts`` looks for the likeliest, which takes many times as long.
        """
        form = german.fold_word(word)
        if not any(self._may_have_part(form, term) for term in terms):
            return False
        return self._is_made_with(form, terms) or any(part in terms for part in self.read(word).parts)

    def _is_made_with(self, form: str, terms: Collection[str]) -> bool:
        """Whether a folded word may be made of two known parts of which one has one of the terms."""
        own = self._count_of_whole(form)
        if own is None:
            return False
        for middle, start in self._known_starts(form):
            last = form[middle:]
            has_term = german.term_of(start[1][0]) in terms or (
                any(map(last.startswith, terms)) and german.term_of(last) in terms
            )
            if has_term and (end := self._known_end(last)) and self._is_likely((start, end), own):
                return True
        return False

    def _may_have_part(self, form: str, term: str) -> bool:
        """Whether a term stands where a part may begin. A look at the letters; for most words it is the last one."""
        place = form.find(term)
        while place >= 0:
            # Further behind, a compound may stand before it.
            if place == 0 or place >= MIN_WORD or any(place == middle for middle, _ in self._known_starts(form)):
                return True
            place = form.find(term, place + 1)
        return False

    def knows(self, word: str) -> bool:
        """Whether it is certainly a word: one of the base list, or made of known parts."""
        form = german.fold_word(word)
        return BASE.is_trusted(form) or form in BASE.whole or bool(self._main_parts(word))

    def _main_parts(self, word: str) -> tuple[str, ...]:
        form = german.fold_word(word)
        if not form.isalpha() or not self._known_starts(form):
            return ()
        return self._split_in_two(form) or self._split_in_more(form)

    def _split_in_two(self, form: str) -> tuple[str, ...]:
        return self._best(form, self._cuts_with_known_start(form, self._known_end))

    def _split_in_more(self, form: str) -> tuple[str, ...]:
        """Where one of the two is no known word but a compound itself."""
        splits = [
            self._best(form, self._cuts_with_known_start(form, self._compound_end)),
            self._best(form, self._cuts_with_compound_start(form)),
        ]
        return max(splits, key=lambda parts: self._count_of(parts) if parts else 0.0)

    def _best(self, form: str, cuts: Iterable[Cut]) -> tuple[str, ...]:
        """The likeliest of several ways to cut a word in a start and an end."""
        own = self._count_of_whole(form)
        if own is None:
            return ()
        best: Split = (0.0, ())
        for cut in cuts:
            (start_count, start), (end_count, end) = cut
            likelihood = math.sqrt(start_count * end_count)
            if likelihood > best[0] and self._is_likely(cut, own):
                best = (likelihood, start + end)
        return best[1]

    def _count_of_whole(self, form: str) -> int | None:
        """In how many texts a word stands as a whole; None if it must not be taken apart."""
        own_term = german.term_of(form)
        if len(form) < MIN_WORD or form in self._whole or own_term in BASE.whole_terms:
            return None
        return self._by_term.get(own_term or "", 0)

    def _is_likely(self, cut: Cut, own: int) -> bool:
        """Whether a word that stands in so many texts may be made of these two: frequent enough ones, or trusted."""
        (start_count, start), (end_count, end) = cut
        return math.sqrt(start_count * end_count) >= own / 2 or all(map(BASE.is_trusted, start + end))

    def _cuts_with_known_start(self, form: str, find_end: FindPart) -> Iterator[Cut]:
        for middle, start in self._known_starts(form):
            if end := find_end(form[middle:]):
                yield start, end

    def _cuts_with_compound_start(self, form: str) -> Iterator[Cut]:
        for middle in range(MIN_WORD, len(form) - MIN_END + 1):
            # A compound takes longer to look up than an end.
            if (end := self._known_end(form[middle:])) and (start := self._compound_start(form[:middle])):
                yield start, end

    def _known_starts(self, form: str) -> list[tuple[int, Split]]:
        """Known forms with which a word begins: where each ends, perhaps with a link behind it, and what it is."""
        lengths = [length for head in _HEADS for length in self._lengths.get(form[:head], ())]
        if not lengths:
            return []
        known = [(length, start) for length in lengths if (start := self._starts.get(form[:length]))]
        found: dict[int, Split] = {}
        for length, start in known:
            for link in _LINKS_BY_FIRST_LETTER.get(form[length : length + 1], ()):
                if form.startswith(link, length):
                    # The shorter the link, the likelier it is one.
                    found[length + len(link)] = start
        found.update(known)
        return sorted((middle, start) for middle, start in found.items() if middle <= len(form) - MIN_END)

    def _known_end(self, text: str) -> Split | None:
        """How often the last part is met, which may be inflected, and what it is."""
        if text in BASE.never or not _is_long_enough(text):
            return None
        count = self._count(text)
        return (count, (text,)) if count else None

    def _compound_start(self, text: str) -> Split | None:
        return next((found for part in _without_links(text) if (found := self._compound_end(part))), None)

    def _compound_end(self, text: str) -> Split | None:
        parts = self._split_in_two(text)
        return (self._count_of(parts), parts) if parts else None

    def _count(self, form: str) -> int:
        """In how many texts a word stands in any of its forms."""
        return self._by_term.get(german.term_of(form) or "", 0)

    def _count_of(self, parts: Collection[str]) -> float:
        return min(max(1, self._count(part)) for part in parts)


def term_of_expression(expression: Expression) -> str:
    """The term that marks documents in which these words stand side by side."""
    return " ".join(term or "_" for term in expression)


def _lengths_by_head(forms: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """How long the forms are that begin with the same letters. A small table: most words are known by it to be none."""
    lengths: dict[str, set[int]] = {}
    for form in forms:
        head = max(head for head in _HEADS if head <= len(form))
        lengths.setdefault(form[:head], set()).add(len(form))
    return {head: tuple(sorted(each)) for head, each in lengths.items()}


def _without_links(text: str) -> Iterator[str]:
    yield text
    yield from (text.removesuffix(link) for link in _LINKS if text.endswith(link))


def _is_long_enough(part: str) -> bool:
    return len(part) >= MIN_PART or part in BASE.short


PLAIN = Dictionary({})
"""The base list alone."""
