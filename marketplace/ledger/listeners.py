"""What the ledger does when entries become one, when a request goes on, and when mail comes back."""

from typing import Any

from flask import Flask

from marketplace.catalogue.models import Entry
from marketplace.catalogue.signals import entries_merged
from marketplace.core.actor import Actor
from marketplace.ledger import asking
from marketplace.ledger import personal_data as _personal_data  # noqa: F401 -- registers the tables
from marketplace.ledger import sources as _sources  # noqa: F401 -- registers the tasks of the desk
from marketplace.ledger.following import follow
from marketplace.ledger.merging import move_reuses
from marketplace.ledger.unreachable import hand_over
from marketplace.mail.signals import mail_undeliverable
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.signals import request_moved
from marketplace.reuse.workflow import State


def init_app(_app: Flask) -> None:
    """Listen from now on."""
    entries_merged.connect(_move)
    request_moved.connect(_follow)
    mail_undeliverable.connect(_hand_to_guide)


def _move(_sender: object, *, losing: Entry, winning: Entry) -> None:
    move_reuses(losing, winning)


def _follow(_sender: object, *, request: ReuseRequest, to: State, actor: Actor, note: str, **_more: Any) -> None:
    follow(request, to, actor, note)


def _hand_to_guide(_sender: object, *, recipient: str | None, name: str) -> None:
    if name == asking.MAIL and recipient:
        hand_over(recipient)
