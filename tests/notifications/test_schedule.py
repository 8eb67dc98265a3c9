from datetime import UTC, datetime, timedelta

import pytest

from marketplace.core.clock import BERLIN
from marketplace.notifications.kinds import DIGESTS, Frequency
from marketplace.notifications.schedule import last_due, occasion


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "daily", "weekly"),
    [
        # 16 November 2026 is a Monday.
        ("2026-11-18T12:00", "2026-11-18T07:00", "2026-11-16T07:00"),
        ("2026-11-18T06:59", "2026-11-17T07:00", "2026-11-16T07:00"),
        ("2026-11-16T07:00", "2026-11-16T07:00", "2026-11-16T07:00"),
        ("2026-11-16T06:59", "2026-11-15T07:00", "2026-11-09T07:00"),
        ("2026-11-15T23:59", "2026-11-15T07:00", "2026-11-09T07:00"),
        # Clocks go back on 25 October and forward on 28 March.
        ("2026-10-25T02:30", "2026-10-24T07:00", "2026-10-19T07:00"),
        ("2026-10-25T08:00", "2026-10-25T07:00", "2026-10-19T07:00"),
        ("2026-10-26T06:59", "2026-10-25T07:00", "2026-10-19T07:00"),
        ("2027-03-28T06:59", "2027-03-27T07:00", "2027-03-22T07:00"),
        ("2027-03-28T07:00", "2027-03-28T07:00", "2027-03-22T07:00"),
        ("2027-01-01T00:00", "2026-12-31T07:00", "2026-12-28T07:00"),
    ],
)
def test_the_last_time_it_was_due(now: str, daily: str, weekly: str) -> None:
    moment = berlin(now).astimezone(UTC)
    assert last_due(Frequency.DAILY, moment) == berlin(daily)
    assert last_due(Frequency.WEEKLY, moment) == berlin(weekly)


@pytest.mark.parametrize("frequency", DIGESTS)
def test_there_is_one_each_day_or_week_of_the_year_at_seven(frequency: Frequency) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    occasions = {
        occasion(frequency, 1, last_due(frequency, start + timedelta(minutes=10 * step)))
        for step in range(366 * 24 * 6)
    }
    assert len(occasions) == {Frequency.DAILY: 367, Frequency.WEEKLY: 53}[frequency]
    summer = last_due(Frequency.DAILY, datetime(2026, 7, 1, 12, tzinfo=UTC))
    winter = last_due(Frequency.DAILY, datetime(2026, 12, 1, 12, tzinfo=UTC))
    assert (summer.astimezone(UTC).hour, winter.astimezone(UTC).hour) == (5, 6)
