"""Reads of collections: for readers only what is published, with published entries."""

import re
from collections.abc import Collection as Several
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import lazyload
from sqlmodel import col, select

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.core.errors import GoneError, NotFoundError
from marketplace.curation.collections.models import Collection, CollectionItem
from marketplace.curation.collections.rules import CollectionText, Item


@dataclass(frozen=True)
class Step:
    """One entry of a collection as readers see it."""

    card: EntryCard
    text: str


@dataclass(frozen=True)
class Summary:
    """A collection with the number of its entries that can be read."""

    collection: Collection
    number: int


def find_begun(title: str, account_id: int | None, *, after: datetime) -> Collection | None:
    """A collection that somebody began with this title since a moment, and has not written at yet."""
    statement = select(Collection).where(
        Collection.title == title,
        Collection.changed_by_id == account_id,
        Collection.version == 1,
        col(Collection.created_at) > after,
    )
    return db.session().exec(statement.order_by(col(Collection.id))).first()


def find_collection(slug: str) -> Collection | None:
    """The collection with this slug in whatever state, or None."""
    if not re.fullmatch(r"[a-z0-9-]{3,80}", slug):
        return None
    return db.session().exec(select(Collection).where(Collection.slug == slug)).first()


def get_collection(slug: str) -> Collection:
    """The collection with this slug in whatever state; raises NotFoundError."""
    found = find_collection(slug)
    if found is None:
        raise NotFoundError("")
    return found


def get_readable(slug: str) -> Collection:
    """The published collection with this slug; raises NotFoundError, or GoneError if it was published once."""
    found = get_collection(slug)
    if not found.is_published:
        raise GoneError("Dieses Einstiegspaket wird überarbeitet.") if found.published_at else NotFoundError("")
    return found


def list_steps(collection: Collection) -> list[Step]:
    """The published entries of a collection in its order."""
    texts = {item.entry_id: item.text for item in collection.items}
    return [Step(card, texts[card.entry_id]) for card in catalogue.list_cards(list(texts))]


def list_published() -> list[Summary]:
    """Collections that anybody may read, by title."""
    return _summaries(col(Collection.is_published).is_(True))


def list_all() -> list[Summary]:
    """All collections, by title."""
    return _summaries(sa.true())


def _summaries(condition: sa.ColumnElement[bool]) -> list[Summary]:
    readable = (
        select(CollectionItem.collection_id, sa.func.count())
        .where(catalogue.is_published(CollectionItem.entry_id))
        .group_by(col(CollectionItem.collection_id))
    )
    numbers = dict(db.session().exec(readable).all())
    statement = (
        select(Collection)
        .where(condition)
        .order_by(sa.func.lower(Collection.title), col(Collection.id))
        .options(lazyload("*"))
    )
    return [Summary(found, numbers.get(found.id, 0)) for found in db.session().exec(statement)]


def list_with_entry(entry_id: int) -> list[Collection]:
    """Published collections in which an entry stands, by title."""
    return list(db.session().exec(_WITH_ENTRY, params={"entry_id": entry_id}))


_WITHIN = select(CollectionItem.collection_id).where(CollectionItem.entry_id == sa.bindparam("entry_id"))
_WITH_ENTRY = (
    select(Collection)
    .where(col(Collection.is_published), col(Collection.id).in_(_WITHIN))
    .order_by(sa.func.lower(Collection.title), col(Collection.id))
    .options(lazyload("*"))
)


def text_of(collection: Collection) -> CollectionText:
    """All that a collection says, as a value."""
    slugs = slugs_of([item.entry_id for item in collection.items])
    items = tuple(Item(slugs[item.entry_id], item.text) for item in collection.items)
    return CollectionText(collection.title, collection.summary, collection.body, items)


def slugs_of(entry_ids: Several[int]) -> dict[int, str]:
    """Slugs of entries by row number."""
    statement = select(Entry.id, Entry.slug).where(col(Entry.id).in_(entry_ids)).order_by(col(Entry.id))
    return {entry_id or 0: slug for entry_id, slug in db.session().exec(statement)}


def is_slug_taken(slug: str) -> bool:
    """Whether a collection has this slug."""
    return find_collection(slug) is not None
