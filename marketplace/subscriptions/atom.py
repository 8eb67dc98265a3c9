"""Writes an Atom feed (RFC 4287). Knows neither the web nor the database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"

_FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold (XML 1.0, 2.2)."""


@dataclass(frozen=True)
class FeedEntry:
    """One entry of a feed."""

    id: str
    title: str
    address: str
    published: datetime
    updated: datetime
    author: str
    summary: str
    content: str
    """HTML; it is written down escaped."""
    language: str = "de"
    categories: Sequence[tuple[str, str]] = ()
    """Term and label."""


@dataclass(frozen=True)
class Feed:
    """A feed with its entries, the newest first."""

    id: str
    title: str
    subtitle: str
    author: str
    self_address: str
    page_address: str
    updated: datetime
    entries: list[FeedEntry] = field(default_factory=list)


def tag(host: str, specific: str) -> str:
    """A name that stays the same whatever becomes of addresses (RFC 4151); 2026 is when naming began."""
    return f"tag:{host},2026:{specific}"


def write(feed: Feed) -> bytes:
    """The document; the same bytes for the same feed."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(_name("feed"), {"xml:lang": "de"})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", _moment(feed.updated))
    _author(root, feed.author)
    _link(root, "self", feed.self_address, MEDIA_TYPE)
    _link(root, "alternate", feed.page_address, "text/html")
    for entry in feed.entries:
        _entry(root, entry)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _entry(root: ElementTree.Element, entry: FeedEntry) -> None:
    element = ElementTree.SubElement(root, _name("entry"), {"xml:lang": entry.language})
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "published", _moment(entry.published))
    _text(element, "updated", _moment(entry.updated))
    _author(element, entry.author)
    _link(element, "alternate", entry.address, "text/html")
    for term, label in entry.categories:
        ElementTree.SubElement(element, _name("category"), {"term": _clean(term), "label": _clean(label)})
    _text(element, "summary", entry.summary)
    _text(element, "content", entry.content, type="html")


def _author(parent: ElementTree.Element, name: str) -> None:
    _text(ElementTree.SubElement(parent, _name("author")), "name", name)


def _link(parent: ElementTree.Element, relation: str, address: str, media_type: str) -> None:
    ElementTree.SubElement(parent, _name("link"), {"rel": relation, "type": media_type, "href": _clean(address)})


def _text(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, _name(name), attributes).text = _clean(text)


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
