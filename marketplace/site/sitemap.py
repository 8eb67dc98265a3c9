"""The map of the site for search engines (https://www.sitemaps.org): whatever anybody may read, with its last change.

One file may name 50,000 addresses. Up to ENTRIES_PER_PART entries there is one; beyond that ``/sitemap.xml`` is the
list of several, and the first of them has all the pages that are no entries.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from markupsafe import escape

from marketplace.catalogue import addresses, figures
from marketplace.catalogue.addresses import Address
from marketplace.curation.collections import queries as collections
from marketplace.knowledge import queries as knowledge
from marketplace.site.pages import PAGES

MEDIA_TYPE = "application/xml"
ENTRIES_PER_PART = 30_000
"""Leaves room in the first part for every municipality in Germany."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def state() -> str:
    """Changes whenever the map changes; cheap to ask for."""
    changes = [each.collection.updated_at for each in collections.list_published()]
    known = (figures.state(), knowledge.current_state(), len(changes), max(changes, default=None))
    return hashlib.sha256(repr(known).encode()).hexdigest()[:32]


def count_parts() -> int:
    """How many files there are, at least one."""
    return max(1, -(-figures.state().number // ENTRIES_PER_PART))


def list_part(part: int) -> list[Address]:
    """All pages of one file; the first is number 1."""
    entries = addresses.list_entries((part - 1) * ENTRIES_PER_PART, ENTRIES_PER_PART)
    return [*_other_pages(), *entries] if part == 1 else entries


def _other_pages() -> Iterator[Address]:
    newest = figures.state().newest
    yield Address("/", newest)
    yield from (Address(f"/{name}") for name in PAGES)
    pages = knowledge.list_pages()
    yield Address("/wissen", max((page.updated_at for page in pages), default=None))
    yield from (Address(f"/wissen/{page.slug}", page.updated_at) for page in pages)
    packages = [summary.collection for summary in collections.list_published()]
    yield Address("/sammlungen", max((package.updated_at for package in packages), default=None))
    yield from (Address(f"/sammlungen/{package.slug}", package.updated_at) for package in packages)
    yield from addresses.list_action_fields()
    yield Address("/kommunen", newest)
    yield from addresses.list_places()


def write_part(pages: Iterable[Address], base: str) -> Iterator[str]:
    """The file that names these pages, piece by piece."""
    return _write("urlset", "url", pages, base)


def write_index(parts: int, base: str) -> Iterator[str]:
    """The file that names the others."""
    return _write("sitemapindex", "sitemap", (Address(f"/sitemap-{part + 1}.xml") for part in range(parts)), base)


def _write(root: str, element: str, pages: Iterable[Address], base: str) -> Iterator[str]:
    yield f"{_HEAD}<{root} {_NAMESPACE}>\n"
    for page in pages:
        changed = f"<lastmod>{_moment(page.changed)}</lastmod>" if page.changed else ""
        yield f"<{element}><loc>{escape(base + page.path)}</loc>{changed}</{element}>\n"
    yield f"</{root}>\n"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
