"""What the search field suggests while somebody types: gathered from the database, kept in memory by each process.

A process looks for changes when somebody types, at most every LOOK_AGAIN seconds and in the background: nobody waits
for it, only the first a moment. Together with the time that browsers keep an answer, news appear within a minute.
"""

import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, current_app
from sqlmodel import col, select

from marketplace.catalogue import figures
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry, EntryTag
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import db
from marketplace.core.db import Database
from marketplace.core.labels import Label
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import OrganisationKind
from marketplace.search import counting
from marketplace.search.completion import Completion, Suggestion, SuggestionKind, words_of

LOOK_AGAIN = 20.0
CACHE_SECONDS = 30

FIRST_WAIT = 1.0
"""Seconds that somebody waits while a new process gathers; with 100,000 entries it takes longer."""

MIN_TAGGED = 2
"""Entries that must carry a tag before it is suggested."""

_log = logging.getLogger(__name__)
_WORD = re.compile(r"[^\W\d_]+")

State = tuple[Any, ...]


@dataclass(frozen=True)
class Source:
    """What a feature above the search lets people find while they type, such as pages under ``/wissen``."""

    state: Callable[[], object]
    """Changes whenever anything that it suggests changes; cheap to ask for."""
    gather: Callable[[], list[Suggestion]]


_SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Suggest what this source has from now on; registered twice it counts once."""
    if source not in _SOURCES:
        _SOURCES.append(source)


class Suggestions:
    """The suggestions of one process."""

    def __init__(self, database: Database, *, in_background: bool = True) -> None:
        self._database = database
        self._in_background = in_background
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._completion: Completion | None = None
        self._state: State = ()
        self._looked = -LOOK_AGAIN

    def find(self, text: str) -> list[Suggestion]:
        """Suggestions for what was typed so far; none while nothing is known yet."""
        if time.monotonic() - self._looked >= LOOK_AGAIN:
            self._look_again()
        return self._completion.find(text) if self._completion else []

    @property
    def is_ready(self) -> bool:
        """Whether an empty list means that there is nothing to suggest."""
        return self._completion is not None

    def _look_again(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, name="suggestions", daemon=True)
                self._thread.start()
            thread = self._thread
        if not self._in_background:
            thread.join()
        elif self._completion is None:
            thread.join(FIRST_WAIT)

    def _look(self) -> None:
        """Read again what changed."""
        self._looked = time.monotonic()
        try:
            with self._database.reading():
                state = _state()
                if self._completion is None or state != self._state:
                    self._completion, self._state = Completion(_gather()), state
        except sa.exc.SQLAlchemyError as error:
            _log.warning("Suggestions could not be read: %s", type(error).__name__)


def init_app(app: Flask) -> None:
    """Give the application its suggestions; tests wait for them instead of leaving threads behind."""
    app.extensions["suggestions"] = Suggestions(app.extensions["database"], in_background=not app.testing)


def suggest(text: str) -> tuple[list[Suggestion], bool]:
    """Suggestions for what was typed so far, and whether the answer may be kept."""
    suggestions: Suggestions = current_app.extensions["suggestions"]
    return suggestions.find(text), suggestions.is_ready


def _state() -> State:
    """Changes whenever anything that is suggested changes; cheap to ask for."""
    places = sa.select(sa.func.count(), sa.func.max(Organisation.register_as_of))
    return (
        figures.state(),
        tuple(db.session().execute(places).one()),
        tuple(counting.list_suggested().items()),
        *(source.state() for source in _SOURCES),
    )


def _gather() -> list[Suggestion]:
    """Everything that may be suggested, within each kind the more useful first."""
    entries = _entries()
    further = [suggestion for source in _SOURCES for suggestion in source.gather()]
    return [*_phrases(entries), *_action_fields(), *_places(), *further, *entries]


def _entries() -> list[Suggestion]:
    statement = (
        select(Entry.kind, Entry.slug, Entry.title)
        .where(col(Entry.status) == Status.PUBLISHED)
        .order_by(col(Entry.published_at).desc(), col(Entry.id))
    )
    return [
        Suggestion(SuggestionKind.ENTRY, title, Kind(kind).label, f"/{Kind(kind).path}/{slug}")
        for kind, slug, title in db.session().exec(statement)
    ]


def _action_fields() -> list[Suggestion]:
    counted = figures.current()
    return [
        Suggestion(SuggestionKind.ACTION_FIELD, field.label, Label("Handlungsfeld"), f"/handlungsfelder/{field.value}")
        for field in ActionField
        if counted.in_action_field(field)
    ]


def _places() -> list[Suggestion]:
    """Organisations with entries, those with the most first."""
    counts = catalogue.count_by_organisation()
    statement = select(Organisation.id, Organisation.key, Organisation.kind, Organisation.name).order_by(
        col(Organisation.search_name), col(Organisation.key)
    )
    found = [row for row in db.session().exec(statement) if row[0] in counts]
    found.sort(key=lambda row: -counts[row[0] or 0])
    return [
        Suggestion(SuggestionKind.PLACE, name, OrganisationKind(kind).label, f"/kommunen/{key}")
        for _, key, kind, name in found
    ]


def _phrases(entries: Iterable[Suggestion]) -> list[Suggestion]:
    """What others searched for with success, then tags, as people write them; each once."""
    number = sa.func.count()
    tags = (
        select(EntryTag.value)
        .join(Entry, col(Entry.id) == col(EntryTag.entry_id))
        .where(col(Entry.status) == Status.PUBLISHED)
        .group_by(EntryTag.value)
        .having(number >= MIN_TAGGED)
        .order_by(number.desc(), EntryTag.value)
    )
    tagged = list(db.session().exec(tags))
    searched = list(counting.list_suggested())
    spellings = _spellings({word for phrase in searched for word in _WORD.findall(phrase)}, entries)
    written = [_WORD.sub(lambda match: spellings.get(match[0], match[0]), phrase) for phrase in searched]
    once: dict[str, str] = {}
    for phrase in [*written, *tagged]:
        once.setdefault(" ".join(words_of(phrase)), phrase)
    return [
        Suggestion(SuggestionKind.PHRASE, phrase, Label("Suchbegriff"), f"/suche?{urlencode({'q': phrase})}")
        for phrase in once.values()
    ]


def _spellings(words: set[str], entries: Iterable[Suggestion]) -> Mapping[str, str]:
    """How words in small letters are mostly written in titles: people type „lorawan“ and read „LoRaWAN“."""
    forms: dict[str, Counter[str]] = {}
    if words:
        for entry in entries:
            for form in _WORD.findall(entry.label):
                if form.lower() in words:
                    forms.setdefault(form.lower(), Counter())[form] += 1
    return {word: counts.most_common(1)[0][0] for word, counts in forms.items()}
