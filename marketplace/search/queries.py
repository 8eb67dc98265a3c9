"""What indexing and search pages read of the catalogue: documents of published entries, their states, their texts."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlalchemy.sql import Select
from sqlmodel import col, select

from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry, EntryParticipant
from marketplace.core import db
from marketplace.core.db import Database
from marketplace.organisations.models import Organisation
from marketplace.search.documents import TEXT_COLUMNS, changed_of, document_of, texts_of
from marketplace.search.further_texts import list_further
from marketplace.search.models import IndexTask, SearchDictionary
from marketplace.search.port import SearchDocument

BATCH_SIZE = 200

Note = tuple[int, datetime]
"""Number and time of a note. The number alone is not enough: SQLite gives that of a deleted row to a new one."""


def list_documents(entry_ids: Collection[int]) -> list[SearchDocument]:
    """Search documents of those of the entries that are published, by id."""
    statement = _published().where(col(Entry.id).in_(entry_ids)).order_by(col(Entry.id))
    return _documents(list(db.session().execute(statement).scalars()))


def iterate_documents(database: Database) -> Iterator[SearchDocument]:
    """Search documents of all published entries by id, in batches with a short transaction each."""
    last = 0
    while True:
        with database.reading() as session:
            statement = _published().where(col(Entry.id) > last).order_by(col(Entry.id)).limit(BATCH_SIZE)
            documents = _documents(list(session.execute(statement).scalars()))
        if not documents:
            return
        last = documents[-1].entry_id
        yield from documents


def iterate_texts(database: Database, limit: int) -> Iterator[str]:
    """All texts of each published entry; of more than ``limit`` entries those at equal distances by id."""
    with database.reading() as session:
        ids = list(session.execute(_published().with_only_columns(col(Entry.id)).order_by(col(Entry.id))).scalars())
    chosen = ids[:: -(-len(ids) // limit) or 1]
    for start in range(0, len(chosen), BATCH_SIZE):
        with database.reading():
            documents = list_documents(chosen[start : start + BATCH_SIZE])
        for document in documents:
            yield "\n".join((document.title, document.summary, document.tags, document.body))


def find_dictionary() -> SearchDictionary | None:
    """The dictionary of compounds that was learned last."""
    return db.session().get(SearchDictionary, 1)


def count_published() -> int:
    """Number of published entries."""
    return db.session().exec(select(sa.func.count()).where(col(Entry.status) == Status.PUBLISHED)).one()


def list_states() -> dict[int, int]:
    """For each published entry the moment of its last change as the index keeps it."""
    statement = select(Entry.id, Entry.updated_at).where(col(Entry.status) == Status.PUBLISHED).order_by(col(Entry.id))
    return {entry_id or 0: changed_of(updated_at) for entry_id, updated_at in db.session().exec(statement)}


def list_texts(entry_ids: Collection[int]) -> dict[int, str]:
    """All that the entries say beside title and summary, by id."""
    further = list_further(entry_ids)
    rows = db.session().execute(_TEXTS, {"ids": list(entry_ids)})
    return {row.id: " … ".join([*texts_of(row), *further.get(row.id, ())]) for row in rows}


def list_search_words(entry_ids: Collection[int]) -> dict[int, Sequence[str]]:
    """What people type who look for the entries in other words than these have, by id."""
    rows = db.session().exec(_SEARCH_WORDS, params={"ids": list(entry_ids)})
    return {entry_id or 0: words for entry_id, words in rows}


_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_TEXTS = sa.select(*(getattr(Entry, name) for name in ("id", *TEXT_COLUMNS))).where(col(Entry.id).in_(_IDS))
_SEARCH_WORDS = select(Entry.id, Entry.search_words).where(col(Entry.id).in_(_IDS))


def list_ids_of_organisation(organisation_id: int) -> frozenset[int]:
    """Entries behind which an organisation stands or in which it took part, in whatever state."""
    return list_ids_of_organisations([organisation_id])


def list_ids_of_organisations(organisation_ids: Sequence[int]) -> frozenset[int]:
    """The same for several organisations; a register brings many at once."""
    found: set[int] = set()
    for start in range(0, len(organisation_ids), BATCH_SIZE):
        part = organisation_ids[start : start + BATCH_SIZE]
        stands_behind = select(Entry.id).where(col(Entry.organisation_id).in_(part))
        took_part = select(EntryParticipant.entry_id).where(col(EntryParticipant.organisation_id).in_(part))
        found.update(db.session().execute(sa.union(stands_behind, took_part)).scalars())
    return frozenset(found)


def list_organisations(entries: Sequence[Entry]) -> dict[int, Organisation]:
    """All organisations that the entries name, by id."""
    ids = {entry.organisation_id for entry in entries if entry.organisation_id is not None}
    ids |= {row.organisation_id for entry in entries for row in entry.participants}
    if not ids:
        return {}
    found = db.session().exec(select(Organisation).where(col(Organisation.id).in_(ids)).order_by(col(Organisation.id)))
    return {organisation.id or 0: organisation for organisation in found}


def list_tasks(limit: int) -> list[IndexTask]:
    """The notes that wait longest; those that another process works on are left out where the database can tell."""
    statement = select(IndexTask).order_by(col(IndexTask.id)).limit(limit).with_for_update(skip_locked=True)
    return list(db.session().exec(statement))


def count_tasks() -> int:
    """Number of notes that wait."""
    return db.session().exec(select(sa.func.count(col(IndexTask.id)))).one()


def drop_repeated_tasks(before: datetime) -> int:
    """Delete notes from before a moment for whose entry a later one waits too; returns how many."""
    later = aliased(IndexTask)
    repeated = sa.exists().where(col(later.entry_id) == col(IndexTask.entry_id), col(later.id) > col(IndexTask.id))
    result: Any = db.session().execute(sa.delete(IndexTask).where(col(IndexTask.queued_at) < before, repeated))
    return int(result.rowcount)


def list_noted_entries() -> set[int]:
    """Entries for which a note waits."""
    return set(db.session().exec(select(IndexTask.entry_id).distinct().order_by(col(IndexTask.entry_id))))


def list_notes() -> list[Note]:
    """All notes that wait now."""
    return list(db.session().exec(select(IndexTask.id, IndexTask.queued_at).order_by(col(IndexTask.id))))  # type: ignore[arg-type]


def _published() -> Select[Any]:
    return sa.select(Entry).where(col(Entry.status) == Status.PUBLISHED)


def _documents(entries: list[Entry]) -> list[SearchDocument]:
    organisations, further = list_organisations(entries), list_further([entry.id or 0 for entry in entries])
    return [document_of(entry, organisations, further.get(entry.id or 0, ())) for entry in entries]


def document_now(entry: Entry) -> SearchDocument:
    """The search document of one entry as the database has it."""
    return _documents([entry])[0]
