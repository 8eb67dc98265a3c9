"""What it really cost: when to ask, and ranges that invent nothing."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.ledger.costs import (
    Again,
    CostCase,
    CostMoment,
    CostState,
    moment_of,
    next_asking,
    problems_of,
    ranges,
    state_after_telling,
)
from marketplace.ledger.rules import ReuseStage, ReuseState

LIVE = date(2026, 2, 28)
RUNNING = ReuseState(ReuseStage.RUNNING, LIVE)


def case(taker: int, inhabitants: int | None = 5_000, year: int = 2026, **figures: object) -> CostCase:
    values: dict[str, object] = {
        "one_off": None, "yearly": None, "person_days": None, "months": None, "again": Again.YES, "adapted": "",
        "wish_known": "", "moment": CostMoment.START, **figures,
    }  # fmt: skip
    return CostCase(organisation=f"Ort {taker}", key="1", inhabitants=inhabitants, year=year, taker_id=taker, **values)  # type: ignore[arg-type]


def test_asked_when_it_goes_live_and_a_year_later() -> None:
    assert next_asking(RUNNING, LIVE, 0) == LIVE
    assert next_asking(RUNNING, LIVE, 1) == date(2027, 2, 28)
    assert next_asking(RUNNING, LIVE, 2) is None
    assert next_asking(ReuseState(ReuseStage.BUILDING, LIVE), None, 0) is None
    assert next_asking(ReuseState(ReuseStage.STOPPED, LIVE), LIVE, 1) is None
    assert moment_of(LIVE, date(2027, 2, 27)) is CostMoment.START
    assert moment_of(LIVE, date(2027, 2, 28)) is CostMoment.YEAR


def test_without_a_name_somebody_looks_first() -> None:
    assert state_after_telling(True) is CostState.PUBLISHED
    assert state_after_telling(False) is CostState.WAITING


def test_two_municipalities_make_no_range_and_three_do() -> None:
    cases = [case(1, 5_000, one_off=10_000), case(2, 20_000, one_off=20_000)]
    assert ranges(cases) == []
    (found,) = ranges([*cases, case(3, 10_000, one_off=30_000)])
    assert (found.least, found.most, found.cases) == (Fraction(1), Fraction(3), 3)
    assert found.scaled(6_800) == (6_800, 20_400)


def test_one_municipality_counts_once_with_its_latest_figures() -> None:
    cases = [
        case(1, yearly=5_000), case(1, yearly=10_000, year=2027, moment=CostMoment.YEAR), case(2, yearly=15_000),
        case(3, yearly=20_000),
    ]  # fmt: skip
    (found,) = ranges(cases)
    assert (found.least, found.most, found.cases) == (Fraction(2), Fraction(4), 3)


def test_days_and_months_are_not_scaled() -> None:
    found = {each.label: each for each in ranges([case(n, person_days=n * 10, months=n) for n in (1, 2, 3)])}
    assert found["Arbeitstage"].scaled(100_000) == (10, 30)
    assert found["Dauer"].scaled(100_000) == (1, 3)


def test_money_without_inhabitants_is_in_no_range() -> None:
    assert ranges([case(n, None, one_off=1) for n in (1, 2, 3)]) == []


@given(
    st.lists(
        st.builds(
            case, st.integers(1, 6), st.one_of(st.none(), st.integers(1, 100_000)), st.integers(2020, 2030),
            one_off=st.one_of(st.none(), st.integers(0, 10**6)),
        )
    )
)  # fmt: skip
def test_both_ends_of_a_range_were_told_by_somebody(cases: list[CostCase]) -> None:
    per_head = {
        Fraction(each.one_off, each.inhabitants) for each in cases if each.one_off is not None and each.inhabitants
    }
    for found in ranges(cases):
        assert {found.least, found.most} <= per_head
        assert found.cases >= 3


@pytest.mark.parametrize(
    ("figures", "wrong"),
    [
        ({}, {"one_off"}),
        ({"again": "ja"}, set()),
        ({"one_off": 0}, set()),
        ({"one_off": -1}, {"one_off"}),
        ({"months": 241, "person_days": 20_001}, {"months", "person_days"}),
        ({"adapted": "x" * 1_001}, {"adapted"}),
    ],
)
def test_what_may_be_told(figures: dict[str, object], wrong: set[str]) -> None:
    assert set(problems_of(figures)) == wrong
