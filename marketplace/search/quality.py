"""How good the search is: judged queries, what it answers, and the usual measures of that. Plain, without an engine.

A judgement grades entries for one query: 3 is exactly what was looked for, 2 is clearly useful, 1 may appear; what is
not named counts 0. All measures look at the first ten results.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import yaml

DEPTH = 10
USEFUL = 2
"""The grade from which on an entry counts as an answer."""

HELD_OUT = "pruefung-"
"""How the groups of queries begin by which nobody tunes the search, to see whether it also knows others."""

Ask = Callable[[str], Sequence[str]]
"""Gives the first results of a query, as slugs in order."""


@dataclass(frozen=True)
class Judgement:
    """One query with the graded entries that somebody expects."""

    query: str
    group: str
    grades: Mapping[str, int]

    @property
    def is_held_out(self) -> bool:
        """Whether nobody tuned the search by it."""
        return self.group.startswith(HELD_OUT)


@dataclass(frozen=True)
class Verdict:
    """How good the answer to one judged query is."""

    judgement: Judgement
    found: Sequence[str]

    @property
    def ndcg(self) -> float:
        """Gain of the results, discounted by their place, as a share of what the best order would give."""
        grades = [self.judgement.grades.get(slug, 0) for slug in self.found[:DEPTH]]
        return _discounted_gain(grades) / _discounted_gain(sorted(self.judgement.grades.values(), reverse=True)[:DEPTH])

    @property
    def reciprocal_rank(self) -> float:
        """1 if the first result is useful, a half if only the second is, and so on; 0 without any."""
        places = (place for place, slug in enumerate(self.found[:DEPTH], 1) if slug in self.useful)
        return 1.0 / next(places, math.inf)

    @property
    def recall(self) -> float:
        """Share of the useful entries (of at most ten) that are among the results."""
        return len(self.useful & set(self.found[:DEPTH])) / min(DEPTH, len(self.useful))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found, though there is an answer."""
        return not self.found

    @property
    def useful(self) -> set[str]:
        """Entries that are an answer."""
        return {slug for slug, grade in self.judgement.grades.items() if grade >= USEFUL}

    @property
    def missing(self) -> list[str]:
        """Useful entries that are not among the results, the best first."""
        return sorted(self.useful - set(self.found[:DEPTH]), key=lambda slug: (-self.judgement.grades[slug], slug))


@dataclass(frozen=True)
class Summary:
    """The measures of several queries: means, and the share of queries without any result."""

    number: int
    ndcg: float
    mrr: float
    recall: float
    zero_hits: float

    @classmethod
    def of(cls, verdicts: Sequence[Verdict]) -> "Summary":
        """Mean of at least one verdict."""
        return cls(
            len(verdicts),
            fmean(verdict.ndcg for verdict in verdicts),
            fmean(verdict.reciprocal_rank for verdict in verdicts),
            fmean(verdict.recall for verdict in verdicts),
            fmean(verdict.is_empty for verdict in verdicts),
        )


def read_judgements(path: Path) -> list[Judgement]:
    """The judged queries of a file."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Judgement(row["frage"], row["gruppe"], row["erwartet"]) for row in rows]


def evaluate(judgements: Iterable[Judgement], ask: Ask) -> list[Verdict]:
    """Ask each query."""
    return [Verdict(judgement, list(ask(judgement.query))[:DEPTH]) for judgement in judgements]


def summarise(verdicts: Sequence[Verdict]) -> dict[str, Summary]:
    """The measures of each group, in the order of the file, and of all together under ``gesamt``.

    Where some are held out, theirs follow under ``Prüfung`` and those of the others under ``ohne Prüfung``.
    """
    groups = dict.fromkeys(verdict.judgement.group for verdict in verdicts)
    found = {group: Summary.of([v for v in verdicts if v.judgement.group == group]) for group in groups}
    known = [verdict for verdict in verdicts if not verdict.judgement.is_held_out]
    if known and len(known) < len(verdicts):
        found["Prüfung"] = Summary.of([verdict for verdict in verdicts if verdict.judgement.is_held_out])
        found["ohne Prüfung"] = Summary.of(known)
    return {**found, "gesamt": Summary.of(verdicts)}


def _discounted_gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1.0) / math.log2(place + 1) for place, grade in enumerate(grades, 1))
