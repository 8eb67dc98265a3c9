"""The plain rules: what is stored of a search, what is due, what is known."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import Facet, SearchQuery, Sort
from marketplace.subscriptions.entry_news import EntryState, sentences
from marketplace.subscriptions.known import pack, unpack
from marketplace.subscriptions.rhythm import SOON_PAUSE, Rhythm, gathered_until, is_rested
from marketplace.subscriptions.stored import digest_of, restore, store
from tests.subscriptions.conftest import berlin


def filters() -> st.SearchStrategy[dict[Facet, frozenset[str]]]:
    return st.dictionaries(st.sampled_from(list(Facet)), st.just(None), max_size=3).flatmap(
        lambda chosen: st.fixed_dictionaries(
            {facet: st.frozensets(st.sampled_from(CLOSED_LISTS[facet].values()), min_size=1) for facet in chosen}
        )
    )


@given(st.text(max_size=50), filters(), st.sampled_from(list(Sort)), st.integers(1, 9))
def test_what_is_stored_is_the_same_search(text: str, chosen: dict, sort: Sort, page: int) -> None:
    parameters = store(SearchQuery(text, chosen, sort=sort, page=page))
    query = restore(parameters)
    if query is not None:
        assert query.filters == chosen
        assert store(query) == store(restore(store(query)) or SearchQuery("anders"))


def test_order_and_page_play_no_part() -> None:
    one = store(SearchQuery("Wald", sort=Sort.TITLE, page=3))
    assert one == store(SearchQuery("Wald")) == "q=Wald"
    assert digest_of(one) == digest_of("q=Wald") != digest_of("q=Wiese")


@pytest.mark.parametrize("parameters", ["feld=weg", "q=Wald&land=weg", "art=x&feld=verwaltung", "q=%00"])
def test_a_filter_that_is_gone_makes_a_search_impossible_not_wider(parameters: str) -> None:
    assert restore(parameters) is None


@given(st.text())
def test_nothing_that_is_stored_breaks(parameters: str) -> None:
    restore(parameters)


@given(st.sets(st.integers(0, 2**40)))
def test_known_ids_come_back(ids: set[int]) -> None:
    assert unpack(pack(ids)) == ids


def test_ten_thousand_known_ids_take_little_room() -> None:
    assert len(pack(range(1, 10_001))) < 200
    assert len(pack([number * number % 100_003 for number in range(20_000)])) < 40_000


def test_what_is_due() -> None:
    now = berlin("2026-11-18T12:00")
    assert gathered_until(Rhythm.SOON, now) == gathered_until(Rhythm.NOTICE, now) == now
    assert gathered_until(Rhythm.DAILY, now) == berlin("2026-11-18T07:00")
    assert gathered_until(Rhythm.WEEKLY, now) == berlin("2026-11-16T07:00")


@pytest.mark.parametrize(
    ("seen", "now", "note", "told"),
    [
        (("veroeffentlicht", 1), ("veroeffentlicht", 1), None, []),
        (("veroeffentlicht", 1), ("veroeffentlicht", 2), "Kosten", ["Neue Fassung: Titel (Kosten)"]),
        (("veroeffentlicht", 1), ("veroeffentlicht", 2), "", ["Neue Fassung: Titel"]),
        (("veroeffentlicht", 1), ("veroeffentlicht", 2), None, []),
        (("veroeffentlicht", 1), ("archiviert", 2), None, ["Archiviert: Titel"]),
        (("veroeffentlicht", 1), ("zurueckgezogen", 4), "Kosten", ["Zurückgezogen: Titel"]),
        (("zurueckgezogen", 4), ("veroeffentlicht", 5), None, ["Wieder veröffentlicht: Titel"]),
        (("veroeffentlicht", 1), ("ausgeblendet", 2), None, []),
        (("ausgeblendet", 2), ("veroeffentlicht", 3), None, []),
        (("ausgeblendet", 2), ("zurueckgezogen", 3), None, ["Zurückgezogen: Titel"]),
    ],
)
def test_what_followers_hear(
    app: Flask, seen: tuple[str, int], now: tuple[str, int], note: str | None, told: list[str]
) -> None:
    with app.test_request_context():
        states = {"seen": EntryState(seen[1], seen[0]), "now": EntryState(now[1], now[0])}
        assert sentences("Titel", **states, note=note, lessons=[]) == told
        assert sentences("Titel", **states, note=note, lessons=["Lehre"])[-1] == "Neue Erfahrung zu „Titel“: Lehre"


def test_a_sentence_has_room_in_a_notice(app: Flask) -> None:
    states = {"seen": EntryState(1, "veroeffentlicht"), "now": EntryState(2, "veroeffentlicht")}
    with app.test_request_context():
        for sentence in sentences("T" * 140, **states, note="N" * 300, lessons=["L" * 140]):
            assert len(sentence) <= 300


def test_rest_between_two_mails() -> None:
    now = berlin("2026-11-18T12:00")
    assert is_rested(Rhythm.SOON, None, now)
    assert is_rested(Rhythm.SOON, now - SOON_PAUSE, now)
    assert not is_rested(Rhythm.SOON, now - SOON_PAUSE + timedelta(seconds=1), now)
    assert is_rested(Rhythm.NOTICE, now, now)
