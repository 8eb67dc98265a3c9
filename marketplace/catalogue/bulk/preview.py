"""What becomes of each row of an upload, and what people are told about it. No database here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketplace.catalogue.bulk.columns import plain
from marketplace.catalogue.bulk.rows import Weight
from marketplace.catalogue.kinds import Kind
from marketplace.core.labels import Labelled

_SHORT_WORD = 3
_STEM = 6


class RowState(Labelled):
    """What becomes of a row, or became of it."""

    TAKEN = "uebernommen", "Ist ein Entwurf"
    KNOWN = "schon-da", "Schon übernommen"
    FORBIDDEN = "geht-nicht", "Bitte erst berichtigen"
    WRONG = "pruefen", "Kann Entwurf werden, bitte prüfen"
    INCOMPLETE = "fehlt", "Kann Entwurf werden, Angaben fehlen"
    COMPLETE = "fertig", "Vollständig"


TAKEABLE = frozenset({RowState.WRONG, RowState.INCOMPLETE, RowState.COMPLETE})


@dataclass(frozen=True)
class Place:
    """Something of the own organisation that has the same title, and where it stands."""

    title: str
    what: str
    address: str


@dataclass(frozen=True)
class ShownProblem:
    """A problem as a page shows it."""

    weight: Weight
    label: str
    place: str
    typed: str
    message: str


@dataclass(frozen=True)
class ShownRow:
    """A row of an upload as a page shows it."""

    row_id: int
    title: str
    place: str
    kind: Kind
    state: RowState
    problems: tuple[ShownProblem, ...]
    missing: tuple[str, ...]
    """Labels of fields that must be filled before submission."""
    known: Place | None
    """The draft that came from this row of an earlier upload."""
    doubles: tuple[Place, ...]
    twin: str
    """Where an earlier row of this upload with the same title stands."""
    similar: tuple[str, ...]
    draft_public_id: str

    @property
    def is_takeable(self) -> bool:
        """Whether it can become a draft now."""
        return self.state in TAKEABLE

    @property
    def is_chosen(self) -> bool:
        """Whether the page proposes to take it: nothing stands in the way and it looks new."""
        return self.is_takeable and not self.doubles and not self.twin


def state_of(problems: Iterable[Mapping[str, str]], *, is_taken: bool, is_known: bool) -> RowState:
    """What becomes of a row with these problems."""
    if is_taken:
        return RowState.TAKEN
    weights = {problem["weight"] for problem in problems}
    if is_known:
        return RowState.KNOWN
    if Weight.FORBIDS in weights:
        return RowState.FORBIDDEN
    if Weight.WRONG in weights:
        return RowState.WRONG
    return RowState.INCOMPLETE if Weight.MISSING in weights else RowState.COMPLETE


def shown_problems(problems: Iterable[Mapping[str, str]]) -> tuple[ShownProblem, ...]:
    """The problems that something must be done about, what forbids the row first."""
    shown = [
        ShownProblem(Weight(each["weight"]), each["label"], each["place"], each["typed"], each["message"])
        for each in problems
        if each["weight"] != Weight.MISSING
    ]
    return tuple(sorted(shown, key=lambda problem: problem.weight is not Weight.FORBIDS))


def missing_labels(problems: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """Labels of the fields that are only missing."""
    return tuple(dict.fromkeys(each["label"] for each in problems if each["weight"] == Weight.MISSING))


def count_states(rows: Iterable[ShownRow]) -> dict[RowState, int]:
    """How many rows there are of each state."""
    counts = dict.fromkeys(RowState, 0)
    for row in rows:
        counts[row.state] += 1
    return counts


def sounds_alike(title: str, other: str) -> bool:
    """Whether two titles may mean the same: at least half of the longer words of the shorter one are in the other."""
    mine, theirs = _stems(title), _stems(other)
    return bool(mine and theirs) and 2 * len(mine & theirs) >= min(len(mine), len(theirs))


def _stems(text: str) -> set[str]:
    """Beginnings of the longer words, so that Zwilling and Zwillinge are the same."""
    return {word[:_STEM] for word in plain(text).split() if len(word) > _SHORT_WORD}
