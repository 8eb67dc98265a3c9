"""What requests do when mail comes back, and when somebody with a waiting draft says where they belong."""

from flask import Flask

from marketplace.accounts import signals
from marketplace.accounts.models import Membership
from marketplace.accounts.queries import get_account
from marketplace.mail.signals import mail_undeliverable
from marketplace.reuse import contacts, drafting


def init_app(_app: Flask) -> None:
    """Listen from now on."""
    mail_undeliverable.connect(_mark_contact)
    signals.next_step.connect(_lead_to_draft)


def _mark_contact(_sender: object, *, recipient: str | None, name: str) -> None:
    if recipient:
        contacts.mark_disturbed(recipient, name)


def _lead_to_draft(_sender: object, *, membership: Membership) -> str | None:
    waiting = drafting.list_waiting(get_account(membership.account_id))
    return f"/nachnutzen/{waiting[0].public_id}" if waiting else None
