"""A mail as it goes over the wire. No value can add a header, a recipient or a line to the head."""

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from marketplace.mail.addresses import clean_address
from marketplace.mail.port import Message

EXTRA_HEADERS = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Reply-To"})


def write(message: Message, *, sender: Address, message_id: str, date: str) -> EmailMessage:
    """The mail with all its headers; the same bytes for the same mail. ValueError for what no header may hold."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    # An Address object is one address; a text with commas would be read as several.
    mail["To"] = Address(addr_spec=clean_address(message.recipient))
    # Python would read an encoded word (=?utf-8?q?…?=) in what somebody typed and write out the line breaks in it.
    mail["Subject"] = _header(message.subject.replace("=?", "= ?"))
    mail["Date"] = date
    mail["Message-ID"] = message_id
    # Out-of-office programs do not answer mail of machines.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    for name, value in message.headers.items():
        if name not in EXTRA_HEADERS:
            raise ValueError(f"No mail of this site has a header {name}.")
        mail[name] = _header(value)
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(hashlib.sha256(message_id.encode()).hexdigest()[:32])
    return mail


def _header(value: str) -> str:
    if not value.isprintable() or "=?" in value:
        raise ValueError("A mail header holds one line of printable text.")
    return value
