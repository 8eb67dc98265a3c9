"""What several municipalities pay together is split to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.needs.cost_split import (
    MOST_CENTS,
    Partner,
    SplitMethod,
    cost_table,
    missing_measures,
    read_euro,
    split,
)

MEASURES = st.lists(st.integers(0, 4_000_000), min_size=1, max_size=60).filter(any)


@given(total=st.integers(0, MOST_CENTS), measures=MEASURES)
def test_the_shares_are_exactly_the_whole(total: int, measures: list[int]) -> None:
    shares = split(total, measures)
    assert sum(shares) == total
    for share, measure in zip(shares, measures, strict=True):
        exact = total * measure / sum(measures)
        assert share >= 0
        assert abs(share - exact) <= max(1, exact * 1e-9), "Niemand zahlt mehr als einen Cent neben dem genauen Anteil."
        assert measure or not share, "Wer keinen Anteil hat, zahlt nichts."


@given(total=st.integers(0, MOST_CENTS), measures=MEASURES)
def test_whoever_has_the_larger_part_never_pays_less(total: int, measures: list[int]) -> None:
    pairs = sorted(zip(measures, split(total, measures), strict=True))
    shares = [share for _measure, share in pairs]
    assert shares == sorted(shares)


@given(total=st.integers(0, MOST_CENTS), number=st.integers(1, 60))
def test_equal_parts_differ_by_one_cent_at_most(total: int, number: int) -> None:
    shares = split(total, [1] * number)
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True), "Die Cent, die übrig sind, zahlt, wer zuerst steht."


def test_the_cents_that_are_left_go_to_the_largest_remainders() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(10, [3, 3, 4]) == [3, 3, 4]
    assert split(1000, [4123, 18001, 7890]) == [137, 600, 263]


@pytest.mark.parametrize(("total", "measures"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [2, -1])])
def test_what_cannot_be_split(total: int, measures: list[int]) -> None:
    with pytest.raises(ValueError, match="Nothing"):
        split(total, measures)


PARTNERS = [Partner(1, "Weisendorf", 6000, 50), Partner(2, "Frauenau", 3000, 30), Partner(3, "Husum", None, None)]


def test_a_missing_measure_is_named_and_never_guessed() -> None:
    assert [each.name for each in missing_measures(PARTNERS, SplitMethod.INHABITANTS)] == ["Husum"]
    assert cost_table(PARTNERS, SplitMethod.INHABITANTS, once=100, yearly=0) is None
    assert cost_table(PARTNERS, SplitMethod.FIXED, once=100, yearly=0) is None
    table = cost_table(PARTNERS, SplitMethod.EQUAL, once=100, yearly=10)
    assert table is not None
    assert [(row.once_cents, row.yearly_cents) for row in table.rows] == [(34, 4), (33, 3), (33, 3)]


def test_a_key_of_zero_is_a_part_and_a_key_of_nothing_but_zeros_is_none() -> None:
    free = [Partner(1, "A", weight=0), Partner(2, "B", weight=7)]
    table = cost_table(free, SplitMethod.FIXED, once=999, yearly=0)
    assert table is not None
    assert [row.once_cents for row in table.rows] == [0, 999]
    assert cost_table([Partner(1, "A", weight=0)], SplitMethod.FIXED, once=1, yearly=0) is None


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12500", 1_250_000), ("12.500", 1_250_000), ("12.500,50", 1_250_050), ("12500,5 €", 1_250_050), ("0", 0),
        ("1.234.567,89", 123_456_789), ("", None), ("12,345", None), ("1.2", None), ("-5", None), ("zwölf", None),
        ("12.50", None), ("9" * 20, None), ("1,2,3", None), ("²", None),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(typed: str, cents: int | None) -> None:
    assert read_euro(typed) == cents


@given(st.text(max_size=30))
def test_any_input_is_an_amount_or_none(typed: str) -> None:
    amount = read_euro(typed)
    assert amount is None or 0 <= amount <= MOST_CENTS
