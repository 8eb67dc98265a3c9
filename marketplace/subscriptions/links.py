"""Links in mails to people without an account: to confirm a subscription, and to see and end all of an address."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app, url_for
from itsdangerous import BadData, URLSafeSerializer
from sqlmodel import col, select

from marketplace.accounts import throttle
from marketplace.accounts.links import StaleLinkError
from marketplace.accounts.tokens import hash_token, new_token
from marketplace.core import clock, db
from marketplace.mail.compose import absolute_url
from marketplace.subscriptions import mails, queries, service
from marketplace.subscriptions.models import Subscription, SubscriptionLink
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.subscriptions.wording import words_of_stored

UNCONFIRMED = timedelta(days=14)
"""How long a subscription waits for its confirmation; then its link and its address go."""

OVERVIEW = timedelta(hours=2)
"""How long a link shows the subscriptions of an address. Until then it works more than once: each button needs it."""

_SALT = "subscriptions.unsubscribe"


@dataclass(frozen=True)
class Wish:
    """A subscription that waits for its confirmation."""

    mail: str
    parameters: str
    rhythm: Rhythm


def request_subscription(mail: str, parameters: str, rhythm: Rhythm, *, client: str) -> None:
    """Send a link to confirm; the same whether the address is known or subscribed already.

    Raises ThrottledError when one client asks too often; when it is one address, no further mail leaves in silence.
    """
    if not _may_mail(mail, client):
        return
    words = words_of_stored(parameters)
    token = _issue(mail, UNCONFIRMED, parameters=parameters, rhythm=rhythm.value)
    mails.send_confirmation(mail, token, title=words.title if words else "", days=UNCONFIRMED.days)


def request_overview(mail: str, *, client: str) -> None:
    """Send a link to all subscriptions of an address, if it has any; who asks learns nothing about that."""
    if not _may_mail(mail, client):
        return
    hours = OVERVIEW.seconds // 3600
    if queries.has_subscriptions(mail):
        mails.send_overview(mail, _issue(mail, OVERVIEW), hours=hours)
    else:
        mails.pretend_overview(new_token(), hours=hours)


def _may_mail(mail: str, client: str) -> bool:
    throttle.check(throttle.MAIL_CLIENT, client)
    return throttle.take(throttle.MAIL_ADDRESS, mail)


def _issue(mail: str, lifetime: timedelta, *, parameters: str | None = None, rhythm: str | None = None) -> str:
    token, now = new_token(), clock.now()
    db.session().add(
        SubscriptionLink(
            token_hash=hash_token(token), mail=mail, parameters=parameters, rhythm=rhythm, created_at=now,
            expires_at=now + lifetime,
        )
    )  # fmt: skip
    db.session().flush()
    return token


def look_at_wish(token: str) -> Wish:
    """What a link would confirm, without using it; raises StaleLinkError."""
    link = _find(token)
    if link is None or link.parameters is None:
        raise StaleLinkError
    return Wish(link.mail, link.parameters, Rhythm.find_value(link.rhythm or "") or Rhythm.WEEKLY)


def confirm(token: str) -> Subscription:
    """Use a link up and begin the subscription; of two who try at once, one succeeds."""
    wish = look_at_wish(token)
    used = sa.delete(SubscriptionLink).where(col(SubscriptionLink.token_hash) == hash_token(token))
    if not db.session().execute(used).rowcount:  # type: ignore[attr-defined]
        raise StaleLinkError
    return service.subscribe_address(wish.mail, wish.parameters, wish.rhythm)


def look_at_overview(token: str) -> service.ProvenAddress:
    """Whose subscriptions a link shows; raises StaleLinkError."""
    link = _find(token)
    if link is None or link.parameters is not None:
        raise StaleLinkError
    return service.ProvenAddress(link.mail)


def _find(token: str) -> SubscriptionLink | None:
    statement = select(SubscriptionLink).where(
        SubscriptionLink.token_hash == hash_token(token), SubscriptionLink.expires_at > clock.now()
    )
    return db.session().exec(statement).first()


def delete_expired() -> int:
    """Drop links that no longer work, with their addresses; returns how many."""
    expired = sa.delete(SubscriptionLink).where(col(SubscriptionLink.expires_at) <= clock.now())
    return int(db.session().execute(expired).rowcount)  # type: ignore[attr-defined]


def unsubscribe_link(subscription: Subscription) -> str:
    """A link that ends one subscription and is good for nothing else; it works as long as the subscription lasts."""
    return absolute_url("subscriptions.unsubscribe", token=_serializer().dumps(subscription.public_id))


def unsubscribe_path(subscription: Subscription) -> str:
    """The same on this site."""
    return url_for("subscriptions.unsubscribe", token=_serializer().dumps(subscription.public_id))


def look_at_unsubscription(token: str) -> Subscription:
    """The subscription that a link would end; raises StaleLinkError, or NotFoundError once it has ended."""
    try:
        public_id = _serializer().loads(token)
    except BadData:
        raise StaleLinkError from None
    return queries.get_subscription(str(public_id))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=_SALT)
