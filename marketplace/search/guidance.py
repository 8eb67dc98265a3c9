"""What guides see of the search: why an entry stands where it stands, and what people search for."""

from dataclasses import dataclass, replace
from datetime import timedelta

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Entry
from marketplace.core import clock
from marketplace.core.actor import Actor
from marketplace.core.labels import Labelled
from marketplace.core.permissions import authorize, is_allowed
from marketplace.search import counting, explaining
from marketplace.search.explaining import ExplainedRank
from marketplace.search.models import SearchPhrase
from marketplace.search.permissions import EXPLAIN, SEE_PHRASES
from marketplace.search.phrases import Outcome
from marketplace.search.results import SearchPage

MOST_PHRASES = 200


class Answered(Labelled):
    """Which searches to list, by how they went."""

    UNANSWERED = "ohne-treffer", "Ohne passende Treffer"
    FOUND = "mit-treffern", "Mit Treffern"

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes that belong to it."""
        return [Outcome.FOUND] if self is Answered.FOUND else [Outcome.NOTHING, Outcome.PARTLY]


class Period(Labelled):
    """When something was searched for last; the value is the number of days."""

    WEEK = "7", "Letzte 7 Tage"
    MONTH = "30", "Letzte 30 Tage"
    KEPT = "60", "Letzte 60 Tage"

    @property
    def span(self) -> timedelta:
        """How far it reaches back."""
        return timedelta(days=int(self.value))


@dataclass(frozen=True)
class WhyHere:
    """An entry, and why a query finds it; ``rank`` is None if it does not."""

    entry: Entry
    rank: ExplainedRank | None


def explain_rank(text: str, slug: str, *, actor: Actor) -> WhyHere:
    """Why a query finds an entry that everybody may read. Raises SearchUnavailableError without an index."""
    authorize(EXPLAIN, actor=actor)
    entry = catalogue.get_readable_entry(slug)
    return WhyHere(entry, explaining.explain(text, entry) if text else None)


def list_searches(answered: Answered, period: Period, *, actor: Actor) -> list[SearchPhrase]:
    """What was searched for at least twice, the most frequent first; nothing of one person alone."""
    authorize(SEE_PHRASES, actor=actor)
    return counting.list_phrases(answered.outcomes, clock.today() - period.span, MOST_PHRASES)


def with_reasons(page: SearchPage, *, actor: Actor) -> SearchPage:
    """The results with a way to the reasons of their rank, for those who may know; for others the same page."""
    if not page.query.text or not page.has_words or not is_allowed(EXPLAIN, actor=actor):
        return page
    return replace(page, items=[replace(item, reasons_for=page.query.text) for item in page.items])
