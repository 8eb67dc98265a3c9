"""Which documents the words of a query find, and how well each fits; in arrays. ``ranking.py`` tells the formulas."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketplace.search import ranking
from marketplace.search.engines.array_snapshot import Documents, Floats, Snapshot
from marketplace.search.query_words import Alternative, Clause, QueryWords
from marketplace.search.ranking import Way
from marketplace.search.weighing import code_of


@dataclass(frozen=True)
class Found:
    """Documents in order of their numbers, each with its score, which is greater than 0."""

    documents: Documents
    scores: Floats

    def __len__(self) -> int:
        return len(self.documents)

    def only(self, keep: NDArray[np.bool_]) -> "Found":
        """Those that are marked."""
        return Found(self.documents[keep], self.scores[keep])

    def times(self, factor: float) -> "Found":
        """The same with other scores."""
        return self if factor == 1.0 else Found(self.documents, factor * self.scores)


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


_FEW = 16
"""Among so many times more documents, each is looked for by bisection."""

NOTHING = Found(np.empty(0, np.int64), np.empty(0, np.float64))


def match(snapshot: Snapshot, words: QueryWords, *, is_blank: bool) -> Matched:
    """Documents that the words find."""
    if not words.required:
        live = np.flatnonzero(snapshot.live)
        everything = Found(live, np.zeros(len(live))) if is_blank or words.excluded else NOTHING
        found = _without_excluded(snapshot, everything, words)
        return Matched(found, found.documents, frozenset(), {})
    snapshot.read_ahead(_terms_of(way for clause in (*words.required, *words.optional) for way in _first_ways(clause)))
    ideas = [find_idea(snapshot, clause) for clause in words.required]
    optional = [find_idea(snapshot, clause).scored.times(ranking.OPTIONAL_FACTOR) for clause in words.optional]
    found = complete = _finish(snapshot, _intersect([idea.scored for idea in ideas]), optional, words)
    has_parts = len(ideas) > 1 or bool(words.required[0].parts)
    if len(complete) < ranking.ENOUGH and has_parts:
        partly = _finish(snapshot, find_partly(snapshot, words.required, ideas), optional, words)
        found = _complete_first(complete, partly)
    terms = {term for idea in ideas for way in idea.ways for term in way.terms}
    terms |= {part for clause in words.required if found is not complete for part in clause.parts}
    frequencies = {clause.text: len(idea.found) for clause, idea in zip(words.required, ideas, strict=True)}
    return Matched(found, complete.documents, frozenset(terms), frequencies)


def find_idea(snapshot: Snapshot, clause: Clause) -> Idea:
    """Documents that satisfy a clause."""
    ways = _first_ways(clause)
    parts = [strength(snapshot, way) for way in ways]
    found = _best_of(parts)
    if len(found) < ranking.ENOUGH:
        last = [way for way in clause.alternatives if way.way.is_last_resort]
        snapshot.read_ahead(_terms_of(last))
        ways, parts = ways + last, parts + [strength(snapshot, way) for way in last]
        found = _best_of(parts)
    if not len(found):
        ways = [Alternative((term,), Way.LONGER) for term in _longer_words(snapshot, clause)]
        parts = [strength(snapshot, way) for way in ways]
        found = _best_of(parts)
    used = [way for way, part in zip(ways, parts, strict=True) if len(part)]
    return Idea(found, ranking.rarity(snapshot.count, len(found)), used)


def _first_ways(clause: Clause) -> list[Alternative]:
    return [way for way in clause.alternatives if not way.way.is_last_resort]


def _terms_of(ways: Iterable[Alternative]) -> Iterator[str]:
    return (term for way in ways for term in (*way.terms, *way.exact) if term)


def _longer_words(snapshot: Snapshot, clause: Clause) -> list[str]:
    if clause.prefix is None:
        return []
    listed = ranking.nearest_first(snapshot.list_terms(clause.prefix, ranking.MAX_CANDIDATES))
    candidates = [term for term in listed if " " not in term]
    # The dictionary still has the words of entries that were changed or removed since.
    alive: list[str] = []
    for start in range(0, len(candidates), clause.expansions):
        some = candidates[start : start + clause.expansions]
        snapshot.read_ahead(some)
        alive += [term for term in some if snapshot.frequency(term)]
        if len(alive) >= clause.expansions:
            break
    return alive[: clause.expansions]


def strength(snapshot: Snapshot, way: Alternative) -> Found:
    """Documents that have all the terms of a way, each as strong as the weakest of them."""
    found = _with_phrase(snapshot, way) if way.phrase else _with_terms(snapshot, way)
    return found.times(way.weight)


def _with_terms(snapshot: Snapshot, way: Alternative) -> Found:
    exact = way.exact or ("",) * len(way.terms)
    return _weakest_of([_saturate(snapshot, term, form) for term, form in zip(way.terms, exact, strict=True)])


def _with_phrase(snapshot: Snapshot, way: Alternative) -> Found:
    """To look for words side by side takes long, and a page asks for the same ones in several searches."""
    known = snapshot.strengths.find(way)
    if known is None:
        found = _with_terms(snapshot, way)
        side_by_side = snapshot.find_phrase([code_of(term) for term in way.phrase], found.documents)
        found = found.only(np.isin(found.documents, side_by_side, assume_unique=True))
        known = found.documents, found.scores
        snapshot.strengths.keep(way, known)
    return Found(*known)


def _saturate(snapshot: Snapshot, term: str, form: str) -> Found:
    key = (term, form)
    known = snapshot.strengths.find(key)
    if known is None:
        documents, weights = snapshot.postings(term)
        if form and len(documents):
            weights = weights + ranking.EXACT_BONUS * _values_at(documents, Found(*snapshot.postings(form)))
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
            rarity = rarity if len(idea.found) else ranking.rarity(snapshot.count, len(some))
        best = _best_of(ways)
        if len(best):
            total += rarity
            scores.append(best.times(rarity))
            shares.append(_best_of(covering).times(rarity))
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
        scores = scores + _values_at(found.documents, extra)
    return Found(found.documents, scores * snapshot.boosts[found.documents])


def _complete_first(complete: Found, partly: Found) -> Found:
    """Both together; what has all the words stands above what has some."""
    rest = partly.only(~np.isin(partly.documents, complete.documents, assume_unique=True))
    if len(complete) and len(rest):
        rest = rest.times(min(1.0, 0.99 * float(complete.scores.min()) / float(rest.scores.max())))
    return add_up([complete, rest])


def _without_excluded(snapshot: Snapshot, found: Found, words: QueryWords) -> Found:
    ways = [way for clause in words.excluded for way in clause.alternatives]
    snapshot.read_ahead(_terms_of(ways))
    for way in ways:
        gone = strength(snapshot, way).documents
        found = found.only(~np.isin(found.documents, gone, assume_unique=True))
    return found


def score_term(snapshot: Snapshot, term: str) -> Found:
    """Documents with a term, scored by it alone."""
    documents, weights = snapshot.postings(term)
    scores = ranking.saturation(weights, snapshot.shortness[documents])
    return Found(documents, ranking.rarity(snapshot.count, len(documents)) * scores)


def _values_at(documents: Documents, found: Found) -> Floats:
    """What has been found at these documents; 0 where there is nothing."""
    if not len(found) or not len(documents):
        return np.zeros(len(documents))
    if len(documents) * _FEW < len(found):
        places = np.searchsorted(found.documents, documents)
        places[places == len(found)] = 0
        return np.where(found.documents[places] == documents, found.scores[places], 0.0)
    # Laid out over all documents, which is much faster than looking for each.
    row = np.zeros(max(int(documents[-1]), int(found.documents[-1])) + 1)
    row[found.documents] = found.scores
    values: Floats = row[documents]
    return values


def _in_all(parts: Sequence[Found]) -> tuple[Documents, list[Floats]]:
    """Documents that are in all parts, and their scores in each."""
    documents = min(parts, key=len).documents
    scores = [_values_at(documents, part) for part in parts]
    is_common = np.logical_and.reduce([each > 0.0 for each in scores])
    return documents[is_common], [each[is_common] for each in scores]


def _intersect(parts: Sequence[Found]) -> Found:
    """Documents that are in all parts, with the sum of their scores."""
    if len(parts) == 1:
        return parts[0]
    documents, scores = _in_all(parts)
    total = np.zeros(len(documents))
    for each in scores:
        total += each
    return Found(documents, total)


def _weakest_of(parts: Sequence[Found]) -> Found:
    """Documents that are in all parts, with the least of their scores."""
    if len(parts) == 1:
        return parts[0]
    documents, scores = _in_all(parts)
    return Found(documents, np.minimum.reduce(scores))


def add_up(parts: Sequence[Found]) -> Found:
    """Documents that are in any part, with the sum of their scores."""
    parts = [part for part in parts if len(part)]
    if len(parts) <= 1:
        return parts[0] if parts else NOTHING
    total = _row_for(parts)
    for part in parts:
        total[part.documents] += part.scores
    documents = np.flatnonzero(total > 0.0)
    return Found(documents, total[documents])


def _best_of(parts: Sequence[Found]) -> Found:
    """Documents that are in any part, with the best of their scores."""
    parts = [part for part in parts if len(part)]
    if len(parts) <= 1:
        return parts[0] if parts else NOTHING
    best = _row_for(parts)
    for part in parts:
        best[part.documents] = np.maximum(best[part.documents], part.scores)
    documents = np.flatnonzero(best > 0.0)
    return Found(documents, best[documents])


def _row_for(parts: Sequence[Found]) -> Floats:
    """A place for each document up to the last one of the parts. Much faster than sorting their numbers."""
    return np.zeros(max(int(part.documents[-1]) for part in parts) + 1)
