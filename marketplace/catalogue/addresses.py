"""Where all that can be read stands, with the moment of its last change: what a map of the site reads here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import IS_PUBLISHED, Entry, EntryActionField, EntryParticipant
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import db
from marketplace.organisations.models import Organisation

_NEWEST = sa.func.max(col(Entry.updated_at))


@dataclass(frozen=True, slots=True)
class Address:
    """A page: its address without the host, and when it last changed, where that is known."""

    path: str
    changed: datetime | None = None


def list_entries(start: int, limit: int) -> list[Address]:
    """Published entries, the first one first, so that later ones do not move those before them."""
    statement = select(Entry.kind, Entry.slug, Entry.updated_at).where(IS_PUBLISHED).order_by(col(Entry.id))
    rows = db.session().exec(statement.offset(start).limit(limit))
    return [Address(f"/{Kind(kind).path}/{slug}", changed) for kind, slug, changed in rows]


def list_action_fields() -> Iterator[Address]:
    """Action fields with published entries, in the order of the closed list."""
    statement = (
        select(EntryActionField.value, _NEWEST)
        .join(Entry, col(Entry.id) == col(EntryActionField.entry_id))
        .where(IS_PUBLISHED)
        .group_by(EntryActionField.value)
    )
    found = dict(db.session().exec(statement).all())
    return (Address(f"/handlungsfelder/{field}", found[field]) for field in ActionField if field in found)


def list_places() -> list[Address]:
    """Municipalities and other organisations with published entries; an old key leads on and is left out."""
    stands_behind = select(col(Entry.organisation_id), Entry.id).where(col(Entry.organisation_id).is_not(None))
    pairs = sa.union(select(EntryParticipant.organisation_id, EntryParticipant.entry_id), stands_behind).subquery()
    organisation_id, entry_id = pairs.c
    statement = (
        sa.select(Organisation.key, _NEWEST)  # type: ignore[call-overload]
        .join(pairs, organisation_id == col(Organisation.id))
        .join(Entry, col(Entry.id) == entry_id)
        .where(IS_PUBLISHED, col(Organisation.successor_key).is_(None))
        .group_by(Organisation.key)
        .order_by(Organisation.key)
    )
    return [Address(f"/kommunen/{key}", changed) for key, changed in db.session().execute(statement)]
