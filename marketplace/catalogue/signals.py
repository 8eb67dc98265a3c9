"""News of the catalogue for features above it; sent inside the transaction of the change."""

from blinker import Signal

entry_changed = Signal("Entries were published, changed or withdrawn; keyword ``entry_ids``: list[int].")
entries_merged = Signal("An entry was merged into another one; keywords ``losing``, ``winning``: Entry.")
