"""Facets that are not filled, and the list of those to which the sources say nothing (``ohne-angabe.yml``). Plain."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from marketplace.catalogue.kinds import Kind, find_kind_of_path
from marketplace.proofreading.findings import Finding, Severity
from marketplace.proofreading.texts import ContentFile

LIST = "ohne-angabe.yml"
_WANTED = {
    Kind.PROJECT: ("organisation", "phase", "herausforderungen", "einfach"),
    Kind.SOLUTION: ("reifegrad", "herausforderungen"),
    Kind.PROGRAMME: ("antragsberechtigt", "eigenanteil"),
    Kind.LESSON: ("herausforderungen", "einfach"),
}
"""Facets that most entries of a kind have."""
_CHECK = "Merkmale"


@dataclass(frozen=True)
class Unsaid:
    """To which facets of which entry somebody found nothing in its sources; read from ``ohne-angabe.yml``."""

    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of files without ending, such as ``projekte/laternen``, with their facets."""
    text: str = ""

    @classmethod
    def read(cls, text: str) -> "Unsaid":
        """From a mapping of names to lists of facets."""
        return cls({name: tuple(facets) for name, facets in (yaml.safe_load(text) or {}).items()}, text)

    def of(self, file: ContentFile) -> tuple[str, ...]:
        """Facets of a file that its sources leave open."""
        return self.facets.get(file.name.removesuffix(".md"), ())

    def line_of(self, name: str) -> int:
        """Line of the list on which an entry stands."""
        rows = self.text.split("\n")
        return next((number for number, row in enumerate(rows, start=1) if row.startswith(f"{name}:")), 1)


def check_facets(file: ContentFile, unsaid: Unsaid) -> Iterator[Finding]:
    """Facets that are not filled and that no source is known to leave open."""
    missing = [key for key in _wanted_of(file) if not file.document.meta.get(key) and key not in unsaid.of(file)]
    if missing:
        yield Finding(file.name, 1, _CHECK, f"Nicht ausgefüllt: {', '.join(missing)}.", Severity.WARNING)


def check_list(files: Iterable[ContentFile], unsaid: Unsaid) -> Iterator[Finding]:
    """Rows of the list that are no longer, or never were, true."""
    by_name = {file.name.removesuffix(".md"): file for file in files}
    for name, facets in unsaid.facets.items():
        line, file = unsaid.line_of(name), by_name.get(name)
        if file is None:
            yield Finding(LIST, line, _CHECK, f"Den Eintrag „{name}“ gibt es nicht.")
            continue
        for facet in facets:
            if facet not in _wanted_of(file):
                yield Finding(LIST, line, _CHECK, f"Nach „{facet}“ fragt bei „{name}“ niemand.")
            elif file.document.meta.get(facet):
                yield Finding(LIST, line, _CHECK, f"„{facet}“ ist in „{name}“ ausgefüllt; bitte hier streichen.")


def _wanted_of(file: ContentFile) -> tuple[str, ...]:
    kind = find_kind_of_path(file.folder)
    wanted = _WANTED[kind] if kind else ()
    # The register holds German places only.
    return tuple(key for key in wanted if not (key == "organisation" and file.document.meta.get("staat")))
