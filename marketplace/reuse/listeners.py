"""What requests do when mail comes back, when entries become one, and when somebody says where they belong."""

from flask import Flask

from marketplace.accounts import signals
from marketplace.accounts.models import Membership
from marketplace.accounts.signals import Announced
from marketplace.catalogue.models import Entry
from marketplace.catalogue.signals import entries_merged
from marketplace.mail.signals import mail_undeliverable
from marketplace.reuse import contacts, moving, waiting


def init_app(_app: Flask) -> None:
    """Listen from now on."""
    mail_undeliverable.connect(_mark_contact)
    signals.about_to_choose.connect(_announce)
    signals.agreed.connect(_agree)
    signals.membership_requested.connect(_send_agreed)
    signals.membership_decided.connect(_settle)
    signals.next_step.connect(_lead_on)
    entries_merged.connect(_move_requests)


def _mark_contact(_sender: object, *, recipient: str | None, name: str) -> None:
    if recipient:
        contacts.mark_disturbed(recipient, name)


def _announce(_sender: object, *, mail: str) -> list[Announced]:
    return waiting.list_announced(mail)


def _agree(_sender: object, *, mail: str, keys: list[str]) -> None:
    waiting.agree(mail, keys)


def _send_agreed(_sender: object, *, membership: Membership) -> None:
    waiting.send_agreed(membership)


def _settle(_sender: object, *, membership: Membership) -> None:
    waiting.settle(membership)


def _move_requests(_sender: object, *, losing: Entry, winning: Entry) -> None:
    moving.follow_merge(losing, winning)


def _lead_on(_sender: object, *, membership: Membership | None) -> str | None:
    return waiting.find_next(membership) if membership else None
