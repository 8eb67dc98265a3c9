"""What Gesuche do when entries change."""

from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlmodel import col

from marketplace.catalogue import signals
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.needs import group_queries as _group_queries  # noqa: F401 -- says who asks together
from marketplace.needs.models import Need, NeedAnswer, NeedTask


def init_app(_app: Flask) -> None:
    """Listen from now on."""
    signals.entry_changed.connect(note_changes)
    signals.entries_merged.connect(move_entries)


def note_changes(_sender: object, *, entry_ids: list[int]) -> None:
    """Note in the transaction of the change that Gesuche must be looked at."""
    now = clock.now()
    db.insert_rows(NeedTask, [{"entry_id": entry_id, "queued_at": now} for entry_id in dict.fromkeys(entry_ids)])


def move_entries(_sender: object, *, losing: Entry, winning: Entry) -> None:
    """Where an entry that is merged into another was found or named, that one stands now."""
    columns: tuple[tuple[Any, str], ...] = ((Need, "found_entry_id"), (NeedAnswer, "entry_id"))
    for table, name in columns:
        there = col(getattr(table, name)) == losing.id
        db.session().execute(sa.update(table).where(there).values({name: winning.id}))
