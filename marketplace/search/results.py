"""What the search page shows: values without a database behind them."""

from dataclasses import dataclass, field

from markupsafe import Markup

from marketplace.catalogue.kinds import Kind
from marketplace.search.facets import label_of
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
    """One entry in a list of results, with all that its card shows. ``title`` and ``snippet`` are safe HTML."""

    entry_id: int
    kind: Kind
    slug: str
    title: Markup
    """Title with the found words in ``<mark>``."""
    plain_title: str
    snippet: Markup
    """The summary, or where only the body has the words a piece of it, with the found words in ``<mark>``."""
    organisation_name: str | None
    organisation_key: str | None
    state_labels: list[str]
    """Länder of the entry; empty means nationwide."""
    action_fields: list[str]
    """Values of the Handlungsfelder, the most important one first."""
    maturity: str | None
    phase: str | None
    as_of: int

    @property
    def path(self) -> str:
        """Public address of the entry without the host."""
        return f"/{self.kind.path}/{self.slug}"

    @property
    def action_field_labels(self) -> list[str]:
        """German names of the Handlungsfelder."""
        return [label_of(Facet.ACTION_FIELD, value) for value in self.action_fields]

    @property
    def maturity_label(self) -> str | None:
        """German label of the Reifegrad, or None if the entry names none."""
        return label_of(Facet.MATURITY, self.maturity) if self.maturity else None

    @property
    def phase_label(self) -> str | None:
        """German label of the phase, or None if the entry names none."""
        return label_of(Facet.PHASE, self.phase) if self.phase else None


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
