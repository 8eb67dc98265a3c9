"""Finding organisations and listing places."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from marketplace.core.errors import NotFoundError
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import OrganisationKind, State
from marketplace.organisations.queries import (
    count_by_state,
    find_by_key,
    get_by_key,
    list_municipalities,
    list_places,
    map_keys_to_ids,
    place_facts,
)
from marketplace.organisations.register_file import parse_register
from marketplace.organisations.service import import_register
from tests.organisations.register_files import small_register, text_file


def add(session: Session, key: str, name: str, kind: str = "gemeinde", **facts: Any) -> Organisation:
    organisation = Organisation(key=key, kind=kind, name=name, **facts)
    session.add(organisation)
    session.flush()
    return organisation


@pytest.fixture
def places(session: Session) -> Session:
    """Seven places of three Länder."""
    add(session, "09162000", "München", postcode="80331")
    add(session, "16076051", "Münchenbernsdorf", postcode="07589")
    add(session, "09184149", "Kirchheim b.München", postcode="85551")
    add(session, "09184", "Landkreis München", "kreis")
    add(session, "15002000", "Halle (Saale)", postcode="06108")
    add(session, "09572164", "Weisendorf", postcode="91085")
    add(session, "09572", "Landkreis Erlangen-Höchstadt", "kreis")
    return session


def names(text: str = "", **options: object) -> list[str]:
    return [row.organisation.name for row in list_places(text, **options).rows]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["München", "munchen", "MUENCHEN", " mÜnchen "])
def test_spelling_of_umlauts_and_case_do_not_matter(places: Session, text: str) -> None:
    assert names(text) == ["München", "Münchenbernsdorf", "Kirchheim b.München", "Landkreis München"]


def test_every_word_must_occur(places: Session) -> None:
    assert names("halle saale") == ["Halle (Saale)"]
    assert names("halle münchen") == []


@pytest.mark.parametrize(("text", "found"), [("09572164", ["Weisendorf"]), ("91085", ["Weisendorf"])])
def test_keys_and_postcodes_are_found(places: Session, text: str, found: list[str]) -> None:
    assert names(text) == found


def test_a_row_names_the_district(places: Session) -> None:
    row = list_places("weisendorf").rows[0]
    assert row.district is not None
    assert row.district.name == "Landkreis Erlangen-Höchstadt"


def test_the_list_can_be_narrowed_to_a_land_and_to_given_organisations(places: Session) -> None:
    assert names("münchen", state=State.THUERINGEN) == ["Münchenbernsdorf"]
    weisendorf = get_by_key("09572164").id
    assert names(only_ids=[weisendorf]) == ["Weisendorf"]
    assert names(only_ids=[]) == []


def test_an_organisation_lies_in_the_land_of_its_seat(session: Session) -> None:
    add(session, "swk-kaiserslautern", "SWK", "kommunales-unternehmen", ags="07312000")
    add(session, "07-verein", "Verein Null Sieben", "verband")
    companies = (OrganisationKind.MUNICIPAL_COMPANY, OrganisationKind.ASSOCIATION)
    assert names(kinds=companies, state=State.RHEINLAND_PFALZ) == ["SWK"]
    assert names(kinds=companies, state=State.BAYERN) == []


def test_only_municipalities_without_districts(places: Session) -> None:
    assert list_municipalities("münchen").total == 3


@pytest.mark.parametrize(("asked", "given"), [(1, 1), (2, 2), (-7, 1), (10**9, 4)])
def test_pages_stay_within_the_list(places: Session, asked: int, given: int) -> None:
    found = list_places(page=asked, page_size=2)
    assert (found.page, found.pages, found.total) == (given, 4, 7)
    assert found.rows


def test_pages_together_hold_every_place_once(places: Session) -> None:
    keys = [row.organisation.key for page in (1, 2, 3, 4) for row in list_places(page=page, page_size=2).rows]
    assert len(keys) == len(set(keys)) == 7


@pytest.mark.parametrize("text", ["%", "_", "\x00", "'", "\\", "🏙", "a" * 10_000, "²"])
def test_odd_texts_find_nothing_and_break_nothing(places: Session, text: str) -> None:
    assert names(text) == (names() if text == "\x00" else [])


def test_dissolved_places_are_not_listed(places: Session) -> None:
    dissolved = get_by_key("09572164")
    dissolved.successor_key = "09162000"
    dissolved.dissolved_on = date(2025, 1, 1)
    assert names("weisendorf") == []
    assert get_by_key("09572164").name == "München"


def test_the_district_key_of_an_independent_city_leads_to_the_city(places: Session) -> None:
    assert get_by_key("09162").name == "München"
    assert get_by_key("09184").name == "Landkreis München"


def test_successors_that_point_at_each_other_end(session: Session) -> None:
    add(session, "01051001", "A", successor_key="01051002")
    add(session, "01051002", "B", successor_key="01051001")
    assert find_by_key("01051001") is not None
    assert set(map_keys_to_ids()) == {"01051001", "01051002"}


@pytest.mark.parametrize("key", ["99999999", "", "\x00", "x" * 1_000])
def test_an_unknown_key_is_none_or_an_error(session: Session, key: str) -> None:
    assert find_by_key(key) is None
    with pytest.raises(NotFoundError):
        get_by_key(key)


def test_the_map_of_keys_agrees_with_finding(places: Session) -> None:
    add(places, "09572999", "Weisendorf alt", successor_key="09572164")
    add(places, "fraunhofer-iese", "Fraunhofer IESE", "wissenschaft")
    ids = map_keys_to_ids()
    assert ids["09162"] == ids["09162000"]
    for key, id_ in ids.items():
        assert get_by_key(key).id == id_


def test_counts_name_every_land(places: Session) -> None:
    counts = count_by_state()
    assert list(counts) == list(State)
    assert (counts[State.BAYERN], counts[State.HAMBURG]) == (3, 0)


def test_facts_of_a_member_of_an_amt(session: Session) -> None:
    import_register(parse_register(text_file(small_register())))
    facts = place_facts(get_by_key("01051022"))
    assert facts.state is State.SCHLESWIG_HOLSTEIN
    assert facts.district is not None
    assert facts.district.name == "Kreis Dithmarschen"
    assert facts.association is not None
    assert facts.association.name == "Amt Burg-St. Michaelisdonn"
    assert facts.association_runs_town_hall


def test_the_size_of_the_town_hall_is_known_without_its_association(session: Session) -> None:
    shared: dict[str, Any] = {"association_key": "010585890", "inhabitants": 1_305, "size_inhabitants": 14_854}
    facts = place_facts(add(session, "01058066", "Groß Wittensee", **shared))
    assert facts.association is None
    assert facts.association_runs_town_hall


def test_members_of_an_amt_and_of_a_kreis(session: Session) -> None:
    import_register(parse_register(text_file(small_register())))
    assert [place.name for place in place_facts(get_by_key("010515163")).members] == ["Dingen", "Eddelak"]
    assert [place.name for place in place_facts(get_by_key("01051")).members] == ["Brunsbüttel", "Dingen", "Eddelak"]


def test_an_organisation_without_official_key_has_the_land_of_its_seat(session: Session) -> None:
    swk = add(session, "swk", "SWK", "kommunales-unternehmen", ags="07312000")
    facts = place_facts(swk)
    assert (facts.state, facts.district, facts.members) == (State.RHEINLAND_PFALZ, None, [])
