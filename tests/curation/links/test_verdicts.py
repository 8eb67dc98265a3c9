"""What answers say about an address, and which addresses an entry names."""

from datetime import timedelta

import pytest

from marketplace.core.safe_http import Reason
from marketplace.curation.links.addresses import addresses_in, replace_address
from marketplace.curation.links.verdicts import (
    Health,
    LinkState,
    Verdict,
    judge,
    needs_second_look,
    verdict_of_failure,
    verdict_of_status,
)

WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.FINE), (204, Verdict.FINE), (304, Verdict.FINE), (404, Verdict.GONE), (410, Verdict.GONE),
        (401, Verdict.REFUSED), (403, Verdict.REFUSED), (451, Verdict.REFUSED), (999, Verdict.REFUSED),
        (429, Verdict.BUSY), (503, Verdict.BUSY), (500, Verdict.TROUBLE), (502, Verdict.TROUBLE),
        (400, Verdict.TROUBLE),
    ],
)  # fmt: skip
def test_what_a_status_shows(status: int, verdict: Verdict) -> None:
    assert verdict_of_status(status) is verdict


def test_every_failure_shows_something() -> None:
    assert {verdict_of_failure(reason) for reason in Reason} == {Verdict.GONE, Verdict.TROUBLE}
    assert verdict_of_failure(Reason.TIMEOUT) is Verdict.TROUBLE
    assert verdict_of_failure(Reason.UNKNOWN_HOST) is Verdict.GONE


def checks(*verdicts: Verdict) -> list[LinkState]:
    """States after each of some checks, a week apart."""
    health, states = Health(LinkState.UNCHECKED), []
    for verdict in verdicts:
        health, pause = judge(health, verdict)
        states.append(health.state)
        assert pause == WEEK or health.state not in (LinkState.FAILING, LinkState.DEAD)
    return states


def test_a_page_must_be_gone_twice() -> None:
    assert checks(Verdict.GONE, Verdict.GONE) == [LinkState.FAILING, LinkState.DEAD]
    assert checks(Verdict.GONE, Verdict.FINE, Verdict.GONE) == [LinkState.FAILING, LinkState.ALIVE, LinkState.FAILING]


def test_trouble_must_last_three_weeks() -> None:
    assert checks(*[Verdict.TROUBLE] * 4) == [LinkState.FAILING] * 3 + [LinkState.DEAD]


def test_who_does_not_answer_us_is_never_dead() -> None:
    assert set(checks(*[Verdict.REFUSED] * 20)) == {LinkState.CLOSED}


def test_who_wants_to_be_asked_later_keeps_its_state() -> None:
    dead = Health(LinkState.DEAD, 4)
    assert judge(dead, Verdict.BUSY) == (dead, timedelta(days=1))


def test_a_dead_page_may_come_back() -> None:
    assert checks(Verdict.GONE, Verdict.GONE, Verdict.FINE)[-1] is LinkState.ALIVE


def test_head_is_repeated_where_it_is_answered_badly() -> None:
    assert needs_second_look(405)
    assert needs_second_look(404)
    assert not needs_second_look(200)
    assert not needs_second_look(429), "Who is busy is not asked once more."


def test_addresses_of_an_entry() -> None:
    content = [
        [{"link": "https://a.example/quelle", "jahr": 2024}],
        {"call_link": "https://b.example/aufruf", "planned": "Siehe [dort](https://c.example/x?a=1&b=2)."},
        "Ein [Link](https://d.example/ 'Titel'), <https://e.example/>, noch einmal [a](https://a.example/quelle), "
        "[Mail](mailto:amt@weisendorf.example) und `https://kein-link.example/`. [Innen](/projekte/x)",
        None,
    ]
    assert addresses_in(content) == [
        "https://a.example/quelle", "https://b.example/aufruf", "https://c.example/x?a=1&b=2", "https://d.example/",
        "https://e.example/",
    ]  # fmt: skip


def test_addresses_too_long_to_be_typed_are_left_out() -> None:
    assert addresses_in("https://a.example/" + "x" * 600) == []


def test_one_address_is_replaced_and_longer_ones_are_not() -> None:
    text = "[a](https://a.example/x), https://a.example/x/y, https://a.example/x. https://a.example/x?q=1"
    replaced = replace_address({"t": [text], "n": 3}, "https://a.example/x", r"https://neu.example/\1")
    assert replaced["t"][0] == (
        r"[a](https://neu.example/\1), https://a.example/x/y, https://neu.example/\1. https://a.example/x?q=1"
    )
    assert replaced["n"] == 3
