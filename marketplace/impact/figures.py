"""The transfer in figures, as values: what is counted, how it is grouped, and the lines of the table to download."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.labels import Label
from marketplace.organisations.places import SizeClass, State

QUARTERS = 12
"""How many quarters the pages show; the table to download has all."""

NO_PLACE = Label("ohne Bundesland")
NO_SIZE = Label("ohne Größenklasse")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int

    @property
    def label(self) -> str:
        """3/2026."""
        return f"{self.number}/{self.year}"

    @property
    def next(self) -> "Quarter":
        """The one after it."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


@dataclass(frozen=True)
class Bar:
    """One figure of a chart."""

    label: str
    number: int


@dataclass(frozen=True)
class Answers:
    """How requests were answered."""

    requests: int
    answered: int
    in_time: int
    """Answered within ten working days."""
    late: int
    """Not answered within them, or only afterwards."""

    @property
    def settled(self) -> int:
        """Those of which it is known whether they were answered in time."""
        return self.in_time + self.late


@dataclass(frozen=True)
class Impact:
    """All figures of the page."""

    answers: Answers
    reuses: int
    """Confirmed by both sides, today."""
    takers: int
    givers: int
    chains: int
    """Reuses of reuses among them."""
    ended: int
    """Reuses that counted once and have ended."""
    by_state: list[Bar]
    by_size: list[Bar]
    asked_by_state: list[Bar]
    """Requests by the Land of the asking side."""
    asked_by_size: list[Bar]
    requests_over_time: list[Bar]
    in_time_over_time: list[Bar]
    """Answers within ten working days."""
    reuses_over_time: list[Bar]
    costs: int
    """Published cases of costs."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell yet."""
        return not (self.answers.requests or self.reuses or self.ended)


def bars_of_states(counts: Mapping[State | None, int]) -> list[Bar]:
    """All Länder by name, also those with nothing; what has no place last, if there is any."""
    bars = [Bar(state.label, counts.get(state, 0)) for state in State]
    return [*bars, Bar(NO_PLACE, counts[None])] if counts.get(None) else bars


def bars_of_sizes(counts: Mapping[SizeClass | None, int]) -> list[Bar]:
    """All size classes, the largest first; what has none last, if there is any."""
    bars = [Bar(size.label, counts.get(size, 0)) for size in SizeClass]
    return [*bars, Bar(NO_SIZE, counts[None])] if counts.get(None) else bars


def bars_over_time(days: Iterable[date], today: date) -> list[Bar]:
    """How many of these days lie in each quarter, from the first one until today without a gap."""
    counts: dict[Quarter, int] = {}
    for day in days:
        counts[quarter_of(day)] = counts.get(quarter_of(day), 0) + 1
    if not counts:
        return []
    quarter, bars = min(counts), []
    while quarter <= max(quarter_of(today), *counts):
        bars.append(Bar(quarter.label, counts.get(quarter, 0)))
        quarter = quarter.next
    return bars


def lines_of(impact: Impact, today: date) -> list[tuple[str, str, str]]:
    """The table to download: figure, group, number."""
    answers = impact.answers
    single = (
        (Label("Anfragen"), answers.requests),
        (Label("Beantwortete Anfragen"), answers.answered),
        (Label("Innerhalb der Frist beantwortet"), answers.in_time),
        (Label("Nicht innerhalb der Frist beantwortet"), answers.late),
        (Label("Bestätigte Nachnutzungen"), impact.reuses),
        (Label("Nachnutzende Organisationen"), impact.takers),
        (Label("Gebende Organisationen"), impact.givers),
        (Label("Nachnutzungen von Nachnutzungen"), impact.chains),
        (Label("Beendete Nachnutzungen"), impact.ended),
        (Label("Veröffentlichte Angaben zu Kosten"), impact.costs),
    )
    groups: tuple[tuple[str, Sequence[Bar]], ...] = (
        (Label("Bestätigte Nachnutzungen nach Bundesland"), impact.by_state),
        (Label("Bestätigte Nachnutzungen nach Größenklasse"), impact.by_size),
        (Label("Anfragen nach Bundesland"), impact.asked_by_state),
        (Label("Anfragen nach Größenklasse"), impact.asked_by_size),
        (Label("Anfragen nach Quartal"), impact.requests_over_time),
        (Label("Innerhalb der Frist beantwortet nach Quartal"), impact.in_time_over_time),
        (Label("Neu bestätigte Nachnutzungen nach Quartal"), impact.reuses_over_time),
    )
    lines = [(Label("Stand"), "", today.isoformat()), *((name, "", str(number)) for name, number in single)]
    return lines + [(name, bar.label, str(bar.number)) for name, bars in groups for bar in bars]


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
