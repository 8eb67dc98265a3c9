"""Tells subscribers what is new: each in a transaction of its own, and each news once.

The mark up to where a subscription was told moves in the transaction that promises the mail: after a crash both are
there or none, and of two jobs at once one moves it.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import col

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.cards import EntryCard
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.core.labels import in_german
from marketplace.mail.compose import absolute_url
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.queries import find_reader
from marketplace.notifications.service import notify
from marketplace.subscriptions import mails, queries
from marketplace.subscriptions.links import unsubscribe_link
from marketplace.subscriptions.models import SearchNews, Subscription
from marketplace.subscriptions.rhythm import Rhythm, gathered_until, is_rested
from marketplace.subscriptions.wording import words_of_stored

MAX_LINK = 500
NEVER = datetime.min.replace(tzinfo=UTC)


def send_due(database: Database) -> int:
    """Tell everything that is due; returns how many mails and notices that were."""
    number = 0
    for rhythm in Rhythm:
        with database.reading():
            due = queries.list_due(rhythm, gathered_until(rhythm, clock.now()))
        for subscription_id in due:
            with database.unit_of_work():
                number += _tell(subscription_id)
    return number


def _tell(subscription_id: int) -> bool:
    subscription = db.session().get(Subscription, subscription_id)
    if subscription is None or subscription.paused_at is not None:
        return False
    rhythm, now = subscription.chosen_rhythm, clock.now()
    if not is_rested(rhythm, subscription.mailed_at, now):
        return False
    news = queries.list_news(subscription, gathered_until(rhythm, now))
    if not news or not _move_mark(subscription, news):
        return False
    cards = _newest_first(news)
    if not cards:
        # Everything was withdrawn meanwhile.
        return False
    is_told = _notify(subscription, cards) if rhythm is Rhythm.NOTICE else _mail(subscription, cards)
    if is_told:
        subscription.mailed_at = now
    return is_told


def _newest_first(news: list[SearchNews]) -> list[EntryCard]:
    """What is published of it, what was noticed last first, at the same time by date."""
    noticed = {each.entry_id or 0: each.revision for each in news}
    cards = catalogue.list_cards(list(noticed))
    return sorted(cards, key=lambda card: (noticed[card.entry_id], card.published_at or NEVER), reverse=True)


def _move_mark(subscription: Subscription, news: list[SearchNews]) -> bool:
    """Note that this is told, in one statement; False if another job was quicker."""
    untold = (col(Subscription.id) == subscription.id) & (col(Subscription.told) == subscription.told)
    newest = max(each.revision for each in news)
    mark = sa.update(Subscription).where(untold).values(told=newest).execution_options(synchronize_session=False)
    moved = bool(db.session().execute(mark).rowcount)  # type: ignore[attr-defined]
    db.session().refresh(subscription)
    return moved


def _mail(subscription: Subscription, cards: list[EntryCard]) -> bool:
    search = queries.get_search(subscription.search_id)
    words = words_of_stored(search.parameters)
    recipient = _recipient(subscription)
    if recipient is None or words is None:
        return False
    has_account = subscription.account_id is not None
    return mails.send_alert(
        recipient,
        cards,
        title=words.title,
        search=f"/suche?{search.parameters}" if search.parameters else "/suche",
        key=f"subscriptions/alert:{subscription.public_id}:{subscription.told}",
        unsubscribe=unsubscribe_link(subscription),
        manage=absolute_url("subscriptions.own" if has_account else "subscriptions.ask_overview"),
    )


def _recipient(subscription: Subscription) -> str | None:
    """The address; none of an account that cannot sign in."""
    if subscription.account_id is None:
        return subscription.mail
    reader = find_reader(subscription.account_id)
    return reader.mail if reader else None


def _notify(subscription: Subscription, cards: list[EntryCard]) -> bool:
    search = queries.get_search(subscription.search_id)
    words = words_of_stored(search.parameters)
    if words is None:
        return False
    if len(cards) == 1:
        subject = in_german("Neu: %(entry)s (%(search)s)", entry=cards[0].title, search=words.title)
        link = cards[0].path
    else:
        subject = in_german("%(number)s neue Einträge: %(search)s", number=len(cards), search=words.title)
        link = f"/suche?{search.parameters}&sort=neueste" if search.parameters else "/suche?sort=neueste"
    # A search with very many filters has no room in a notice.
    link = link if len(link) <= MAX_LINK else "/konto/abos"
    notify(subscription.account_id or 0, NoticeKind.FOLLOWED_SCOPE, subject, link=link)
    return True
