"""Found words in titles and excerpts. Everything that comes from an entry is escaped; only ``<mark>`` is added."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice, takewhile

from markupsafe import Markup, escape

from marketplace.search import german
from marketplace.search.compounds import PLAIN, Dictionary

EXCERPT_LENGTH = 240
_LEAD = 60
"""Characters before the first found word of an excerpt."""

_MAX_HITS = 200
_EXPRESSION_LENGTH = 120
_HYPHEN = re.compile(r"[-\u2010\u2011]")
_MARKS_IN_WORDS = re.compile(r"[-\u2010\u2011.,]")
"""What may stand in a word or number without being a part of its term."""

Span = tuple[int, int, str]


class Highlighter:
    """Marks the words of texts whose terms were looked for."""

    def __init__(self, terms: frozenset[str], dictionary: Dictionary = PLAIN) -> None:
        """``terms`` of ``weighing.py``; those with blanks are expressions of several words."""
        self._terms = frozenset(term for term in terms if " " not in term)
        self._expressions = {tuple(term.split(" ")) for term in terms - self._terms}
        self._first = frozenset(expression[0] for expression in self._expressions)
        self._beginnings = self._terms | self._first
        self._dictionary = dictionary
        self._found: dict[str, list[Span]] = {}
        self._has_part: dict[str, bool] = {}

    def mark(self, text: str) -> Markup:
        """A whole text as safe HTML."""
        text = german.compose(text)
        return _mark(text, self._list(text))

    def has_hit(self, text: str) -> bool:
        """Whether any word of a text was looked for."""
        return bool(self._list(german.compose(text)))

    def _list(self, text: str) -> list[Span]:
        """All found words of a text; most are asked for twice."""
        if text not in self._found:
            self._found[text] = list(self._find(text))
        return self._found[text]

    def excerpt(self, text: str) -> Markup | None:
        """The piece of a text with the most different found words as safe HTML, or None if there is none at all."""
        text = german.compose(text)
        hits = self._find_quickly(text)
        if not hits:
            return None
        start, end = _piece(text, _richest_place(hits))
        piece = text[start:end]
        return ("… " if start else "") + _mark(piece, list(self._find(piece))) + (" …" if end < len(text) else "")

    def _find(self, text: str) -> Iterator[Span]:
        """Found words one after the other; of a hyphen compound the whole or its parts, never both."""
        if _HYPHEN.search(text):
            yield from self._find_thoroughly(text)
            return
        reached = 0
        for start, end, _ in _words_with(text, _needles(self._beginnings)):
            if start >= reached and (hit := self._read(text, start, end)):
                reached = hit[1]
                yield hit

    def _find_thoroughly(self, text: str) -> Iterator[Span]:
        """The same by reading all words, which takes many times as long."""
        reached = 0
        words = list(german.find_terms(text)) if self._may_have_hit(text) else []
        for place, (start, end, term) in enumerate(words):
            if start < reached:
                continue
            if self._is_wanted(text[start:end], term):
                reached = end
                yield start, end, term
            elif term in self._first and (last := self._end_of_expression(words[place:])):
                reached = last
                yield start, last, term

    def _may_have_hit(self, text: str) -> bool:
        """Whether any term stands in the letters of a text."""
        spellings = (german.fold(text).replace(",", "."), german.fold(_MARKS_IN_WORDS.sub("", text)))
        return any(term in spelling for term in self._beginnings for spelling in spellings)

    def _is_wanted(self, word: str, term: str) -> bool:
        # Words in lower case have no parts.
        return term in self._terms or (not word[0].islower() and self._is_made_of_wanted(word))

    def _is_made_of_wanted(self, word: str) -> bool:
        known = self._has_part.get(word)
        if known is None:
            form = german.fold_word(word)
            # To take a word apart is slow. A term is how its word begins, so that it stands in the compound, too.
            may_be = any(term in form for term in self._terms)
            known = may_be and not self._terms.isdisjoint(self._dictionary.read(word).parts)
            self._has_part[word] = known
        return known

    def _end_of_expression(self, words: list[Span]) -> int | None:
        for expression in self._expressions:
            telling = tuple(term for term in expression if term != "_")
            if tuple(term for _, _, term in words[: len(telling)]) == telling:
                return words[len(telling) - 1][1]
        return None

    def _find_quickly(self, text: str) -> list[Span]:
        """The same for long texts: only words that look like a term are read. Misses compounds as a whole.

        Words that have a term within them count only if none begins with one.
        """
        spans = _words_with(text, _needles(self._beginnings))
        begins = [span for span in spans if span[2]]
        inside = (span for span in spans if not span[2])
        return self._list_wanted(text, begins) or self._list_wanted(text, inside)

    def _list_wanted(self, text: str, spans: Iterable[tuple[int, int, bool]]) -> list[Span]:
        return list(islice((hit for start, end, _ in spans if (hit := self._read(text, start, end))), _MAX_HITS))

    def _read(self, text: str, start: int, end: int) -> Span | None:
        """A word as a hit, or the expression that it begins."""
        word = text[start:end]
        term = german.term_of(word)
        if term and self._is_wanted(word, term):
            return start, end, term
        if term and term in self._first:
            found = next(self._find_thoroughly(text[start : start + _EXPRESSION_LENGTH]), None)
            if found and found[0] == 0:
                return start, start + found[1], term
        return None


@lru_cache(maxsize=500)
def _needles(terms: frozenset[str]) -> tuple[str, ...]:
    """Letters that stand in every word of one of the terms."""
    shortest: list[str] = []
    for term in sorted(terms):
        # Of many terms that stand in for one word the shortest is enough.
        if not shortest or not term.startswith(shortest[-1]):
            shortest.append(term)
    with_eszett = [term.replace("ss", "ß") for term in shortest if "ss" in term]
    with_points = [f"{int(term):,}".replace(",", ".") for term in shortest if term.isdecimal() and len(term) > 3]
    return (*shortest, *with_eszett, *with_points)


def _words_with(text: str, needles: Iterable[str]) -> list[tuple[int, int, bool]]:
    """Words of a text that have a needle in them, in order: start, end, and whether the word begins with it."""
    folded, left_out = german.fold_and_list_gaps(text)
    folded = folded.replace(",", ".")
    spans = set()
    for needle in needles:
        place = folded.find(needle)
        while place >= 0:
            start, end = place, place + len(needle)
            while start and folded[start - 1].isalnum():
                start -= 1
            while end < len(folded) and folded[end].isalnum():
                end += 1
            spans.add((start + bisect_right(left_out, start), end + bisect_right(left_out, end), start == place))
            place = folded.find(needle, end)
    return sorted(spans)


def _richest_place(hits: list[Span]) -> int:
    """Where the piece begins that has the most different found words; the first of several. Hits are in order."""
    best, most = hits[0][0], 0
    for place, (start, _, _) in enumerate(hits):
        end = start + EXCERPT_LENGTH - _LEAD
        near = takewhile(lambda hit: hit[0] < end, hits[place:])  # noqa: B023 -- used up at once
        number = len({term for _, stop, term in near if stop <= end})
        if number > most:
            best, most = start, number
    return best


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
    whole = escape(text)
    if not hits:
        return whole
    # Most texts have nothing to escape. To escape every piece takes ten times as long.
    safe = str if len(whole) == len(text) else escape
    pieces: list[str] = []
    reached = 0
    for start, end, _ in hits:
        pieces += [safe(text[reached:start]), "<mark>", safe(text[start:end]), "</mark>"]
        reached = end
    return Markup("".join([*pieces, safe(text[reached:])]))  # noqa: S704 -- each piece is escaped
