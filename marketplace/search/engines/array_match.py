"""Which documents the words of a query find, and how well each fits; in arrays. ``ranking.py`` tells the formulas."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from marketplace.search import ranking
from marketplace.search.engines.array_found import NOTHING, Found, add_up, best_of, intersect, values_at, weakest_of
from marketplace.search.engines.array_snapshot import Documents, Snapshot
from marketplace.search.query_words import Alternative, Clause, QueryWords
from marketplace.search.ranking import Way
from marketplace.search.weighing import code_of


@dataclass(frozen=True)
class Matched:
    """What the words of a query find."""

    found: Found
    complete: Documents
    """Those that have all the words; the others stand below them."""
    terms: frozenset[str]
    """All terms that stand for the words in any document."""
    frequencies: dict[str, int]
    """For each word how many documents have it in any way."""

    @property
    def best(self) -> Found:
        """Those that have all the words, if there are any: in another order the others would stand among them."""
        is_complete = np.isin(self.found.documents, self.complete, assume_unique=True)
        return self.found.only(is_complete) if len(self.complete) else self.found


@dataclass(frozen=True)
class Idea:
    """What one clause finds: documents with their strength, and what it tells that a document has it."""

    found: Found
    rarity: float
    ways: list[Alternative]
    """The ways in which any document has it."""

    @property
    def scored(self) -> Found:
        """The documents with what the clause adds to their score."""
        return self.found.times(self.rarity)


def match(snapshot: Snapshot, words: QueryWords, *, is_blank: bool) -> Matched:
    """Documents that the words find."""
    if not words.required:
        live = np.flatnonzero(snapshot.live)
        everything = Found(live, np.zeros(len(live))) if is_blank or words.excluded else NOTHING
        found = _without_excluded(snapshot, everything, words)
        return Matched(found, found.documents, frozenset(), {})
    _have_ready(snapshot, [way for clause in (*words.required, *words.optional) for way in _first_ways(clause)])
    ideas = find_ideas(snapshot, words.required)
    optional = [idea.scored.times(ranking.OPTIONAL_FACTOR) for idea in find_ideas(snapshot, words.optional)]
    found = complete = _finish(snapshot, intersect([idea.scored for idea in ideas]), optional, words)
    has_parts = len(ideas) > 1 or bool(words.required[0].parts)
    if len(complete) < ranking.ENOUGH and has_parts:
        partly = _finish(snapshot, find_partly(snapshot, words.required, ideas), optional, words)
        found = _complete_first(complete, partly)
    terms = {term for idea in ideas for way in idea.ways for term in way.terms}
    terms |= {part for clause in words.required if found is not complete for part in clause.parts}
    frequencies = {clause.text: len(idea.found) for clause, idea in zip(words.required, ideas, strict=True)}
    return Matched(found, complete.documents, frozenset(terms), frequencies)


def find_ideas(snapshot: Snapshot, clauses: Sequence[Clause]) -> list[Idea]:
    """What each clause finds. What several of them need is read at once: to read may be a trip to a server."""
    ideas = [_try(snapshot, clause, _first_ways(clause)) for clause in clauses]
    few = [place for place, idea in enumerate(ideas) if len(idea.found) < ranking.ENOUGH]
    last = {place: [way for way in clauses[place].alternatives if way.way.is_last_resort] for place in few}
    snapshot.read_ahead(_terms_of(way for ways in last.values() for way in ways))
    for place, ways in last.items():
        if ways:
            ideas[place] = _try(snapshot, clauses[place], _first_ways(clauses[place]) + ways)
    nowhere = [place for place in few if not len(ideas[place].found)]
    longer = _longer_words(snapshot, [clauses[place] for place in nowhere])
    for place, terms in zip(nowhere, longer, strict=True):
        ideas[place] = _try(snapshot, clauses[place], [Alternative((term,), Way.LONGER) for term in terms])
    return ideas


def _try(snapshot: Snapshot, clause: Clause, ways: list[Alternative]) -> Idea:
    parts = [strength(snapshot, way) for way in ways]
    found = best_of(parts)
    used = [way for way, part in zip(ways, parts, strict=True) if len(part)]
    return Idea(found, clause.importance * ranking.rarity(snapshot.count, len(found)), used)


def _first_ways(clause: Clause) -> list[Alternative]:
    return [way for way in clause.alternatives if not way.way.is_last_resort]


def _terms_of(ways: Iterable[Alternative]) -> Iterator[str]:
    return (term for way in ways for term in (*way.terms, *way.exact) if term)


def _have_ready(snapshot: Snapshot, ways: Sequence[Alternative]) -> None:
    """Read what these ways need, with all phrases in one go through the words of the documents."""
    snapshot.read_ahead(_terms_of(ways))
    _read_phrases(snapshot, [way for way in ways if way.phrase and snapshot.strengths.find(way) is None])


def _longer_words(snapshot: Snapshot, clauses: Sequence[Clause]) -> list[list[str]]:
    """For each clause longer words that stand in for it."""
    prefixes = [clause.prefix for clause in clauses]
    listed = snapshot.list_terms([prefix for prefix in prefixes if prefix], ranking.MAX_CANDIDATES)
    candidates = [
        [term for term in ranking.nearest_first(listed[prefix] if prefix else ()) if " " not in term]
        for prefix in prefixes
    ]
    snapshot.read_ahead(
        term for clause, terms in zip(clauses, candidates, strict=True) for term in terms[: clause.expansions]
    )
    return [
        _living(snapshot, *each) for each in zip(candidates, (clause.expansions for clause in clauses), strict=True)
    ]


def _living(snapshot: Snapshot, candidates: Sequence[str], wanted: int) -> list[str]:
    """The first terms that any document has; the list still has those of documents that were changed or removed."""
    alive: list[str] = []
    for start in range(0, len(candidates), wanted):
        some = candidates[start : start + wanted]
        snapshot.read_ahead(some)
        alive += [term for term in some if snapshot.frequency(term)]
        if len(alive) >= wanted:
            break
    return alive[:wanted]


def strength(snapshot: Snapshot, way: Alternative) -> Found:
    """Documents that have all the terms of a way, each as strong as the weakest of them."""
    found = _with_phrase(snapshot, way) if way.phrase else _with_terms(snapshot, way)
    return found.times(way.weight)


def _with_terms(snapshot: Snapshot, way: Alternative) -> Found:
    exact = way.exact or ("",) * len(way.terms)
    return weakest_of([_saturate(snapshot, term, form) for term, form in zip(way.terms, exact, strict=True)])


def _with_phrase(snapshot: Snapshot, way: Alternative) -> Found:
    """To look for words side by side takes long, and a page asks for the same ones in several searches."""
    known = snapshot.strengths.find(way)
    return Found(*known) if known is not None else _read_phrases(snapshot, [way])[way]


def _read_phrases(snapshot: Snapshot, ways: Sequence[Alternative]) -> dict[Alternative, Found]:
    """Of a single word the postings tell whether it stands on its own; for more the words of documents are read."""
    with_terms = {way: _with_terms(snapshot, way) for way in ways}
    several = [way for way in with_terms if len(way.phrase) > 1]
    asked = [([code_of(term) for term in way.phrase], with_terms[way].documents) for way in several]
    side_by_side = dict(zip(several, snapshot.find_phrases(asked) if asked else [], strict=True))
    read = {}
    for way, found in with_terms.items():
        kept = side_by_side[way] if way in side_by_side else snapshot.with_word(way.terms[0])
        read[way] = found.only(np.isin(found.documents, kept, assume_unique=True))
        snapshot.strengths.keep(way, (read[way].documents, read[way].scores))
    return read


def _saturate(snapshot: Snapshot, term: str, form: str) -> Found:
    key = (term, form)
    known = snapshot.strengths.find(key)
    if known is None:
        documents, weights = snapshot.postings(term)
        if form and len(documents):
            weights = weights + ranking.EXACT_BONUS * values_at(documents, Found(*snapshot.postings(form)))
        known = documents, ranking.saturation(weights, snapshot.shortness[documents])
        snapshot.strengths.keep(key, known)
    return Found(*known)


def find_partly(snapshot: Snapshot, clauses: Sequence[Clause], ideas: Sequence[Idea]) -> Found:
    """Documents that have some of the words: the more of them and the rarer, the better."""
    scores, shares, total = [], [], 0.0
    for clause, idea in zip(clauses, ideas, strict=True):
        ways, covering = [idea.found], [Found(idea.found.documents, np.ones(len(idea.found)))]
        rarity = idea.rarity
        if clause.parts:
            some, share = some_parts(snapshot, clause.parts)
            ways.append(some)
            covering.append(share)
            rarity = rarity if len(idea.found) else clause.importance * ranking.rarity(snapshot.count, len(some))
        best = best_of(ways)
        if len(best):
            total += rarity
            scores.append(best.times(rarity))
            shares.append(best_of(covering).times(rarity))
    if not scores:
        return NOTHING
    together, coverage = add_up(scores), add_up(shares).scores / total
    found = Found(together.documents, ranking.covered(together.scores, coverage))
    return found.only(coverage >= ranking.MIN_COVERAGE * coverage.max())


def some_parts(snapshot: Snapshot, parts: Sequence[str]) -> tuple[Found, Found]:
    """Documents that have some parts of a compound: how strong, and what share of the compound they cover."""
    found = [strength(snapshot, Alternative((part,))) for part in parts]
    rarities = [ranking.rarity(snapshot.count, len(one)) for one in found]
    covered = [rarity / sum(rarities) for rarity in rarities]
    weight = Way.SOME_PARTS.weight
    scores = [one.times(weight * share) for one, share in zip(found, covered, strict=True)]
    shares = [Found(one.documents, np.full(len(one), share)) for one, share in zip(found, covered, strict=True)]
    return add_up(scores), add_up(shares)


def _finish(snapshot: Snapshot, found: Found, optional: Sequence[Found], words: QueryWords) -> Found:
    """Without what must not be found; with what optional words add, and the boosts."""
    found = _without_excluded(snapshot, found, words)
    if not len(found):
        return found
    scores = found.scores
    for extra in optional:
        scores = scores + values_at(found.documents, extra)
    return Found(found.documents, scores * snapshot.boosts[found.documents])


def _complete_first(complete: Found, partly: Found) -> Found:
    """Both together; what has all the words stands above what has some."""
    rest = partly.only(~np.isin(partly.documents, complete.documents, assume_unique=True))
    if len(complete) and len(rest):
        rest = rest.times(min(1.0, 0.99 * float(complete.scores.min()) / float(rest.scores.max())))
    return add_up([complete, rest])


def _without_excluded(snapshot: Snapshot, found: Found, words: QueryWords) -> Found:
    ways = [way for clause in words.excluded for way in clause.alternatives]
    if not ways or not len(found):
        return found
    _have_ready(snapshot, ways)
    is_gone = np.zeros(len(snapshot.live), bool)
    for way in ways:
        is_gone[strength(snapshot, way).documents] = True
    return found.only(~is_gone[found.documents])


def score_term(snapshot: Snapshot, term: str) -> Found:
    """Documents with a term, scored by it alone."""
    documents, weights = snapshot.postings(term)
    scores = ranking.saturation(weights, snapshot.shortness[documents])
    return Found(documents, ranking.rarity(snapshot.count, len(documents)) * scores)
