"""Whether one can apply to a funding programme: a plain function of its dates and of today."""

from datetime import date, timedelta

from marketplace.catalogue.kinds import ProgrammeDetails
from marketplace.catalogue.vocabulary import ProgrammeStatus

CLOSING_SOON = timedelta(days=28)
"""A deadline within four weeks leaves just time for a council decision: readers must see it."""

ROLLING_BELIEVED_FOR_YEARS = 1
"""“Apply at any time” is believed in the year of the facts and the one after; later nobody knows."""


def programme_status(details: ProgrammeDetails, as_of: int, today: date) -> ProgrammeStatus:
    """Status on the day ``today``; ``as_of`` is the year of which the facts speak.

    What has passed counts first, so an expired programme never shows as open whatever a field says. A deadline counts
    through its last day; a month or year without a day counts through its end.
    """
    deadline = last_day(details.closes_on)
    programme_end = last_day(details.runs_until)
    opening = _first_day(details.opens_on)
    if details.ended or (deadline and deadline < today) or (programme_end and programme_end < today):
        return ProgrammeStatus.CLOSED
    if opening and opening > today:
        return ProgrammeStatus.PLANNED
    if deadline:
        return ProgrammeStatus.CLOSING_SOON if deadline - today <= CLOSING_SOON else ProgrammeStatus.OPEN
    if details.rolling and today.year - as_of <= ROLLING_BELIEVED_FOR_YEARS:
        return ProgrammeStatus.OPEN
    return ProgrammeStatus.UNKNOWN


def _first_day(partial: str | None) -> date | None:
    if partial is None:
        return None
    year, month, day = [int(part) for part in f"{partial}-01-01".split("-")[:3]]
    return date(year, month, day)


def last_day(partial: str | None) -> date | None:
    """Last day of a year, a month or a day as typed."""
    first = _first_day(partial)
    if first is None or partial is None:
        return None
    if len(partial) == len("2026"):
        return date(first.year, 12, 31)
    if len(partial) == len("2026-03"):
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first
