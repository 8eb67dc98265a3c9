"""What a search engine takes and gives: a query is a value, results are values. Engines stand in ``engines/``."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from marketplace.core.labels import Labelled
from marketplace.search.compounds import PLAIN, Dictionary
from marketplace.search.lexicon import Lexicon
from marketplace.search.ranking import Way
from marketplace.search.spelling import Candidate
from marketplace.search.synonyms import SynonymSource


class Facet(Labelled):
    """What results can be filtered by; the value is the parameter in the address of ``/suche``."""

    KIND = "art", "Art"
    ACTION_FIELD = "feld", "Handlungsfeld"
    STATE = "land", "Bundesland"
    SIZE = "groesse", "Größenklasse nach Einwohnerzahl"
    PHASE = "phase", "Phase"
    MATURITY = "reife", "Reifegrad"
    CHALLENGE = "herausforderung", "Herausforderung"
    LICENCE = "lizenz", "Lizenz"


class Sort(Labelled):
    """Order of the results."""

    RELEVANCE = "relevanz", "Relevanz"
    NEWEST = "neueste", "Neueste zuerst"
    TITLE = "titel", "Titel A–Z"


PAGE_SIZE = 20
MAX_PAGE = 500
"""Nobody reads page 501; a larger number in an address is read as the last page."""

MAX_QUERY_LENGTH = 200
"""Characters of a query that are looked at; what stands behind is ignored with a hint."""


@dataclass(frozen=True)
class Fit:
    """What entries must be to suit a municipality; None asks for nothing."""

    state: str | None = None
    """Of this Land or nationwide."""
    size: str | None = None
    """Of this size class or of none, like a funding programme or a solution of an IT provider."""


@dataclass(frozen=True)
class SearchQuery:
    """What somebody looks for: words, chosen filter values (OR within a facet, AND across), order and page from 1."""

    text: str = ""
    filters: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = PAGE_SIZE
    literal: bool = False
    """Take the words as they were typed, without correcting them."""
    place: str = ""
    """Key of the organisation among whose entries is searched; the service makes ``only`` of it."""
    town: str = ""
    """Key or name of the municipality that entries should suit; the service makes ``fit`` of it."""
    only: frozenset[int] | None = None
    """Entries among which is searched; None means all. All numbers of facets are counted among them."""
    fit: Fit | None = None
    """Likewise: all numbers of facets are counted among what suits."""

    def chosen_states(self) -> frozenset[str]:
        """The Länder that were chosen, as a filter or with a municipality."""
        of_town = {self.fit.state} if self.fit and self.fit.state else set()
        return frozenset(self.filters.get(Facet.STATE, frozenset()) | of_town)


@dataclass(frozen=True)
class SearchDocument:
    """An entry as engines see it: plain texts, codes to filter by, and what orders it."""

    entry_id: int
    title: str
    summary: str
    body: str
    """Text, names of organisations and all searchable fields, as plain text."""
    facets: Mapping[Facet, tuple[str, ...]]
    published: int
    """Seconds since 1970, UTC."""
    nationwide: bool = False
    """No Land of its own: matches a filter by any Land and is counted for each."""
    changed: int = 0
    """Which state of the entry this is: microseconds since 1970, UTC, of its last change."""
    year: int = 0
    """Year of which its facts speak; 0 if it is not known."""
    completeness: float = 0.0
    """Share of the facts people decide by that are filled."""
    reuses: int = 0
    """Confirmed reuses by other municipalities."""
    unconfirmed: bool = False
    """A confirmation of the facts was due and did not come."""
    tags: str = ""
    """What it is about in a few words, one a line."""
    search_words: str = ""
    """What people type who do not know its words, one a line; not shown on its page."""


@dataclass(frozen=True)
class Hit:
    """One result of an engine."""

    entry_id: int
    score: float


@dataclass(frozen=True)
class EngineResults:
    """Hits of the asked page, number of all hits, and for each facet the number of hits each value would give.

    The numbers of a facet are counted with all *other* filters on.
    """

    hits: list[Hit]
    total: int
    facets: Mapping[Facet, Mapping[str, int]]
    page: int
    """Page that was delivered: the asked one, or the last one if there are fewer."""
    complete: int = 0
    """How many of all hits have all the words; the others have some of them and stand below."""
    relaxed: bool = False
    """No document has all the words. Filters play no part in this: with the same words it is the same for all filters,
    so that the numbers of the facets come true."""
    terms: frozenset[str] = frozenset()
    """Terms (of ``weighing.py``) that stand for the words in any document, for highlighting."""
    frequencies: Mapping[str, int] = field(default_factory=dict)
    """For each word, as it was typed, how many documents have it in any way. Filters play no part in this."""
    dictionary: Dictionary = field(default=PLAIN, compare=False, repr=False)
    """What the index knows about compounds, for highlighting."""


@dataclass(frozen=True)
class WordShare:
    """What one word of a query adds to the score of a document."""

    text: str
    """The word as it was typed."""
    way: Way
    """The way in which the document has it; the best one, if there are several."""
    terms: tuple[str, ...]
    """What was found in the document."""
    documents: int
    """How many documents have the word in any way."""
    rarity: float
    strength: float
    is_optional: bool = False
    """It only makes a question of the other words, and counts less."""


@dataclass(frozen=True)
class Explanation:
    """Why a document stands where it stands."""

    score: float
    is_complete: bool
    """Whether it has all the words."""
    shares: list[WordShare]
    """One for each word that it has."""
    boosts: Mapping[str, float]
    """German name and factor."""


class SearchUnavailableError(Exception):
    """The index is missing or broken; the site goes on without search until it is rebuilt."""


class IndexBusyError(SearchUnavailableError):
    """Somebody else writes or rebuilds just now; nothing is wrong."""


class SearchEngine(Protocol):
    """What every engine can do. Methods raise SearchUnavailableError when there is no usable index."""

    synonyms: SynonymSource
    """The synonyms as they are now; they are applied to queries."""

    def search(self, query: SearchQuery) -> EngineResults:
        """Answer a query."""
        ...

    def similar(self, document: SearchDocument, limit: int) -> list[Hit]:
        """Other documents that share the most telling words and Handlungsfelder with this one, the nearest first."""
        ...

    def explain(self, text: str, entry_id: int) -> Explanation | None:
        """Why an entry stands where it stands for a query; None if it is not found."""
        ...

    def words_like(self, form: str) -> list[Candidate]:
        """Words of the index at most one letter away from a folded word, two if it is long; in alphabetical order."""
        ...

    def lexicon(self) -> Lexicon:
        """The dictionary the index was built with, and the synonyms as they are now."""
        ...

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep all other writers out for a while, in this and in other processes; may be nested in one thread.

        Who reads in the database what ``update`` will write, reads it in here: then no older state follows a newer one.
        Raises IndexBusyError if others write for too long.
        """
        ...

    def update(self, documents: Iterable[SearchDocument], deleted: Iterable[int]) -> None:
        """Write documents again and drop entries by id; visible to all searches that start afterwards.

        Of several documents with the same id the last one counts; an id in both lists is written.
        """
        ...

    def rebuild(self, documents: Iterable[SearchDocument], dictionary: Dictionary = PLAIN) -> None:
        """Build everything anew beside what serves now, then switch. Raises IndexBusyError while another one lasts.

        The index keeps the dictionary and reads later updates and queries with it.
        Updates that come meanwhile wait, are refused, or are carried out in the old and in the new index: none is lost.
        """
        ...

    def is_ready(self) -> bool:
        """Whether there is a usable index."""
        ...

    def count(self) -> int:
        """Number of documents in the index."""
        ...

    def states(self) -> dict[int, int]:
        """For each entry in the index its ``changed``, to compare with the database; looks for damage first."""
        ...


@runtime_checkable
class TransactionalEngine(SearchEngine, Protocol):
    """An engine whose index stands in the database of the site and can change in the transaction of an entry."""

    def joining(self) -> AbstractContextManager[None]:
        """In this block, ``update`` writes in the transaction of the current session.

        All other writers are kept out until that transaction ends. Raises IndexBusyError if others write for too long.
        """
        ...
