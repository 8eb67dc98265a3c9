"""What is different between two states of the register."""

from dataclasses import replace
from datetime import date

import pytest

from marketplace.organisations.places import OrganisationKind
from marketplace.organisations.register import RegisterRecord
from marketplace.organisations.register_diff import RegisterDiff, diff, merge


def place(key: str, name: str, **facts: object) -> RegisterRecord:
    return RegisterRecord(key, OrganisationKind.MUNICIPALITY, name, name, **facts)  # type: ignore[arg-type]


def rekeyed(changes: RegisterDiff) -> list[tuple[str, str]]:
    return [(change.old.key, change.new.key) for change in changes.rekeyed]


def test_the_same_register_twice_has_no_difference() -> None:
    records = [place("03152012", "Göttingen", inhabitants=118_000), place("03152016", "Friedland")]
    assert diff(records, records).is_empty


def test_new_and_dissolved() -> None:
    changes = diff([place("01051022", "Dingen")], [place("16077001", "Altkirchen")])
    assert [record.name for record in changes.new] == ["Altkirchen"]
    assert [record.name for record in changes.dissolved] == ["Dingen"]
    assert not changes.rekeyed


def test_renamed_and_other_inhabitants() -> None:
    old = [place("08316053", "Rheinhausen", inhabitants=3_900), place("08316054", "Herbolzheim", inhabitants=11_000)]
    new = [place("08316053", "Rheinhausen im Breisgau", inhabitants=3_900), replace(old[1], inhabitants=11_100)]
    changes = diff(old, new)
    assert [change.new.name for change in changes.renamed] == ["Rheinhausen im Breisgau"]
    assert [change.new.name for change in changes.resized] == ["Herbolzheim"]
    assert (changes.new, changes.dissolved, changes.rekeyed) == ([], [], [])


def test_same_name_in_the_same_land_under_another_key_is_rekeyed() -> None:
    changes = diff([place("03152012", "Göttingen")], [place("03159016", "Göttingen")])
    assert rekeyed(changes) == [("03152012", "03159016")]


def test_same_name_in_another_land_is_another_place() -> None:
    changes = diff([place("03152012", "Neustadt")], [place("09159016", "Neustadt")])
    assert not changes.rekeyed
    assert len(changes.new) == len(changes.dissolved) == 1


def test_several_places_of_one_name_are_told_apart_by_postcode() -> None:
    old = [place("01051001", "Neuenkirchen", postcode="25792"), place("01056002", "Neuenkirchen", postcode="21640")]
    new = [place("01099007", "Neuenkirchen", postcode="21640"), place("01099008", "Neuenkirchen", postcode="25792")]
    assert rekeyed(diff(old, new)) == [("01056002", "01099007"), ("01051001", "01099008")]


def test_several_places_of_one_name_that_nothing_tells_apart_are_not_guessed() -> None:
    old = [place("01051001", "Neuenkirchen"), place("01056002", "Neuenkirchen")]
    new = [place("01099007", "Neuenkirchen"), place("01099008", "Neuenkirchen")]
    assert not diff(old, new).rekeyed


def test_places_of_one_name_far_apart_are_two_places() -> None:
    old = place("09371001", "Neukirchen", latitude=49.5, longitude=11.6)
    new = place("09279001", "Neukirchen", latitude=48.6, longitude=12.5)
    assert not diff([old], [new]).rekeyed


@pytest.mark.parametrize("facts", [{"area_ha": 4711}, {"inhabitants": 1234, "postcode": "99999"}])
def test_new_name_and_new_key_at_once_is_found_by_area_or_inhabitants(facts: dict[str, object]) -> None:
    changes = diff([place("07232096", "Obergeckler", **facts)], [place("07232503", "Geckler", **facts)])
    assert rekeyed(changes) == [("07232096", "07232503")]


def test_what_the_newer_file_does_not_say_is_kept() -> None:
    known = {"inhabitants_on": date(2024, 12, 31), "postcode": "25715", "latitude": 54.0}
    old = place("01051022", "Dingen", inhabitants=700, **known)
    assert merge(old, place("01051022", "Dingen", inhabitants=700)) == old


def test_the_day_of_the_inhabitants_does_not_outlive_their_number() -> None:
    old = place("01051022", "Dingen", inhabitants=700, inhabitants_on=date(2023, 12, 31))
    assert merge(old, place("01051022", "Dingen", inhabitants=710)).inhabitants_on is None


def test_leaving_an_association_is_a_change() -> None:
    old = place("01051022", "Dingen", association_key="010515163")
    assert diff([old], [place("01051022", "Dingen")]).changed[0].differing == {"association_key"}


def test_a_name_cut_after_50_characters_does_not_replace_the_whole_name() -> None:
    whole = "Bautzen / Budyšin, Stadt, Hochschulstadt / Wysokošulske město"
    old, cut = place("14625020", whole), place("14625020", whole[:50])
    assert diff([old], [cut]).is_empty
    assert diff([old], [place("14625020", "Bautzen")]).renamed
