"""Where links of texts lead, which entries stand alone, and addresses that cannot be right. Plain."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from marketplace.catalogue.kinds import find_kind_of_path
from marketplace.catalogue.vocabulary import ActionField
from marketplace.proofreading.texts import ContentFile
from marketplace.search.facets import find_value
from marketplace.search.port import Facet

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]*)[^)]*\)")
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9äöüß](?:[a-z0-9äöüß-]{0,61}[a-z0-9äöüß])?\.)+[a-z]{2,}", re.IGNORECASE)
_FREE_PARAMETERS = frozenset({"q", "sort", "seite", "ort", "kommune"})


@dataclass(frozen=True)
class Library:
    """Where a link may lead."""

    slugs: Mapping[str, frozenset[str]]
    """Slugs of all files, by folder."""
    pages: frozenset[str]
    """Addresses of all pages of the site that need no slug."""

    def explain(self, address: str) -> str | None:
        """German sentence why an address leads nowhere; None if it leads somewhere."""
        if address.startswith("#"):
            return None
        parts = urlsplit(address)
        if parts.scheme in ("http", "https"):
            is_host = bool(_HOST.fullmatch(parts.hostname or ""))
            return None if is_host else f"Die Adresse „{address}“ ist keine gültige Adresse im Netz."
        if parts.scheme == "mailto":
            return None
        return self._explain_own(parts.path, parts.query, address)

    def _explain_own(self, path: str, query: str, address: str) -> str | None:
        folder, _slash, slug = path.removeprefix("/").partition("/")
        if path == "/suche":
            return _explain_search(query)
        if path in self.pages or (folder == "handlungsfelder" and ActionField.find_value(slug)):
            return None
        if folder in self.slugs and slug in self.slugs[folder]:
            return None
        elsewhere = [name for name, slugs in self.slugs.items() if slug in slugs and find_kind_of_path(name)]
        if find_kind_of_path(folder) and elsewhere:
            return f"„{address}“ steht unter /{elsewhere[0]}/{slug}."
        return f"Die Seite „{address}“ gibt es nicht."


def _explain_search(query: str) -> str | None:
    for name, value in parse_qsl(query):
        facet = next((each for each in Facet if each.value == name), None)
        if facet is None and name not in _FREE_PARAMETERS:
            return f"Die Suche kennt keine Angabe „{name}“."
        if facet is not None and find_value(facet, value) is None:
            return f"Die Suche kennt für „{name}“ keinen Wert „{value}“."
    return None


def links_of(file: ContentFile) -> Iterator[tuple[int, str]]:
    """Line and target of every link in the body."""
    for number, row in enumerate(file.document.body.split("\n"), start=file.document.body_line):
        for match in _LINK.finditer(row):
            yield number, match[1]


def targets_of(file: ContentFile) -> set[str]:
    """Slugs of entries that a file names in its front matter or links to in its text."""
    meta = file.document.meta
    named = {str(link.get("ziel")) for link in meta.get("verknuepfungen") or [] if isinstance(link, dict)}
    named |= {str(item.get("eintrag")) for item in meta.get("eintraege") or [] if isinstance(item, dict)}
    named |= {str(slug) for slug in meta.get("hilft-bei") or []}
    for _line, address in links_of(file):
        folder, _slash, slug = urlsplit(address).path.removeprefix("/").partition("/")
        if find_kind_of_path(folder):
            named.add(slug)
    return named


def find_orphans(files: list[ContentFile]) -> list[ContentFile]:
    """Entries that point at no other and that nothing points at."""
    pointed = set().union(*(targets_of(file) for file in files))
    entries = [file for file in files if find_kind_of_path(file.folder)]
    return [file for file in entries if file.slug not in pointed and not targets_of(file)]
