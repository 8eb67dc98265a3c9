import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import MAX_PAGE, MAX_QUERY_LENGTH, Facet, SearchQuery, Sort
from marketplace.search.url import (
    Unfolded,
    args_from_query,
    query_from_args,
    unfolded_from_args,
    with_filter,
    without_filter,
)


def read(*pairs: tuple[str, str]) -> tuple[SearchQuery, list[str]]:
    return query_from_args(MultiDict(pairs))


def test_all_parameters() -> None:
    query, hints = read(
        ("q", "Hitze im  Wald"), ("art", "projekt"), ("feld", "wasser"), ("feld", "energie"), ("land", "bayern"),
        ("groesse", "landgemeinde"), ("phase", "etablieren"), ("reife", "3"), ("herausforderung", "vergabe"),
        ("lizenz", "eupl-1.2"), ("sort", "titel"), ("seite", "4"), ("ort", "05111000"), ("kommune", " Weisen  dorf"),
    )  # fmt: skip
    assert hints == []
    assert (query.text, query.sort, query.page) == ("Hitze im Wald", Sort.TITLE, 4)
    assert (query.place, query.town) == ("05111000", "Weisen dorf")
    assert query.filters[Facet.ACTION_FIELD] == {"wasser", "energie"}
    assert set(query.filters) == set(Facet)


def test_nothing_is_a_query_too() -> None:
    assert read() == (SearchQuery(), [])
    assert read(("q", " "), ("feld", ""), ("seite", ""), ("sort", " "), ("fremd", "x")) == (SearchQuery(), [])


def test_values_are_read_generously_and_repeated_ones_once() -> None:
    query, hints = read(("feld", " Wasser "), ("feld", "wasser"), ("sort", "TITEL"))
    assert (query.filters, query.sort, hints) == ({Facet.ACTION_FIELD: frozenset({"wasser"})}, Sort.TITLE, [])


def test_unknown_values_are_named_and_ignored() -> None:
    query, hints = read(("land", "bayern"), ("land", "atlantis"), ("sort", "zufall"))
    assert query.filters == {Facet.STATE: {"bayern"}}
    assert hints == [
        "Den Wert „atlantis“ gibt es beim Filter „Bundesland“ nicht. Er wurde nicht berücksichtigt.",
        "Die Sortierung „zufall“ gibt es nicht. Sie wurde nicht berücksichtigt.",
    ]


@pytest.mark.parametrize(
    ("text", "page", "has_hint"),
    [("1", 1, False), ("007", 7, False), ("-1", 1, True), ("0", 1, True), ("1e9", 1, True), ("abc", 1, True),
     ("٣", 1, True), ("2.5", 1, True), ("9" * 5000, MAX_PAGE, False), ("0" * 5000 + "3", 3, False),
     ("501", MAX_PAGE, False)],
)  # fmt: skip
def test_pages(text: str, page: int, has_hint: bool) -> None:
    query, hints = read(("seite", text))
    assert (query.page, bool(hints)) == (page, has_hint)


def test_invisible_characters_are_removed_and_long_texts_cut_with_a_hint() -> None:
    query, hints = read(("q", "Stra\u00adßen\x00\x1b\u202e\tlicht"))
    assert (query.text, hints) == ("Straßen licht", [])
    query, hints = read(("q", "wort " * 4000))
    assert len(query.text) <= MAX_QUERY_LENGTH
    assert len(hints) == 1


def test_hints_never_echo_much() -> None:
    _, hints = read(*[("feld", f"{n}-" + "<script>" * 5000) for n in range(100)], ("seite", "x" * 9999))
    assert 0 < len(hints) <= 5
    assert all(len(hint) < 200 for hint in hints)


def test_addresses_are_stable_and_changes_lead_to_the_first_page() -> None:
    query, _ = read(("seite", "3"), ("feld", "wasser"), ("feld", "energie"), ("art", "projekt"), ("q", "Hitze"))
    args = [("q", "Hitze"), ("art", "projekt"), ("feld", "energie"), ("feld", "wasser")]
    assert args_from_query(query) == [*args, ("seite", "3")]
    assert args_from_query(query, sort=Sort.NEWEST) == [*args, ("sort", "neueste")]
    assert args_from_query(query, page=4) == [*args, ("seite", "4")]
    assert args_from_query(query, text="", filters={}) == []


def test_filters_are_added_and_removed() -> None:
    query = with_filter(SearchQuery("a", page=3), Facet.STATE, "bayern")
    query = with_filter(query, Facet.STATE, "hessen")
    assert (query.filters, query.page) == ({Facet.STATE: {"bayern", "hessen"}}, 1)
    assert without_filter(query, Facet.STATE, "hessen").filters == {Facet.STATE: {"bayern"}}
    assert without_filter(query, Facet.STATE).filters == {}
    assert without_filter(without_filter(query, Facet.STATE, "hessen"), Facet.STATE, "bayern").filters == {}


def test_one_list_of_choices_can_be_unfolded_and_searched() -> None:
    def unfolded(*pairs: tuple[str, str]) -> Unfolded:
        return unfolded_from_args(MultiDict(pairs))

    assert unfolded(("mehr", "feld"), ("liste", " kli ma")) == Unfolded(Facet.ACTION_FIELD, "kli ma")
    assert unfolded(("mehr", "fremd"), ("mehr", "land")) == Unfolded(Facet.STATE)
    assert unfolded(("mehr", ""), ("liste", "kli")) == unfolded() == Unfolded()


def test_place_and_town_stay_in_the_address() -> None:
    query, _ = read(("ort", "05111000"), ("kommune", "09572164"), ("land", "bayern"), ("sort", "titel"))
    args = [("land", "bayern"), ("ort", "05111000"), ("kommune", "09572164"), ("sort", "titel")]
    assert args_from_query(query) == args
    assert args_from_query(query, place="", filters={}) == [("kommune", "09572164"), ("sort", "titel")]


NAMES = ["q", "sort", "seite", "ort", "kommune", *(facet.value for facet in Facet), "x"]
known_values = [value for values in CLOSED_LISTS.values() for value in values.values()]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.one_of(st.text(), st.sampled_from(known_values))), max_size=12))
def test_whatever_comes_in_a_query_with_one_address_comes_out(pairs: list[tuple[str, str]]) -> None:
    query, hints = read(*pairs)
    assert 1 <= query.page <= MAX_PAGE
    assert len(query.text) <= MAX_QUERY_LENGTH
    assert all(len(hint) < 200 for hint in hints)
    args = args_from_query(query)
    assert query_from_args(MultiDict(args)) == (query, [])
    for _, value in args:
        iri_to_uri(value)
