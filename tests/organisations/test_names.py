"""Names for people and names for searching."""

import pytest

from marketplace.organisations.names import association_name, district_name, municipality_name, search_name


@pytest.mark.parametrize(
    ("official", "name"),
    [
        ("Kiel, Landeshauptstadt", "Kiel"),
        ("Weisendorf, M", "Weisendorf"),
        ("Haar, St", "Haar"),
        ("Dingen", "Dingen"),
        ("Erkrath, Fundort des Neanderthalers, Stadt", "Erkrath"),
        ("Ueckermünde, Seebad , Stadt", "Ueckermünde"),
        ("Halle (Saale), Stadt", "Halle (Saale)"),
        ("Neustadt (Vogtl., Sachsen)", "Neustadt (Vogtl., Sachsen)"),
        ("Bautzen / Budyšin, Stadt, Hochschulstadt / Wysokoš", "Bautzen / Budyšin"),
        ("Cottbus/Chóśebuz, Stadt", "Cottbus/Chóśebuz"),
        ("Lauenburg/ Elbe, Stadt", "Lauenburg/Elbe"),
    ],
)
def test_a_municipality_is_called_without_its_addition(official: str, name: str) -> None:
    assert municipality_name(official) == name


@pytest.mark.parametrize(
    ("official", "code", "name"),
    [
        ("Gifhorn", "44", "Landkreis Gifhorn"),
        ("Dithmarschen", "43", "Kreis Dithmarschen"),
        ("Rhein-Sieg-Kreis", "43", "Rhein-Sieg-Kreis"),
        ("Hochsauerlandkreis", "43", "Hochsauerlandkreis"),
        ("Region Hannover", "44", "Region Hannover"),
        ("Städteregion Aachen", "43", "Städteregion Aachen"),
        ("Regionalverband Saarbrücken", "45", "Regionalverband Saarbrücken"),
        ("Landkreis Rostock", "44", "Landkreis Rostock"),
    ],
)
def test_a_district_says_what_it_is(official: str, code: str, name: str) -> None:
    assert district_name(official, code) == name


@pytest.mark.parametrize(
    ("official", "code", "name"),
    [
        ("Mitteldithmarschen", "51", "Amt Mitteldithmarschen"),
        ("Amt Neuhaus", "51", "Amt Neuhaus"),
        ("Brome", "52", "Samtgemeinde Brome"),
        ("Langerringen (VGem)", "54", "Verwaltungsgemeinschaft Langerringen"),
        ("VVG der Stadt Herrenberg", "54", "Vereinbarte Verwaltungsgemeinschaft der Stadt Herrenberg"),
        ("GVV Lenningen", "56", "Gemeindeverwaltungsverband Lenningen"),
        ("EG Uder", "58", "Erfüllende Gemeinde Uder"),
        ("Schwedt/Oder, Stadt", "58", "Erfüllende Gemeinde Schwedt/Oder"),
        ("Oelsnitz, Eichigt und Triebel", "54", "Verwaltungsgemeinschaft Oelsnitz, Eichigt und Triebel"),
    ],
)  # fmt: skip
def test_an_association_says_what_it_is(official: str, code: str, name: str) -> None:
    assert association_name(official, code) == name


def test_a_search_name_holds_both_ways_to_write_an_umlaut() -> None:
    assert search_name("München") == "muenchen | munchen"
    assert search_name("Weißenburg") == "weissenburg"
    assert search_name("Dešno-Strjažow") == "desno-strjazow"


def test_search_names_sort_as_people_expect() -> None:
    names = ["Münchenbernsdorf", "München", "Mühlheim", "Munster"]
    assert sorted(names, key=search_name) == ["Mühlheim", "München", "Münchenbernsdorf", "Munster"]
