"""Sets of documents with scores, and how several become one; in arrays, without a loop over documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from marketplace.search.engines.array_snapshot import Documents, Floats

_FEW = 16
"""Among so many times more documents, each is looked for by bisection."""


@dataclass(frozen=True)
class Found:
    """Documents in order of their numbers, each with its score, which is greater than 0."""

    documents: Documents
    unscaled: Floats
    factors: tuple[float, ...] = ()
    """By which the scores are to be multiplied one after the other; often only those of few documents are needed."""

    def __len__(self) -> int:
        return len(self.documents)

    @cached_property
    def scores(self) -> Floats:
        """The score of each document."""
        return self.scaled(self.unscaled)

    def scaled(self, values: Floats) -> Floats:
        """Some of the unscaled scores as they count."""
        for factor in self.factors:
            values = factor * values
        return values

    def only(self, keep: NDArray[np.bool_]) -> "Found":
        """Those that are marked."""
        return Found(self.documents[keep], self.unscaled[keep], self.factors)

    def times(self, factor: float) -> "Found":
        """The same with other scores."""
        return self if factor == 1.0 else Found(self.documents, self.unscaled, (*self.factors, factor))


NOTHING = Found(np.empty(0, np.int64), np.empty(0, np.float64))


def values_at(documents: Documents, found: Found) -> Floats:
    """What has been found at these documents; 0 where there is nothing."""
    if not len(found) or not len(documents):
        return np.zeros(len(documents))
    if len(documents) * _FEW < len(found):
        places = np.searchsorted(found.documents, documents)
        places[places == len(found)] = 0
        return found.scaled(np.where(found.documents[places] == documents, found.unscaled[places], 0.0))
    # Laid out over all documents, which is much faster than looking for each.
    row = np.zeros(max(int(documents[-1]), int(found.documents[-1])) + 1)
    row[found.documents] = found.unscaled
    return found.scaled(row[documents])


def _in_all(parts: Sequence[Found]) -> tuple[Documents, list[Floats]]:
    """Documents that are in all parts, and their scores in each."""
    fewest = min(parts, key=len)
    scores = [part.scores if part is fewest else values_at(fewest.documents, part) for part in parts]
    is_common = np.logical_and.reduce([each > 0.0 for each in scores])
    return fewest.documents[is_common], [each[is_common] for each in scores]


def intersect(parts: Sequence[Found]) -> Found:
    """Documents that are in all parts, with the sum of their scores."""
    if len(parts) == 1:
        return parts[0]
    documents, scores = _in_all(parts)
    total = np.zeros(len(documents))
    for each in scores:
        total += each
    return Found(documents, total)


def weakest_of(parts: Sequence[Found]) -> Found:
    """Documents that are in all parts, with the least of their scores."""
    if len(parts) == 1:
        return parts[0]
    documents, scores = _in_all(parts)
    return Found(documents, np.minimum.reduce(scores))


def add_up(parts: Sequence[Found]) -> Found:
    """Documents that are in any part, with the sum of their scores."""
    parts = [part for part in parts if len(part)]
    if len(parts) <= 1:
        return parts[0] if parts else NOTHING
    total = _row_with(parts[0], parts)
    for part in parts[1:]:
        total[part.documents] += part.scores
    documents = np.flatnonzero(total > 0.0)
    return Found(documents, total[documents])


def best_of(parts: Sequence[Found]) -> Found:
    """Documents that are in any part, with the best of their scores."""
    parts = [part for part in parts if len(part)]
    if len(parts) <= 1:
        return parts[0] if parts else NOTHING
    longest = max(parts, key=len)
    best = _row_with(longest, parts)
    for part in parts:
        if part is not longest:
            best[part.documents] = np.maximum(best[part.documents], part.scores)
    documents = np.flatnonzero(best > 0.0)
    return Found(documents, best[documents])


def _row_with(first: Found, parts: Sequence[Found]) -> Floats:
    """A place for each document up to the last one of the parts, with the scores of the first of them.

    Much faster than sorting their numbers.
    """
    row = np.zeros(max(int(part.documents[-1]) for part in parts) + 1)
    row[first.documents] = first.scores
    return row
