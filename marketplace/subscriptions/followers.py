"""Who follows an entry, and telling them what is new about it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import id_of
from marketplace.core import clock, db
from marketplace.core.labels import in_german
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.service import notify
from marketplace.subscriptions import entry_news, queries
from marketplace.subscriptions.entry_news import EntryState
from marketplace.subscriptions.models import EntryFollow, KnownLesson

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def add_follower(account_id: int, entry: Entry, *, paused_at: datetime | None = None) -> None:
    """Let a person hear what happens to an entry from now on."""
    if not queries.list_followed([id_of(entry)]):
        # Nobody has kept count until now: what is linked already is no news.
        _know_lessons(id_of(entry), {id_of(lesson) for lesson in queries.list_lessons(id_of(entry))})
    state = _state_of(entry)
    db.session().add(
        EntryFollow(
            account_id=account_id, entry_id=id_of(entry), seen_version=state.version, seen_status=state.status,
            created_at=clock.now(), paused_at=paused_at,
        )
    )  # fmt: skip
    db.session().flush()


def tell_followers(entry_id: int) -> int:
    """Tell everybody who follows an entry what is new about it, each once; returns the number of notices."""
    entry = db.session().get(Entry, entry_id)
    if entry is None:
        return 0
    known = queries.list_known_lessons(entry_id)
    lessons = [lesson for lesson in queries.list_lessons(entry_id) if lesson.id not in known]
    # Of two jobs at once the one that writes it down tells of it.
    new = _know_lessons(entry_id, {id_of(lesson) for lesson in lessons})
    titles = [lesson.title for lesson in lessons if lesson.id in new]
    return sum(_tell(follow, entry, titles) for follow in queries.list_followers(entry_id))


def _tell(follow: EntryFollow, entry: Entry, lessons: list[str]) -> int:
    seen, now = EntryState(follow.seen_version, follow.seen_status), _state_of(entry)
    if now != seen and not _mark_seen(follow, now):
        now = seen
    told = entry_news.sentences(
        entry.title, seen=seen, now=now, note=queries.newest_note(follow.entry_id or 0, after=seen.version),
        lessons=lessons,
    )  # fmt: skip
    path = f"/{Kind(entry.kind).path}/{entry.slug}"
    for sentence in told:
        notify(follow.account_id or 0, NoticeKind.FOLLOWED_ENTRY, sentence, link=path)
    return len(told)


def _mark_seen(follow: EntryFollow, now: EntryState) -> bool:
    """Note what is about to be told, in one statement: of two jobs at once, one tells."""
    unseen = (
        (col(EntryFollow.account_id) == follow.account_id)
        & (col(EntryFollow.entry_id) == follow.entry_id)
        & (col(EntryFollow.seen_version) == follow.seen_version)
    )
    mark = sa.update(EntryFollow).where(unseen).values(seen_version=now.version, seen_status=now.status)
    result = db.session().execute(mark.execution_options(synchronize_session=False))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def move_followers(losing: Entry, winning: Entry) -> int:
    """Let everybody who follows an entry that was merged into another follow that one, and tell them."""
    followers = queries.list_followers(id_of(losing), with_paused=True)
    subject = in_german(
        "Zusammengelegt mit einem anderen Eintrag: %(title)s", title=losing.title[: entry_news.MAX_TITLE]
    )
    for follow in followers:
        account_id = follow.account_id or 0
        if queries.find_follow(account_id, id_of(winning)) is None:
            add_follower(account_id, winning, paused_at=follow.paused_at)
        if follow.paused_at is None:
            path = f"/{Kind(winning.kind).path}/{winning.slug}"
            notify(account_id, NoticeKind.FOLLOWED_ENTRY, subject, link=path)
        db.session().delete(follow)
    # Experiences move along with the entry; whoever followed it knows of them.
    _know_lessons(id_of(winning), queries.list_known_lessons(id_of(losing)))
    db.session().flush()
    return len(followers)


def _know_lessons(entry_id: int, lesson_ids: set[int]) -> set[int]:
    """Note that followers know of experiences; returns those that nobody had noted."""
    session = db.session()
    insert = _INSERT[session.get_bind().dialect.name]
    new = set()
    for lesson_id in sorted(lesson_ids):
        row = insert(KnownLesson).values(entry_id=entry_id, lesson_id=lesson_id)
        if session.execute(row.on_conflict_do_nothing().returning(col(KnownLesson.lesson_id))).all():
            new.add(lesson_id)
    return new


def _state_of(entry: Entry) -> EntryState:
    return EntryState(entry.version, entry.status)
