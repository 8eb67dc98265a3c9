"""Subscribing to searches: by people with an account and by confirmed addresses."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from marketplace.accounts.queries import find_account_by_mail
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError, NotFoundError
from marketplace.core.labels import Label
from marketplace.core.permissions import authorize, is_allowed
from marketplace.subscriptions import permissions as _permissions  # noqa: F401 -- registers the predicates
from marketplace.subscriptions import queries
from marketplace.subscriptions.models import SavedSearch, Subscription, SubscriptionLink
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.subscriptions.stored import digest_of

MOST = 100
"""Subscriptions of one person or address; nobody reads more, and each costs the site work."""

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class TooManyError(DomainError):
    """Somebody has as many subscriptions as one may have."""

    def __init__(self) -> None:
        super().__init__(Label("Mehr als %(most)s Abos sind nicht möglich. Bitte beenden Sie zuerst eines.", most=MOST))


def subscribe(parameters: str, rhythm: Rhythm, *, actor: Actor) -> Subscription:
    """Let the person who acts hear of a search; who does already gets the new rhythm."""
    authorize("subscription.create", actor=actor)
    existing = queries.find_of_account(actor.account_id or 0, parameters)
    return _put(existing, parameters, rhythm, account_id=actor.account_id)


def subscribe_address(mail: str, parameters: str, rhythm: Rhythm) -> Subscription:
    """Let a proven address hear of a search. If it is that of an account, the subscription belongs to the account."""
    account = find_account_by_mail(mail)
    if account and account.can_sign_in:
        existing = queries.find_of_account(account.id or 0, parameters)
        return _put(existing, parameters, rhythm, account_id=account.id)
    return _put(queries.find_of_mail(mail, parameters), parameters, rhythm, mail=mail)


def _put(
    existing: Subscription | None,
    parameters: str,
    rhythm: Rhythm,
    *,
    account_id: int | None = None,
    mail: str | None = None,
) -> Subscription:
    if existing is not None:
        existing.rhythm = rhythm.value
        _resume(existing)
        return existing
    if queries.count_of(account_id, mail) >= MOST:
        raise TooManyError
    search = _keep_search(parameters)
    subscription = Subscription(
        public_id=secrets.token_urlsafe(16),
        search_id=search.id or 0,
        account_id=account_id,
        mail=mail,
        rhythm=rhythm.value,
        told=search.revision,
        created_at=clock.now(),
    )
    db.session().add(subscription)
    db.session().flush()
    return subscription


def _keep_search(parameters: str) -> SavedSearch:
    """The stored search; of two who subscribe to a new one at once, both get the same."""
    row = {"digest": digest_of(parameters), "parameters": parameters, "created_at": clock.now(), "revision": 0}
    session = db.session()
    insert = _INSERT[session.get_bind().dialect.name](SavedSearch).values(row)
    session.execute(insert.on_conflict_do_nothing(index_elements=["digest"]))
    search = queries.find_search(parameters)
    if search is None:
        raise RuntimeError("The stored search is gone right after it was stored.")
    return search


@dataclass(frozen=True)
class ProvenAddress:
    """Somebody without an account who opened a link in a mail to this address."""

    mail: str


Subscriber = Actor | ProvenAddress
"""Whose subscriptions are changed."""


def act(name: str, public_id: str, *, by: Subscriber) -> Subscription:
    """Carry out one of ACTIONS on a subscription of somebody; done twice it changes nothing."""
    subscription = _get_own(public_id, by)
    ACTIONS[name](subscription)
    db.session().flush()
    return subscription


def change_rhythm(public_id: str, rhythm: Rhythm, *, by: Subscriber) -> Subscription:
    """Tell more or less often; what is new and was not told yet comes in the new rhythm."""
    subscription = _get_own(public_id, by)
    if rhythm is Rhythm.NOTICE and subscription.account_id is None:
        raise DomainError("Mitteilungen auf der Website gibt es nur mit einem Konto.")
    subscription.rhythm = rhythm.value
    db.session().flush()
    return subscription


def _get_own(public_id: str, by: Subscriber) -> Subscription:
    """A subscription of somebody; whether others have one of this name is nobody's business."""
    subscription = queries.get_subscription(public_id)
    if isinstance(by, Actor):
        is_own = is_allowed("subscription.own", subscription.account_id, actor=by)
    else:
        is_own = subscription.mail == by.mail
    if not is_own:
        raise NotFoundError("Dieses Abo gibt es nicht mehr.")
    return subscription


def _pause(subscription: Subscription) -> None:
    subscription.paused_at = subscription.paused_at or clock.now()


def _resume(subscription: Subscription) -> None:
    """What came up during the pause is not made up for."""
    if subscription.paused_at is not None:
        subscription.paused_at = None
        subscription.told = queries.get_search(subscription.search_id).revision
    db.session().flush()


def end(subscription: Subscription) -> None:
    """End a subscription; a search that nobody wants any more goes with it."""
    db.session().delete(subscription)
    db.session().flush()
    forget_searches([subscription.search_id])


ACTIONS: dict[str, Callable[[Subscription], None]] = {"pausieren": _pause, "fortsetzen": _resume, "beenden": end}
"""What can be done to a subscription, by the last part of the address."""


def end_all(*, by: Subscriber) -> int:
    """End everything that somebody subscribed to; returns how much that was."""
    if isinstance(by, Actor):
        authorize("subscription.own", by.account_id, actor=by)
        return end_where(col(Subscription.account_id) == by.account_id)
    return forget_address(by.mail)


def forget_address(mail: str) -> int:
    """End everything of an address without account and drop its links; returns how many subscriptions that were."""
    db.session().execute(sa.delete(SubscriptionLink).where(col(SubscriptionLink.mail) == mail))
    return end_where(col(Subscription.mail) == mail)


def end_where(condition: sa.ColumnElement[bool]) -> int:
    """End subscriptions without asking whose they are: for the deletion of an account and the like."""
    session = db.session()
    search_ids = list(session.exec(select(Subscription.search_id).where(condition).order_by("search_id")))
    session.execute(sa.delete(Subscription).where(condition))
    forget_searches(search_ids)
    return len(search_ids)


def forget_searches(search_ids: Collection[int]) -> None:
    """Delete those of the stored searches without a subscription: what somebody looked for is kept for nobody else."""
    wanted = sa.select(col(Subscription.search_id))
    superfluous = sa.delete(SavedSearch).where(col(SavedSearch.id).in_(search_ids), col(SavedSearch.id).not_in(wanted))
    db.session().execute(superfluous.execution_options(synchronize_session=False))
