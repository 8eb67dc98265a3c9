"""Finds published entries that suit open Gesuche, and tells those who look for them: each entry once, each person once.

The rule is that of saved searches: an entry suits when it has all the words by which a Gesuch looks for it. What
suited already when the Gesuch was published is known, and no news.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.cards import EntryCard
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.needs import notices, queries, recipients
from marketplace.needs.models import Need, NeedMatch, NeedTask, NeedTold
from marketplace.search import indexing
from marketplace.search.port import SearchQuery, SearchUnavailableError
from marketplace.subscriptions.matching import list_matching

BATCH = 500
MOST_KNOWN = 1000
"""Results that are noted as known when a Gesuch is published; whoever finds more looks for everything."""

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def note_known(need: Need) -> None:
    """Note what suits a Gesuch now, so that it never becomes news. Without an index nothing is known."""
    if not need.words:
        return
    try:
        found = list_matching(SearchQuery(need.words, literal=True), limit=MOST_KNOWN) or []
    except SearchUnavailableError:
        return
    _insert_matches(need.id or 0, found, is_news=False, now=clock.now())


def find_matches(database: Database) -> str:
    """Look through everything that changed since the last run; may be called as often as like, by several at once."""
    with database.reading():
        tasks, needs = queries.list_tasks(), queries.list_searched()
    # Asked after the tasks were read: what they speak of is in the index now, or still waits for it.
    if indexing.count_waiting(database):
        return "Gesuche warten, bis die Suche alle Änderungen kennt."
    changed = frozenset(entry_id for _number, entry_id in tasks)
    told = 0
    for need_id, words in needs if changed else []:
        with database.reading():
            found = set(list_matching(SearchQuery(words, literal=True, only=changed)) or ())
            new = found - queries.list_known(need_id)
        if new:
            with database.unit_of_work():
                told += _tell(need_id, new)
    _drop(database, [number for number, _entry_id in tasks])
    return f"{len(changed)} geänderte Einträge mit {len(needs)} Gesuchen verglichen: {told} Mitteilungen."


def _tell(need_id: int, entry_ids: Collection[int]) -> int:
    """Note the entries as news and tell everybody who looks for them; returns the number of notices."""
    need, now = db.session().get(Need, need_id), clock.now()
    if need is None or not queries.is_open(need):
        return 0
    # Withdrawn between the search and now: there is nothing to tell, and nothing was told.
    cards = {card.entry_id: card for card in catalogue.list_cards(sorted(entry_ids))}
    # Of two jobs at once the one that writes it down tells of it.
    new = _insert_matches(need_id, cards, is_news=True, now=now)
    fresh = [cards[entry_id] for entry_id in sorted(new)]
    return sum(_tell_people(need, people, organisation_id, fresh, now) for organisation_id, people in _seekers(need))


def _seekers(need: Need) -> list[tuple[int, list[int]]]:
    return sorted(recipients.seekers_of(need).items())


def _tell_people(need: Need, people: list[int], organisation_id: int, cards: list[EntryCard], now: datetime) -> int:
    # Nobody is told of what their own organisation published.
    foreign = [card for card in cards if card.organisation is None or card.organisation.id != organisation_id]
    told = 0
    for account_id in people:
        unheard = [card for card in foreign if _mark_told(account_id, card.entry_id, now)]
        if unheard:
            notices.tell_of_entries(account_id, need, unheard)
            told += 1
    return told


def _mark_told(account_id: int, entry_id: int, now: datetime) -> bool:
    """Note that a person is told of an entry; False if they were, for whatever Gesuch."""
    row = _insert(NeedTold).values(account_id=account_id, entry_id=entry_id, at=now)
    done = db.session().execute(row.on_conflict_do_nothing().returning(col(NeedTold.entry_id)))
    return bool(done.all())


def _insert_matches(need_id: int, entry_ids: Collection[int], *, is_news: bool, now: datetime) -> set[int]:
    """Note entries for a Gesuch; returns those that were not noted before."""
    new = set()
    for entry_id in sorted(entry_ids):
        row = _insert(NeedMatch).values(need_id=need_id, entry_id=entry_id, is_news=is_news, noticed_at=now)
        if db.session().execute(row.on_conflict_do_nothing().returning(col(NeedMatch.entry_id))).all():
            new.add(entry_id)
    return new


def _insert(table: type) -> Any:
    return _INSERT[db.session().get_bind().dialect.name](table)


def _drop(database: Database, numbers: list[int]) -> None:
    for start in range(0, len(numbers), BATCH):
        with database.unit_of_work() as session:
            session.execute(sa.delete(NeedTask).where(col(NeedTask.id).in_(numbers[start : start + BATCH])))
