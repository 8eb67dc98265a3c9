"""Links that end a subscription: signed, for one person and one purpose, and good for nothing else."""

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from marketplace.core.errors import NotFoundError
from marketplace.mail.compose import absolute_url
from marketplace.notifications import queries
from marketplace.notifications.kinds import DIGESTS, Frequency, NoticeKind

_SALT = "notifications.unsubscribe"


class StaleLinkError(NotFoundError):
    """Not a link of ours, or one of an account or a kind of notice that is gone."""

    def __init__(self) -> None:
        super().__init__(
            "Dieser Link gilt nicht mehr. Melden Sie sich bitte an und ändern Sie es unter „Mitteilungen“."
        )


@dataclass(frozen=True)
class Unsubscription:
    """What a link is for: all mail about one kind of notice, or one of the digests."""

    account_id: int
    subject: NoticeKind | Frequency


def link_for(account_id: int, subject: str) -> str:
    """The link for a mail about a kind of notice, or for a digest."""
    return absolute_url("notifications.unsubscribe", token=_serializer().dumps([account_id, subject]))


def list_link() -> str:
    """Where all notices stand."""
    return absolute_url("notifications.notices")


def settings_link() -> str:
    """Where everything can be chosen, after signing in."""
    return absolute_url("notifications.preferences")


def read(token: str) -> Unsubscription:
    """What the link is for; raises StaleLinkError."""
    try:
        account_id, value = _serializer().loads(token)
    except (BadData, ValueError, TypeError):
        raise StaleLinkError from None
    subject = NoticeKind.find_value(str(value)) or Frequency.find_value(str(value))
    if subject is None or queries.find_reader(account_id) is None:
        raise StaleLinkError
    return Unsubscription(account_id, subject)


def kinds_of(wanted: Unsubscription) -> list[NoticeKind]:
    """Which kinds of notices lose their mail: the one named, or all that come with the digest."""
    if isinstance(wanted.subject, NoticeKind):
        return [wanted.subject]
    chosen = queries.preferences(wanted.account_id)
    return [kind for kind, frequency in chosen.items() if frequency is wanted.subject and frequency in DIGESTS]


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=_SALT)
