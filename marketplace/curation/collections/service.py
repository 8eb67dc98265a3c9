"""Commands on collections: begin one, change it, let it appear, take it back, delete a draft."""

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.drafts.queries import map_entry_ids
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import id_of
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.markdown import slugify
from marketplace.core.permissions import authorize
from marketplace.curation.collections import permissions as _permissions  # noqa: F401 -- registers the predicates
from marketplace.curation.collections import queries
from marketplace.curation.collections.models import Collection, CollectionItem
from marketplace.curation.collections.rules import (
    MAX_TITLE,
    CollectionText,
    missing_for_publication,
    problems_of,
)


class ChangedMeanwhileError(DomainError):
    """Somebody else saved the collection since the form was opened."""

    status = 409


def begin_collection(title: str, *, actor: Actor) -> Collection:
    """A new collection with nothing but its title; its address is made from it."""
    authorize("collection.edit", actor=actor)
    title = title.strip()
    if not title or len(title) > MAX_TITLE:
        raise DomainError(f"Bitte geben Sie einen Titel mit höchstens {MAX_TITLE} Zeichen an.")
    now = clock.now()
    # Taken first: of two who find nothing below, only one can have it.
    slug = _free_slug(title)
    if (known := queries.find_begun(title, actor.account_id, after=now - clock.PRESSED_TWICE)) is not None:
        return known
    collection = Collection(slug=slug, title=title, changed_by_id=actor.account_id, created_at=now, updated_at=now)
    db.session().add(collection)
    db.session().flush()
    audit.record("collection.begun", _subject(collection), actor=actor.reference)
    return collection


def save_collection(collection: Collection, text: CollectionText, *, seen_version: int, actor: Actor) -> None:
    """Write what a collection says; ``seen_version`` is the one that the form was opened with."""
    authorize("collection.edit", actor=actor)
    if problems_of(text):
        raise ValueError("The form checks this before.")
    if collection.is_published and (missing := missing_for_publication(text)):
        raise DomainError(f"Das Paket ist veröffentlicht. {missing[0]}")
    if queries.text_of(collection) == text:
        return
    _count_change(collection, seen_version, actor)
    write_text(collection, text)
    audit.record("collection.changed", _subject(collection), actor=actor.reference, version=collection.version)


def _count_change(collection: Collection, seen_version: int, actor: Actor) -> None:
    statement = (
        sa.update(Collection)
        .where(col(Collection.id) == collection.id, col(Collection.version) == seen_version)
        .values(version=seen_version + 1, updated_at=clock.now(), changed_by_id=actor.account_id)
        .execution_options(synchronize_session=False)
    )
    changed = bool(db.session().execute(statement).rowcount)  # type: ignore[attr-defined]
    db.session().refresh(collection)
    if not changed:
        raise ChangedMeanwhileError(
            "Inzwischen hat jemand anders gespeichert. Ihre Eingaben stehen noch hier; speichern Sie noch einmal, "
            "wenn sie gelten sollen."
        )


def write_text(collection: Collection, text: CollectionText) -> None:
    """Let the rows say what ``text`` says; entries that do not exist are left out."""
    collection.title, collection.summary, collection.body = text.title, text.summary, text.body
    entry_ids = map_entry_ids({item.slug for item in text.items})
    collection.items.clear()
    # The same entry may come back in another place.
    db.session().flush()
    known = [item for item in text.items if item.slug in entry_ids]
    collection.items.extend(
        CollectionItem(entry_id=entry_ids[item.slug], position=position, text=item.text)
        for position, item in enumerate(known)
    )
    db.session().flush()


def publish_collection(collection: Collection, *, actor: Actor) -> None:
    """Let readers see it; done twice it changes nothing."""
    authorize("collection.edit", actor=actor)
    if collection.is_published:
        return
    if missing := missing_for_publication(queries.text_of(collection)):
        raise DomainError(missing[0])
    if _switch(collection, on=True, published_at=collection.published_at or clock.now()):
        audit.record("collection.published", _subject(collection), actor=actor.reference)


def withdraw_collection(collection: Collection, *, actor: Actor) -> None:
    """Take it from readers to work on it; done twice it changes nothing."""
    authorize("collection.edit", actor=actor)
    if _switch(collection, on=False):
        audit.record("collection.withdrawn", _subject(collection), actor=actor.reference)


def _switch(collection: Collection, *, on: bool, **columns: object) -> bool:
    """Show or hide it in one statement, so that of two who do it at once only one is recorded."""
    other = sa.update(Collection).where(col(Collection.id) == collection.id, col(Collection.is_published).is_not(on))
    switched = db.has_hit(other.values(is_published=on, version=Collection.version + 1, **columns))
    db.session().refresh(collection)
    return switched


def delete_collection(collection: Collection, *, actor: Actor) -> None:
    """Delete one that never appeared; what was published once keeps its address."""
    authorize("collection.edit", actor=actor)
    if collection.published_at is not None:
        raise DomainError("Ein Paket, das veröffentlicht war, lässt sich nicht löschen. Nehmen Sie es aus der Anzeige.")
    audit.record("collection.deleted", _subject(collection), actor=actor.reference)
    db.session().delete(collection)
    db.session().flush()


def move_items(losing: Entry, winning: Entry) -> None:
    """Let collections name the entry into which another was merged, each once and in the place of the first."""
    session = db.session()
    for item in session.exec(select(CollectionItem).where(CollectionItem.entry_id == losing.id)):
        twice = select(CollectionItem).where(
            CollectionItem.collection_id == item.collection_id, CollectionItem.entry_id == winning.id
        )
        if session.exec(twice).first() is not None:
            session.delete(item)
        else:
            item.entry_id = id_of(winning)
    session.flush()


def _free_slug(title: str) -> str:
    words = slugify(title)[:70].strip("-")
    stem = words if len(words) >= 3 else f"paket-{words}".strip("-")
    number, slug = 1, stem
    while queries.is_slug_taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _subject(collection: Collection) -> str:
    return f"collection:{collection.slug}"
