"""Which files may be attached, told apart by what is in them: ending and declared type are only what somebody says."""

from marketplace.core.errors import DomainError
from marketplace.core.labels import Label, Labelled

MAX_BYTES = 10 * 1024 * 1024
"""Of one file as it is sent, and of an image as it is kept."""

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."


class Format(Labelled):
    """Formats that are kept; the value is the ending of the name."""

    PDF = "pdf", "PDF-Dokument"
    DOCX = "docx", "Word-Dokument (DOCX)"
    ODT = "odt", "OpenDocument-Text (ODT)"
    XLSX = "xlsx", "Excel-Tabelle (XLSX)"
    ODS = "ods", "OpenDocument-Tabelle (ODS)"
    PNG = "png", "PNG-Bild"
    JPEG = "jpg", "JPEG-Bild"
    WEBP = "webp", "WebP-Bild"

    @property
    def media_type(self) -> str:
        """As it is sent in the header."""
        return _MEDIA_TYPES[self]

    @property
    def is_image(self) -> bool:
        """Whether pages show it and it needs a text for those who do not see it."""
        return self in (Format.PNG, Format.JPEG, Format.WEBP)


_MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: f"{_OFFICE}wordprocessingml.document",
    Format.ODT: f"{_OPEN}text",
    Format.XLSX: f"{_OFFICE}spreadsheetml.sheet",
    Format.ODS: f"{_OPEN}spreadsheet",
    Format.PNG: "image/png",
    Format.JPEG: "image/jpeg",
    Format.WEBP: "image/webp",
}

ACCEPTED = ",".join(f".{each.value}" for each in Format) + ",.jpeg"
"""For the ``accept`` of a file field: a help while choosing, no check."""


class RefusedFileError(DomainError):
    """A file cannot be attached; the message says why and what to do, in German."""


_SVG = Label(
    "SVG-Dateien nehmen wir nicht an, weil sie Programme enthalten können. Bitte speichern Sie das Bild als PNG oder "
    "das Dokument als PDF."
)
_OTHER_IMAGE = Label("Bilder gehen als PNG, JPEG oder WebP. Bitte speichern Sie das Bild in einem dieser Formate.")
_HEIC = Label("Fotos im Format HEIC gehen noch nicht. Bitte speichern Sie das Foto als JPEG.")
_ANYTHING = Label(
    "Diese Art von Datei geht nicht. Angenommen werden PDF, ODT, DOCX, ODS, XLSX und Bilder als PNG, JPEG oder WebP. "
    "Es zählt der Inhalt, nicht die Endung des Namens."
)
_EMPTY = Label("Die Datei ist leer. Bitte wählen Sie eine andere.")
_TEXT = Label(
    "Reiner Text und Webseiten gehen nicht. Bitte speichern Sie die Datei als PDF, eine Tabelle als ODS oder XLSX."
)
_PACKED = Label("Gepackte Dateien gehen nicht. Bitte laden Sie die Dateien einzeln hoch.")

_BEGINNINGS = (
    (b"GIF8", _OTHER_IMAGE),
    (b"BM", _OTHER_IMAGE),
    (b"II*\x00", _OTHER_IMAGE),
    (b"MM\x00*", _OTHER_IMAGE),
    (b"\x1f\x8b", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"Rar!", _PACKED),
)
_HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"heim", b"msf1", b"avif")
_LOOKED_AT = 4096


def recognise(data: bytes) -> Format | None:
    """Format of a PDF or an image by its first bytes; None for packages of office programs, which must be opened.

    Raises RefusedFileError for anything else, with a sentence that fits what it is.
    """
    if not data:
        raise RefusedFileError(_EMPTY)
    if data.startswith(b"%PDF-"):
        return Format.PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Format.WEBP
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return None
    raise RefusedFileError(_explain(data))


def _explain(data: bytes) -> str:
    for beginning, sentence in _BEGINNINGS:
        if data.startswith(beginning):
            return sentence
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return _HEIC
    head = data[:_LOOKED_AT].replace(b"\x00", b"").lower()
    if b"<svg" in head:
        return _SVG
    is_text = not any(byte < 9 for byte in data[:_LOOKED_AT])
    return _TEXT if is_text else _ANYTHING


def size_in_words(size: int) -> str:
    """Bytes as people read them: 340 KB, 1,2 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / (1024 * 1024):.1f} MB".replace(".", ",")
