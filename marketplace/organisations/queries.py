"""Reads: one organisation by its key, the list of municipalities, and what surrounds a place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import Select
from sqlmodel import col, select

from marketplace.core import db
from marketplace.core.errors import NotFoundError
from marketplace.organisations.models import Organisation
from marketplace.organisations.names import fold
from marketplace.organisations.places import OrganisationKind, State
from marketplace.organisations.register_csv import REGISTER_KINDS

PAGE_SIZE = 50
MAX_TEXT = 100
"""Longer than any name; what stands behind it does not count."""

MUNICIPAL_KINDS = (
    OrganisationKind.MUNICIPALITY,
    OrganisationKind.ASSOCIATION_OF_MUNICIPALITIES,
    OrganisationKind.DISTRICT,
)


@dataclass(frozen=True)
class PlaceRow:
    """A line of the list: the place and, where it is known, the Kreis in which it lies."""

    organisation: Organisation
    district: Organisation | None


@dataclass(frozen=True)
class PlacePage:
    """One page of the list; ``page`` counts from 1 and never leads past the last one."""

    rows: list[PlaceRow]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class PlaceFacts:
    """What surrounds a place, as far as the database knows it."""

    state: State | None
    district: Organisation | None
    association: Organisation | None
    """Gemeindeverband to which a Gemeinde belongs."""
    association_runs_town_hall: bool
    """Whether the size class is that of the Verband, because it runs the town hall."""
    members: list[Organisation] = field(default_factory=list)
    """Gemeinden of a Gemeindeverband or Kreis, by name."""


def find_by_key(key: str) -> Organisation | None:
    """The organisation with this key, or None.

    A key that the register has since replaced leads to the place as it stands now, and the Kreis key of a kreisfreie
    Stadt to the city: compare ``organisation.key`` to redirect. A dissolved place is found under its own key.
    """
    visited: set[str] = set()
    organisation = _find(key) or _find_independent_city(key)
    while organisation and organisation.successor_key and organisation.key not in visited:
        visited.add(organisation.key)
        organisation = _find(organisation.successor_key) or organisation
    return organisation


def get_by_key(key: str) -> Organisation:
    """Like ``find_by_key``; raises NotFoundError."""
    organisation = find_by_key(key)
    if organisation is None:
        raise NotFoundError("Diese Kommune oder Organisation steht nicht im Verzeichnis.")
    return organisation


def map_keys_to_ids() -> dict[str, int]:
    """Ids of all organisations by every key under which ``find_by_key`` would find them; for imports."""
    statement = select(Organisation.key, Organisation.id, Organisation.successor_key).order_by(Organisation.key)
    rows = {key: (id_ or 0, successor) for key, id_, successor in db.session().exec(statement)}
    ids = {}
    for key in rows:
        current, visited = key, {key}
        while (successor := rows[current][1]) and successor in rows and successor not in visited:
            current = successor
            visited.add(current)
        ids[key] = rows[current][0]
    cities = {key[:5]: id_ for key, id_ in ids.items() if len(key) == 8 and key.isdigit() and key.endswith("000")}
    return cities | ids


def _find(key: str) -> Organisation | None:
    if not key.isprintable() or len(key) > 80:
        return None
    return db.session().exec(select(Organisation).where(Organisation.key == key)).first()


def _find_independent_city(key: str) -> Organisation | None:
    return _find(f"{key}000") if len(key) == 5 and key.isascii() and key.isdigit() else None


def list_places(
    text: str = "",
    state: State | None = None,
    page: int = 1,
    *,
    kinds: Collection[OrganisationKind] = MUNICIPAL_KINDS,
    only_ids: Collection[int] | None = None,
    page_size: int = PAGE_SIZE,
) -> PlacePage:
    """Existing places whose name contains every word of ``text`` (or whose key or postcode begins with it), paged.

    Upper and lower case and the spelling of umlauts do not matter. What begins with the text comes first, then by
    name. ``only_ids`` narrows the list, for example to the organisations with published entries.
    """
    statement = sa.select(Organisation).where(
        col(Organisation.kind).in_(kinds), col(Organisation.dissolved_on).is_(None)
    )
    if state:
        statement = statement.where(_lies_in(state))
    if only_ids is not None:
        statement = statement.where(col(Organisation.id).in_(only_ids))
    wanted = _clean(text)
    if wanted:
        statement = statement.where(_matches(wanted))
    session = db.session()
    total = session.execute(sa.select(sa.func.count()).select_from(statement.subquery())).scalar_one()
    pages = max(1, -(-total // page_size))
    page = min(max(page, 1), pages)
    ordered = statement.order_by(*_order(wanted)).limit(page_size).offset((page - 1) * page_size)
    return PlacePage(_with_districts(ordered), total, page, pages)


def list_municipalities(text: str = "", state: State | None = None, page: int = 1) -> PlacePage:
    """Like ``list_places``, Gemeinden only."""
    return list_places(text, state, page, kinds=(OrganisationKind.MUNICIPALITY,))


def count_by_state() -> dict[State, int]:
    """Number of existing Gemeinden of each Land, in the order of the closed list."""
    land = sa.func.substr(Organisation.key, 1, 2)
    statement = (
        sa.select(land, sa.func.count())
        .where(col(Organisation.kind) == OrganisationKind.MUNICIPALITY, col(Organisation.dissolved_on).is_(None))
        .group_by(land)
        .order_by(land)
    )
    found = {row[0]: row[1] for row in db.session().execute(statement)}
    return {state: found.get(state.key, 0) for state in State}


def _lies_in(state: State) -> sa.ColumnElement[bool]:
    """The same answer as ``Organisation.state``: by the official key, without one by the seat."""
    has_official_key = col(Organisation.kind).in_(REGISTER_KINDS)
    by_key = sa.and_(has_official_key, col(Organisation.key).startswith(state.key, autoescape=True))
    return sa.or_(by_key, col(Organisation.ags).startswith(state.key, autoescape=True))


def find_ids_in_state(state: State) -> Any:
    """Row numbers of the organisations in a Land, as a subquery."""
    return select(Organisation.id).where(_lies_in(state))


def _clean(text: str) -> str:
    """Folded words of the text; control characters (PostgreSQL refuses NUL) become blanks."""
    printable = "".join(char if char.isprintable() else " " for char in text[:MAX_TEXT])
    return " ".join(fold(printable).split())


def _matches(wanted: str) -> sa.ColumnElement[bool]:
    if wanted.isascii() and wanted.isdigit():
        return sa.or_(
            col(Organisation.key).startswith(wanted, autoescape=True),
            col(Organisation.postcode).startswith(wanted, autoescape=True),
        )
    return sa.and_(*(col(Organisation.search_name).contains(word, autoescape=True) for word in wanted.split()))


def _order(wanted: str) -> Sequence[Any]:
    by_name = (col(Organisation.search_name), col(Organisation.key))
    if not wanted or wanted.isdigit():
        return by_name
    name = col(Organisation.search_name)
    begins = sa.or_(name.startswith(wanted, autoescape=True), name.contains(f"| {wanted}", autoescape=True))
    return (sa.case((begins, 0), else_=1), *by_name)


def _with_districts(statement: Select[Any]) -> list[PlaceRow]:
    organisations = list(db.session().execute(statement).scalars())
    keys = {organisation.key[:5] for organisation in organisations if len(organisation.key) > 5}
    districts = {row.key: row for row in _list(col(Organisation.key).in_(keys))} if keys else {}
    return [PlaceRow(row, districts.get(row.key[:5]) if len(row.key) > 5 else None) for row in organisations]


def place_facts(organisation: Organisation) -> PlaceFacts:
    """What surrounds a place: Land, Kreis, Verband, and its members if it is a Verband or Kreis."""
    key = organisation.key
    is_municipality = organisation.kind == OrganisationKind.MUNICIPALITY
    in_district = key.isdigit() and len(key) > 5
    association = _find(organisation.association_key) if is_municipality and organisation.association_key else None
    return PlaceFacts(
        state=organisation.state,
        district=_find(key[:5]) if in_district else None,
        association=association,
        association_runs_town_hall=_shares_town_hall(organisation),
        members=_members(organisation),
    )


def _shares_town_hall(organisation: Organisation) -> bool:
    """Whether the size counted for a Gemeinde is that of its Verband; known even where the Verband itself is not."""
    sizes = (organisation.inhabitants, organisation.size_inhabitants)
    return bool(organisation.association_key) and None not in sizes and sizes[0] != sizes[1]


def _members(organisation: Organisation) -> list[Organisation]:
    is_municipality = col(Organisation.kind) == OrganisationKind.MUNICIPALITY
    if organisation.kind == OrganisationKind.ASSOCIATION_OF_MUNICIPALITIES:
        return _list(is_municipality, col(Organisation.association_key) == organisation.key)
    if organisation.kind == OrganisationKind.DISTRICT:
        return _list(is_municipality, col(Organisation.key).startswith(organisation.key, autoescape=True))
    return []


def _list(*conditions: sa.ColumnElement[bool]) -> list[Organisation]:
    statement = (
        select(Organisation)
        .where(*conditions, col(Organisation.dissolved_on).is_(None))
        .order_by(col(Organisation.search_name), col(Organisation.key))
    )
    return list(db.session().exec(statement))
