"""What requests do when mail comes back, when entries become one, and when somebody says where they belong."""

from flask import Flask

from marketplace.accounts import signals
from marketplace.accounts.models import Membership
from marketplace.accounts.queries import get_account
from marketplace.accounts.roles import MembershipStatus
from marketplace.catalogue.models import Entry
from marketplace.catalogue.signals import entries_merged
from marketplace.mail.signals import mail_undeliverable
from marketplace.reuse import contacts, drafting, moving, notices


def init_app(_app: Flask) -> None:
    """Listen from now on."""
    mail_undeliverable.connect(_mark_contact)
    signals.next_step.connect(_lead_to_draft)
    signals.membership_decided.connect(_tell_new_member)
    entries_merged.connect(_move_requests)


def _mark_contact(_sender: object, *, recipient: str | None, name: str) -> None:
    if recipient:
        contacts.mark_disturbed(recipient, name)


def _tell_new_member(_sender: object, *, membership: Membership) -> None:
    if membership.status == MembershipStatus.CONFIRMED:
        notices.tell_new_member(membership.organisation_id, membership.account_id)


def _move_requests(_sender: object, *, losing: Entry, winning: Entry) -> None:
    moving.follow_merge(losing, winning)


def _lead_to_draft(_sender: object, *, membership: Membership) -> str | None:
    waiting = drafting.list_waiting(get_account(membership.account_id))
    return f"/nachnutzen/{waiting[0].public_id}" if waiting else None
