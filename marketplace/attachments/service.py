"""Commands on sets of attachments. Whoever holds a set authorises first and keeps two from changing it at once."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from marketplace.attachments import queries
from marketplace.attachments.checking import CheckedFile
from marketplace.attachments.formats import RefusedFileError
from marketplace.attachments.holders import list_holders
from marketplace.attachments.models import Attachment, AttachmentBlob, AttachmentSet
from marketplace.attachments.names import clean_name, title_from
from marketplace.attachments.quota import explain_excess
from marketplace.attachments.wording import Words
from marketplace.core import clock, db
from marketplace.core.actor import Actor

GRACE = timedelta(days=7)
"""How long a file is kept that nothing means any more."""


def create_set() -> int:
    """A new, empty set; whoever asked for it points at it in the same transaction."""
    created = AttachmentSet(created_at=clock.now())
    db.session().add(created)
    db.session().flush()
    return created.id or 0


def copy_set(set_id: int | None) -> int | None:
    """A set of the same files that may be changed; the files themselves are not copied."""
    if set_id is None:
        return None
    copied = create_set()
    for each in queries.list_attachments(set_id):
        db.session().add(Attachment(**each.model_dump(exclude={"id", "set_id"}), set_id=copied))
    db.session().flush()
    return copied


def freeze_set(set_id: int | None) -> None:
    """Let a set never change again, because something published shows it."""
    if set_id is not None:
        db.session().execute(sa.update(AttachmentSet).where(col(AttachmentSet.id) == set_id).values(is_frozen=True))


def add_file(set_id: int, file: CheckedFile, sent_name: str, words: Words, *, actor: Actor) -> Attachment:
    """Attach a file at the end of a set. One that is there already stays as it is."""
    _refuse_frozen(set_id)
    present, digest = queries.list_attachments(set_id), _digest_of(file)
    if already := next((each for each in present if each.digest == digest), None):
        return already
    if excess := explain_excess([each.size for each in present], len(file.content)):
        raise RefusedFileError(excess)
    name = clean_name(sent_name, file.format)
    added = Attachment(
        set_id=set_id,
        position=1 + max((each.position for each in present), default=0),
        digest=_store(file),
        name=name,
        title=words.title.strip() or title_from(name),
        uploaded_at=clock.now(),
        **_columns_of(file, actor),
    )
    added.description, added.alt, added.has_rights = words.description, words.alt, words.rights
    db.session().add(added)
    db.session().flush()
    return added


def replace_file(attachment: Attachment, file: CheckedFile, sent_name: str, *, actor: Actor) -> None:
    """Put another file in the place of one; what was said about it stays."""
    _refuse_frozen(attachment.set_id)
    others = [each for each in queries.list_attachments(attachment.set_id) if each.id != attachment.id]
    digest = _digest_of(file)
    if any(each.digest == digest for each in others):
        raise RefusedFileError("Diese Datei ist schon angehängt. Bitte wählen Sie eine andere.")
    if excess := explain_excess([each.size for each in others], len(file.content)):
        raise RefusedFileError(excess)
    attachment.digest, attachment.name = _store(file), clean_name(sent_name, file.format)
    attachment.uploaded_at = clock.now()
    for name, value in _columns_of(file, actor).items():
        setattr(attachment, name, value)
    db.session().flush()


def describe_file(attachment: Attachment, words: Words) -> None:
    """Keep what was said about a file, right or wrong."""
    _refuse_frozen(attachment.set_id)
    attachment.title, attachment.description, attachment.alt = words.title, words.description, words.alt
    attachment.has_rights = words.rights
    db.session().flush()


def remove_file(attachment: Attachment) -> None:
    """Take a file out of its set."""
    _refuse_frozen(attachment.set_id)
    db.session().delete(attachment)
    db.session().flush()


def move_file(attachment: Attachment, *, up: bool) -> None:
    """Let a file change places with the one before or after it; at the end nothing happens."""
    _refuse_frozen(attachment.set_id)
    ordered = queries.list_attachments(attachment.set_id)
    place = next(index for index, each in enumerate(ordered) if each.id == attachment.id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ordered):
        ordered[place], ordered[other] = ordered[other], ordered[place]
    for position, each in enumerate(ordered, start=1):
        each.position = position
    db.session().flush()


def _refuse_frozen(set_id: int) -> None:
    found = db.session().get(AttachmentSet, set_id)
    if found is None or found.is_frozen:
        raise ValueError(f"The set {set_id} cannot be changed.")


def _columns_of(file: CheckedFile, actor: Actor) -> dict[str, Any]:
    return {
        "format": file.format.value, "size": len(file.content), "width": file.width, "height": file.height,
        "uploaded_by_id": actor.account_id,
    }  # fmt: skip


def _digest_of(file: CheckedFile) -> str:
    return hashlib.sha256(file.content).hexdigest()


def _store(file: CheckedFile) -> str:
    """Keep the bytes unless they are kept already, and let no job take them away meanwhile."""
    digest, session = _digest_of(file), db.session()
    if not _claim(digest):
        blob = AttachmentBlob(digest=digest, content=file.content, created_at=clock.now())
        try:
            with session.begin_nested():
                session.add(blob)
        except IntegrityError:
            # Somebody else attached the same file at the same moment.
            _claim(digest)
        else:
            # The session need not hold ten megabytes any longer.
            session.expunge(blob)
    return digest


def _claim(digest: str) -> bool:
    used = sa.update(AttachmentBlob).where(col(AttachmentBlob.digest) == digest).values(unused_since=None)
    result = db.session().execute(used.execution_options(synchronize_session=False))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def forget_unused() -> int:
    """Delete sets that nothing points at, and files that no set has had for a while; returns how many files.

    May run as often as like and by several at once, and may be cut off anywhere: each step looks anew at what is used.
    """
    session, now = db.session(), clock.now()
    held = [sa.exists(sa.select(1).where(column == col(AttachmentSet.id))) for column in list_holders()]
    if held:
        _run(sa.delete(AttachmentSet).where(sa.not_(sa.or_(*held))))
    is_used = sa.exists(sa.select(1).where(col(Attachment.digest) == col(AttachmentBlob.digest)))
    since = col(AttachmentBlob.unused_since)
    _run(sa.update(AttachmentBlob).where(since.is_not(None), is_used).values(unused_since=None))
    _run(sa.update(AttachmentBlob).where(since.is_(None), sa.not_(is_used)).values(unused_since=now))
    gone = _run(sa.delete(AttachmentBlob).where(_is_over(since, now), sa.not_(is_used)))
    session.flush()
    return gone


def _is_over(since: Any, now: datetime) -> Any:
    return since <= now - GRACE


def _run(statement: Any) -> int:
    result = db.session().execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]
