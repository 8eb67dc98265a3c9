from datetime import date

import pytest

from marketplace.catalogue.funding import programme_status
from marketplace.catalogue.kinds import ProgrammeDetails
from marketplace.catalogue.vocabulary import ProgrammeStatus

TODAY = date(2026, 11, 20)


def status(as_of: int = 2026, today: date = TODAY, **fields: object) -> ProgrammeStatus:
    details = ProgrammeDetails.model_validate({"ebene": "bund", "foerdergeber": "Bund", **fields})
    return programme_status(details, as_of, today)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ProgrammeStatus.UNKNOWN),
        ({"antrag-ab": "2026-12-01"}, ProgrammeStatus.PLANNED),
        ({"antrag-ab": "2027", "antrag-bis": "2027-03"}, ProgrammeStatus.PLANNED),
        ({"antrag-ab": "2026-01-01", "antrag-bis": "2027-06-30"}, ProgrammeStatus.OPEN),
        ({"antrag-bis": "2026-12-19"}, ProgrammeStatus.OPEN),
        ({"antrag-bis": "2026-12-18"}, ProgrammeStatus.CLOSING_SOON),
        ({"antrag-bis": "2026-11-20"}, ProgrammeStatus.CLOSING_SOON),
        ({"antrag-bis": "2026-11-19"}, ProgrammeStatus.CLOSED),
        ({"antrag-bis": "2026-11"}, ProgrammeStatus.CLOSING_SOON),
        ({"antrag-bis": "2026"}, ProgrammeStatus.OPEN),
        ({"antrag-bis": "2025"}, ProgrammeStatus.CLOSED),
        ({"laufend": True}, ProgrammeStatus.OPEN),
        ({"laufend": True, "laufzeit-bis": "2025"}, ProgrammeStatus.CLOSED),
        ({"laufend": True, "beendet": True}, ProgrammeStatus.CLOSED),
        ({"laufzeit-bis": "2027"}, ProgrammeStatus.UNKNOWN),
        ({"antrag-bis": "2027-01-31", "laufzeit-bis": "2026-10"}, ProgrammeStatus.CLOSED),
    ],
)
def test_status_follows_the_dates(fields: dict[str, object], expected: ProgrammeStatus) -> None:
    assert status(**fields) == expected


def test_rolling_is_not_believed_for_ever() -> None:
    assert status(as_of=2025, laufend=True) == ProgrammeStatus.OPEN
    assert status(as_of=2024, laufend=True) == ProgrammeStatus.UNKNOWN


def test_month_ends_are_right_in_leap_years() -> None:
    assert status(today=date(2028, 2, 29), **{"antrag-bis": "2028-02"}) == ProgrammeStatus.CLOSING_SOON
    assert status(today=date(2028, 3, 1), **{"antrag-bis": "2028-02"}) == ProgrammeStatus.CLOSED
