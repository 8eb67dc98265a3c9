"""What the search page shows: values without a database behind them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core.labels import Label
from marketplace.organisations.models import Organisation
from marketplace.organisations.queries import PlaceRow
from marketplace.search.port import Facet, SearchQuery, Sort


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
    number: int = 0
    """Number of all choices of a long list."""
    is_folded: bool = False
    """Whether a link shows further choices."""
    is_unfolded: bool = False
    """Whether all choices of a long list are shown, or those that were looked for in it."""
    has_match: bool = True
    """Whether what was looked for in the list is there."""

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
    reasons_for: str = ""
    """The query for which the rank is explained to those who may know; empty for everybody else."""

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
class Scope:
    """What ``place`` and ``town`` of a query turned out to be."""

    place: Organisation | None = None
    town: Organisation | None = None
    candidates: Sequence[PlaceRow] = ()
    """Municipalities of which one may be meant, if several bear the name."""
    has_more: bool = False
    """Whether there are further ones, too many to list."""
    hints: list[str] = field(default_factory=list)
    """German sentences about what could not be followed."""


@dataclass(frozen=True)
class NearbySearch:
    """A search that finds something where this one does not, or not with all words."""

    label: str
    """What it looks for, or which filter it leaves out."""
    query: SearchQuery
    total: int
    complete: int
    """How many of the results have all its words."""


@dataclass(frozen=True)
class Nearby:
    """The nearest that there is; computed when a search found nothing, or not with all words."""

    fewer_words: list[NearbySearch] = field(default_factory=list)
    fewer_filters: list[NearbySearch] = field(default_factory=list)
    action_fields: list[ActionField] = field(default_factory=list)
    """Those of entries that have at least one of the words."""


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
    complete: int = 0
    """How many of all results have all the words; the others have some of them and stand below."""
    relaxed: bool = False
    """No entry has all the words, whatever filters are on."""
    suggestion: str | None = None
    """The query as it was probably meant, if that finds more."""
    corrected_from: str | None = None
    """The query as it was typed, if nothing had all its words and ``query`` is what was probably meant."""
    hints: list[str] = field(default_factory=list)
    """German sentences about how the words were read, and what could not be followed."""
    scope: Scope = field(default_factory=Scope)
    has_words: bool = False
    """Whether there are words by which results can be ranked."""
    has_several_words: bool = False
    nearby: Nearby = field(default_factory=Nearby)

    @property
    def chosen(self) -> list[FacetChoice]:
        """All filters that are on, for the removable chips."""
        return [choice for facet in self.facets for choice in facet.choices if choice.is_chosen]

    @property
    def restrictions(self) -> int:
        """Number of filters that are on, of whatever sort."""
        return len(self.chosen) + bool(self.scope.place) + bool(self.scope.town)

    @property
    def sorts(self) -> list[Sort]:
        """Orders to choose from; without words only a Land that was chosen makes one entry nearer than another."""
        is_ranked = self.has_words or bool(self.query.chosen_states())
        return list(Sort) if is_ranked else [sort for sort in Sort if sort is not Sort.RELEVANCE]

    def sort_label(self, sort: Sort) -> str:
        """What the link to an order says: relevance is of words, or of places where there are no words."""
        is_by_place = sort is Sort.RELEVANCE and not self.has_words
        return Label("Gewähltes Land zuerst") if is_by_place else sort.label

    @property
    def sort(self) -> Sort:
        """The order in which the results really are."""
        return self.query.sort if self.query.sort in self.sorts else Sort.NEWEST

    @property
    def is_sort_chosen(self) -> bool:
        """Whether the order is another one than comes by itself."""
        return self.query.sort is not Sort.RELEVANCE and self.sort is not self.sorts[0]

    @property
    def first(self) -> int:
        """Number of the first result on this page, from 1; 0 if there is none."""
        return (self.page - 1) * self.query.page_size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """Number of the last result on this page; 0 if there is none."""
        return self.first + len(self.items) - 1 if self.items else 0
