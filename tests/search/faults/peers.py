"""What other processes do in the fault tests. Each function runs in a process of its own until it is told or killed."""

import itertools
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlmodel import Session, col, select

from marketplace.app import create_app
from marketplace.catalogue import service
from marketplace.catalogue.importer import import_directory
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.config import Settings
from marketplace.core import db
from marketplace.core.db import Database
from marketplace.search import dictionaries, indexing
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import SearchEngine, SearchQuery, SearchUnavailableError
from tests.factories.catalogue import add_entry, content
from tests.factories.search import document
from tests.support.processes import die_at_call, link_has_news

STAYING = 20
"""Entries that are always there in the reading test."""


def dice(seed: int) -> random.Random:
    """Chance that is the same every time."""
    return random.Random(seed)  # noqa: S311 -- nothing secret


class Site:
    """The application of one process."""

    def __init__(self, settings: Settings) -> None:
        self.app: Flask = create_app(settings)
        self.database: Database = self.app.extensions["database"]
        self.engine: SearchEngine = self.app.extensions["search_engine"]


# Writers that are killed


def keep_changing(link: Connection, settings: Settings, seed: int) -> None:
    """Change, add and withdraw entries, as editors do; each change goes to the index after its commit."""
    site, choose = Site(settings), dice(seed)
    with site.app.app_context():
        for step in itertools.count():
            with site.database.unit_of_work():
                change_some(choose, f"{seed}x{step}")
            if step == 0:
                link.send("ready")


def change_until_told(link: Connection, settings: Settings, seed: int) -> None:
    """The same with every second entry until told to stop; answers with the number of changes."""
    site, choose, step = Site(settings), dice(seed), 0
    with site.app.app_context():
        link.send("ready")
        while not link_has_news(link):
            with site.database.unit_of_work():
                change_some(choose, f"{seed}x{step}", every=2, first=seed % 2)
            step += 1
    link.send(step)


def change_some(choose: random.Random, mark: str, every: int = 1, first: int = 0) -> None:
    """Some entries get a new title with a word of their own, one is added, now and then one is withdrawn."""
    entries = list(db.session().exec(select(Entry).where(col(Entry.id) % every == first).order_by(col(Entry.id))))
    for entry in choose.sample(entries, min(len(entries), choose.choice((1, 1, 2, 12)))):
        new = content(Kind.PROJECT, entry.slug, titel=f"Fassung {word_of(entry.slug, mark)}")
        service.publish_entry(entry, new, organisation_ids={}, author="Test")
    slug = f"neu-{mark}"
    add_entry(slug=slug, titel=f"Fassung {word_of(slug, mark)}")
    if choose.random() < 0.3:
        service.withdraw_entry(choose.choice(entries), reason="Überholt", author="Test")


def word_of(slug: str, mark: str) -> str:
    """A word that nothing but this state of this entry has."""
    return f"wort{slug.replace('-', '')}z{mark}"


def keep_processing(link: Connection, settings: Settings, _seed: int) -> None:
    """Write all entries to the index again and again."""
    site = Site(settings)
    link.send("ready")
    while True:
        queue_everything(site.database)
        indexing.process_queue(site.database, site.engine)


def queue_everything(database: Database) -> None:
    """Note every entry, as if each was changed."""
    with database.reading() as session:
        entry_ids = [entry_id or 0 for entry_id in session.exec(select(Entry.id))]
    queue_some(database, entry_ids)


def queue_some(database: Database, entry_ids: list[int]) -> None:
    """Note some entries, as if they were changed."""
    with database.unit_of_work():
        indexing.note_changes(None, entry_ids=entry_ids)


def keep_rebuilding(link: Connection, settings: Settings, _seed: int) -> None:
    """Rebuild the index again and again."""
    site = Site(settings)
    link.send("ready")
    while True:
        indexing.rebuild(site.database, site.engine)


# Writers that die at a certain moment


def die_at(link: Connection, settings: Settings, action: str, step: int) -> None:
    """Process the queue or rebuild; die just before the change of a file of the index that has this number.

    Says how many changes of files there were, if it lives.
    """
    site = Site(settings)
    steps = itertools.count(1)
    directory = str(settings.search_directory)

    def watch(name: str, args: tuple[Any, ...]) -> None:
        if _changes_file(name, args, directory) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    queue_everything(site.database)
    sys.addaudithook(watch)
    if action == "rebuild":
        indexing.rebuild(site.database, site.engine)
    else:
        indexing.process_queue(site.database, site.engine)
    link.send(next(steps) - 1)


def die_before_noting_dictionary(link: Connection, settings: Settings) -> None:
    """Rebuild the index of a catalogue with new words; die when its dictionary is to be kept in the database."""
    site = Site(settings)
    with site.database.unit_of_work():
        add_entry(slug="neue-woerter", titel="Die Regentonne und das Regentonnenregister")
    die_at_call(dictionaries, "keep", 1)
    indexing.rebuild(site.database, site.engine)
    link.send("alive")


def _changes_file(name: str, args: tuple[Any, ...], directory: str) -> bool:
    if name not in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.chmod"):
        return False
    # The first path of a link is where it leads to.
    path = args[1] if name == "os.symlink" else args[0]
    if not isinstance(path, str | Path) or not str(path).startswith(directory):
        return name in ("os.remove", "os.rmdir") and isinstance(path, str) and not Path(path).is_absolute()
    return name != "open" or bool(args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def die_before(link: Connection, settings: Settings, action: str, step: int) -> None:
    """Add an entry or rebuild an index in a database; die just before the statement or commit that has this number."""
    site = Site(settings)
    steps = itertools.count(1)

    def watch(*_: object) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    with site.app.app_context():
        for name in ("before_cursor_execute", "commit"):
            event.listen(site.database.engine, name, watch)
        if action == "rebuild":
            indexing.rebuild(site.database, site.engine)
        else:
            with site.database.unit_of_work():
                slug = f"tot-{step}"
                add_entry(slug=slug, titel=f"Fassung {word_of(slug, '0')}")
    link.send(next(steps) - 1)


# Readers


def engine_at(place: Path | str) -> SearchEngine:
    """The engine of an index in a directory, or in a database."""
    return WhooshEngine(place) if isinstance(place, Path) else PostgresEngine(Database(place))


def keep_reading(link: Connection, place: Path | str, committed: Any) -> None:
    """Search as fast as possible until told to stop; report what was wrong.

    ``committed`` is the number of the last update that is complete: whatever is searched for after reading it must be
    of that state or a newer one.
    """
    engine = engine_at(place)
    problems: list[str] = []
    reads, slowest = 0, 0.0
    link.send("ready")
    while not link_has_news(link):
        start = time.monotonic()
        problems += _read_once(engine, committed)
        slowest = max(slowest, time.monotonic() - start)
        reads += 1
    link.send((reads, slowest, problems[:5], len(list(Path("/proc/self/fd").iterdir()))))


def _read_once(engine: SearchEngine, committed: Any) -> list[str]:
    before = committed.value
    try:
        staying = [hit.entry_id for hit in engine.search(SearchQuery("immer", page_size=50)).hits]
        # The next update may be in the index already and only not be counted yet.
        newest = [engine.search(SearchQuery(f"fassung{number}a")).total for number in (before, before + 1)]
    except SearchUnavailableError as error:
        return [str(error)]
    problems = []
    if sorted(staying) != list(range(1, STAYING + 1)):
        problems.append(f"found {sorted(staying)}")
    if newest not in ([1, 0], [0, 1], [1, 1]) and committed.value == before:
        problems.append(f"state {before} found {newest} times")
    return problems


def write_states(link: Connection, place: Path | str, committed: Any, updates: int) -> None:
    """Update one entry again and again, with others beside it; rebuild now and then."""
    engine = engine_at(place)
    staying = [document(number, "Immer da") for number in range(1, STAYING + 1)]
    choose = dice(7)
    for number in range(1, updates + 1):
        last = document(1000, f"fassung{number}a", changed=number)
        if number % 25 == 0:
            engine.rebuild([*staying, last])
        else:
            engine.update([last, *choose.sample(staying, 3)], [])
        committed.value = number
    link.send("done")


# Sites


def import_on_demand(link: Connection, settings: Settings) -> None:
    """Import the content directory whenever told to; answers with the moment of the commit."""
    site = Site(settings)
    committed: list[float] = []
    event.listen(Session, "after_commit", lambda _session: committed.append(time.monotonic()))
    link.send("ready")
    while True:
        link.recv()
        committed.clear()
        with site.app.app_context(), site.database.unit_of_work():
            import_directory(settings.content_directory)
        link.send(committed[0])


def look_for(link: Connection, settings: Settings) -> None:
    """Fetch the search page for a word until it shows an entry; answers with the moment it did."""
    site = Site(settings)
    client = site.app.test_client()
    # The first page of a process takes longer than all others: templates are compiled, the index is read.
    client.get("/suche?q=fassung")
    link.send("ready")
    while True:
        word, slug = link.recv()
        while f"/projekte/{slug}" not in client.get(f"/suche?q={word}").text:
            pass
        link.send(time.monotonic())


def serve(link: Connection, settings: Settings) -> None:
    """Answer requests for pages with status and text."""
    client = create_app(settings).test_client()
    link.send("ready")
    while True:
        response = client.get(link.recv())
        link.send((response.status_code, response.text))


def rebuild_slowly(link: Connection, settings: Settings) -> None:
    """Rebuild, but wait after the first entry until told to go on; answers whether it succeeded."""
    site = Site(settings)

    def wait(done: int, _total: int) -> None:
        if done == 1:
            link.send("begun")
            link.recv()

    link.send(_succeeds(lambda: indexing.rebuild(site.database, site.engine, wait)))


def rebuild_once(link: Connection, settings: Settings) -> None:
    """Rebuild when told to; answers whether it succeeded."""
    site = Site(settings)
    link.send("ready")
    link.recv()
    link.send(_succeeds(lambda: indexing.rebuild(site.database, site.engine)))


def _succeeds(action: Callable[[], object]) -> bool:
    try:
        action()
    except SearchUnavailableError:
        return False
    return True
