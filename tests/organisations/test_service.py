"""Importing the register and the small tables: what the database holds afterwards."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from marketplace.core.audit import AuditRecord
from marketplace.core.errors import DomainError
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import SizeClass
from marketplace.organisations.queries import find_by_key, get_by_key
from marketplace.organisations.register import Register, RegisterError
from marketplace.organisations.register_file import parse_register
from marketplace.organisations.service import import_register, load_bundled_register
from marketplace.organisations.signals import organisations_changed
from tests.organisations.register_files import (
    association,
    district,
    municipality,
    small_register,
    state,
    text_file,
    workbook,
)

REGISTER_HEAD = (
    "key,kind,name,official_name,association_key,text_code,inhabitants,inhabitants_on,size_inhabitants,postcode,"
    "latitude,longitude\n"
)
BUNDLED_DINGEN = "01051022,gemeinde,Dingen (alt),Dingen (alt),,64,600,2020-12-31,600,25715,53.95,9.1\n"


def register(lines: list[str] | None = None, *, as_of: str = "20250831") -> Register:
    lines = [line[:2] + as_of + line[10:] for line in lines or small_register()]
    return parse_register(text_file(lines))


def keys(session: Session) -> list[str]:
    return list(session.exec(select(Organisation.key).order_by(Organisation.key)))


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """Ids of organisations of whose change the other features were told."""
    ids: list[int] = []

    def listen(_sender: object, *, organisation_ids: list[int]) -> None:
        ids.extend(organisation_ids)

    with organisations_changed.connected_to(listen):
        yield ids


def test_an_import_fills_an_empty_database(session: Session) -> None:
    report = import_register(register())
    assert len(report.changes.new) == 7
    assert keys(session) == ["01", "01002000", "01051", "01051011", "01051022", "01051024", "010515163"]
    dingen = get_by_key("01051022")
    assert (dingen.name, dingen.size_class) == ("Dingen", SizeClass.SMALL_TOWN)
    assert dingen.search_name == "dingen"
    assert session.exec(select(AuditRecord.action)).all() == ["register.imported"]


def test_a_second_import_changes_nothing(session: Session) -> None:
    import_register(register())
    assert import_register(register()).changes.is_empty


def test_a_dry_run_reports_and_writes_nothing(session: Session) -> None:
    report = import_register(register(), dry_run=True)
    assert len(report.changes.new) == 7
    assert keys(session) == []


def test_a_dissolved_municipality_stays_and_says_so(session: Session) -> None:
    import_register(register())
    import_register(register([*small_register()[:8], *small_register()[9:]], as_of="20250930"))
    assert get_by_key("01051022").dissolved_on == date(2025, 9, 30)


def test_a_municipality_that_comes_back_is_no_longer_dissolved(session: Session) -> None:
    import_register(register())
    import_register(register([*small_register()[:8], *small_register()[9:]], as_of="20250930"))
    import_register(register(as_of="20251031"))
    assert get_by_key("01051022").dissolved_on is None


def with_new_key(old: str, new: str) -> list[str]:
    return [line.replace(old, new) if line.startswith("60") else line for line in small_register()]


def test_a_new_key_keeps_the_row_and_the_old_address(session: Session, heard: list[int]) -> None:
    import_register(register())
    before = get_by_key("01051022").id
    report = import_register(register(with_new_key("01051022", "01051099"), as_of="20250930"))
    assert len(report.changes.rekeyed) == 1
    moved = get_by_key("01051099")
    assert moved.id == before
    assert find_by_key("01051022") is moved
    assert heard == [before]


def test_a_key_that_is_changed_back_keeps_the_row_too(session: Session) -> None:
    import_register(register())
    before = get_by_key("01051022").id
    import_register(register(with_new_key("01051022", "01051099"), as_of="20250930"))
    import_register(register(as_of="20251031"))
    assert get_by_key("01051022").id == before
    assert get_by_key("01051099").id == before
    assert len(keys(session)) == 8


def test_coordinates_of_the_auszug_survive_the_next_text_file(session: Session) -> None:
    import_register(parse_register(workbook()))
    import_register(register(as_of="20250831"))
    brunsbuettel = get_by_key("01051011")
    assert (brunsbuettel.latitude, brunsbuettel.inhabitants) == (53.896932, 12_000)


def test_an_older_file_fills_gaps_and_changes_nothing_else(session: Session) -> None:
    import_register(register(as_of="20250831"))
    report = import_register(parse_register(workbook()))
    assert report.outdated_states == ("01",)
    assert [record.key for record in report.filled] == ["01051011", "01051022"]
    brunsbuettel = get_by_key("01051011")
    assert (brunsbuettel.latitude, brunsbuettel.inhabitants) == (53.896932, 12_000)
    assert get_by_key("01002000").dissolved_on is None


def test_a_file_of_one_land_leaves_the_others_alone(session: Session) -> None:
    import_register(register())
    bremen = [
        state("04", "Bremen"),
        district("04011", "Bremen, Stadt", "41"),
        association("040110000", "Bremen, Stadt", "50"),
        municipality("04011000", "Bremen, Stadt", 570_000, code="61"),
    ]
    report = import_register(register(bremen, as_of="20250930"))
    assert not report.changes.dissolved
    assert get_by_key("01002000").dissolved_on is None


def many(number: int) -> list[str]:
    """A Land with so many Gemeinden."""
    lines = [state("16", "Thüringen"), district("16077", "Altenburger Land")]
    for index in range(number):
        lines += [
            association(f"16077{index:04}", f"Ort {index}", "50"),
            municipality(f"16077{index:03}", f"Ort {index}", 1000 + index, of=f"{index:04}", area=100 + index),
        ]
    return lines


def test_a_file_that_misses_a_large_part_is_refused_unless_forced(session: Session) -> None:
    import_register(register(many(60)))
    shortened = register(many(30), as_of="20250930")
    with pytest.raises(DomainError, match="fehlen 30 von 60 bekannten Gemeinden des Landes Thüringen"):
        import_register(shortened)
    assert get_by_key("16077059").dissolved_on is None
    import_register(shortened, force=True)
    assert get_by_key("16077059").dissolved_on == date(2025, 9, 30)


def test_others_are_told_of_new_names_and_sizes_only(session: Session, heard: list[int]) -> None:
    import_register(register())
    lines = small_register()
    lines[3] = municipality("01002000", "Kiel, Landeshauptstadt", 250_001, code="61", postcode="24103")
    lines[6] = municipality("01051011", "Neustadt am Kanal, Stadt", 12_000, of="0011", code="63", postcode="25541")
    import_register(register(lines, as_of="20250930"))
    assert heard == [get_by_key("01051011").id]


def bundle(folder: Path, places: str = BUNDLED_DINGEN, organisations: str = "") -> Path:
    (folder / "kommunen.csv").write_text(REGISTER_HEAD + places, encoding="utf-8")
    (folder / "organisationen.csv").write_text("key,kind,name,ags,website\n" + organisations, encoding="utf-8")
    return folder


def test_the_small_tables_load_again_and_again(session: Session, tmp_path: Path) -> None:
    swk = "swk-kaiserslautern,kommunales-unternehmen,SWK Stadtwerke Kaiserslautern,07312000,\n"
    folder = bundle(tmp_path, organisations=swk)
    first, second = load_bundled_register(folder), load_bundled_register(folder)
    assert (first.new, second.new, second.unchanged) == (2, 0, 2)
    assert get_by_key("swk-kaiserslautern").ags == "07312000"
    assert get_by_key("01051022").latitude == 53.95


def test_a_changed_row_of_the_small_tables_is_taken_over(session: Session, tmp_path: Path, heard: list[int]) -> None:
    load_bundled_register(bundle(tmp_path))
    report = load_bundled_register(bundle(tmp_path, BUNDLED_DINGEN.replace("Dingen (alt)", "Dingen")))
    assert report.updated == 1
    assert get_by_key("01051022").search_name == "dingen"
    assert heard == [get_by_key("01051022").id]


def test_the_official_register_replaces_the_small_table_and_not_the_other_way_round(
    session: Session, tmp_path: Path
) -> None:
    load_bundled_register(bundle(tmp_path))
    import_register(register())
    load_bundled_register(bundle(tmp_path))
    dingen = get_by_key("01051022")
    assert (dingen.name, dingen.inhabitants, dingen.latitude) == ("Dingen", 700, 53.95)


def test_the_small_table_does_not_revive_a_dissolved_municipality(session: Session, tmp_path: Path) -> None:
    import_register(register())
    import_register(register([*small_register()[:8], *small_register()[9:]], as_of="20250930"))
    load_bundled_register(bundle(tmp_path))
    assert get_by_key("01051022").dissolved_on == date(2025, 9, 30)


def test_a_folder_without_tables_loads_nothing(session: Session, tmp_path: Path) -> None:
    assert load_bundled_register(tmp_path).new == 0


@pytest.mark.parametrize(
    ("places", "organisations", "complaint"),
    [
        (BUNDLED_DINGEN * 2, "", "Zeile 3: kommunen.csv: Der Schlüssel 01051022 steht doppelt"),
        (BUNDLED_DINGEN.replace("gemeinde", "kreis"), "", "passen nicht zusammen"),
        (BUNDLED_DINGEN.replace("600,2020", "viele,2020"), "", "Der Wert „viele“ ist ungültig."),
        (BUNDLED_DINGEN.replace(",9.1", ""), "", "nicht so viele Felder"),
        ("", "12345,verband,Zahlenverband,,\n", "Kennung „12345“"),
        ("", "tuev,prüfstelle,TÜV,,\n", "Die Art „prüfstelle“ gibt es nicht"),
        ("", "swk,verband,SWK,7312000,\n", "AGS „7312000“ hat nicht acht Ziffern."),
        ("", "swk,verband,SWK,,javascript:alert(1)\n", "beginnt nicht mit https://"),
    ],
)
def test_mistakes_in_the_small_tables_are_named(
    session: Session, tmp_path: Path, places: str, organisations: str, complaint: str
) -> None:
    with pytest.raises(RegisterError) as caught:
        load_bundled_register(bundle(tmp_path, places, organisations))
    assert complaint in caught.value.message
    assert session.exec(select(Organisation).where(col(Organisation.id) > 0)).first() is None
