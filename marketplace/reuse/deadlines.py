"""Working days and what falls due after them. Plain: days in, days out.

A request that comes on a Monday has its first working day on Tuesday. Saturdays, Sundays and the public holidays of the
Land of whoever owes the answer do not count, and neither do days on which nobody is there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from marketplace.organisations.places import State

REMIND_AFTER = 5
"""Working days after which whoever owes the answer is reminded."""
ANSWER_WITHIN = 10
"""Working days for an answer; then the responsible guide is brought in."""

_SUBDIVISIONS = {
    State.BADEN_WUERTTEMBERG: "BW", State.BAYERN: "BY", State.BERLIN: "BE", State.BRANDENBURG: "BB", State.BREMEN: "HB",
    State.HAMBURG: "HH", State.HESSEN: "HE", State.MECKLENBURG_VORPOMMERN: "MV", State.NIEDERSACHSEN: "NI",
    State.NORDRHEIN_WESTFALEN: "NW", State.RHEINLAND_PFALZ: "RP", State.SAARLAND: "SL", State.SACHSEN: "SN",
    State.SACHSEN_ANHALT: "ST", State.SCHLESWIG_HOLSTEIN: "SH", State.THUERINGEN: "TH",
}  # fmt: skip


@dataclass(frozen=True)
class Absence:
    """Days on which nobody of an organisation answers, both included."""

    first_day: date
    last_day: date

    def covers(self, day: date) -> bool:
        """Whether nobody is there on this day."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Deadlines:
    """When what falls due; each of the days belongs to the period."""

    remind_after: date
    answer_until: date

    def is_reminder_due(self, today: date) -> bool:
        """Whether the day of the reminder is over."""
        return today > self.remind_after

    def is_answer_overdue(self, today: date) -> bool:
        """Whether the last day for an answer is over."""
        return today > self.answer_until


@cache
def _holidays(state: State | None, year: int) -> frozenset[date]:
    # Where the Land is not known (federal bodies), the holidays of all of Germany count.
    subdivision = _SUBDIVISIONS[state] if state else None
    return frozenset(holidays.country_holidays("DE", subdiv=subdivision, years=year))


def is_working_day(day: date, state: State | None, absences: Sequence[Absence] = ()) -> bool:
    """Whether people in this Land work on this day, and are there."""
    free = day.weekday() >= 5 or day in _holidays(state, day.year)
    return not free and not any(absence.covers(day) for absence in absences)


def working_days_after(start: date, state: State | None, absences: Sequence[Absence] = ()) -> Iterator[date]:
    """The working days after a day, one by one."""
    day = start
    while True:
        day += timedelta(days=1)
        if is_working_day(day, state, absences):
            yield day


def deadlines_of(start: date, state: State | None, absences: Sequence[Absence] = ()) -> Deadlines:
    """What falls due when for a request that came on this day."""
    days = working_days_after(start, state, absences)
    counted = [next(days) for _ in range(ANSWER_WITHIN)]
    return Deadlines(counted[REMIND_AFTER - 1], counted[-1])


def find_absence(today: date, absences: Sequence[Absence]) -> Absence | None:
    """The absence that holds today, or None."""
    return next((absence for absence in absences if absence.covers(today)), None)
