"""News of the catalogue for features above it; sent inside the transaction of the change."""

from blinker import Signal

entry_changed = Signal("Entries were published, changed or withdrawn; keyword ``entry_ids``: list[int].")
