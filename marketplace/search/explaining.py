"""Why an entry stands where it stands among the results, in words for guides ("warum hier?")."""

from dataclasses import dataclass

from flask import current_app

from marketplace.catalogue.models import Entry
from marketplace.search import documents, queries, ranking
from marketplace.search.port import Explanation, SearchDocument, SearchEngine, WordShare
from marketplace.search.weighing import weigh

_FIELDS = {"Titel": "title", "Kurzfassung": "summary", "Text": "body"}


@dataclass(frozen=True)
class ExplainedWord:
    """One word of the query: how the entry has it, where, and what that adds."""

    share: WordShare
    fields: list[str]
    """German names of the places in which it stands."""

    @property
    def score(self) -> float:
        """What it adds to the score, before the boosts."""
        factor = ranking.OPTIONAL_FACTOR if self.share.is_optional else 1.0
        return factor * self.share.rarity * self.share.strength


@dataclass(frozen=True)
class ExplainedRank:
    """Everything that decides about the place of an entry."""

    explanation: Explanation
    words: list[ExplainedWord]


def explain(text: str, entry: Entry) -> ExplainedRank | None:
    """Why an entry is found by a query; None if it is not. Raises SearchUnavailableError without an index."""
    engine: SearchEngine = current_app.extensions["search_engine"]
    explanation = engine.explain(text, entry.id or 0)
    if explanation is None:
        return None
    document = documents.document_of(entry, queries.list_organisations([entry]))
    terms = {label: _terms_of(getattr(document, name), engine) for label, name in _FIELDS.items()}
    words = [
        ExplainedWord(share, [label for label, found in terms.items() if found.intersection(share.terms)])
        for share in explanation.shares
    ]
    return ExplainedRank(explanation, words)


def _terms_of(text: str, engine: SearchEngine) -> set[str]:
    document = SearchDocument(entry_id=0, title="", summary="", body=text, facets={}, published=0)
    return set(weigh(document, engine.lexicon().dictionary).weights)
