"""When two entries look like one and the same. Plain."""

from collections.abc import Collection
from dataclasses import dataclass

from marketplace.catalogue.kinds import Kind
from marketplace.core.labels import Labelled


class PairState(Labelled):
    """What is known of two entries."""

    FOUND = "gefunden", "Vielleicht dasselbe"
    PROPOSED = "vorgeschlagen", "Zum Zusammenführen vorgeschlagen"
    DIFFERENT = "verschieden", "Nicht dasselbe"
    MERGED = "zusammengefuehrt", "Zusammengeführt"


WAITING = (PairState.FOUND, PairState.PROPOSED)

ALIKE = 0.5
"""From this likeness on a person is asked; of the editorial library no pair has as much."""

MAX_NOTE = 300


@dataclass(frozen=True)
class Sketch:
    """As much of an entry as is compared: search terms of its title and summary, and whose it is."""

    kind: Kind
    organisation_id: int | None
    title: frozenset[str]
    summary: frozenset[str]


def likeness(one: Sketch, other: Sketch) -> float:
    """How much two entries say the same, from 0 to 1.

    What two municipalities did is never the same project, however alike the words are.
    """
    if one.kind is not other.kind:
        return 0.0
    owners = {one.organisation_id, other.organisation_id} - {None}
    if one.kind is Kind.PROJECT and len(owners) > 1:
        return 0.0
    return 0.6 * _overlap(one.title, other.title) + 0.4 * _overlap(one.summary, other.summary)


def _overlap(one: Collection[str], other: Collection[str]) -> float:
    """Common words among all words of both (Jaccard)."""
    together = set(one) | set(other)
    return len(set(one) & set(other)) / len(together) if together else 0.0
