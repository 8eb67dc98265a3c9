"""Reads of the outbox."""

from sqlmodel import col, select

from marketplace.core import db
from marketplace.core.errors import NotFoundError
from marketplace.mail.models import OutboxMail


def list_newest(number: int) -> list[OutboxMail]:
    """The mails written last whose text is still there, newest first."""
    newest = select(OutboxMail).where(col(OutboxMail.text).is_not(None)).order_by(col(OutboxMail.id).desc())
    return list(db.session().exec(newest.limit(number)))


def get_mail(mail_id: int) -> OutboxMail:
    """A mail whose text is still there; raises NotFoundError."""
    mail = db.session().get(OutboxMail, mail_id)
    if mail is None or mail.text is None:
        raise NotFoundError("Diese E-Mail gibt es nicht oder nicht mehr.")
    return mail
