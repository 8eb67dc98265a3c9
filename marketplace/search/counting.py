"""Counts what was searched for: in memory while requests are answered, then in the database in a session of its own.

A search is a GET and changes nothing, so its session never writes. What it was about is noted in the memory of the
process and carried into ``search_phrase`` after an answer was sent, at most once a minute (docs/adr/0010).
"""

import atexit
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.search import phrases
from marketplace.search.models import SearchPhrase
from marketplace.search.phrases import Outcome
from marketplace.search.port import SearchQuery, Sort
from marketplace.search.results import SearchPage

PAUSE = 60.0
"""Seconds between two writes of a process; so much is lost at most when it is killed."""

MAX_WAITING = 2000
"""Different phrases that wait for the next write; more in one minute are not people, and are not counted."""

MAX_ROWS = 20_000
_BATCH = 500

_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_log = logging.getLogger(__name__)

Key = tuple[str, Outcome, date]


class PhraseCounter:
    """What one process has counted and not written yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Counter[Key] = Counter()
        self._written = time.monotonic()

    def note(self, phrase: str, outcome: Outcome) -> None:
        """Count a search of today."""
        key = (phrase, outcome, clock.today())
        with self._lock:
            if key in self._waiting or len(self._waiting) < MAX_WAITING:
                self._waiting[key] += 1

    def flush_if_due(self, database: Database) -> None:
        """Write what waits, unless that was done a moment ago."""
        with self._lock:
            if not self._waiting or time.monotonic() - self._written < PAUSE:
                return
            self._written = time.monotonic()
        self.flush(database)

    def flush(self, database: Database) -> None:
        """Write what waits. If the database cannot take it, it waits on."""
        with self._lock:
            counted, self._waiting = self._waiting, Counter()
        if not counted:
            return
        try:
            with database.unit_of_work() as session:
                _add(session, counted)
        except sa.exc.SQLAlchemyError as error:
            _log.warning("The counts of searches wait: %s", type(error).__name__)
            with self._lock:
                self._waiting.update(counted)


def init_app(app: Flask) -> None:
    """Give the application its counter; what waits at the end of the process is written then."""
    counter = PhraseCounter()
    app.extensions["phrase_counter"] = counter
    if not app.testing:
        atexit.register(counter.flush, app.extensions["database"])


def note_search(query: SearchQuery, page: SearchPage) -> None:
    """Count a search as somebody typed it; turning pages, sorting and filtering are not new searches."""
    if query.page != 1 or query.filters or query.place or query.town or query.sort is not Sort.RELEVANCE:
        return
    if phrase := phrases.phrase_of(query.text):
        outcome = Outcome.NOTHING if not page.total else Outcome.FOUND if page.complete else Outcome.PARTLY
        _counter().note(phrase, outcome)


def flush_after(response: Response) -> Response:
    """Have what was counted written once this answer is sent, if it is time."""
    counter, database = _counter(), current_app.extensions["database"]
    response.call_on_close(lambda: counter.flush_if_due(database))
    return response


def list_suggested() -> dict[str, int]:
    """Phrases that may be suggested, with how often they were used, the most frequent first."""
    enough = sa.or_(col(SearchPhrase.days) >= phrases.MIN_DAYS, col(SearchPhrase.times) >= phrases.MIN_TIMES)
    statement = (
        select(SearchPhrase.phrase, SearchPhrase.times)
        .where(SearchPhrase.outcome == Outcome.FOUND, enough)
        .order_by(col(SearchPhrase.times).desc(), SearchPhrase.phrase)
        .limit(MAX_ROWS)
    )
    return dict(db.session().exec(statement).all())


def list_unanswered(limit: int, *, at_least: int = 2) -> list[SearchPhrase]:
    """Phrases for which nothing was found, or not with all words; the most frequent first."""
    return list_phrases([Outcome.NOTHING, Outcome.PARTLY], date.min, limit, at_least=at_least)


def list_phrases(outcomes: Collection[Outcome], since: date, limit: int, *, at_least: int = 2) -> list[SearchPhrase]:
    """Phrases that went so and were last used on this day or later; the most frequent first.

    ``at_least`` 2 leaves out what one person may have typed once.
    """
    statement = (
        select(SearchPhrase)
        .where(col(SearchPhrase.outcome).in_(outcomes), SearchPhrase.times >= at_least, SearchPhrase.last_day >= since)
        .order_by(col(SearchPhrase.times).desc(), col(SearchPhrase.last_day).desc(), SearchPhrase.phrase)
        .limit(limit)
    )
    return list(db.session().exec(statement))


def prune(today: date) -> int:
    """Drop phrases that were not used for long, and the least used beyond MAX_ROWS; returns how many."""
    last_day, single = col(SearchPhrase.last_day), col(SearchPhrase.times) == 1
    conditions = [sa.and_(single, last_day < today - phrases.KEPT_SINGLE)]
    conditions += [
        sa.and_(col(SearchPhrase.outcome) == outcome, last_day < phrases.kept_since(outcome, today))
        for outcome in Outcome
    ]
    return _delete(sa.or_(*conditions)) + _delete_surplus()


def _delete_surplus() -> int:
    by_use = (col(SearchPhrase.times).desc(), col(SearchPhrase.last_day).desc(), SearchPhrase.phrase)
    surplus = db.session().exec(select(SearchPhrase).order_by(*by_use).offset(MAX_ROWS))
    number = 0
    for row in surplus.all():
        db.session().delete(row)
        number += 1
    db.session().flush()
    return number


def _delete(condition: sa.ColumnElement[bool]) -> int:
    result: Any = db.session().execute(sa.delete(SearchPhrase).where(condition))
    return int(result.rowcount)


def _add(session: Session, counted: Mapping[Key, int]) -> None:
    """Add to the rows, one statement each batch; several processes may do so at once."""
    insert = _INSERT[session.get_bind().dialect.name]
    days: dict[date, list[dict[str, Any]]] = {}
    for (phrase, outcome, day), times in sorted(counted.items()):
        row = {"phrase": phrase, "outcome": outcome.value, "days": 1, "times": times, "last_day": day}
        days.setdefault(day, []).append(row)
    for rows in days.values():
        for start in range(0, len(rows), _BATCH):
            statement = insert(SearchPhrase).values(rows[start : start + _BATCH])
            new = statement.excluded
            later = sa.case((col(SearchPhrase.last_day) < new.last_day, 1), else_=0)
            statement = statement.on_conflict_do_update(
                index_elements=["phrase", "outcome"],
                set_={
                    "times": col(SearchPhrase.times) + new.times,
                    "days": col(SearchPhrase.days) + later,
                    "last_day": sa.case((later == 1, new.last_day), else_=col(SearchPhrase.last_day)),
                },
            )
            session.execute(statement)


def _counter() -> PhraseCounter:
    counter: PhraseCounter = current_app.extensions["phrase_counter"]
    return counter
