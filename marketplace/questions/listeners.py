"""What questions do when entries are merged, and that they are found by the search."""

import sqlalchemy as sa
from flask import Flask
from sqlmodel import col

from marketplace.catalogue import signals
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import id_of
from marketplace.core import db
from marketplace.questions import queries
from marketplace.questions.models import EntryQuestion
from marketplace.search import further_texts, indexing


def init_app(_app: Flask) -> None:
    """Listen from now on."""
    further_texts.register(queries.list_texts)
    signals.entries_merged.connect(move_questions)


def move_questions(_sender: object, *, losing: Entry, winning: Entry) -> None:
    """Questions about an entry that is merged into another stand there now."""
    there = col(EntryQuestion.entry_id) == losing.id
    db.session().execute(sa.update(EntryQuestion).where(there).values(entry_id=winning.id))
    indexing.note_changes(None, entry_ids=[id_of(winning)])
