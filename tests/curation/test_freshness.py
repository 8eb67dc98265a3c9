"""The dates of a review, without a database."""

from datetime import date, timedelta
from typing import Any

import pytest

from marketplace.catalogue.kinds import Kind
from marketplace.curation import freshness
from marketplace.curation.freshness import MAILS_BEFORE, Stage, add_months, mail_due, review_date

START = date(2026, 3, 10)


@pytest.mark.parametrize("kind", [Kind.PROJECT, Kind.SOLUTION, Kind.LESSON])
def test_an_entry_is_due_after_twelve_months(kind: Kind) -> None:
    assert review_date(kind, {}, 2025, START) == date(2027, 3, 10)


@pytest.mark.parametrize(
    ("details", "due"),
    [
        ({}, date(2026, 6, 10)),
        ({"rolling": True}, date(2026, 6, 10)),
        ({"closes_on": "2026-09-30"}, date(2026, 9, 30)),
        ({"closes_on": "2026-09"}, date(2026, 9, 30)),
        ({"closes_on": "2029-09-30"}, date(2027, 3, 10)),
        ({"closes_on": "2026-04-01"}, date(2026, 6, 10)),  # too near to be asked about before it
        ({"closes_on": "2026-03-09"}, date(2027, 3, 10)),  # over
        ({"ended": True}, date(2027, 3, 10)),
        ({"runs_until": "2025"}, date(2027, 3, 10)),
        ({"opens_on": "2026-05-01", "closes_on": "2026-06-30"}, date(2026, 6, 30)),
    ],
)
def test_a_programme_is_due_at_its_deadline_or_after_three_months(details: dict[str, Any], due: date) -> None:
    required = {"level": "bund", "funder": "Bund"}
    assert review_date(Kind.PROGRAMME, {**required, **details}, 2026, START) == due


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 10, 31), 3, date(2027, 1, 31)),
    ],
)
def test_months_end_where_the_calendar_does(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_question_and_reminders_leave_on_their_days() -> None:
    due, sent, left = date(2027, 3, 10), 0, []
    for offset in range(-40, 10):
        day = due + timedelta(days=offset)
        if number := mail_due(due, sent, day):
            sent = number
            left.append((offset, number))
    assert left == [(-28, 1), (-14, 2), (0, 3)]


def test_missed_reminders_are_not_made_up_for() -> None:
    due = date(2027, 3, 10)
    assert mail_due(due, 0, due + timedelta(days=5)) == 1
    assert mail_due(due, 1, due + timedelta(days=5)) == 3
    assert mail_due(due, 3, due + timedelta(days=500)) == 0
    assert mail_due(due, 1, due + timedelta(days=28)) == 0, "By now it is a guide's task."


def test_whoever_is_asked_late_has_four_weeks_all_the_same() -> None:
    due = date(2027, 3, 10)
    assert freshness.due_after_question(due, due - timedelta(days=28)) == due
    assert freshness.due_after_question(due, due + timedelta(days=3)) == due + timedelta(days=31)


def test_the_mark_follows_the_review_date_and_the_guide_four_weeks_later() -> None:
    due = date(2027, 3, 10)
    assert not freshness.is_unconfirmed(due, due)
    assert freshness.is_unconfirmed(due, due + timedelta(days=1))
    assert not freshness.falls_to_guide(due, 3, due + timedelta(days=27))
    assert freshness.falls_to_guide(due, 3, due + timedelta(days=28))
    assert freshness.falls_to_guide(due, 0, due)
    assert not freshness.falls_to_guide(due, 0, due - timedelta(days=1))


def test_nobody_is_asked_within_four_weeks_of_a_confirmation() -> None:
    required = {"level": "bund", "funder": "Bund"}
    for days in range(400):
        details = {**required, "closes_on": (START + timedelta(days=days)).isoformat()}
        due = review_date(Kind.PROGRAMME, details, 2026, START)
        assert due - MAILS_BEFORE[0] >= START + timedelta(weeks=4)


@pytest.mark.parametrize(
    ("sent", "is_marked", "is_guides", "stage"),
    [
        (0, False, False, Stage.CURRENT),
        (2, False, False, Stage.ASKED),
        (3, True, False, Stage.UNCONFIRMED),
        (0, True, True, Stage.GUIDE),
    ],
)
def test_stages(sent: int, is_marked: bool, is_guides: bool, stage: Stage) -> None:
    assert freshness.stage_of(sent=sent, is_marked=is_marked, is_guides=is_guides) is stage
