"""What curation does when entries change and when mail comes back."""

from flask import Flask

from marketplace.catalogue.signals import entry_changed
from marketplace.curation import personal_data as _personal_data  # noqa: F401 -- registers the tables
from marketplace.curation import reviews, unreachable
from marketplace.curation import sources as _sources  # noqa: F401 -- registers the tasks of the desk
from marketplace.mail.signals import mail_undeliverable


def init_app(_app: Flask) -> None:
    """Listen from now on."""
    entry_changed.connect(_plan_review)
    mail_undeliverable.connect(_hand_to_guide)


def _plan_review(_sender: object, *, entry_ids: list[int]) -> None:
    reviews.follow(entry_ids)


def _hand_to_guide(_sender: object, *, recipient: str | None, name: str) -> None:
    if name == unreachable.MAIL and recipient:
        unreachable.hand_over(recipient)
