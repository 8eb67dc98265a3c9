"""News of accounts for features above; sent inside the transaction of the change."""

from blinker import Signal

membership_requested = Signal("Somebody waits for a decision; keyword ``membership``: Membership.")
membership_decided = Signal("A membership was confirmed or declined; keyword ``membership``: Membership.")
