"""Where organisations lie on the map: their own coordinates, those of their seat, or the middle of their members."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import db
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import OrganisationKind


@dataclass(frozen=True)
class Point:
    """A place by degrees."""

    latitude: float
    longitude: float
    is_middle: bool = False
    """Whether it is no place of its own but the middle of its members."""


def points_of(organisations: Collection[Organisation]) -> dict[int, Point]:
    """The points of organisations by their ids; who lies nowhere, or where the register does not know, is left out."""
    found = {place.id or 0: point for place in organisations if (point := _own(place)) is not None}
    without = {place.id or 0: place for place in organisations if (place.id or 0) not in found}
    seats = _points_by_key({place.ags for place in without.values() if place.ags})
    for place_id, place in without.items():
        if place.ags in seats:
            found[place_id] = seats[place.ags]
        elif (middle := _middle_of_members(place)) is not None:
            found[place_id] = middle
    return found


def _own(place: Organisation) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return Point(place.latitude, place.longitude)


def _points_by_key(keys: Collection[str]) -> dict[str | None, Point]:
    if not keys:
        return {}
    statement = select(Organisation).where(col(Organisation.key).in_(keys)).order_by(col(Organisation.key))
    return {place.key: point for place in db.session().exec(statement) if (point := _own(place)) is not None}


def _middle_of_members(place: Organisation) -> Point | None:
    """The middle of the municipalities that the register knows in an association or a Kreis."""
    conditions = {
        OrganisationKind.ASSOCIATION_OF_MUNICIPALITIES: col(Organisation.association_key) == place.key,
        OrganisationKind.DISTRICT: col(Organisation.key).startswith(place.key, autoescape=True),
    }
    condition = conditions.get(OrganisationKind(place.kind)) if place.kind in OrganisationKind.values() else None
    if condition is None:
        return None
    statement = sa.select(sa.func.avg(col(Organisation.latitude)), sa.func.avg(col(Organisation.longitude))).where(
        condition, col(Organisation.kind) == OrganisationKind.MUNICIPALITY
    )
    latitude, longitude = db.session().execute(statement).one()
    return Point(float(latitude), float(longitude), is_middle=True) if latitude is not None else None
