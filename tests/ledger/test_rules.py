"""What counts and when to ask, decided without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.errors import DomainError
from marketplace.ledger.rules import (
    ACTIVE,
    ACTS,
    COUNTED,
    Purpose,
    ReuseRefusedError,
    ReuseStage,
    ReuseState,
    Side,
    apply,
    break_cycles,
    explain_refusal,
    explain_wrong_sides,
    is_evidence,
    open_question,
    unconfirmed_since,
    valid_until,
)

DAY = date(2026, 3, 10)
RUNNING = ReuseState(ReuseStage.RUNNING, DAY)
BOTH = ReuseState(ReuseStage.RUNNING, DAY, giver_confirmed_on=DAY, taker_confirmed_on=DAY)


def test_one_word_alone_proves_nothing() -> None:
    for side in Side:
        assert not is_evidence(apply("confirm", RUNNING, side, DAY), DAY)
    assert is_evidence(apply("confirm", apply("confirm", RUNNING, Side.GIVER, DAY), Side.TAKER, DAY), DAY)


@pytest.mark.parametrize("stage", list(ReuseStage))
def test_what_is_only_agreed_or_over_proves_nothing(stage: ReuseStage) -> None:
    state = ReuseState(stage, DAY, giver_confirmed_on=DAY, taker_confirmed_on=DAY)
    assert is_evidence(state, DAY) == (stage in (ReuseStage.BUILDING, ReuseStage.RUNNING))


def test_the_word_of_the_taking_side_holds_18_months_to_the_day() -> None:
    last = date(2027, 9, 10)
    assert valid_until(BOTH) == last
    assert is_evidence(BOTH, last)
    assert unconfirmed_since(BOTH, last) is None
    assert not is_evidence(BOTH, last + timedelta(days=1))
    assert unconfirmed_since(BOTH, last + timedelta(days=1)) == last
    renewed = apply("confirm", BOTH, Side.TAKER, last + timedelta(days=40))
    assert is_evidence(renewed, last + timedelta(days=40))


def test_the_end_of_a_month_counts_as_its_last_day() -> None:
    assert valid_until(ReuseState(ReuseStage.RUNNING, DAY, DAY, date(2026, 8, 31))) == date(2028, 2, 29)


def test_the_giving_side_cannot_renew() -> None:
    later = apply("confirm", BOTH, Side.GIVER, DAY + timedelta(days=500))
    assert valid_until(later) == valid_until(BOTH)


def test_a_denial_takes_the_word_back_and_blocks_the_other_side() -> None:
    denied = apply("deny", BOTH, Side.GIVER, DAY, "Das war nur ein Gespräch.")
    assert denied.giver_confirmed_on is None
    assert not is_evidence(denied, DAY)
    with pytest.raises(ReuseRefusedError, match="gebende Seite hat inzwischen widersprochen"):
        apply("confirm", denied, Side.TAKER, DAY)
    assert is_evidence(apply("confirm", denied, Side.GIVER, DAY), DAY), "Whoever denied it may change their mind."


def test_an_end_needs_a_reason_and_can_be_undone_by_the_taker_with_a_new_word_of_the_giver() -> None:
    with pytest.raises(DomainError, match="in einem Satz"):
        apply("stop", BOTH, Side.TAKER, DAY, "   ")
    with pytest.raises(DomainError, match="höchstens 500 Zeichen"):
        apply("stop", BOTH, Side.TAKER, DAY, "x" * 501)
    ended = apply("stop", BOTH, Side.TAKER, DAY, "Zu teuer im Betrieb.")
    assert (ended.stage, ended.reason) == (ReuseStage.STOPPED, "Zu teuer im Betrieb.")
    with pytest.raises(ReuseRefusedError, match="steht inzwischen auf „Beendet“"):
        apply("confirm", ended, Side.GIVER, DAY)
    with pytest.raises(ReuseRefusedError, match="andere Seite"):
        apply("resume", ended, Side.GIVER, DAY)
    again = apply("resume", ended, Side.TAKER, DAY + timedelta(days=1))
    assert again.stage is ReuseStage.RUNNING
    assert not again.is_confirmed


def test_a_guide_may_end_and_nothing_else() -> None:
    assert [name for name in ACTS if explain_refusal(name, BOTH, None) is None] == ["stop"]


@given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from([*Side, None]), st.integers(0, 400))))
def test_whatever_is_done_evidence_needs_two_words(acts: list[tuple[str, Side | None, int]]) -> None:
    state, today = ReuseState(ReuseStage.AGREED, DAY), DAY
    spoken = dict.fromkeys(Side, False)
    for name, side, days in acts:
        today += timedelta(days=days)
        before = state
        try:
            state = apply(name, state, side, today, "Grund")
        except ReuseRefusedError:
            assert state == before
            continue
        if name == "deny" and side:
            spoken[side] = False
        elif side and name != "stop":
            spoken = {each: spoken[each] and name != "resume" for each in Side} | {side: True}
        assert {each: state.confirmed_on(each) is not None for each in Side} == spoken
        if is_evidence(state, today):
            assert all(spoken.values())
            assert state.stage in COUNTED
            assert state.denied_by is None
        if state.stage not in ACTIVE:
            assert state.reason == "Grund"


# Asking


def test_the_missing_side_is_asked_at_once_and_reminded_once() -> None:
    question = open_question(apply("confirm", RUNNING, Side.TAKER, DAY), DAY)
    assert question is not None
    assert (question.purpose, question.sides) == (Purpose.FIRST, (Side.GIVER,))
    assert question.number_due(0, DAY) == 1
    assert question.number_due(1, DAY + timedelta(days=13)) == 0
    assert question.number_due(1, DAY + timedelta(days=14)) == 2
    assert question.number_due(2, DAY + timedelta(days=30)) == 0
    assert question.silent_from == DAY + timedelta(days=42)
    assert question.next_day(2) is None


def test_the_taking_side_is_asked_for_renewal_four_weeks_before_and_on_the_day() -> None:
    question, end = open_question(BOTH, DAY), date(2027, 9, 10)
    assert question is not None
    assert (question.purpose, question.sides) == (Purpose.RENEW, (Side.TAKER,))
    assert question.number_due(0, end - timedelta(days=29)) == 0
    assert question.number_due(0, end - timedelta(days=28)) == 1
    assert question.number_due(1, end) == 2
    assert question.number_due(0, end + timedelta(days=20)) == 1, "Asked late, the first mail is still the question."
    assert question.number_due(1, end + timedelta(days=28)) == 0, "By then it is a guide's task."


@pytest.mark.parametrize(
    "state",
    [apply("stop", BOTH, Side.TAKER, DAY, "x"), apply("deny", BOTH, Side.GIVER, DAY, "x")],
    ids=["over", "denied"],
)
def test_nobody_is_asked_about_what_is_over_or_denied(state: ReuseState) -> None:
    assert open_question(state, DAY) is None


# Sides and chains


def test_nobody_reuses_what_is_their_own() -> None:
    assert explain_wrong_sides(1, 1, 2) is None
    assert "nicht nachnutzen" in (explain_wrong_sides(1, 1, 1) or "")
    assert "nicht nachnutzen" in (explain_wrong_sides(2, 1, 1) or ""), "Nor in a chain."
    assert "keine Organisation" in (explain_wrong_sides(None, None, 1) or "")


@given(st.dictionaries(st.integers(1, 8), st.one_of(st.none(), st.integers(1, 8)), max_size=8))
def test_no_chain_leads_back_into_itself(via: dict[int, int | None]) -> None:
    broken = break_cycles(via)
    mended = {key: None if key in broken else value for key, value in via.items()}
    for start in mended:
        seen, current = set(), start
        while current is not None:
            assert current not in seen
            seen.add(current)
            current = mended.get(current)
