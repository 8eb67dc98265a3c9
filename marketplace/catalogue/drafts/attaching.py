"""Files at a draft: who may attach them, that two do not get in each other's way, and what the record says."""

from dataclasses import dataclass

from marketplace.attachments import service as attachments
from marketplace.attachments.jail import check_apart
from marketplace.attachments.models import Attachment
from marketplace.attachments.queries import find_attachment, get_attachment, list_attachments, words_of
from marketplace.attachments.wording import Words
from marketplace.catalogue.drafts import queries, service
from marketplace.catalogue.drafts.models import Draft
from marketplace.core import audit
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize

_ATTEMPTS = 20
"""How often a change waits its turn: several files of one draft may be on their way at the same moment."""


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent: nothing about it is known to be true."""

    name: str
    content: bytes


def attach_file(draft: Draft, sent: SentFile, words: Words, *, actor: Actor) -> Attachment:
    """Attach a file to a draft; raises RefusedFileError. Sent twice, it is attached once."""
    _authorize(draft, actor)
    # First the check, which may take seconds: while the draft is claimed, others wait.
    checked = check_apart(sent.content)
    set_id = _claim(draft, actor)
    number = len(list_attachments(set_id))
    attached = attachments.add_file(set_id, checked, sent.name, words, actor=actor)
    if len(list_attachments(set_id)) > number:
        _record("draft.file_attached", draft, attached, actor)
    return attached


def replace_file(draft: Draft, digest: str, sent: SentFile, *, actor: Actor) -> Attachment:
    """Put another file in the place of one at a draft; what was said about it stays."""
    _authorize(draft, actor)
    checked = check_apart(sent.content)
    attached = get_attachment(_claim(draft, actor), digest)
    attachments.replace_file(attached, checked, sent.name, actor=actor)
    _record("draft.file_replaced", draft, attached, actor)
    return attached


def describe_file(draft: Draft, digest: str, words: Words, seen: str, *, actor: Actor) -> bool:
    """Keep what was said about a file, right or wrong.

    Returns False and keeps nothing when somebody else changed it since the form with the mark ``seen`` was opened.
    """
    _authorize(draft, actor)
    attached = get_attachment(_claim(draft, actor), digest)
    if seen != words_of(attached).mark and words != words_of(attached):
        return False
    attachments.describe_file(attached, words)
    return True


def remove_file(draft: Draft, digest: str, *, actor: Actor) -> None:
    """Take a file from a draft, unless that was done already; published versions that have it keep it."""
    _authorize(draft, actor)
    attached = find_attachment(_claim(draft, actor), digest)
    if attached is not None:
        _record("draft.file_removed", draft, attached, actor)
        attachments.remove_file(attached)


def move_file(draft: Draft, digest: str, *, up: bool, actor: Actor) -> None:
    """Let a file of a draft stand one place earlier or later."""
    _authorize(draft, actor)
    attachments.move_file(get_attachment(_claim(draft, actor), digest), up=up)


def _authorize(draft: Draft, actor: Actor) -> None:
    service.authorize_change(draft, actor)
    authorize("draft.attach", queries.stake_of(draft), actor=actor)


def _claim(draft: Draft, actor: Actor) -> int:
    """The set of the draft, which until the end of the transaction nobody else changes.

    The draft itself is written: whoever comes second waits, sees another revision and looks again. So reviewers notice
    a changed file like a changed text, and of two who attach something at once neither is lost.
    """
    for _ in range(_ATTEMPTS):
        service.authorize_change(draft, actor)
        set_id = draft.attachment_set_id or attachments.create_set()
        if service.change(draft, actor, attachment_set_id=set_id):
            return set_id
    raise DomainError("Gerade ändern mehrere Personen die Anlagen. Bitte versuchen Sie es noch einmal.")


def _record(action: str, draft: Draft, attached: Attachment, actor: Actor) -> None:
    audit.record(
        action, f"draft:{draft.public_id}", actor=actor.reference, digest=attached.digest, format=attached.format,
        size=attached.size,
    )  # fmt: skip
