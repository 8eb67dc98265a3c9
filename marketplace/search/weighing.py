"""A document as terms: how much each weighs in it. What engines store, and the same for all of them.

Beside the stem of each word the index has its folded form, marked with ``EXACT_MARK`` (so that the form that was typed
can count more, and as the vocabulary for spelling), the stems of the parts of compounds, and the expressions of several
words that the dictionary knows, with blanks.
"""

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from marketplace.search import german
from marketplace.search.compounds import Dictionary
from marketplace.search.port import SearchDocument
from marketplace.search.ranking import (
    BODY_WEIGHT,
    EXTRA_FACTOR,
    PART_FACTOR,
    SEARCH_WORDS_WEIGHT,
    SUMMARY_WEIGHT,
    TITLE_WEIGHT,
)

EXACT_MARK = "="
"""First letter of the terms that stand for one form of a word only."""

STOP_CODE = 0
BREAK_CODE = 1


@dataclass(frozen=True)
class WeighedDocument:
    """A document as terms: how much each weighs, all together, and the codes of its words in order for phrases."""

    weights: dict[str, float]
    length: float
    codes: list[int]

    @property
    def parts_only(self) -> set[str]:
        """Terms that are no word of the document on their own, such as those of the parts of its compounds."""
        words = set(self.codes)
        return {term for term in self.weights if code_of(term) not in words}


def weigh(document: SearchDocument, dictionary: Dictionary) -> WeighedDocument:
    """Analyse a document."""
    by_word: dict[str, float] = {}
    weights: dict[str, float] = {}
    codes: list[int] = []
    for text, weight in (
        (document.title, TITLE_WEIGHT),
        (document.summary, SUMMARY_WEIGHT),
        (document.tags, SUMMARY_WEIGHT),
        (document.search_words, SEARCH_WORDS_WEIGHT),
        (document.body, BODY_WEIGHT),
    ):
        words, joined = german.cut(text)
        for word, times in Counter(words).items():
            by_word[word] = by_word.get(word, 0.0) + times * weight
        readings = list(map(dictionary.read, words))
        for expression in dictionary.find_expressions(readings):
            weights[expression] = weights.get(expression, 0.0) + weight
        codes += [code_of(reading.term) for reading in readings]
        codes.append(BREAK_CODE)
        for word in joined:
            codes += _add_joined(word, weight, weights)
    length = _add_words(by_word, dictionary, weights)
    return WeighedDocument(weights, length, codes)


def _add_words(by_word: dict[str, float], dictionary: Dictionary, weights: dict[str, float]) -> float:
    length = 0.0
    for word, weight in by_word.items():
        reading = dictionary.read(word)
        if reading.term is None:
            continue
        length += weight
        weights[reading.term] = weights.get(reading.term, 0.0) + weight
        exact = EXACT_MARK + reading.form
        weights[exact] = weights.get(exact, 0.0) + weight
        for part in reading.parts:
            weights[part] = weights.get(part, 0.0) + weight * PART_FACTOR
    return length


def _add_joined(word: str, weight: float, weights: dict[str, float]) -> Iterator[int]:
    """A hyphen compound as one word. It stands behind its field, so that it is found but never beside a word."""
    term = german.term_of(word)
    if term is not None:
        for each in (term, EXACT_MARK + german.fold_word(word)):
            weights[each] = weights.get(each, 0.0) + weight * EXTRA_FACTOR
        yield code_of(term)
        yield BREAK_CODE


def weigh_head(document: SearchDocument, dictionary: Dictionary) -> dict[str, float]:
    """Terms of title, summary and tags with their weights: what a document is about."""
    weights = weigh(replace(document, body="", search_words=""), dictionary).weights
    return {term: weight for term, weight in weights.items() if term[0] != EXACT_MARK and " " not in term}


@lru_cache(maxsize=2**16)
def code_of(term: str | None) -> int:
    """Number of a term in a sequence of words. Two terms may share one; a phrase also requires the terms themselves."""
    return STOP_CODE if term is None else max(zlib.crc32(term.encode()), BREAK_CODE + 1)
