"""Messages as pages show them: text as it was typed, addresses marked as leading away. Plain."""

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"'\u0000-\u001f]+")
_TRAILING = ".,;:!?)]}»“"
_REL = "nofollow ugc noopener noreferrer"


def show_text(text: str) -> Markup:
    """What somebody wrote, escaped; nothing in it is a command, only web addresses become links that say so."""
    parts, last = [], 0
    for found in _ADDRESS.finditer(text):
        address = found.group().rstrip(_TRAILING)
        parts += [escape(text[last : found.start()]), _link(address)]
        last = found.start() + len(address)
    return Markup("").join([*parts, escape(text[last:])])


def _link(address: str) -> Markup:
    return Markup('<a href="{}" rel="{}">{}</a> <span class="bp-muted bp-small">(Link nach außen)</span>').format(
        address, _REL, address
    )
