"""The transfer in figures: counted, grouped, and written for a spreadsheet."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from marketplace.impact.figures import (
    Answers,
    Bar,
    Impact,
    bars_of_sizes,
    bars_of_states,
    bars_over_time,
    defused,
    lines_of,
)
from marketplace.organisations.places import SizeClass, State

NOTHING = Impact(Answers(0, 0, 0, 0), 0, 0, 0, 0, 0, [], [], [], [], [], [], [], 0)


def test_quarters_without_anything_are_not_left_out() -> None:
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 8, 1)]
    assert bars_over_time(days, date(2026, 11, 1)) == [
        Bar("4/2025", 1), Bar("1/2026", 1), Bar("2/2026", 0), Bar("3/2026", 1), Bar("4/2026", 0)
    ]  # fmt: skip
    assert bars_over_time([], date(2026, 11, 1)) == []


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1))))
def test_over_time_nothing_is_lost(days: list[date]) -> None:
    assert sum(bar.number for bar in bars_over_time(days, date(2026, 1, 1))) == len(days)


def test_all_laender_and_classes_are_named_and_what_has_none_comes_last() -> None:
    assert [bar.label for bar in bars_of_states({})] == [state.label for state in State]
    assert bars_of_states({None: 2})[-1] == Bar("ohne Bundesland", 2)
    assert [bar.number for bar in bars_of_sizes({SizeClass.RURAL: 3})] == [0, 0, 0, 3]


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    assert not defused(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_nothing_is_told_as_nothing() -> None:
    assert NOTHING.is_empty
    assert ("Bestätigte Nachnutzungen", "", "0") in lines_of(NOTHING, date(2026, 1, 1))
