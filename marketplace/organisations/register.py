"""The official register of municipalities as values: what a file says, checked and put together.

Two readers fill it: ``register_text`` (GV100AD) and ``register_xlsx`` (Auszug). Both hand over the rows of the file;
``assemble`` checks that they fit together and computes what no row says, above all the inhabitants of the unit
that runs the town hall.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.errors import DomainError
from marketplace.organisations.names import association_name, district_name, municipality_name
from marketplace.organisations.places import OrganisationKind, State, find_state_of_key

MAX_PROBLEMS = 50
"""More mistakes than this are counted, not listed: the file is then of another kind."""

NAME_LENGTH = 50
"""GV100AD cuts names off here."""


class Level(StrEnum):
    """Satzart: what a row of the register describes."""

    STATE = "10"
    GOVERNMENT_REGION = "20"
    REGION = "30"
    DISTRICT = "40"
    ASSOCIATION = "50"
    MUNICIPALITY = "60"


INDEPENDENT_CITY_CODES = frozenset({"41", "42"})
SINGLE_MUNICIPALITY_CODE = "50"
UNINCORPORATED_CODES = frozenset({"65", "66"})

TEXT_CODES: dict[Level, frozenset[str]] = {
    Level.DISTRICT: frozenset({"41", "42", "43", "44", "45"}),
    Level.ASSOCIATION: frozenset({"50", "51", "52", "53", "54", "55", "56", "57", "58"}),
    Level.MUNICIPALITY: frozenset({"60", "61", "62", "63", "64", "65", "66", "67"}),
}

_TOWN_HALL_CODES = frozenset({"51", "52", "53", "54", "55", "56", "57", "58"})


def runs_town_hall(text_code: str, state: State | None) -> bool:
    """Whether a Gemeindeverband of this kind does the daily administration of its members.

    Amt, Samtgemeinde, Verbandsgemeinde, Verwaltungsgemeinschaft, Verwaltungsverband and erfüllende Gemeinde do. Not so
    in Baden-Württemberg: there a vereinbarte Verwaltungsgemeinschaft or a Gemeindeverwaltungsverband plans land use
    and lends some services (§ 61 GemO), while each member keeps a town hall of its own.
    """
    return text_code in _TOWN_HALL_CODES and state is not State.BADEN_WUERTTEMBERG


@dataclass(frozen=True)
class Problem:
    """A mistake in a file: line (from 1; 0 for the file as a whole) and a German sentence."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"Zeile {self.line}: {self.message}" if self.line else self.message


class RegisterError(DomainError):
    """A register file cannot be used; ``problems`` names every mistake (at most MAX_PROBLEMS)."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        lines = [str(problem) for problem in problems[:MAX_PROBLEMS]]
        if len(problems) > MAX_PROBLEMS:
            lines.append(f"… und {len(problems) - MAX_PROBLEMS} weitere Fehler.")
        super().__init__("\n".join(lines))
        self.problems = tuple(problems[:MAX_PROBLEMS])


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file. ``district`` and ``association`` are full keys (5 and 9 digits), empty above their level."""

    line: int
    level: Level
    state: str
    district: str = ""
    association: str = ""
    municipality: str = ""
    """AGS, 8 digits."""
    name: str = ""
    text_code: str = ""
    area_ha: int | None = None
    inhabitants: int = 0
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class RegisterRecord:
    """A Land, Kreis, Gemeindeverband or Gemeinde as the register knows it; None means the file does not say."""

    key: str
    kind: OrganisationKind
    name: str
    official_name: str
    text_code: str | None = None
    association_key: str | None = None
    inhabitants: int | None = None
    inhabitants_on: date | None = None
    size_inhabitants: int | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    area_ha: int | None = None


@dataclass(frozen=True)
class RegisterCounts:
    """How many rows of which kind a file holds, as its publisher counts them."""

    municipalities: int
    unincorporated: int
    """Gemeindefreie Gebiete; they have no town hall and become no organisation."""
    districts: int
    independent_cities: int
    associations: int
    single_associations: int
    """Rows of Satzart 50 that stand for one Gemeinde without Verband, or for a gemeindefreies Gebiet."""


@dataclass(frozen=True)
class Register:
    """A register file that is free of contradictions."""

    as_of: date
    """Gebietsstand."""
    records: tuple[RegisterRecord, ...]
    counts: RegisterCounts
    cut_names: tuple[str, ...] = ()
    """Keys of the Gemeinden whose name fills all 50 places and is therefore probably cut off."""

    @property
    def states(self) -> frozenset[str]:
        """Keys of the Länder of which the file lists municipalities."""
        return frozenset(record.key[:2] for record in self.records if record.kind is OrganisationKind.MUNICIPALITY)


def assemble(rows: Sequence[Row], *, as_of: date, inhabitants_on: date | None = None) -> Register:
    """Put the rows of one file together; raises RegisterError for doubles and for rows without their parents."""
    problems = [*_find_doubles(rows), *_find_orphans(rows)]
    if not any(row.level is Level.MUNICIPALITY for row in rows):
        problems.append(Problem(0, "Die Datei enthält keine Gemeinde (Satzart 60)."))
    if problems:
        raise RegisterError(sorted(problems, key=lambda problem: problem.line))
    inhabitants = _sum_inhabitants(rows)
    association_codes = {row.association: row.text_code for row in rows if row.level is Level.ASSOCIATION}
    records = [
        record
        for row in rows
        if (record := _record_of(row, inhabitants, association_codes, inhabitants_on)) is not None
    ]
    cut = tuple(
        row.municipality
        for row in rows
        if row.level is Level.MUNICIPALITY
        and len(row.name) == NAME_LENGTH
        and row.text_code not in UNINCORPORATED_CODES
    )
    return Register(as_of, tuple(records), _count(rows), cut)


def key_of(row: Row) -> str:
    """Official key of what the row describes: 2, 5, 9 or 8 digits."""
    return {
        Level.STATE: row.state,
        Level.DISTRICT: row.district,
        Level.ASSOCIATION: row.association,
        Level.MUNICIPALITY: row.municipality,
    }.get(row.level, "")


def _find_doubles(rows: Sequence[Row]) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for row in rows:
        key = key_of(row)
        if key and key in seen:
            problems.append(Problem(row.line, f"Der Schlüssel {key} steht schon in Zeile {seen[key]}."))
        seen.setdefault(key, row.line)
    return problems


def _find_orphans(rows: Sequence[Row]) -> list[Problem]:
    """Rows without a parent. Two gemeindefreie Gebiete (coastal waters, the Moselle) rightly lie in no Kreis."""
    known = {key_of(row) for row in rows}
    problems = []
    for row in rows:
        if find_state_of_key(row.state) is None:
            problems.append(Problem(row.line, f"Ein Land mit dem Schlüssel {row.state} gibt es nicht."))
        elif row.level is Level.MUNICIPALITY and row.association not in known:
            problems.append(Problem(row.line, f"Zur Gemeinde {row.name} fehlt der Satz 50 ({row.association})."))
        elif _lies_in_a_district(row) and row.district not in known:
            problems.append(Problem(row.line, f"Zu {row.name} fehlt der Kreis {row.district} (Satz 40)."))
    return problems


def _lies_in_a_district(row: Row) -> bool:
    if row.level is Level.MUNICIPALITY:
        return row.text_code not in UNINCORPORATED_CODES
    return row.level is Level.ASSOCIATION and row.text_code != SINGLE_MUNICIPALITY_CODE


def _sum_inhabitants(rows: Sequence[Row]) -> Counter[str]:
    """Inhabitants by key of Land, Kreis and Verband; inhabited gemeindefreie Gebiete count for Land and Kreis."""
    sums: Counter[str] = Counter()
    for row in rows:
        if row.level is Level.MUNICIPALITY:
            for key in (row.state, row.district, row.association):
                sums[key] += row.inhabitants
    return sums


def _record_of(
    row: Row, sums: Counter[str], association_codes: dict[str, str], inhabitants_on: date | None
) -> RegisterRecord | None:
    """The record for a row, or None where it describes nothing with a town hall of its own.

    A kreisfreie Stadt stands in the file three times (as Kreis, as Verband and as Gemeinde); it is one organisation.
    """
    if row.level is Level.MUNICIPALITY and row.text_code not in UNINCORPORATED_CODES:
        return _municipality(row, sums, association_codes[row.association], inhabitants_on)
    if row.level is Level.STATE:
        kind, name, key = OrganisationKind.STATE, municipality_name(row.name), row.state
    elif row.level is Level.DISTRICT and row.text_code not in INDEPENDENT_CITY_CODES:
        kind, name, key = OrganisationKind.DISTRICT, district_name(row.name, row.text_code), row.district
    elif row.level is Level.ASSOCIATION and row.text_code != SINGLE_MUNICIPALITY_CODE:
        kind = OrganisationKind.ASSOCIATION_OF_MUNICIPALITIES
        name, key = association_name(row.name, row.text_code), row.association
    else:
        return None
    return RegisterRecord(
        key, kind, name, row.name, row.text_code or None,
        inhabitants=sums[key], inhabitants_on=inhabitants_on, size_inhabitants=sums[key],
    )  # fmt: skip


def _municipality(row: Row, sums: Counter[str], association_code: str, inhabitants_on: date | None) -> RegisterRecord:
    is_member = association_code != SINGLE_MUNICIPALITY_CODE
    shares_town_hall = runs_town_hall(association_code, find_state_of_key(row.state))
    return RegisterRecord(
        key=row.municipality,
        kind=OrganisationKind.MUNICIPALITY,
        name=municipality_name(row.name),
        official_name=row.name,
        text_code=row.text_code,
        association_key=row.association if is_member else None,
        inhabitants=row.inhabitants,
        inhabitants_on=inhabitants_on,
        size_inhabitants=sums[row.association] if shares_town_hall else row.inhabitants,
        postcode=row.postcode,
        latitude=row.latitude,
        longitude=row.longitude,
        area_ha=row.area_ha,
    )


def _count(rows: Sequence[Row]) -> RegisterCounts:
    levels = Counter(row.level for row in rows)
    unincorporated = sum(row.level is Level.MUNICIPALITY and row.text_code in UNINCORPORATED_CODES for row in rows)
    return RegisterCounts(
        municipalities=levels[Level.MUNICIPALITY] - unincorporated,
        unincorporated=unincorporated,
        districts=levels[Level.DISTRICT],
        independent_cities=sum(row.level is Level.DISTRICT and row.text_code in INDEPENDENT_CITY_CODES for row in rows),
        associations=levels[Level.ASSOCIATION],
        single_associations=sum(row.text_code == SINGLE_MUNICIPALITY_CODE for row in rows),
    )
