"""Working days: weekends, holidays of the Land, absences, and the hour that is there twice."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import clock
from marketplace.core.clock import BERLIN
from marketplace.organisations.places import State
from marketplace.reuse.deadlines import (
    ANSWER_WITHIN,
    Absence,
    deadlines_of,
    find_absence,
    is_working_day,
)


def test_a_week_without_holidays() -> None:
    deadlines = deadlines_of(date(2026, 11, 2), State.BERLIN)
    assert (deadlines.remind_after, deadlines.answer_until) == (date(2026, 11, 9), date(2026, 11, 16))


def test_epiphany_counts_in_berlin_and_not_in_bavaria() -> None:
    start = date(2026, 12, 30)
    assert deadlines_of(start, State.BERLIN).answer_until == date(2027, 1, 14)
    assert deadlines_of(start, State.BAYERN).answer_until == date(2027, 1, 15)


def test_womens_day_is_free_in_berlin_only() -> None:
    assert not is_working_day(date(2027, 3, 8), State.BERLIN)
    assert is_working_day(date(2027, 3, 8), State.BAYERN)


def test_without_a_land_only_holidays_of_all_of_germany_are_free() -> None:
    assert is_working_day(date(2027, 1, 6), None)
    assert not is_working_day(date(2026, 12, 25), None)


def test_every_land_has_its_holidays() -> None:
    new_year = date(2027, 1, 1)
    assert all(not is_working_day(new_year, state) for state in State)


def test_days_of_absence_do_not_count() -> None:
    away = Absence(date(2026, 11, 9), date(2026, 11, 13))
    assert deadlines_of(date(2026, 11, 2), State.BERLIN, [away]).answer_until == date(2026, 11, 23)
    assert find_absence(date(2026, 11, 13), [away]) == away
    assert find_absence(date(2026, 11, 14), [away]) is None


def test_the_last_day_belongs_to_the_period() -> None:
    deadlines = deadlines_of(date(2026, 11, 2), State.BERLIN)
    assert not deadlines.is_answer_overdue(date(2026, 11, 16))
    assert deadlines.is_answer_overdue(date(2026, 11, 17))


def test_the_day_ends_at_midnight_in_germany_also_when_the_clocks_change() -> None:
    # In the night of 25 October 2026 the hour from two to three is there twice.
    for moment, day in (
        (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ):
        with clock.stopped_at(moment):
            assert clock.today() == day
    start = datetime(2026, 10, 23, 23, 30, tzinfo=BERLIN).astimezone(BERLIN).date()
    assert deadlines_of(start, State.BERLIN).remind_after == date(2026, 10, 30)


@given(
    start=st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    state=st.sampled_from([None, *State]),
    away=st.tuples(st.integers(-5, 30), st.integers(0, 42)),
)
def test_there_are_ten_working_days_until_the_last(start: date, state: State | None, away: tuple[int, int]) -> None:
    first = start + timedelta(days=away[0])
    absences = [Absence(first, first + timedelta(days=away[1]))]
    deadlines = deadlines_of(start, state, absences)
    days = [start + timedelta(days=n) for n in range(1, (deadlines.answer_until - start).days + 1)]
    assert sum(is_working_day(day, state, absences) for day in days) == ANSWER_WITHIN
    assert start < deadlines.remind_after < deadlines.answer_until
    assert deadlines.answer_until >= deadlines_of(start, state).answer_until
