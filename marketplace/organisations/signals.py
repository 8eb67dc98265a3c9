"""News of organisations for features above; sent inside the transaction of the change."""

from blinker import Signal

organisations_changed = Signal(
    "Name, key or size class of organisations changed; keyword ``organisation_ids``: list[int]."
)
