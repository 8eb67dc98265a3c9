"""What makes a document rank higher: weights of its fields and the BM25 formula, the same for all engines.

Both engines must compute with the same operations in the same order, so that equal inputs give equal scores to the
last bit: the contract test compares their orders.
"""

import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from marketplace.search import german
from marketplace.search.port import SearchDocument

TITLE_WEIGHT = 4.0
SUMMARY_WEIGHT = 2.0
BODY_WEIGHT = 1.0
EXTRA_FACTOR = 1.0
"""What a joined hyphen compound counts beside its parts."""

PREFIX_FACTOR = 0.5
"""What a longer word counts that stands in for one that no document has."""

MAX_EXPANSIONS = 64
"""Longer words that may stand in for one; the shortest are taken, they are nearest to what was typed."""

MAX_CANDIDATES = 500
"""Longer words that are looked at for that."""

K1 = 1.2
B = 0.6

SIMILAR_TERMS = 16
"""Terms of a document that are taken to find similar ones."""

SIMILAR_MIN_SHARED = 2
SIMILAR_FIELD_BONUS = 0.25
"""What each shared Handlungsfeld adds to the similarity, as a share of it."""

Number = TypeVar("Number", float, NDArray[np.float64])

STOP_CODE = 0
BREAK_CODE = 1


@dataclass(frozen=True)
class WeighedDocument:
    """A document as terms: how much each weighs, all together, and the codes of its words in order for phrases."""

    weights: dict[str, float]
    length: float
    codes: list[int]


def weigh(document: SearchDocument) -> WeighedDocument:
    """Analyse a document."""
    weights: dict[str, float] = {}
    codes: list[int] = []
    for text, weight in (
        (document.title, TITLE_WEIGHT),
        (document.summary, SUMMARY_WEIGHT),
        (document.body, BODY_WEIGHT),
    ):
        analysis = german.analyse(text)
        for term in analysis.sequence:
            if term is not None:
                weights[term] = weights.get(term, 0.0) + weight
        for term in analysis.extras:
            weights[term] = weights.get(term, 0.0) + weight * EXTRA_FACTOR
        codes += [code_of(term) for term in analysis.sequence]
        codes.append(BREAK_CODE)
    return WeighedDocument(weights, sum(weights.values()), codes)


def weigh_head(document: SearchDocument) -> dict[str, float]:
    """Terms of title and summary with their weights: what a document is about."""
    return weigh(replace(document, body="")).weights


@lru_cache(maxsize=2**16)
def code_of(term: str | None) -> int:
    """Number of a term in a sequence of words. Two terms may share one; a phrase also requires the terms themselves."""
    return STOP_CODE if term is None else max(zlib.crc32(term.encode()), BREAK_CODE + 1)


def rarity(documents: int, with_term: int) -> float:
    """How much a term tells, by how few of all documents have it."""
    return math.log(1.0 + (documents - with_term + 0.5) / (with_term + 0.5))


def shortness(length: Number, average: float) -> Number:
    """The part of the formula that depends on the document alone."""
    return K1 * ((1.0 - B) + B * (length / average))


def term_score(weight: Number, rarity_of_term: float, shortness_of_document: Number) -> Number:
    """Score of one term in one document, or in each of many."""
    return rarity_of_term * (weight * (K1 + 1.0) / (weight + shortness_of_document))


def nearest_first(terms: Iterable[str]) -> list[str]:
    """Terms that begin alike, the shortest first."""
    return sorted(terms, key=lambda term: (len(term), term))


def telling_terms(weights: dict[str, float], rarities: dict[str, float]) -> Sequence[str]:
    """The terms that characterise a document best, for finding similar ones."""
    known = (term for term in weights if term in rarities)
    return sorted(known, key=lambda term: (-weights[term] * rarities[term], term))[:SIMILAR_TERMS]
