"""Reads of the pages under ``/wissen``."""

import re

import sqlalchemy as sa
from sqlalchemy.orm import lazyload
from sqlmodel import col, select

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.core.errors import GoneError, NotFoundError
from marketplace.knowledge.models import KnowledgeLink, KnowledgePage

# What was merged into another entry leads on to that one.
_ENTRY = sa.func.coalesce(Entry.merged_into_id, Entry.id)


def list_pages() -> list[KnowledgePage]:
    """All pages that readers see, in their order."""
    statement = select(KnowledgePage).where(col(KnowledgePage.is_published))
    return list(db.session().exec(statement.order_by(col(KnowledgePage.position), col(KnowledgePage.title))))


def get_readable(slug: str) -> KnowledgePage:
    """The page with this slug; raises NotFoundError, or GoneError if there was one."""
    statement = select(KnowledgePage).where(KnowledgePage.slug == slug)
    found = db.session().exec(statement).first() if re.fullmatch(r"[a-z0-9-]{3,80}", slug) else None
    if found is None:
        raise NotFoundError("")
    if not found.is_published:
        raise GoneError("Diese Seite gibt es nicht mehr.")
    return found


def list_helped(page: KnowledgePage) -> dict[Kind, list[EntryCard]]:
    """The published entries that a page helps with, by kind; of each kind the most important ones first."""
    statement = (
        select(_ENTRY)
        .join(KnowledgeLink, col(KnowledgeLink.entry_id) == col(Entry.id))
        .where(KnowledgeLink.page_id == page.id)
        .order_by(col(KnowledgeLink.position))
    )
    cards = catalogue.list_cards(list(dict.fromkeys(db.session().exec(statement))))
    return {kind: found for kind in Kind if (found := [card for card in cards if card.kind is kind])}


def list_for_entry(entry_id: int) -> list[KnowledgePage]:
    """Pages that help with an entry, in their order."""
    return list(db.session().exec(_FOR_ENTRY, params={"entry_id": entry_id}))


_STATE = select(sa.func.count(col(KnowledgePage.id)), sa.func.max(col(KnowledgePage.updated_at))).where(
    col(KnowledgePage.is_published)
)
_WITHIN = (
    select(KnowledgeLink.page_id)
    .join(Entry, col(Entry.id) == col(KnowledgeLink.entry_id))
    .where(sa.bindparam("entry_id") == _ENTRY)
)
_FOR_ENTRY = (
    select(KnowledgePage)
    .where(col(KnowledgePage.is_published), col(KnowledgePage.id).in_(_WITHIN))
    .order_by(col(KnowledgePage.position), col(KnowledgePage.title))
    .options(lazyload("*"))
)


def current_state() -> str:
    """Changes with every change of any page that readers see."""
    number, newest = db.session().exec(_STATE).one()
    return f"{number} {newest}"
