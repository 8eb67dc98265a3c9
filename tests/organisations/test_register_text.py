"""GV100AD: every trap of the real files, built line by line."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.organisations.places import OrganisationKind
from marketplace.organisations.register import Register, RegisterError, RegisterRecord
from marketplace.organisations.register_file import parse_register
from tests.organisations.register_files import association, district, municipality, small_register, state, text_file


def parse(lines: list[str], encoding: str = "utf-8-sig") -> Register:
    return parse_register(text_file(lines, encoding))


def find(register: Register, key: str) -> RegisterRecord:
    return next(record for record in register.records if record.key == key)


def refusal(lines: list[str]) -> str:
    with pytest.raises(RegisterError) as caught:
        parse(lines)
    return caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
def test_bom_and_older_encoding_make_no_difference(encoding: str) -> None:
    register = parse(small_register(), encoding)
    assert find(register, "01051011").name == "Brunsbüttel"
    assert register.as_of == date(2025, 8, 31)


def test_what_is_counted_and_what_becomes_an_organisation() -> None:
    register = parse(small_register())
    counts = register.counts
    assert (counts.municipalities, counts.unincorporated) == (4, 1)
    assert (counts.districts, counts.independent_cities) == (2, 1)
    assert (counts.associations, counts.single_associations) == (4, 3)
    keys = [record.key for record in register.records]
    assert keys == ["01", "01002000", "01051", "01051011", "010515163", "01051022", "01051024"]


def test_an_independent_city_is_one_organisation_not_three() -> None:
    register = parse(small_register())
    assert [record.name for record in register.records].count("Kiel") == 1


def test_a_municipality_has_its_facts() -> None:
    dingen = find(parse(small_register()), "01051022")
    assert dingen.kind is OrganisationKind.MUNICIPALITY
    assert (dingen.inhabitants, dingen.postcode, dingen.association_key) == (700, "25715", "010515163")
    assert dingen.inhabitants_on is None


def test_the_day_of_the_inhabitants_comes_from_whoever_knows_it() -> None:
    register = parse_register(text_file(small_register()), inhabitants_on=date(2024, 12, 31))
    assert find(register, "01002000").inhabitants_on == date(2024, 12, 31)


def test_members_of_an_amt_have_the_size_of_the_amt() -> None:
    register = parse(small_register())
    assert find(register, "01051022").size_inhabitants == 5_500
    assert find(register, "010515163").inhabitants == 5_500
    assert find(register, "01051011").size_inhabitants == 12_000


def test_in_baden_wuerttemberg_every_municipality_keeps_its_town_hall() -> None:
    register = parse(
        [
            state("08", "Baden-Württemberg"),
            district("08115", "Böblingen"),
            association("081155003", "VVG der Stadt Herrenberg", "54"),
            municipality("08115010", "Deckenpfronn", 3_274, of="5003"),
            municipality("08115021", "Herrenberg, Stadt", 34_192, of="5003", code="67"),
        ]
    )
    deckenpfronn = find(register, "08115010")
    assert deckenpfronn.size_inhabitants == 3_274
    assert deckenpfronn.association_key == "081155003"


def test_inhabited_unincorporated_area_counts_for_the_district_only() -> None:
    lines = [*small_register(), association("010519501", "Lohheide, gemfr. Bezirk", "50")]
    lines.append(municipality("01051501", "Lohheide, gemfr. Bezirk", 708, of="9501", code="65"))
    register = parse(lines)
    assert find(register, "01051").inhabitants == 12_000 + 5_500 + 708
    assert register.counts.unincorporated == 2


def test_unincorporated_area_outside_every_district_is_accepted() -> None:
    water = "Küstengewässer einschl. Anteil am Festlandsockel"
    lines = [association("010009999", water, "50"), municipality("01000999", water, 0, of="9999", code="66")]
    assert parse([*small_register(), *lines]).counts.unincorporated == 2


def test_a_name_of_50_characters_is_reported_as_cut() -> None:
    name = "Bautzen / Budyšin, Stadt, Hochschulstadt / Wysokošulske město"
    lines = [association("010510020", name, "50"), municipality("01051020", name, 37_000, of="0020", code="67")]
    register = parse([*small_register(), *lines])
    assert register.cut_names == ("01051020",)
    assert find(register, "01051020").official_name == name[:50]
    assert find(register, "01051020").name == "Bautzen / Budyšin"


def test_a_line_of_wrong_length_is_named() -> None:
    lines = small_register()
    lines[3] = lines[3].rstrip()
    lines[6] += " "
    message = refusal(lines)
    assert f"Zeile 4: Die Zeile hat {len(lines[3])} statt 220 Zeichen." in message
    assert "Zeile 7: Die Zeile hat 221 statt 220 Zeichen." in message


def test_length_is_counted_in_characters_not_bytes() -> None:
    line = small_register()[5]
    assert len(line) == 220
    assert len(line.encode()) > 220
    assert parse(small_register()).counts.municipalities == 4


def test_two_dates_in_one_file_are_refused_with_both_lines() -> None:
    lines = small_register()
    lines[6] = municipality("01051011", "Brunsbüttel, Stadt", 12_000, of="0011", code="63", as_of="20250630")
    message = refusal(lines)
    assert "Zeile 7: Der Gebietsstand 30.06.2025 weicht ab von 31.08.2025 (Zeile 1)." in message


@pytest.mark.parametrize(
    ("position", "text", "complaint"),
    [
        (2, "20250231", "Gebietsstand „20250231“ ist kein Datum"),
        (0, "77", "Satzart „77“ gibt es nicht."),
        (10, "01O51011", "Gemeindeschlüssel „01O51011“ besteht nicht nur aus Ziffern (Stelle 11–18)."),
        (18, "  11", "Gemeindeverband „  11“ besteht nicht nur aus Ziffern"),
        (122, "99", "Textkennzeichen „99“ gibt es für Satzart 60 nicht"),
        (139, "      12.000", "Bevölkerung"),
        (139, "0000012000²"[:11], "Bevölkerung „0000012000²“"),
        (165, "2554A", "Postleitzahl „2554A“"),
        (22, " " * 50, "Der Name fehlt."),
    ],
)
def test_a_wrong_field_is_named_with_line_and_place(position: int, text: str, complaint: str) -> None:
    lines = small_register()
    lines[6] = (lines[6][:position] + text + lines[6][position + len(text) :])[:220]
    message = refusal(lines)
    assert message.startswith("Zeile 7: ")
    assert complaint in message


def test_all_mistakes_are_reported_together() -> None:
    lines = small_register()
    lines[1], lines[8] = lines[1][:219], "xx" + lines[8][2:]
    assert [line[:8] for line in refusal(lines).split("\n")] == ["Zeile 2:", "Zeile 9:"]


def test_thousands_of_mistakes_are_not_all_listed() -> None:
    message = refusal(["keine Zeile dieser Art"] * 5_000)
    assert message.count("\n") == 50
    assert "4950 weitere Fehler" in message


@pytest.mark.parametrize(
    ("dropped", "complaint"),
    [(4, "fehlt der Kreis 01051 (Satz 40)"), (7, "Zur Gemeinde Dingen fehlt der Satz 50 (010515163)")],
)
def test_rows_without_their_parent_are_refused(dropped: int, complaint: str) -> None:
    lines = small_register()
    del lines[dropped]
    assert complaint in refusal(lines)


def test_a_key_that_stands_twice_is_refused() -> None:
    lines = small_register()
    assert "Der Schlüssel 01051022 steht schon in Zeile 9." in refusal([*lines, lines[8]])


def test_a_state_that_does_not_exist_is_refused() -> None:
    assert "Ein Land mit dem Schlüssel 99 gibt es nicht." in refusal([*small_register(), state("99", "Utopia")])


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "leer"),
        (b" \r\n \r\n", "leer"),
        (b"\xd0\xcf\x11\xe0 old Excel", "weder das GV100AD"),
        (b"\x81" * 220, "weder in UTF-8 noch in Windows-1252"),
    ],
)
def test_files_of_another_kind_are_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(RegisterError, match=complaint):
        parse_register(data)


def test_end_of_file_mark_and_blank_lines_of_old_files_are_no_mistake() -> None:
    data = text_file([*small_register(), ""], "cp1252") + b"\x1a"
    assert parse_register(data).counts.municipalities == 4


@given(st.binary(max_size=2_000))
def test_arbitrary_bytes_are_refused_and_never_crash(data: bytes) -> None:
    with pytest.raises(RegisterError):
        parse_register(data)


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_register_is_read_or_refused(data: st.DataObject) -> None:
    whole = text_file(small_register())
    start = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 300))
    damaged = whole[:start] + data.draw(st.binary(max_size=40)) + whole[start + length :]
    try:
        register = parse_register(damaged)
    except RegisterError:
        return
    assert register.counts.municipalities >= 1
