"""Sent mails as the values that they were made from."""

from email.message import EmailMessage

from marketplace.mail.port import Message


def as_message(mail: EmailMessage) -> Message:
    """Subject and both bodies of a mail that was sent."""
    bodies = []
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        bodies.append(body.get_content().replace("\r\n", "\n"))
    return Message(str(mail["To"]), str(mail["Subject"]), bodies[0], bodies[1])
