"""Which words somebody may have meant: known words that differ from a typed one in one or two letters. Plain.

The index of deletions: two words are near each other if leaving out one or two letters of each gives the same. For all
known words these remainders are computed once, in arrays; a typed word then needs a few look-ups. Only the beginning
of words takes part, which bounds memory; the true distance is computed for the few that are found.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_WORDS = 30_000
"""Known words in one index; the rarest are left out."""

MIN_LENGTH = 4
LONG_WORD = 8
"""Letters from which on two of them may be wrong."""

MAX_LENGTH = 32

RARE = 2
"""A word that stands in more entries than this is taken as it was typed."""

MIN_FREQUENCY = 1
CLEARLY_MORE = 5
"""So many times more often the better word must stand in entries."""

_PREFIX = 8
_KEPT_PLACES = [
    [place for place in range(_PREFIX) if place not in gone]
    for number in range(3)
    for gone in itertools.combinations(range(_PREFIX), number)
]
_FACTORS = np.array([31**place for place in range(_PREFIX)], np.uint64)


@dataclass(frozen=True)
class Candidate:
    """A known word near a typed one, folded."""

    form: str
    distance: int
    """Letters apart."""
    documents: int


class WordIndex:
    """Known words, folded, ready to find those near another one. Never changes."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        """``words`` with how often they are met."""
        usable = sorted(((word, count) for word, count in words if _is_usable(word)), key=lambda item: -item[1])
        self._words = [word for word, _ in usable[:MAX_WORDS]]
        self._lengths = np.array([len(word) for word in self._words], np.int32)
        keys = _remainders(self._words)
        owners = np.tile(np.arange(len(self._words), dtype=np.int32), len(_KEPT_PLACES))
        order = np.argsort(keys, kind="stable")
        self._keys, self._owners = keys[order], owners[order]

    def find(self, form: str) -> dict[str, int]:
        """Known words near a folded word (also itself), and how many letters apart."""
        if not _is_usable(form) or not self._words:
            return {}
        allowed = most_wrong(form)
        wanted = np.unique(_remainders([form]))
        starts, ends = (np.searchsorted(self._keys, wanted, side=side) for side in ("left", "right"))
        owners = np.unique(np.concatenate([self._owners[a:b] for a, b in zip(starts, ends, strict=True)]))
        owners = owners[abs(self._lengths[owners] - len(form)) <= allowed]
        near = {word: distance_of(form, word, allowed) for word in (self._words[owner] for owner in owners.tolist())}
        return {word: distance for word, distance in near.items() if distance <= allowed}


def most_wrong(form: str) -> int:
    """How many letters of a word may be wrong."""
    return 2 if len(form) >= LONG_WORD else 1


def is_near(form: str, word: str) -> bool:
    """Whether a known word may have been meant by a folded one."""
    return _is_usable(form) and _is_usable(word) and distance_of(form, word, most_wrong(form)) <= most_wrong(form)


def choose(form: str, candidates: Iterable[Candidate], documents: int) -> list[Candidate]:
    """What may have been meant by a word that stands in so many documents, the likeliest first."""
    needed = max(MIN_FREQUENCY, CLEARLY_MORE * documents)
    meant = (each for each in candidates if each.form != form and each.documents >= needed)
    return sorted(meant, key=lambda each: (each.distance, each.form[0] != form[0], -each.documents, each.form))


def distance_of(one: str, other: str, limit: int) -> int:
    """How many letters must be changed, left out, put in or exchanged with their neighbour; ``limit + 1`` if more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        current = [i]
        for j, its in enumerate(other, 1):
            cost = min(row[j] + 1, current[-1] + 1, row[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, row = row, current
    return min(row[-1], limit + 1)


def _is_usable(word: str) -> bool:
    return MIN_LENGTH <= len(word) <= MAX_LENGTH and word.isascii() and word.isalpha()


def _remainders(words: Sequence[str]) -> NDArray[np.uint32]:
    """What remains of the beginning of each word without none, one or two letters, as numbers."""
    data = "".join(word[:_PREFIX].ljust(_PREFIX, "\0") for word in words).encode("ascii")
    rows = np.frombuffer(data, np.uint8).reshape(len(words), _PREFIX).astype(np.uint64)
    return np.concatenate([_mix(rows[:, kept] @ _FACTORS[: len(kept)]) for kept in _KEPT_PLACES])


def _mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint32]:
    return ((numbers * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)).astype(np.uint32)
