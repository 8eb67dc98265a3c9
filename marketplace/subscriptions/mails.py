"""Mails of subscriptions: one function per occasion; the words stand in templates/mail/subscriptions."""

from collections.abc import Sequence

from marketplace.catalogue.cards import EntryCard
from marketplace.mail.compose import absolute_url, on_this_site
from marketplace.mail.outbox import pretend_mail, send_mail

SHOWN = 20
"""A longer list is not read; the rest stands on the search page."""


def send_confirmation(mail: str, token: str, *, title: str, days: int) -> None:
    """To an address without account: the link that begins a subscription."""
    send_mail(
        "subscriptions/confirm", mail, link=absolute_url("subscriptions.confirm", token=token), title=title, days=days
    )


def send_overview(mail: str, token: str, *, hours: int) -> None:
    """To an address without account: the link to all its subscriptions."""
    send_mail("subscriptions/overview", mail, link=absolute_url("subscriptions.overview", token=token), hours=hours)


def pretend_overview(token: str, *, hours: int) -> None:
    """The same work for an address that has no subscription."""
    pretend_mail("subscriptions/overview", link=absolute_url("subscriptions.overview", token=token), hours=hours)


def send_alert(
    mail: str, cards: Sequence[EntryCard], *, title: str, search: str, key: str, unsubscribe: str, manage: str
) -> bool:
    """What is new in a search; False if a mail with this key was written before."""
    return send_mail(
        "subscriptions/alert",
        mail,
        key=key,
        unsubscribe=unsubscribe,
        title=title,
        entries=[(card.title, card.kind.label, _whose(card), on_this_site(card.path)) for card in cards[:SHOWN]],
        number=len(cards),
        more=max(0, len(cards) - SHOWN),
        search_link=on_this_site(search),
        manage_link=manage,
    )


def _whose(card: EntryCard) -> str:
    return card.organisation.name if card.organisation else ""
