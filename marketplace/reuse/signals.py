"""News of requests for features above; sent inside the transaction of the change."""

from blinker import Signal

request_moved = Signal(
    "A request was sent, or an action of ``workflow.py`` was done on it. Keywords ``request``: ReuseRequest (its state "
    "is the new one), ``action``: str (``request.sent`` or a name of ACTIONS), ``since``: State or None, "
    "``to``: State, ``actor``: Actor, ``note``: str."
)
