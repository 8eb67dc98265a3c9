"""Following: an entry by itself, a municipality or an action field as the search that has what belongs to it."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.catalogue.queries import find_entry, get_readable_entry
from marketplace.catalogue.service import id_of
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFoundError
from marketplace.core.labels import Labelled
from marketplace.core.permissions import authorize
from marketplace.organisations.queries import get_by_key
from marketplace.search.port import Facet, SearchQuery
from marketplace.subscriptions import followers, queries, service
from marketplace.subscriptions.models import EntryFollow
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.subscriptions.stored import store


class Followable(Labelled):
    """What a person can follow; the value stands in the form of the button."""

    ENTRY = "eintrag", "Eintrag"
    PLACE = "kommune", "Kommune oder Organisation"
    ACTION_FIELD = "handlungsfeld", "Handlungsfeld"


@dataclass(frozen=True)
class Target:
    """One thing that can be followed."""

    kind: Followable
    key: str
    """Slug of the entry, key of the organisation, or value of the action field."""
    name: str
    path: str
    entry: Entry | None = None
    parameters: str = ""
    """The search that has what belongs to a place or an action field."""


def get_target(kind: Followable, key: str) -> Target:
    """What a button is for; raises NotFoundError."""
    if kind is Followable.ENTRY:
        entry = get_readable_entry(key)
        return Target(kind, entry.slug, entry.title, f"/{Kind(entry.kind).path}/{entry.slug}", entry=entry)
    if kind is Followable.PLACE:
        place = get_by_key(key)
        return Target(kind, place.key, place.name, f"/kommunen/{place.key}", parameters=scope_of(kind, place.key))
    field = ActionField.find_value(key)
    if field is None:
        raise NotFoundError("Dieses Handlungsfeld gibt es nicht.")
    return Target(kind, field.value, field.label, f"/handlungsfelder/{field.value}", parameters=scope_of(kind, key))


def scope_of(kind: Followable, key: str) -> str:
    """Parameters of the search that has what belongs to a place or an action field."""
    if kind is Followable.PLACE:
        return store(SearchQuery(place=key))
    return store(SearchQuery(filters={Facet.ACTION_FIELD: frozenset({key})}))


def is_following(target: Target, account_id: int) -> bool:
    """Whether a person follows something, or subscribed to the search of the same."""
    if target.entry is not None:
        return queries.find_follow(account_id, id_of(target.entry)) is not None
    return queries.find_of_account(account_id, target.parameters) is not None


def follow(target: Target, *, actor: Actor) -> None:
    """Let the person who acts hear what happens to something; done twice it changes nothing."""
    authorize("subscription.create", actor=actor)
    if is_following(target, actor.account_id or 0):
        return
    if target.entry is None:
        service.subscribe(target.parameters, Rhythm.NOTICE, actor=actor)
        return
    followers.add_follower(actor.account_id or 0, target.entry)


def unfollow(target: Target, *, actor: Actor) -> None:
    """Let it be; done twice it changes nothing."""
    authorize("subscription.create", actor=actor)
    account_id = actor.account_id or 0
    if target.entry is not None:
        if is_following(target, account_id):
            act("beenden", target.entry.slug, actor=actor)
    elif subscription := queries.find_of_account(account_id, target.parameters):
        service.end(subscription)


def act(name: str, slug: str, *, actor: Actor) -> None:
    """Carry out one of ACTIONS on an entry that the person who acts follows; withdrawn ones are followed, too."""
    authorize("subscription.create", actor=actor)
    entry = find_entry(slug)
    follow = queries.find_follow(actor.account_id or 0, id_of(entry)) if entry else None
    if follow is None:
        raise NotFoundError("Diesem Eintrag folgen Sie nicht.")
    ACTIONS[name](follow)
    db.session().flush()


def _pause(follow: EntryFollow) -> None:
    follow.paused_at = follow.paused_at or clock.now()


def _resume(follow: EntryFollow) -> None:
    """What happened during the pause is not made up for."""
    entry = db.session().get_one(Entry, follow.entry_id)
    if follow.paused_at is not None:
        follow.paused_at, follow.seen_version, follow.seen_status = None, entry.version, entry.status


def _end(follow: EntryFollow) -> None:
    db.session().delete(follow)


ACTIONS: dict[str, Callable[[EntryFollow], None]] = {"pausieren": _pause, "fortsetzen": _resume, "beenden": _end}
"""What can be done to a followed entry, by the last part of the address; the same as for subscriptions."""


def end_all(*, actor: Actor) -> None:
    """Follow no entry any more."""
    authorize("subscription.own", actor.account_id, actor=actor)
    db.session().execute(sa.delete(EntryFollow).where(col(EntryFollow.account_id) == actor.account_id))
