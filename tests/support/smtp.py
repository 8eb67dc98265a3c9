"""A real SMTP server on this machine, and stored copies of mail texts."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from marketplace.config import ROOT
from marketplace.mail.port import Message

COPIES = ROOT / "tests" / "mail" / "copies"


@dataclass
class Mailbox:
    """What a mail server took over, and how it answers."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """Answer to RCPT TO by address."""
    data_answer: str = "250 OK"

    @property
    def message_ids(self) -> list[str]:
        """Message-ID of each mail, in the order of arrival."""
        return [str(mail["Message-ID"]) for mail in self.received]

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: Any) -> str:  # noqa: N802
        """Take or refuse a recipient."""
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take or refuse a mail."""
        if self.data_answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.received.append(mail)
            self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        return self.data_answer


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_server(**options: Any) -> Iterator[Mailbox]:
    """A running server; options as for aiosmtpd's Controller."""
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def assert_as_stored(message: Message) -> None:
    """Compare subject and text with the copy in tests/mail/copies, named like the test; UPDATE_COPIES=1 writes it."""
    test = os.environ["PYTEST_CURRENT_TEST"].split("::")[-1].split(" ")[0].removeprefix("test_")
    copy = COPIES / f"{test}.txt"
    # The token of a link changes with the secret of the installation.
    text = re.sub(r"(/(?:abbestellen|stimmt-noch|nachnutzung-bestaetigen)/)\S+", r"\1TOKEN", message.text)
    written = f"Betreff: {message.subject}\n\n{text}"
    if os.environ.get("UPDATE_COPIES"):
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(written, encoding="utf-8")
    assert copy.exists(), f"{copy.name} fehlt: Text lesen, dann mit UPDATE_COPIES=1 ablegen."
    assert written == copy.read_text(encoding="utf-8"), f"{copy.name} weicht ab: Text lesen, dann mit UPDATE_COPIES=1."
