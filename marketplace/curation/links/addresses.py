"""Which addresses on the web an entry names, and how one is put in place of another. Plain."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from marketplace.core import markdown
from marketplace.core.contact_data import texts_in

MAX_LENGTH = 500
"""Longer ones are no addresses that a person typed."""

_WHOLE = re.compile(r"https?://[^\s<>\"'\\]+")
_LINK = re.compile(r'href="(https?://[^"]+)"')


def addresses_in(content: Any) -> list[str]:
    """All web addresses in values of an entry, in order, each once; in texts those that readers can click."""
    found = (address for text in texts_in(content) for address in _addresses_of(text))
    return [address for address in dict.fromkeys(found) if len(address) <= MAX_LENGTH]


def _addresses_of(text: str) -> Iterator[str]:
    if _WHOLE.fullmatch(text):
        yield text
    elif "http" in text:
        for quoted in _LINK.findall(markdown.render(text).html):
            yield Markup(quoted).unescape()  # noqa: S704 -- becomes plain text, not HTML


def replace_address(content: Any, old: str, new: str) -> Any:
    """The same values with another address; a longer one that begins alike stays as it is."""
    if isinstance(content, str):
        end = r"(?=$|[\s<>()\[\]\"'|*]|[.,;:!?](?:$|[\s)]))"
        return re.sub(re.escape(old) + end, lambda _found: new, content)
    if isinstance(content, Mapping):
        return {key: replace_address(value, old, new) for key, value in content.items()}
    if isinstance(content, list):
        return [replace_address(value, old, new) for value in content]
    return content
