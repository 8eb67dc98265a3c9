"""News of mail for features above; sent inside the transaction that notes it."""

from blinker import Signal

mail_undeliverable = Signal(
    "An address takes no mail; keywords ``recipient``: str, ``name``: str (templates of the mail)."
)
