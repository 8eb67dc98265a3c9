"""What makes an entry rank higher: all weights, formulas and boosts, the same for all engines.

A word of a query is one idea. Every document that has it in any way shares its rarity; the best way counts:

    strength = weight of the way × saturation(weight of the term in the document)      the weakest term, if several
    score    = sum over the words of rarity × strength

Who has only some of the words gets the score times the square of the share it covers, and stands below those who have
all. At the end the boosts are multiplied in; they are small, so that what an entry says counts more than how new it is.

Engines compute with the same operations in the same order, so that equal inputs give equal scores to the last bit.
"""

import math
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from marketplace.core.labels import Label

TITLE_WEIGHT = 8.0
SUMMARY_WEIGHT = 4.0
SEARCH_WORDS_WEIGHT = 2.0
BODY_WEIGHT = 1.0

EXTRA_FACTOR = 1.0
"""What a hyphen compound as one word counts beside its parts."""

PART_FACTOR = 0.625
"""What a part of a compound counts beside the whole word: Beleuchtung in Straßenbeleuchtung. A multiple of 1/8: then
weights are exact in four bytes too."""

EXACT_BONUS = 0.25
"""What a word counts more in the very form that was typed."""

K1 = 4.0
B = 0.6


class Way(Enum):
    """How a document may have a word of a query, and what that counts.

    Parts stand above synonyms even where the word is only a part of another: ``PART_FACTOR`` is above theirs too.
    """

    WORD = Label("das Wort"), 1.0
    TOGETHER = Label("zwei Wörter zusammengeschrieben"), 0.95
    FAMILY = Label("Wortfamilie"), 0.8
    PARTS = Label("alle Teile des Wortes"), 0.65
    SAME = Label("gleichbedeutendes Wort"), 0.6
    MEANT = Label("Fachwort für das Wort des Alltags"), 0.5
    RELATED = Label("verwandtes Wort"), 0.35
    NARROWER = Label("Unterbegriff"), 0.35
    LONGER = Label("längeres Wort"), 0.4
    SOME_PARTS = Label("einige Teile des Wortes"), 0.4

    def __init__(self, label: str, weight: float) -> None:
        self.label = label
        self.weight = weight

    @property
    def is_last_resort(self) -> bool:
        """Taken only if all others find fewer than ``ENOUGH`` documents: it costs precision and time."""
        return self is Way.FAMILY or self is Way.PARTS


ENOUGH = 10
"""If fewer documents have all words, those that have some of them follow."""

MIN_COVERAGE = 0.2
"""Who covers less than this share of the best one is no answer."""

IMPORTANCE_BESIDE_NOUNS = 0.8
"""What a word of a sentence counts that is no noun, if there are nouns: these say what a question is about."""

OPTIONAL_FACTOR = 0.25
"""What a word adds that only makes a question of the others: finden, geben, kommen."""

MAX_EXPANSIONS = 32
"""Longer words that may stand in for one; the shortest are taken, they are nearest to what was typed."""

ALL_EXPANSIONS = 128
"""Longer words that may stand in for all words of a query together: each has to be looked up."""

MAX_CANDIDATES = 500
"""Longer words that are looked at for that."""

SIMILAR_TERMS = 16
"""Terms of a document that are taken to find similar ones."""

SIMILAR_MIN_SHARED = 2
SIMILAR_FIELD_BONUS = 0.25
"""What each shared Handlungsfeld adds to the similarity, as a share of it."""

REUSE_BOOST = [1.0 + min(0.2, 0.04 * math.log2(1 + reuses)) for reuses in range(33)]
"""By the number of confirmed reuses: +4 % for the first, +20 % from 31 on."""

FRESHNESS_BOOST = [1.0 + 0.06 * 0.5 ** (age / 4) for age in range(31)]
"""By the years between the facts of the entry and the newest ones: +6 %, half of that after four years."""

COMPLETENESS_BOOST = 0.04
"""What an entry counts more in which every fact is filled that people decide by."""

UNCONFIRMED_FACTOR = 0.92
"""What an entry counts whose facts nobody confirmed when it was time: 8 % less. Of two that answer alike the confirmed
one stands first; a better answer stands before both."""

HEAD_START = 2**40
"""Who chooses a Land and types no words gets the entries of this Land before those that are for all of Germany; among
both the newest come first. Added to seconds since 1970, it is more than any of them."""

Number = TypeVar("Number", float, NDArray[np.float64])


def rarity(documents: int, with_term: int) -> float:
    """How much a term tells, by how few of all documents have it."""
    return math.log(1.0 + (documents - with_term + 0.5) / (with_term + 0.5))


def shortness(length: Number, average: float) -> Number:
    """The part of the formula that depends on the document alone."""
    return K1 * ((1.0 - B) + B * (length / average))


def saturation(weight: Number, shortness_of_document: Number) -> Number:
    """How well a document fits a term that weighs so much in it: twice as often is not twice as good."""
    return weight * (K1 + 1.0) / (weight + shortness_of_document)


def covered(score: Number, coverage: Number) -> Number:
    """Score of a document that has only this share of what the words tell."""
    return score * coverage * coverage


def reuse_boost(reuses: int) -> float:
    """Boost by evidence: how many municipalities confirmed that they reuse it."""
    return REUSE_BOOST[min(max(reuses, 0), len(REUSE_BOOST) - 1)]


def freshness_boost(year: int, newest: int) -> float:
    """Boost by the year of the facts; none if the year is not known."""
    return FRESHNESS_BOOST[min(max(newest - year, 0), len(FRESHNESS_BOOST) - 1)] if year else 1.0


def completeness_boost(completeness: Number) -> Number:
    """Boost by the share of decisive facts that are filled."""
    return 1.0 + COMPLETENESS_BOOST * completeness


def confirmation_factor(is_unconfirmed: bool) -> float:
    """Factor by whether a confirmation of the facts is overdue."""
    return UNCONFIRMED_FACTOR if is_unconfirmed else 1.0


def boost(year: int, newest: int, completeness: float, reuses: int, is_unconfirmed: bool) -> float:
    """All boosts together."""
    fresh = freshness_boost(year, newest)
    return reuse_boost(reuses) * fresh * completeness_boost(completeness) * confirmation_factor(is_unconfirmed)


def boosts_by_name(year: int, newest: int, completeness: float, reuses: int, is_unconfirmed: bool) -> dict[str, float]:
    """The boosts one by one, with their German names."""
    return {
        "Nachnutzung": reuse_boost(reuses),
        "Aktualität": freshness_boost(year, newest),
        "Vollständigkeit": completeness_boost(completeness),
        "Bestätigung": confirmation_factor(is_unconfirmed),
    }


def expansions(words: int) -> int:
    """Longer words that may stand in for each of so many words of a query."""
    return min(MAX_EXPANSIONS, ALL_EXPANSIONS // max(1, words))


def nearest_first(terms: Iterable[str]) -> list[str]:
    """Terms that begin alike, the shortest first."""
    return sorted(terms, key=lambda term: (len(term), term))


def telling_terms(weights: dict[str, float], rarities: dict[str, float]) -> Sequence[str]:
    """The terms that characterise a document best, for finding similar ones."""
    known = (term for term in weights if term in rarities)
    return sorted(known, key=lambda term: (-weights[term] * rarities[term], term))[:SIMILAR_TERMS]
