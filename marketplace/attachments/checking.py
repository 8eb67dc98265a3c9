"""The check of a file that somebody wants to attach: what it is, whether it is harmless, and how it is kept."""

from dataclasses import dataclass

from marketplace.attachments.formats import MAX_BYTES, Format, RefusedFileError, recognise
from marketplace.attachments.images import rewrite
from marketplace.attachments.pdf import check_pdf
from marketplace.core.labels import Label
from marketplace.core.office_files import check_office_file
from marketplace.core.zip_safety import UnsafeZipError

TOO_LARGE = Label(
    "Die Datei ist größer als 10 MB. Bitte verkleinern Sie sie, zum Beispiel durch kleinere Bilder darin."
)


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept: images written anew, documents as they were sent."""

    format: Format
    content: bytes
    width: int | None = None
    height: int | None = None
    """Pixels of an image."""


def check_file(data: bytes) -> CheckedFile:
    """The file as it is kept; raises RefusedFileError with a German sentence.

    Takes up to some seconds and, for a large image, several hundred megabytes; pages use ``jail.check_apart``.
    """
    if len(data) > MAX_BYTES:
        raise RefusedFileError(TOO_LARGE)
    found = recognise(data)
    if found is None:
        try:
            return CheckedFile(Format(check_office_file(data).value), data)
        except UnsafeZipError as error:
            raise RefusedFileError(error.message) from None
    if found.is_image:
        written = rewrite(data, found)
        return CheckedFile(found, written.content, written.width, written.height)
    check_pdf(data)
    return CheckedFile(found, data)
