"""Files as pages show them, with the addresses under which this page may link to them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import url_for

from marketplace.attachments.formats import Format, size_in_words
from marketplace.attachments.models import Attachment
from marketplace.attachments.queries import list_attachments
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.models import Entry, EntryVersion


@dataclass(frozen=True)
class ShownFile:
    """A file as pages show it."""

    attachment: Attachment
    address: str

    @property
    def format(self) -> Format:
        """What kind of file it is."""
        return Format(self.attachment.format)

    @property
    def size(self) -> str:
        """Its size in words."""
        return size_in_words(self.attachment.size)


def show_file(draft: Draft, attachment: Attachment) -> ShownFile:
    """One file of a draft."""
    address = url_for("editing.draft_file", public_id=draft.public_id, digest=attachment.digest)
    return ShownFile(attachment, address)


def files_of_draft(draft: Draft) -> list[ShownFile]:
    """The files of a draft."""
    return [show_file(draft, each) for each in list_attachments(draft.attachment_set_id)]


def files_of_entry(entry: Entry) -> list[ShownFile]:
    """The files of a published entry."""
    return _shown(
        list_attachments(entry.attachment_set_id),
        lambda digest: url_for("catalogue.entry_file", slug=entry.slug, digest=digest),
    )


def files_of_version(entry: Entry, version: EntryVersion) -> list[ShownFile]:
    """The files of a version of an entry."""
    return _shown(
        list_attachments(version.attachment_set_id),
        lambda digest: url_for("editing.version_file", slug=entry.slug, number=version.number, digest=digest),
    )


def _shown(attachments: Iterable[Attachment], address_of: Callable[[str], str]) -> list[ShownFile]:
    return [ShownFile(each, address_of(each.digest)) for each in attachments]
