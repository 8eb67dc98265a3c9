"""Search documents for tests: few defaults; a test states what matters to it."""

from typing import Any

from marketplace.search.port import Facet, SearchDocument


def document(entry_id: int, title: str = "Titel", summary: str = "", body: str = "", **changes: Any) -> SearchDocument:
    """A document; keywords named like a parameter of the address (``feld``, ``land`` …) are facet values."""
    facets = {
        facet: (value,) if isinstance(value := changes.pop(facet.value), str) else tuple(value)
        for facet in Facet
        if facet.value in changes
    }
    columns = {"published": entry_id, "changed": entry_id, **changes}
    return SearchDocument(entry_id=entry_id, title=title, summary=summary, body=body, facets=facets, **columns)
