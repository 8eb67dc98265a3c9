"""What a reuse really cost: when to ask, how a case is shown, and a range over several. No mean is ever made up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from marketplace.core.labels import Label, Labelled
from marketplace.curation.freshness import add_months
from marketplace.ledger.rules import ReuseStage, ReuseState
from marketplace.organisations.places import SizeClass, size_class

CASES_FOR_RANGE = 3
"""From so many municipalities on a range says more than the single cases, and hides none of them."""

YEAR_MONTHS = 12
MAX_EURO = 100_000_000
MAX_DAYS = 20_000
MAX_MONTHS = 240
MAX_TEXT = 1_000


class CostMoment(Labelled):
    """When the taking side was asked."""

    START = "start", "Zum Start"
    YEAR = "nach-einem-jahr", "Nach einem Jahr"


class Again(Labelled):
    """Whether the taking side would do it again."""

    YES = "ja", "Ja"
    DIFFERENTLY = "anders", "Ja, aber anders"
    NO = "nein", "Nein"


class CostState(Labelled):
    """Whether a case may be read."""

    PUBLISHED = "veroeffentlicht", "Veröffentlicht"
    WAITING = "wartet", "Wartet auf eine Lotsin oder einen Lotsen"
    RETURNED = "zurueckgegeben", "Zurückgegeben"


def state_after_telling(is_named: bool) -> CostState:
    """Without the name, somebody first looks whether the words give it away."""
    return CostState.PUBLISHED if is_named else CostState.WAITING


def next_asking(state: ReuseState, live_from: date | None, asked: int) -> date | None:
    """Day on which the taking side is to be asked next after ``asked`` times; None if it is not."""
    if state.stage is not ReuseStage.RUNNING or state.denied_by is not None or live_from is None:
        return None
    days = _asking_days(live_from)
    return days[asked] if asked < len(days) else None


def asked_by(live_from: date, today: date) -> int:
    """How many times it would have been asked by now: what runs for years when it is declared is asked once."""
    return sum(today >= day for day in _asking_days(live_from))


def _asking_days(live_from: date) -> tuple[date, date]:
    return live_from, add_months(live_from, YEAR_MONTHS)


def moment_of(live_from: date | None, today: date) -> CostMoment:
    """Of which moment figures speak that are told today."""
    if live_from is not None and today >= add_months(live_from, YEAR_MONTHS):
        return CostMoment.YEAR
    return CostMoment.START


@dataclass(frozen=True)
class CostCase:
    """Figures of one municipality, as the page may show them."""

    organisation: str | None
    """Name, or None if it is not to be named."""
    key: str | None
    inhabitants: int | None
    year: int
    moment: CostMoment
    one_off: int | None
    yearly: int | None
    person_days: int | None
    months: int | None
    again: Again | None
    adapted: str
    wish_known: str
    taker_id: int
    """Who took it, for counting; never shown."""

    @property
    def size(self) -> SizeClass | None:
        """Size class, which is all that is shown of a municipality without a name."""
        return size_class(self.inhabitants) if self.inhabitants is not None else None


@dataclass(frozen=True)
class Range:
    """From the least to the most that municipalities told."""

    label: str
    least: Fraction
    most: Fraction
    cases: int
    is_per_head: bool
    unit: str

    def scaled(self, inhabitants: int) -> tuple[int, int]:
        """The range for so many inhabitants, in whole units; what does not depend on them stays."""
        factor = inhabitants if self.is_per_head else 1
        return round(self.least * factor), round(self.most * factor)


_FIGURES = (
    ("one_off", Label("Einmalig"), True, "€"),
    ("yearly", Label("Im Jahr"), True, "€"),
    ("person_days", Label("Arbeitstage"), False, Label("Tage")),
    ("months", Label("Dauer"), False, Label("Monate")),
)


def ranges(cases: Iterable[CostCase]) -> list[Range]:
    """Ranges of all figures that at least three municipalities told, each with its latest case."""
    latest: dict[int, list[CostCase]] = {}
    for case in sorted(cases, key=lambda case: (case.year, case.moment is CostMoment.YEAR)):
        latest.setdefault(case.taker_id, []).append(case)
    found = []
    for name, label, is_per_head, unit in _FIGURES:
        values = [value for told in latest.values() if (value := _latest(told, name, is_per_head)) is not None]
        if len(values) >= CASES_FOR_RANGE:
            found.append(Range(label, min(values), max(values), len(values), is_per_head, unit))
    return found


def _latest(told: Sequence[CostCase], name: str, is_per_head: bool) -> Fraction | None:
    for case in reversed(told):
        value = getattr(case, name)
        if value is None or (is_per_head and not case.inhabitants):
            continue
        return Fraction(value, case.inhabitants) if is_per_head and case.inhabitants else Fraction(value)
    return None


def problems_of(figures: dict[str, Any]) -> dict[str, str]:
    """A German sentence for each field of the form that does not do."""
    problems: dict[str, str] = {}
    for name, most in (
        ("one_off", MAX_EURO), ("yearly", MAX_EURO), ("person_days", MAX_DAYS), ("months", MAX_MONTHS)
    ):  # fmt: skip
        value = figures.get(name)
        if value is not None and not 0 <= value <= most:
            problems[name] = Label(
                "Bitte eine ganze Zahl von 0 bis %(most)s angeben.", most=f"{most:,}".replace(",", ".")
            )
    for name in ("adapted", "wish_known"):
        if len(figures.get(name) or "") > MAX_TEXT:
            problems[name] = Label("Bitte höchstens %(max_text)s Zeichen.", max_text=MAX_TEXT)
    told = [name for name, value in figures.items() if value not in (None, "")]
    if not told and not problems:
        problems["one_off"] = Label("Bitte beantworten Sie mindestens eine der Fragen.")
    return problems
