"""The tables in content/register as they are committed."""

from pathlib import Path

import pytest

from marketplace.config import ROOT
from marketplace.organisations.places import OrganisationKind
from marketplace.organisations.register_csv import (
    ORGANISATION_COLUMNS,
    REGISTER_COLUMNS,
    read_organisations,
    read_places,
    write_rows,
)

FOLDER = ROOT / "content" / "register"


@pytest.fixture(scope="module")
def municipalities() -> dict[str, object]:
    places = read_places(FOLDER / "kommunen.csv")
    return {place.key: place for place in places if place.kind is OrganisationKind.MUNICIPALITY}


def test_every_municipality_is_complete() -> None:
    for place in read_places(FOLDER / "kommunen.csv"):
        assert place.inhabitants, place
        assert place.inhabitants_on, place
        assert (place.size_inhabitants or 0) >= place.inhabitants, place
        if place.kind is OrganisationKind.MUNICIPALITY:
            assert place.postcode, place
            assert place.latitude, place


def test_every_seat_is_a_known_municipality(municipalities: dict[str, object]) -> None:
    seats = {row.ags for row in read_organisations(FOLDER / "organisationen.csv") if row.ags}
    assert seats <= municipalities.keys()


def test_the_table_stays_small(municipalities: dict[str, object]) -> None:
    assert len(municipalities) < 1_000, "Das ganze Verzeichnis gehört nicht ins Projekt (content/register/README.md)."


def test_writing_gives_what_was_read(tmp_path: Path) -> None:
    write_rows(tmp_path / "kommunen.csv", REGISTER_COLUMNS, read_places(FOLDER / "kommunen.csv"))
    write_rows(tmp_path / "organisationen.csv", ORGANISATION_COLUMNS, read_organisations(FOLDER / "organisationen.csv"))
    for name in ("kommunen.csv", "organisationen.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()
