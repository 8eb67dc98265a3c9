"""Why a document stands where it stands: what each word of a query adds to its score, and by which way."""

import numpy as np

from marketplace.search import ranking
from marketplace.search.engines.array_found import Found
from marketplace.search.engines.array_match import find_ideas, match, some_parts, strength
from marketplace.search.engines.array_snapshot import Snapshot
from marketplace.search.port import Explanation, WordShare
from marketplace.search.query_words import Clause, QueryWords
from marketplace.search.ranking import Way


def explain(snapshot: Snapshot, words: QueryWords, entry_id: int) -> Explanation | None:
    """Why an entry is found; None if it is not."""
    matched = match(snapshot, words, is_blank=False)
    places = np.flatnonzero(snapshot.entry_ids[matched.found.documents] == entry_id)
    if not len(places):
        return None
    document = int(matched.found.documents[places[0]])
    shares = [
        share
        for clauses, is_optional in ((words.required, False), (words.optional, True))
        for clause in clauses
        if (share := _share_of(snapshot, clause, document, is_optional=is_optional))
    ]
    is_complete = bool(np.isin(document, matched.complete))
    return Explanation(float(matched.found.scores[places[0]]), is_complete, shares, snapshot.boosts_of(document))


def _share_of(snapshot: Snapshot, clause: Clause, document: int, *, is_optional: bool) -> WordShare | None:
    [idea] = find_ideas(snapshot, [clause])
    documents = len(idea.found)
    if (own := _score_in(idea.found, document)) is not None:
        way = next(way for way in idea.ways if _score_in(strength(snapshot, way), document) == own)
        return WordShare(clause.text, way.way, way.terms, documents, idea.rarity, own, is_optional)
    if not clause.parts or is_optional:
        return None
    some, _ = some_parts(snapshot, clause.parts)
    part_strength = _score_in(some, document)
    if part_strength is None:
        return None
    terms = tuple(part for part in clause.parts if document in snapshot.postings(part)[0])
    rarity = idea.rarity if documents else clause.importance * ranking.rarity(snapshot.count, len(some))
    return WordShare(clause.text, Way.SOME_PARTS, terms, documents, rarity, part_strength, is_optional)


def _score_in(found: Found, document: int) -> float | None:
    places = np.flatnonzero(found.documents == document)
    return float(found.scores[places[0]]) if len(places) else None
