"""Names of files: what a stranger's computer calls a file becomes a name that is safe in pages, headers and folders."""

import re
import unicodedata
from urllib.parse import quote

from marketplace.attachments.formats import Format

MAX_NAME = 100
"""Characters before the ending."""

_ENDING = re.compile(r"\.(?:pdf|docx?|odt|xlsx?|ods|png|jpe?g|webp)$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*;%]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_ASCII = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "„": "", "“": "", "–": "-", "’": ""}
)


def clean_name(sent: str, format_: Format) -> str:
    """The name under which a file is kept: one line, no folders, no signs that cannot be seen, the right ending."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", sent)[-1])
    # Category C: control characters, marks that turn the direction of writing round, halves of characters.
    name = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in name)
    name = _ENDING.sub("", _FORBIDDEN.sub(" ", name).strip())
    name = " ".join(name.split()).strip(". ")[:MAX_NAME].strip(". ")
    if not name or _DEVICES.match(name):
        name = f"Anlage {name}".strip()
    return f"{name}.{format_.value}"


def title_from(name: str) -> str:
    """A title for a file whose title nobody typed: its name without ending, underscores as blanks."""
    return " ".join(name.rpartition(".")[0].replace("_", " ").split())


def content_disposition(name: str) -> str:
    """The header under which browsers save a file (RFC 6266): its name in ASCII for old programs and in UTF-8."""
    ascii_name = unicodedata.normalize("NFKD", name.translate(_ASCII)).encode("ascii", "ignore").decode()
    ascii_name = re.sub(r"[^A-Za-z0-9._ -]", "_", ascii_name).strip() or "Anlage"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
