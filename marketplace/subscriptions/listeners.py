"""What subscriptions do when something happens elsewhere."""

from flask import Flask

from marketplace.catalogue import signals
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.mail.signals import mail_undeliverable
from marketplace.subscriptions import followers, service, templating
from marketplace.subscriptions import personal_data as _personal_data  # noqa: F401 -- registers the tables
from marketplace.subscriptions.models import NewsTask


def init_app(app: Flask) -> None:
    """Listen from now on, and give templates what they need for buttons and feeds."""
    templating.init_app(app)
    signals.entry_changed.connect(note_changes)
    signals.entries_merged.connect(move_followers)
    mail_undeliverable.connect(end_of_dead_address)


def note_changes(_sender: object, *, entry_ids: list[int]) -> None:
    """Note in the transaction of the change that subscriptions must be looked at."""
    now = clock.now()
    db.insert_rows(NewsTask, [{"entry_id": entry_id, "queued_at": now} for entry_id in dict.fromkeys(entry_ids)])


def move_followers(_sender: object, *, losing: Entry, winning: Entry) -> None:
    """Who followed an entry that is merged into another follows that one."""
    followers.move_followers(losing, winning)


def end_of_dead_address(_sender: object, *, recipient: str, name: str) -> None:
    """An address without account that takes no mail loses its subscriptions: nobody is there to end them."""
    if name.startswith("subscriptions/"):
        service.forget_address(recipient)
