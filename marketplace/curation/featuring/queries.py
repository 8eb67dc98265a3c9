"""Reads of recommended entries."""

from dataclasses import dataclass

from sqlmodel import col, select

from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.models import Entry
from marketplace.catalogue.queries import is_published, list_cards
from marketplace.core import clock, db
from marketplace.curation.featuring.models import FeaturedEntry


@dataclass(frozen=True)
class Featured:
    """An entry as the start page recommends it."""

    card: EntryCard
    reason: str


def list_featured(limit: int) -> list[Featured]:
    """Published entries that are recommended today, the newest recommendation first."""
    statement = (
        select(FeaturedEntry)
        .where(is_published(FeaturedEntry.entry_id), FeaturedEntry.last_day >= clock.today())
        .order_by(col(FeaturedEntry.since).desc(), col(FeaturedEntry.entry_id).desc())
        .limit(limit)
    )
    rows = list(db.session().exec(statement))
    cards = {card.entry_id: card for card in list_cards([row.entry_id or 0 for row in rows])} if rows else {}
    return [Featured(cards[row.entry_id or 0], row.reason) for row in rows if row.entry_id in cards]


def find_featured(entry: Entry) -> FeaturedEntry | None:
    """The recommendation of an entry that holds today, or None."""
    row = db.session().get(FeaturedEntry, entry.id)
    return row if row is not None and row.last_day >= clock.today() else None
