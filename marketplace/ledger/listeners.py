"""What the ledger does when entries become one."""

from flask import Flask

from marketplace.catalogue.models import Entry
from marketplace.catalogue.signals import entries_merged
from marketplace.ledger import personal_data as _personal_data  # noqa: F401 -- registers the tables
from marketplace.ledger import sources as _sources  # noqa: F401 -- registers the tasks of the desk
from marketplace.ledger.merging import move_reuses


def init_app(_app: Flask) -> None:
    """Listen from now on."""
    entries_merged.connect(_move)


def _move(_sender: object, *, losing: Entry, winning: Entry) -> None:
    move_reuses(losing, winning)
