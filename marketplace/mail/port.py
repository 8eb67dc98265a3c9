"""What a mail is and what sends it. Senders stand in ``senders.py``, one of them is chosen by the settings."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """A finished mail: plain text and the same as HTML. ``compose.py`` makes it, ``mime.py`` writes it down."""

    recipient: str
    subject: str
    text: str
    html: str
    headers: dict[str, str] = field(default_factory=dict)
    """Headers besides those of every mail; only names in ``mime.EXTRA_HEADERS``."""


class MailSender(Protocol):
    """Hands one mail to a mail server, or does as if."""

    keeps_mail: bool
    """Whether mail goes nowhere, so that what was sent must stay readable in the outbox (development)."""

    def send(self, message: Message, *, message_id: str, date: str) -> None:
        """Return once the server has taken the mail over; otherwise raise one of the errors below.

        ``message_id`` and ``date`` are the same at every attempt, so that a repeated mail is known as the same.
        """
        ...


class MailError(Exception):
    """A mail was not sent. The text holds codes only, never an address: it goes into logs and the outbox."""


class ServerUnavailableError(MailError):
    """No mail can be sent at present: server away, certificate or password wrong, sender refused."""


class TryAgainError(MailError):
    """This mail cannot be taken now (greylisting, full mailbox); the server works."""


class RefusedError(MailError):
    """This mail will never be taken as it is."""


class RecipientRefusedError(RefusedError):
    """The address does not exist or takes no mail."""
