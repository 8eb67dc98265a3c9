"""The map as figures: what lies where, and what cannot be drawn."""

from hypothesis import given
from hypothesis import strategies as st

from marketplace.ledger.drawing import HEIGHT, OUTLINES, WIDTH, Pair, Part, draw, project
from marketplace.organisations.places import State

HUSUM, KEMPTEN, AACHEN, GOERLITZ = (54.48, 9.06), (47.73, 10.31), (50.78, 6.08), (51.15, 14.98)


def test_all_laender_have_an_outline_and_together_they_are_small() -> None:
    assert set(OUTLINES) == set(State.values())
    assert sum(map(len, OUTLINES.values())) < 40_000


def test_north_is_up_and_everything_lies_in_the_picture() -> None:
    (hx, hy), (kx, ky), (ax, _), (gx, _) = (project(*place) for place in (HUSUM, KEMPTEN, AACHEN, GOERLITZ))
    assert hy < ky
    assert ax < gx
    assert all(0 < x < WIDTH for x in (hx, kx, ax, gx))
    assert all(0 < y < HEIGHT for y in (hy, ky))


def test_places_give_take_or_do_both() -> None:
    found = draw([Pair(1, 2), Pair(1, 3), Pair(2, 3), Pair(1, 3)], {1: HUSUM, 2: KEMPTEN, 3: AACHEN})
    assert {mark.organisation_id: mark.part for mark in found.marks} == {1: Part.GIVES, 2: Part.BOTH, 3: Part.TAKES}
    assert sorted(line.number for line in found.lines) == [1, 1, 2]
    assert found.missing == 0


def test_what_lies_nowhere_is_counted_and_not_drawn() -> None:
    found = draw([Pair(1, 2), Pair(1, 9)], {1: HUSUM, 2: KEMPTEN})
    assert (len(found.lines), found.missing) == (1, 1)
    assert draw([], {}).marks == []


@given(st.lists(st.builds(Pair, st.integers(1, 5), st.integers(6, 9)), max_size=60))
def test_every_pair_is_drawn_or_counted_as_missing(pairs: list[Pair]) -> None:
    points = {number: (50.0 + number / 10, 9.0) for number in (1, 2, 3, 6, 7)}
    found = draw(pairs, points)
    assert sum(line.number for line in found.lines) + found.missing == len(pairs)
