"""What others read of attachments. Who may see them is decided by whoever holds the set."""

import re
from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.attachments.formats import Format, size_in_words
from marketplace.attachments.models import Attachment, AttachmentBlob
from marketplace.attachments.wording import Words, WordsProblem, problems_of
from marketplace.core import db
from marketplace.core.errors import NotFoundError
from marketplace.core.labels import Label

_DIGEST = re.compile(r"[0-9a-f]{64}")


def list_attachments(set_id: int | None) -> list[Attachment]:
    """The files of a set in their order; none for no set."""
    if set_id is None:
        return []
    statement = select(Attachment).where(Attachment.set_id == set_id)
    return list(db.session().exec(statement.order_by(col(Attachment.position), col(Attachment.id))))


def get_attachment(set_id: int | None, digest: str) -> Attachment:
    """The file of a set with this checksum; raises NotFoundError."""
    found = find_attachment(set_id, digest)
    if found is None:
        raise NotFoundError("")
    return found


def find_attachment(set_id: int | None, digest: str) -> Attachment | None:
    """The file of a set with this checksum, or None."""
    if set_id is None or not _DIGEST.fullmatch(digest):
        return None
    statement = select(Attachment).where(Attachment.set_id == set_id, Attachment.digest == digest)
    return db.session().exec(statement).first()


def read_content(attachment: Attachment) -> bytes:
    """The bytes of a file."""
    statement = select(AttachmentBlob.content).where(AttachmentBlob.digest == attachment.digest)
    return db.session().exec(statement).one()


def words_of(attachment: Attachment) -> Words:
    """What was said about a file."""
    return Words(attachment.title, attachment.description, attachment.alt, attachment.has_rights)


def problems_of_attachment(attachment: Attachment) -> list[WordsProblem]:
    """What is missing or wrong in what was said about a file."""
    return problems_of(words_of(attachment), is_image=Format(attachment.format).is_image)


def has_problems(attachments: Iterable[Attachment]) -> bool:
    """Whether something must be put right at one of the files before all can be published."""
    return any(problems_of_attachment(each) for each in attachments)


def count_stored() -> tuple[int, int]:
    """Number of stored files and their bytes together."""
    statement = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.func.length(AttachmentBlob.content)), 0))
    number, size = db.session().execute(statement).one()
    return int(number), int(size)


def tell_differences(set_id: int | None) -> str:
    """All that is to be compared of the files of a set: one line each, also for a file with the same title but new."""
    return "\n".join(_line(each) for each in list_attachments(set_id))


def _line(attachment: Attachment) -> str:
    facts = (
        Format(attachment.format).label,
        size_in_words(attachment.size),
        Label("Prüfsumme %(attachment)s", attachment=attachment.digest[:8]),
    )
    said = (attachment.description, f"Bildbeschreibung: {attachment.alt}" if attachment.alt else "")
    return " · ".join(text for text in (f"{attachment.title} ({', '.join(facts)})", *said) if text).replace("\n", " ")
