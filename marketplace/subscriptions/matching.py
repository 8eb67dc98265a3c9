"""Finds out which entries are new in which stored search, by the engine and the query of the search page.

The rule: an entry is news for a search when it is found by it for the first time, with all its words and within all its
filters; because it was published, or because the entry was changed and fits now. Each entry is news of a search once.
What only has some of the words stands on the search page, but is no news.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa
from flask import current_app
from sqlmodel import col

from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.search import indexing
from marketplace.search.port import SearchEngine, SearchQuery, Sort
from marketplace.search.scope import apply_scope
from marketplace.subscriptions import followers, queries
from marketplace.subscriptions.known import pack, unpack
from marketplace.subscriptions.models import NewsTask, SavedSearch, SearchNews
from marketplace.subscriptions.stored import restore
from marketplace.subscriptions.wording import is_as_meant

ALL = 10_000_000
"""Results on one page: more than there are entries."""


@dataclass
class NewsReport:
    """What one run found."""

    entries: int = 0
    searches: int = 0
    news: int = 0
    notices: int = 0
    is_late: bool = False
    """Whether the index does not have all changes yet; the next run does the rest."""

    def __str__(self) -> str:
        if self.is_late:
            return "Abos warten, bis die Suche alle Änderungen kennt."
        return (
            f"{self.entries} geänderte Einträge mit {self.searches} abonnierten Suchen verglichen: "
            f"{self.news} Neuigkeiten, {self.notices} Mitteilungen an Folgende."
        )


def list_matching(query: SearchQuery, *, limit: int = ALL) -> list[int] | None:
    """Entries that fit a search wholly, the newest first; None if it cannot be carried out as it is meant.

    ``query.only`` may narrow it further. Raises SearchUnavailableError.
    """
    scoped, _scope = apply_scope(query)
    if not is_as_meant(query, scoped):
        return None
    if query.only is not None:
        scoped = replace(scoped, only=query.only & scoped.only if scoped.only is not None else query.only)
    engine: SearchEngine = current_app.extensions["search_engine"]
    found = engine.search(replace(scoped, sort=Sort.NEWEST, page=1, page_size=limit))
    # By date an engine gives those with all the words alone, unless there are none in the whole index.
    return [] if found.relaxed else [hit.entry_id for hit in found.hits]


def find_news(database: Database) -> NewsReport:
    """Look through everything that changed since the last run. Raises SearchUnavailableError; then nothing is lost.

    May be called as often as like and by several at once; each search is handled in a transaction of its own.
    """
    report = NewsReport()
    with database.reading():
        tasks, fresh = queries.list_tasks(), queries.list_searches(fresh=True)
    entry_ids = frozenset(entry_id for _number, entry_id in tasks)
    report.entries = len(entry_ids)
    report.notices = sum(_tell_followers(database, entry_ids))
    # Asked after the tasks were read: what they speak of is in the index now, or still waits for it.
    if indexing.count_waiting(database):
        report.is_late = True
        return report
    for search_id, parameters in fresh:
        report.news += _begin(database, search_id, parameters)
    if entry_ids:
        for number in _compare_all(database, entry_ids):
            report.searches += 1
            report.news += number
    _drop(database, [number for number, _entry_id in tasks])
    return report


def _tell_followers(database: Database, entry_ids: frozenset[int]) -> Iterator[int]:
    with database.reading():
        followed = queries.list_followed(entry_ids)
    for entry_id in followed:
        with database.unit_of_work():
            yield followers.tell_followers(entry_id)


def _begin(database: Database, search_id: int, parameters: str) -> int:
    """The first run of a search: what is there is known, but for what was published since somebody subscribed."""
    with database.reading():
        search = db.session().get(SavedSearch, search_id)
        query = restore(parameters)
        found = set(list_matching(query) or ()) if query else set[int]()
        new = queries.list_published_since(found, search.created_at) if search else set[int]()
    if search is None:
        return 0
    # Where another job was quicker, it did the same.
    return _write(database, search, known=found, new=new, gone=set()) or 0


def _compare_all(database: Database, entry_ids: frozenset[int]) -> Iterator[int]:
    """The number of news of each search, among the entries that changed."""
    with database.reading():
        searches = queries.list_searches(fresh=False)
        kept = queries.map_news(entry_ids)
    for search_id, parameters in searches:
        with database.reading():
            query = restore(parameters)
            found = set(list_matching(replace(query, only=entry_ids)) or ()) if query else set[int]()
        gone = kept.get(search_id, set()) - found
        yield _note(database, search_id, found, gone) if found or gone else 0


def _note(database: Database, search_id: int, found: set[int], gone: set[int]) -> int:
    """Keep what a search found and lost; returns the number of news."""
    while True:
        with database.reading():
            search = db.session().get(SavedSearch, search_id)
            untold = queries.list_untold(search_id)
        if search is None or search.known is None:
            return 0
        known = unpack(search.known)
        new = found - known
        if not new and not gone:
            return 0
        # What nobody was told of yet is news again, should it come back; what somebody was told of never is.
        written = _write(database, search, known=(known | new) - (gone & untold), new=new, gone=gone)
        if written is not None:
            return written


def _write(database: Database, search: SavedSearch, *, known: set[int], new: set[int], gone: set[int]) -> int | None:
    """Keep what was found and return the number of news; None if another job changed the search meanwhile."""
    now = clock.now()
    with database.unit_of_work() as session:
        # Withdrawn between the search and now: there is nothing to tell, and nothing was told.
        published = queries.list_published(new)
        mine = (col(SavedSearch.id) == search.id) & (col(SavedSearch.revision) == search.revision)
        values = {"revision": search.revision + 1, "known": pack(known - (new - published))}
        if not session.execute(sa.update(SavedSearch).where(mine).values(**values)).rowcount:  # type: ignore[attr-defined]
            return None
        for part in queries.parts_of(gone):
            old = (col(SearchNews.search_id) == search.id) & col(SearchNews.entry_id).in_(part)
            session.execute(sa.delete(SearchNews).where(old))
        session.add_all(
            SearchNews(search_id=search.id, entry_id=entry_id, revision=search.revision + 1, noticed_at=now)
            for entry_id in sorted(published)
        )
        return len(published)


def _drop(database: Database, numbers: list[int]) -> None:
    for part in queries.parts_of(numbers):
        with database.unit_of_work() as session:
            session.execute(sa.delete(NewsTask).where(col(NewsTask.id).in_(part)))
