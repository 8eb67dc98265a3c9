"""Search for the pages: asks the engine, loads the entries, marks the found words."""

from marketplace.catalogue.models import Entry
from marketplace.search.results import FacetChoice, FacetList, ResultItem, SearchPage

__all__ = ["Entry", "FacetChoice", "FacetList", "ResultItem", "SearchPage"]
