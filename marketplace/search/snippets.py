"""Found words in titles and excerpts. Everything that comes from an entry is escaped; only ``<mark>`` is added."""

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape

from marketplace.search import german

EXCERPT_LENGTH = 240
_LEAD = 60
"""Characters before the first found word of an excerpt."""

_MAX_HITS = 200

Span = tuple[int, int, str]


class Highlighter:
    """Marks the words of texts whose terms were looked for."""

    def __init__(self, terms: frozenset[str]) -> None:
        self._terms = terms

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
        hits = [hit for hit, _ in zip(self._find_quickly(text), range(_MAX_HITS), strict=False)]
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
        reached = 0
        if not self._terms:
            return
        for start, end, term in german.find_terms(text):
            if start >= reached and term in self._terms:
                reached = end
                yield start, end, term

    def _find_quickly(self, text: str) -> Iterator[Span]:
        """The same for long texts: only words that begin like a term are looked at. Misses compounds as a whole."""
        if self._terms:
            for match in _pattern(self._terms).finditer(german.fold_in_place(text)):
                start, end = match.span()
                if (term := german.term_of(text[start:end])) in self._terms and term:
                    yield start, end, term


@lru_cache(maxsize=500)
def _pattern(terms: frozenset[str]) -> re.Pattern[str]:
    beginnings: list[str] = []
    for term in sorted(terms):
        # Of many terms that stand in for one word the shortest is enough.
        if not beginnings or not term.startswith(beginnings[-1]):
            beginnings.append(term)
    ways = "|".join(_in_all_spellings(term) for term in beginnings)
    return re.compile(rf"(?<![^\W_])(?:{ways})[^\W_]*")


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
