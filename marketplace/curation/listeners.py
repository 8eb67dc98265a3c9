"""What curation does when entries change and when mail comes back."""

from flask import Flask

from marketplace.catalogue.models import Entry
from marketplace.catalogue.signals import entries_merged, entry_changed
from marketplace.curation import personal_data as _personal_data  # noqa: F401 -- registers the tables
from marketplace.curation import reviews, unreachable
from marketplace.curation import sources as _sources  # noqa: F401 -- registers the tasks of the desk
from marketplace.curation.collections.service import move_items
from marketplace.mail.signals import mail_undeliverable


def init_app(_app: Flask) -> None:
    """Listen from now on."""
    entry_changed.connect(_plan_review)
    entries_merged.connect(_move_collections)
    mail_undeliverable.connect(_hand_to_guide)


def _plan_review(_sender: object, *, entry_ids: list[int]) -> None:
    reviews.follow(entry_ids)


def _move_collections(_sender: object, *, losing: Entry, winning: Entry) -> None:
    move_items(losing, winning)


def _hand_to_guide(_sender: object, *, recipient: str | None, name: str) -> None:
    if name == unreachable.MAIL and recipient:
        unreachable.hand_over(recipient)
