"""Found words in titles and excerpts. Everything that comes from an entry is escaped; only ``<mark>`` is added."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, islice, takewhile

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

_SEPARATOR = "\n"
_TO_ESCAPE = re.compile("[&<>\"']")

Span = tuple[int, int, str]
"""A found word: where it begins and ends, and its term."""

Place = tuple[int, int, bool]
"""A word that has letters of a term in it: where it begins and ends, and whether it begins with them."""


class Highlighter:
    """Marks the words of texts whose terms were looked for."""

    def __init__(self, terms: frozenset[str], dictionary: Dictionary = PLAIN) -> None:
        """``terms`` of ``weighing.py``; those with blanks are expressions of several words."""
        self._terms = frozenset(term for term in terms if " " not in term)
        self._expressions = {tuple(term.split(" ")) for term in terms - self._terms}
        self._first = frozenset(expression[0] for expression in self._expressions)
        self._longest = max(map(len, self._expressions), default=0)
        self._needles = _needles(self._terms | self._first)
        self._dictionary = dictionary
        self._places: dict[str, list[Place]] = {}
        self._found: dict[str, list[Span]] = {}
        self._wanted: dict[str, str | None] = {}

    def read_ahead(self, texts: Iterable[str]) -> None:
        """Look for the words of several texts at once: one by one would take several times as long."""
        new = [text for text in dict.fromkeys(map(german.compose, texts)) if text not in self._places]
        self._places.update(zip(new, _places_in(new, self._needles), strict=True))

    def mark(self, text: str) -> Markup:
        """A whole text as safe HTML."""
        text = german.compose(text)
        return Markup(_mark(text, self._list(text)))  # noqa: S704 -- each piece is escaped

    def has_hit(self, text: str) -> bool:
        """Whether any word of a text was looked for."""
        return bool(self._list(german.compose(text)))

    def excerpt(self, text: str) -> Markup | None:
        """The piece of a text with the most different found words as safe HTML, or None if there is none at all."""
        text = german.compose(text)
        hits = self._find_quickly(text)
        if not hits:
            return None
        start, end = _piece(text, _richest_place(hits))
        piece = text[start:end]
        self._places[piece] = [
            (first - start, last - start, is_begin)
            for first, last, is_begin in self._places[text]
            if start <= first and last <= end
        ]
        before, after = "… " if start else "", " …" if end < len(text) else ""
        return Markup(f"{before}{_mark(piece, self._list(piece))}{after}")  # noqa: S704 -- each piece is escaped

    def _places_of(self, text: str) -> list[Place]:
        if text not in self._places:
            self.read_ahead([text])
        return self._places[text]

    def _list(self, text: str) -> list[Span]:
        """All found words of a text; most are asked for twice."""
        if text not in self._found:
            self._found[text] = list(self._find(text))
        return self._found[text]

    def _find(self, text: str) -> Iterator[Span]:
        """Found words one after the other; of a hyphen compound the whole or its parts, never both."""
        if _HYPHEN.search(text):
            yield from self._find_thoroughly(text)
            return
        reached = 0
        for hit in self._hits(text, self._places_of(text)):
            if hit[0] >= reached:
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
        """Whether any term stands in the letters of a text, as they are or without the marks between them."""
        return bool(self._places_of(text) or self._places_of(_MARKS_IN_WORDS.sub("", text)))

    def _hits(self, text: str, places: Iterable[Place]) -> Iterator[Span]:
        """Those of some words that were looked for, or the expressions that they begin."""
        known = self._wanted
        for start, end, _ in places:
            word = text[start:end]
            if word not in known:
                term = german.term_of(word)
                known[word] = term if term and self._is_wanted(word, term) else None
            if term := known[word]:
                yield start, end, term
            elif self._first and (hit := self._expression_at(text, start, word)):
                yield hit

    def _expression_at(self, text: str, start: int, word: str) -> Span | None:
        term = german.term_of(word)
        if term is None or term not in self._first:
            return None
        words = german.find_terms(text[start : start + _EXPRESSION_LENGTH])
        last = self._end_of_expression(list(islice(words, self._longest)))
        return (start, start + last, term) if last else None

    def _is_wanted(self, word: str, term: str) -> bool:
        """Whether a word was looked for, or a part of it. Words in lower case have no parts."""
        return term in self._terms or (not word[0].islower() and self._dictionary.has_part(word, self._terms))

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
        places = self._places_of(text)
        begins = [place for place in places if place[2]]
        inside = (place for place in places if not place[2])
        return list(islice(self._hits(text, begins), _MAX_HITS)) or list(islice(self._hits(text, inside), _MAX_HITS))


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


def _places_in(texts: Sequence[str], needles: Iterable[str]) -> list[list[Place]]:
    """For each text the words that have a needle in them, in order."""
    found: list[list[Place]] = [[] for _ in texts]
    begins = list(accumulate((len(text) + len(_SEPARATOR) for text in texts), initial=0))
    for start, end, is_begin in _words_with(_SEPARATOR.join(texts), needles):
        number = bisect_right(begins, start) - 1
        found[number].append((start - begins[number], end - begins[number], is_begin))
    return found


def _words_with(text: str, needles: Iterable[str]) -> list[Place]:
    """Words of a text that have a needle in them, in order."""
    folded, left_out = german.fold_and_list_gaps(text)
    folded = folded.replace(",", ".")
    places = set()
    for needle in needles:
        place = folded.find(needle)
        while place >= 0:
            start, end = place, place + len(needle)
            while start and folded[start - 1].isalnum():
                start -= 1
            while end < len(folded) and folded[end].isalnum():
                end += 1
            places.add((start + bisect_right(left_out, start), end + bisect_right(left_out, end), start == place))
            place = folded.find(needle, end)
    return sorted(places)


def _richest_place(hits: list[Span]) -> int:
    """Where the piece begins that has the most different found words; the first of several. Hits are in order."""
    best, most = hits[0][0], 1
    terms = len({term for _, _, term in hits})
    for place, (start, _, _) in enumerate(hits):
        if most == terms:
            break
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


def _mark(text: str, hits: list[Span]) -> str:
    """A text as HTML; all but the marks is escaped."""
    # Most texts have nothing to escape. To escape every piece takes ten times as long.
    safe = escape if _TO_ESCAPE.search(text) else str
    pieces: list[str] = []
    reached = 0
    for start, end, _ in hits:
        pieces += [safe(text[reached:start]), "<mark>", safe(text[start:end]), "</mark>"]
        reached = end
    return "".join([*pieces, safe(text[reached:])])
