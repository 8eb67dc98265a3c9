"""Found words in titles and excerpts. Everything that comes from an entry is escaped; only ``<mark>`` is added."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

from markupsafe import Markup, escape

from marketplace.search import german
from marketplace.search.compounds import PLAIN, Dictionary

EXCERPT_LENGTH = 240
_LEAD = 60
"""Characters before the first found word of an excerpt."""

_MAX_HITS = 200
_EXPRESSION_LENGTH = 120

Span = tuple[int, int, str]


class Highlighter:
    """Marks the words of texts whose terms were looked for."""

    def __init__(self, terms: frozenset[str], dictionary: Dictionary = PLAIN) -> None:
        """``terms`` of ``weighing.py``; those with blanks are expressions of several words."""
        self._terms = frozenset(term for term in terms if " " not in term)
        self._expressions = {tuple(term.split(" ")) for term in terms - self._terms}
        self._first = frozenset(expression[0] for expression in self._expressions)
        self._dictionary = dictionary

    def mark(self, text: str) -> Markup:
        """A whole text as safe HTML."""
        text = german.compose(text)
        return _mark(text, list(self._find(text)))

    def has_hit(self, text: str) -> bool:
        """Whether any word of a text was looked for."""
        return next(self._find(german.compose(text)), None) is not None

    def excerpt(self, text: str) -> Markup | None:
        """The piece of a text with the most different found words as safe HTML, or None if there is none at all."""
        text = german.compose(text)
        hits = list(islice(self._find_quickly(text, _beginnings), _MAX_HITS))
        hits = hits or list(islice(self._find_quickly(text, _insides), _MAX_HITS))
        if not hits:
            return None
        best = max(hits, key=lambda first: (len(_terms_near(first, hits)), -first[0]))
        start, end = _piece(text, best[0])
        piece = text[start:end]
        return Markup("{}{}{}").format(
            "… " if start > 0 else "", _mark(piece, list(self._find(piece))), " …" if end < len(text) else ""
        )

    def _find(self, text: str) -> Iterator[Span]:
        """Found words one after the other; of a hyphen compound the whole or its parts, never both."""
        if not self._terms and not self._expressions:
            return
        reached = 0
        words = list(german.find_terms(text))
        for place, (start, end, term) in enumerate(words):
            if start < reached:
                continue
            if self._is_wanted(text[start:end], term):
                reached = end
                yield start, end, term
            elif term in self._first and (last := self._end_of_expression(words[place:])):
                reached = last
                yield start, last, term

    def _is_wanted(self, word: str, term: str) -> bool:
        return term in self._terms or not self._terms.isdisjoint(self._dictionary.read(word).parts)

    def _end_of_expression(self, words: list[Span]) -> int | None:
        for expression in self._expressions:
            telling = tuple(term for term in expression if term != "_")
            if tuple(term for _, _, term in words[: len(telling)]) == telling:
                return words[len(telling) - 1][1]
        return None

    def _find_quickly(self, text: str, pattern: Callable[[frozenset[str]], re.Pattern[str]]) -> Iterator[Span]:
        """The same for long texts: only words that look like a term are looked at. Misses compounds as a whole."""
        terms = self._terms | self._first
        for match in pattern(terms).finditer(german.fold_in_place(text)) if terms else ():
            start, end = match.span()
            word = text[start:end]
            term = german.term_of(word)
            if term and self._is_wanted(word, term):
                yield start, end, term
            elif term in self._first:
                found = next(self._find(text[start : start + _EXPRESSION_LENGTH]), None)
                if found and found[0] == 0:
                    yield start, start + found[1], term


@lru_cache(maxsize=500)
def _beginnings(terms: frozenset[str]) -> re.Pattern[str]:
    """Words that begin like one of the terms."""
    shortest: list[str] = []
    for term in sorted(terms):
        # Of many terms that stand in for one word the shortest is enough.
        if not shortest or not term.startswith(shortest[-1]):
            shortest.append(term)
    ways = "|".join(map(_in_all_spellings, shortest))
    return re.compile(rf"(?<![^\W_])(?:{ways})[^\W_]*")


@lru_cache(maxsize=500)
def _insides(terms: frozenset[str]) -> re.Pattern[str]:
    """Words that have one of the terms in them."""
    ways = "|".join(map(_in_all_spellings, sorted(terms)))
    return re.compile(rf"(?<![^\W_])[^\W_]+?(?:{ways})[^\W_]*")


def _in_all_spellings(term: str) -> str:
    """A pattern for what a term may look like before ae becomes a and ß becomes ss, and for 1.000 beside 1000."""
    if term.isdigit():
        return r"\.?".join(term)
    pattern = re.sub("[aou]", r"\g<0>e?", re.escape(term))
    return pattern.replace(r"\.", "[.,]").replace("ss", "(?:ss|ß)")


def _terms_near(first: Span, hits: list[Span]) -> set[str]:
    end = first[0] + EXCERPT_LENGTH - _LEAD
    return {term for start, stop, term in hits if first[0] <= start and stop <= end}


def _piece(text: str, hit: int) -> tuple[int, int]:
    """A piece of the text around a found word, cut between words where that is possible."""
    start = max(0, hit - _LEAD)
    if start and not text[start - 1].isspace():
        blank = text.find(" ", start, hit)
        start = blank + 1 if blank >= 0 else start
    end = min(len(text), start + EXCERPT_LENGTH)
    if end < len(text):
        blank = text.rfind(" ", hit + 1, end + 1)
        end = blank if blank >= 0 else end
    return start, end


def _mark(text: str, hits: list[Span]) -> Markup:
    pieces: list[Markup] = []
    reached = 0
    for start, end, _ in hits:
        pieces += [escape(text[reached:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        reached = end
    return Markup("").join([*pieces, escape(text[reached:])])
