"""What the search page shows: values without a database behind them."""

from dataclasses import dataclass, field

from markupsafe import Markup

from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.kinds import Kind
from marketplace.search.port import Facet, SearchQuery


@dataclass(frozen=True)
class FacetChoice:
    """One value to filter by and the number of hits it would give with all other filters left on."""

    facet: Facet
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class FacetList:
    """A facet with its choices in the order of the page; values without hits are left out unless chosen."""

    facet: Facet
    label: str
    choices: list[FacetChoice]

    @property
    def has_chosen(self) -> bool:
        """Whether any of its values is on."""
        return any(choice.is_chosen for choice in self.choices)


@dataclass(frozen=True)
class ResultItem:
    """One entry in a list of results. ``title`` and ``snippet`` are safe HTML."""

    card: EntryCard
    title: Markup
    """Title with the found words in ``<mark>``."""
    snippet: Markup
    """The summary, or where only the text has the words a piece of it, with the found words in ``<mark>``."""

    @property
    def entry_id(self) -> int:
        """Row number of the entry."""
        return self.card.entry_id

    @property
    def kind(self) -> Kind:
        """Kind of the entry."""
        return self.card.kind

    @property
    def path(self) -> str:
        """Public address of the entry without the host."""
        return self.card.path

    @property
    def as_of(self) -> int:
        """Year of which its facts speak."""
        return self.card.as_of


@dataclass(frozen=True)
class SearchPage:
    """One page of results."""

    query: SearchQuery
    """The query that was answered, with the number of the page that was really delivered."""
    items: list[ResultItem]
    total: int
    page: int
    pages: int
    """Number of pages, at least 1."""
    facets: list[FacetList]
    relaxed: bool = False
    """No entry has all the words; the results have at least one of them."""
    hints: list[str] = field(default_factory=list)
    """German sentences about how the words were read."""

    @property
    def chosen(self) -> list[FacetChoice]:
        """All filters that are on, for the removable chips."""
        return [choice for facet in self.facets for choice in facet.choices if choice.is_chosen]

    @property
    def first(self) -> int:
        """Number of the first result on this page, from 1; 0 if there is none."""
        return (self.page - 1) * self.query.page_size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """Number of the last result on this page; 0 if there is none."""
        return self.first + len(self.items) - 1 if self.items else 0
