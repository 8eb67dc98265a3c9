"""Why an entry stands where it stands among the results, in words for guides ("warum hier?")."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app

from marketplace.catalogue.models import Entry
from marketplace.core.labels import Label
from marketplace.search import german, queries, ranking
from marketplace.search.compounds import Dictionary, term_of_expression
from marketplace.search.port import Explanation, SearchDocument, SearchEngine, SearchQuery, WordShare
from marketplace.search.query_words import analyse_query

FAR = 500
"""Places up to which the place of an entry is told."""

MAX_WORDS = 4
_LONGEST_EXPRESSION = 6
_FIELDS = {Label("Titel"): "title", Label("Kurzfassung"): "summary", Label("Text"): "body"}


@dataclass(frozen=True)
class FoundIn:
    """Where an entry has a word, and in which forms."""

    label: str
    words: list[str]
    """As they are written there, without repetition."""


@dataclass(frozen=True)
class ExplainedWord:
    """One word of the query: how the entry has it, where, and what that adds."""

    share: WordShare
    fields: list[FoundIn]
    """The parts of the entry in which it stands."""

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
    missing: list[str]
    """Words of the query, as they were typed, that the entry does not have in any way."""
    place: int | None
    """Place among all results without filters, from 1; None if it is beyond ``FAR``."""
    total: int
    indexed: int
    """Number of entries in the index, by which rarity is measured."""


def explain(text: str, entry: Entry) -> ExplainedRank | None:
    """Why an entry is found by a query; None if it is not. Raises SearchUnavailableError without an index."""
    engine: SearchEngine = current_app.extensions["search_engine"]
    explanation = engine.explain(text, entry.id or 0)
    if explanation is None:
        return None
    document = queries.document_now(entry)
    found = engine.search(SearchQuery(text, page_size=FAR))
    places = {hit.entry_id: place for place, hit in enumerate(found.hits, 1)}
    words = [
        ExplainedWord(share, _fields_with(document, set(share.terms), found.dictionary)) for share in explanation.shares
    ]
    had = {share.text for share in explanation.shares}
    asked = analyse_query(text, engine.lexicon())
    missing = [clause.text for clause in asked.required if clause.text not in had]
    return ExplainedRank(explanation, words, missing, places.get(entry.id or 0), found.total, engine.count())


def _fields_with(document: SearchDocument, terms: set[str], dictionary: Dictionary) -> list[FoundIn]:
    found = {label: _words_with(getattr(document, name), terms, dictionary) for label, name in _FIELDS.items()}
    return [FoundIn(label, words) for label, words in found.items() if words]


def _words_with(text: str, terms: set[str], dictionary: Dictionary) -> list[str]:
    """Words of a text that are one of the terms or have it as a part, and expressions; each once, the first ones."""
    words, joined = german.cut(text)
    readings = {word: dictionary.read(word) for word in (*words, *joined)}
    found = [word for word, read in readings.items() if read.term in terms or not terms.isdisjoint(read.parts)]
    found += _expressions_with(words, terms)
    return list({german.fold(word): word for word in reversed(found)}.values())[::-1][:MAX_WORDS]


def _expressions_with(words: list[str], terms: set[str]) -> Iterator[str]:
    wanted = {term for term in terms if " " in term}
    own = [german.term_of(word) for word in words] if wanted else []
    for start in range(len(own)):
        for end in range(start + 2, min(start + _LONGEST_EXPRESSION, len(own)) + 1):
            if term_of_expression(tuple(own[start:end])) in wanted:
                yield " ".join(words[start:end])
