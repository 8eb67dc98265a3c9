"""Reads of subscriptions, of what is new for them, and of followed entries."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import lazyload
from sqlmodel import col, select

from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.links import LinkRole
from marketplace.catalogue.models import Entry, EntryLink, EntryVersion
from marketplace.core import db
from marketplace.core.errors import NotFoundError
from marketplace.subscriptions.models import EntryFollow, KnownLesson, NewsTask, SavedSearch, SearchNews, Subscription
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.subscriptions.stored import digest_of
from marketplace.subscriptions.wording import SearchWords, words_of_stored

BATCH = 500


@dataclass(frozen=True)
class SubscriptionRow:
    """A subscription with its search, as lists show it."""

    subscription: Subscription
    parameters: str
    words: SearchWords | None
    """None if the search cannot be carried out any more."""

    @property
    def title(self) -> str:
        """The search in one line."""
        return self.words.title if self.words else "Suche mit einem Filter, den es nicht mehr gibt"


@dataclass(frozen=True)
class FollowRow:
    """A followed entry with what lists show of it."""

    follow: EntryFollow
    entry: Entry

    @property
    def kind(self) -> Kind:
        """Kind of the entry."""
        return Kind(self.entry.kind)

    @property
    def path(self) -> str:
        """Public address of the entry without the host."""
        return f"/{self.kind.path}/{self.entry.slug}"


def find_search(parameters: str) -> SavedSearch | None:
    """The stored search with these parameters."""
    return db.session().exec(select(SavedSearch).where(SavedSearch.digest == digest_of(parameters))).first()


def get_search(search_id: int) -> SavedSearch:
    """The stored search of a subscription."""
    return db.session().get_one(SavedSearch, search_id)


def list_of_account(account_id: int) -> list[SubscriptionRow]:
    """What a person subscribed to, the newest first."""
    return _rows(col(Subscription.account_id) == account_id)


def list_of_mail(mail: str) -> list[SubscriptionRow]:
    """What an address without account subscribed to, the newest first."""
    return _rows(col(Subscription.mail) == mail)


def _rows(condition: sa.ColumnElement[bool]) -> list[SubscriptionRow]:
    statement = (
        select(Subscription, SavedSearch.parameters)
        .join(SavedSearch, col(SavedSearch.id) == col(Subscription.search_id))
        .where(condition)
        .order_by(col(Subscription.created_at).desc(), col(Subscription.id).desc())
    )
    found = db.session().exec(statement)
    return [
        SubscriptionRow(subscription, parameters, words_of_stored(parameters)) for subscription, parameters in found
    ]


def find_of_account(account_id: int, parameters: str) -> Subscription | None:
    """The person's subscription to this search."""
    return _find(col(Subscription.account_id) == account_id, parameters)


def find_of_mail(mail: str, parameters: str) -> Subscription | None:
    """The address's subscription to this search."""
    return _find(col(Subscription.mail) == mail, parameters)


def _find(condition: sa.ColumnElement[bool], parameters: str) -> Subscription | None:
    statement = (
        select(Subscription)
        .join(SavedSearch, col(SavedSearch.id) == col(Subscription.search_id))
        .where(condition, SavedSearch.digest == digest_of(parameters))
    )
    return db.session().exec(statement).first()


def get_subscription(public_id: str) -> Subscription:
    """The subscription with this name in addresses; raises NotFoundError."""
    found = db.session().exec(select(Subscription).where(Subscription.public_id == public_id)).first()
    if found is None:
        raise NotFoundError("Dieses Abo gibt es nicht mehr.")
    return found


def has_subscriptions(mail: str) -> bool:
    """Whether an address without account subscribed to anything."""
    return db.session().exec(select(Subscription.id).where(Subscription.mail == mail).limit(1)).first() is not None


def count_of(account_id: int | None, mail: str | None) -> int:
    """How many subscriptions a person or an address has."""
    mine = Subscription.account_id == account_id if account_id is not None else Subscription.mail == mail
    return db.session().exec(select(sa.func.count(col(Subscription.id))).where(mine)).one()


def list_follows(account_id: int) -> list[FollowRow]:
    """Entries that a person follows, the newest first."""
    statement = (
        select(EntryFollow, Entry)
        .join(Entry, col(Entry.id) == col(EntryFollow.entry_id))
        .where(EntryFollow.account_id == account_id)
        .order_by(col(EntryFollow.created_at).desc(), col(EntryFollow.entry_id).desc())
    )
    return [FollowRow(follow, entry) for follow, entry in db.session().exec(statement)]


def find_follow(account_id: int, entry_id: int) -> EntryFollow | None:
    """Whether and since when a person follows an entry."""
    return db.session().get(EntryFollow, (account_id, entry_id))


def list_followers(entry_id: int, *, with_paused: bool = False) -> list[EntryFollow]:
    """Everybody who follows an entry; those who paused that only on request."""
    statement = select(EntryFollow).where(EntryFollow.entry_id == entry_id)
    if not with_paused:
        statement = statement.where(col(EntryFollow.paused_at).is_(None))
    return list(db.session().exec(statement.order_by(col(EntryFollow.account_id))))


def list_followed(entry_ids: Collection[int]) -> list[int]:
    """Those of the entries that anybody follows, by id."""
    found: list[int] = []
    for part in parts_of(entry_ids):
        statement = select(EntryFollow.entry_id).where(col(EntryFollow.entry_id).in_(part)).distinct()
        found += [entry_id or 0 for entry_id in db.session().exec(statement.order_by(col(EntryFollow.entry_id)))]
    return found


def list_lessons(entry_id: int) -> list[Entry]:
    """Published experiences that were made with an entry, by id."""
    statement = (
        select(Entry)
        .join(EntryLink, col(EntryLink.source_id) == col(Entry.id))
        .where(
            EntryLink.target_id == entry_id,
            EntryLink.role == LinkRole.MADE_WITH.value,
            Entry.status == Status.PUBLISHED.value,
        )
    )
    return list(db.session().exec(statement.order_by(col(Entry.id))))


def list_known_lessons(entry_id: int) -> set[int]:
    """Experiences that followers of an entry have heard of."""
    return {
        id_ or 0 for id_ in db.session().exec(select(KnownLesson.lesson_id).where(KnownLesson.entry_id == entry_id))
    }


def newest_note(entry_id: int, *, after: int) -> str | None:
    """What was written to the newest version of an entry; None if there is none after this number."""
    statement = select(EntryVersion.note).where(EntryVersion.entry_id == entry_id, EntryVersion.number > after)
    return db.session().exec(statement.order_by(col(EntryVersion.number).desc()).limit(1)).first()


def list_tasks() -> list[tuple[int, int]]:
    """Number and entry of every change that subscriptions have not been looked at for, the oldest first."""
    return [(task.id or 0, task.entry_id) for task in db.session().exec(select(NewsTask).order_by(col(NewsTask.id)))]


def list_searches(*, fresh: bool) -> list[tuple[int, str]]:
    """Ids and parameters of all stored searches: those that never ran, or the others."""
    is_fresh = col(SavedSearch.known).is_(None)
    statement = select(SavedSearch.id, SavedSearch.parameters).where(is_fresh if fresh else ~is_fresh)
    return [(id_ or 0, parameters) for id_, parameters in db.session().exec(statement.order_by(col(SavedSearch.id)))]


def map_news(entry_ids: Collection[int]) -> dict[int, set[int]]:
    """For each stored search those of the entries that it keeps as news."""
    found: dict[int, set[int]] = {}
    for part in parts_of(entry_ids):
        statement = select(SearchNews.search_id, SearchNews.entry_id).where(col(SearchNews.entry_id).in_(part))
        for search_id, entry_id in db.session().exec(statement.order_by("search_id", "entry_id")):
            found.setdefault(search_id or 0, set()).add(entry_id or 0)
    return found


def list_published(entry_ids: Collection[int]) -> set[int]:
    """Those of the entries that anyone may read now."""
    found: set[int] = set()
    for part in parts_of(entry_ids):
        statement = select(Entry.id).where(col(Entry.id).in_(part), Entry.status == Status.PUBLISHED.value)
        found |= {entry_id or 0 for entry_id in db.session().exec(statement.order_by(col(Entry.id)))}
    return found


def list_published_since(entry_ids: Collection[int], since: datetime) -> set[int]:
    """Those of the entries that were first published at this moment or later."""
    statement = select(Entry.id).where(col(Entry.published_at) >= since).order_by(col(Entry.id))
    return {entry_id or 0 for entry_id in db.session().exec(statement)} & set(entry_ids)


def list_untold(search_id: int) -> set[int]:
    """News of a search that nobody was told of yet."""
    told = sa.select(sa.func.coalesce(sa.func.max(col(Subscription.told)), 0)).where(
        col(Subscription.search_id) == search_id
    )
    statement = select(SearchNews.entry_id).where(
        SearchNews.search_id == search_id, col(SearchNews.revision) > told.scalar_subquery()
    )
    return {entry_id or 0 for entry_id in db.session().exec(statement.order_by(col(SearchNews.entry_id)))}


def parts_of(numbers: Collection[int]) -> Iterator[list[int]]:
    """Numbers in parts that fit into one question to the database."""
    ordered = sorted(numbers)
    return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))


def list_due(rhythm: Rhythm, until: datetime) -> list[int]:
    """Subscriptions of this rhythm for which something is new, by id."""
    statement = (
        sa.select(col(Subscription.id))
        .join(SearchNews, col(SearchNews.search_id) == col(Subscription.search_id))
        .where(
            col(Subscription.rhythm) == rhythm.value,
            col(Subscription.paused_at).is_(None),
            col(SearchNews.revision) > col(Subscription.told),
            col(SearchNews.noticed_at) <= until,
        )
        .distinct()
    )
    return list(db.session().scalars(statement.order_by(col(Subscription.id))))


def list_news(subscription: Subscription, until: datetime) -> list[SearchNews]:
    """What a subscription has not told, the newest first."""
    statement = select(SearchNews).where(
        SearchNews.search_id == subscription.search_id,
        SearchNews.revision > subscription.told,
        SearchNews.noticed_at <= until,
    )
    return list(db.session().exec(statement.order_by(col(SearchNews.revision).desc(), col(SearchNews.entry_id))))


def map_entries(entry_ids: Collection[int]) -> dict[int, Entry]:
    """Published entries by id."""
    wanted = select(Entry).where(col(Entry.id).in_(entry_ids), Entry.status == Status.PUBLISHED.value)
    return {entry.id or 0: entry for entry in db.session().exec(wanted.options(lazyload("*")).order_by(col(Entry.id)))}
