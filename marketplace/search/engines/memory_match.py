"""Which documents the words of a query find: the formulas of ``ranking.py`` document by document, without shortcuts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.search import ranking
from marketplace.search.port import Explanation, SearchDocument, WordShare
from marketplace.search.query_words import Alternative, Clause, QueryWords
from marketplace.search.ranking import Way
from marketplace.search.weighing import EXACT_MARK, WeighedDocument, code_of

Scores = dict[int, float]


@dataclass(frozen=True)
class Idea:
    """What one clause finds: documents with their strength and the way each has it."""

    strengths: Scores
    ways: dict[int, Alternative]
    rarity: float
    used: list[Alternative]
    """The ways in which any document has it."""


@dataclass(frozen=True)
class Matched:
    """What the words of a query find."""

    scores: Scores
    complete: set[int]
    terms: frozenset[str]
    frequencies: dict[str, int]

    @property
    def best(self) -> Scores:
        """Those that have all the words, if there are any: in another order the others would stand among them."""
        return {i: self.scores[i] for i in self.complete} if self.complete else self.scores


class Matcher:
    """All documents at one moment."""

    def __init__(self, documents: Mapping[int, SearchDocument], weighed: Mapping[int, WeighedDocument]) -> None:
        self._documents = documents
        self._weighed = weighed
        self._average = sum(each.length for each in weighed.values()) / max(1, len(weighed)) or 1.0
        self._newest = max((document.year for document in documents.values()), default=0)

    def match(self, words: QueryWords, *, is_blank: bool) -> Matched:
        """Documents that the words find."""
        if not words.required:
            everything = dict.fromkeys(self._documents, 0.0) if is_blank or words.excluded else {}
            found = self._without_excluded(everything, words)
            return Matched(found, set(found), frozenset(), {})
        ideas = [self._find_idea(clause) for clause in words.required]
        common = set.intersection(*(set(idea.strengths) for idea in ideas))
        complete = {i: add(idea.rarity * idea.strengths[i] for idea in ideas) for i in common}
        found = complete = self._finish(complete, words)
        if len(complete) < ranking.ENOUGH and (len(ideas) > 1 or words.required[0].parts):
            found = _complete_first(complete, self._finish(self._find_partly(words.required, ideas), words))
        terms = {term for idea in ideas for way in idea.used for term in way.terms}
        terms |= {part for clause in words.required if found is not complete for part in clause.parts}
        frequencies = {clause.text: len(idea.strengths) for clause, idea in zip(words.required, ideas, strict=True)}
        return Matched(found, set(complete), frozenset(terms), frequencies)

    def explain(self, words: QueryWords, entry_id: int) -> Explanation | None:
        """Why an entry is found."""
        matched = self.match(words, is_blank=False)
        if entry_id not in matched.scores:
            return None
        shares = []
        for clause in (*words.required, *words.optional):
            idea = self._find_idea(clause)
            is_optional = clause in words.optional
            if entry_id in idea.strengths:
                way, strength = idea.ways[entry_id], idea.strengths[entry_id]
                documents = len(idea.strengths)
                shares.append(WordShare(clause.text, way.way, way.terms, documents, idea.rarity, strength, is_optional))
            elif clause.parts and not is_optional:
                some, _ = self._some_parts(clause.parts)
                if entry_id in some:
                    terms = tuple(part for part in clause.parts if entry_id in self.with_term(part))
                    rarity = idea.rarity if idea.strengths else clause.importance * self._rarity(len(some))
                    shares.append(
                        WordShare(
                            clause.text, Way.SOME_PARTS, terms, len(idea.strengths), rarity, some[entry_id], is_optional
                        )
                    )
        boosts = ranking.boosts_by_name(*self._boosted_by(entry_id))
        return Explanation(matched.scores[entry_id], entry_id in matched.complete, shares, boosts)

    def with_term(self, term: str) -> dict[int, float]:
        """Documents with a term, and its weight in each."""
        return {i: weighed.weights[term] for i, weighed in self._weighed.items() if term in weighed.weights}

    def score_term(self, term: str) -> Scores:
        """Documents with a term, scored by it alone."""
        found = self.with_term(term)
        rarity = self._rarity(len(found))
        return {i: rarity * ranking.saturation(weight, self._shortness(i)) for i, weight in found.items()}

    def list_terms(self, prefix: str) -> set[str]:
        """Terms of all documents that begin with a prefix."""
        return {term for weighed in self._weighed.values() for term in weighed.weights if term.startswith(prefix)}

    def _rarity(self, documents: int) -> float:
        return ranking.rarity(len(self._weighed), documents)

    def _shortness(self, entry_id: int) -> float:
        return ranking.shortness(self._weighed[entry_id].length, self._average)

    def _find_idea(self, clause: Clause) -> Idea:
        ways = [way for way in clause.alternatives if not way.way.is_last_resort]
        found = self._best(ways)
        if len(found) < ranking.ENOUGH:
            ways += [way for way in clause.alternatives if way.way.is_last_resort]
            found = self._best(ways)
        prefix = clause.prefix
        if not found and prefix is not None:
            known = sorted(self.list_terms(prefix))[: ranking.MAX_CANDIDATES]
            longer = [term for term in ranking.nearest_first(known) if " " not in term][: clause.expansions]
            ways = [Alternative((term,), Way.LONGER) for term in longer]
            found = self._best(ways)
        strengths = {i: strength for i, (strength, _) in found.items()}
        used = [way for way in ways if self._strength(way)]
        rarity = clause.importance * self._rarity(len(found))
        return Idea(strengths, {i: way for i, (_, way) in found.items()}, rarity, used)

    def _best(self, ways: Sequence[Alternative]) -> dict[int, tuple[float, Alternative]]:
        best: dict[int, tuple[float, Alternative]] = {}
        for way in ways:
            for i, strength in self._strength(way).items():
                if i not in best or strength > best[i][0]:
                    best[i] = strength, way
        return best

    def _strength(self, way: Alternative) -> Scores:
        by_term = [self._saturate(way, place) for place in range(len(way.terms))]
        common = set.intersection(*(set(found) for found in by_term))
        if way.phrase:
            codes = [code_of(term) for term in way.phrase]
            common = {i for i in common if _contains(self._weighed[i].codes, codes)}
        return {i: way.weight * min(found[i] for found in by_term) for i in common}

    def _saturate(self, way: Alternative, place: int) -> Scores:
        exact = self.with_term(way.exact[place]) if way.exact else {}
        return {
            i: ranking.saturation(weight + ranking.EXACT_BONUS * exact.get(i, 0.0), self._shortness(i))
            for i, weight in self.with_term(way.terms[place]).items()
        }

    def _find_partly(self, clauses: Sequence[Clause], ideas: Sequence[Idea]) -> Scores:
        scores: Scores = {}
        shares: Scores = {}
        total = 0.0
        for clause, idea in zip(clauses, ideas, strict=True):
            best, covering, rarity = dict(idea.strengths), dict.fromkeys(idea.strengths, 1.0), idea.rarity
            if clause.parts:
                some, share = self._some_parts(clause.parts)
                for i in some:
                    best[i] = max(best.get(i, 0.0), some[i])
                    covering[i] = max(covering.get(i, 0.0), share[i])
                rarity = rarity if idea.strengths else clause.importance * self._rarity(len(some))
            if best:
                total += rarity
            for i, strength in best.items():
                scores[i] = scores.get(i, 0.0) + rarity * strength
                shares[i] = shares.get(i, 0.0) + rarity * covering[i]
        coverage = {i: share / total for i, share in shares.items()}
        least = ranking.MIN_COVERAGE * max(coverage.values(), default=0.0)
        return {i: ranking.covered(scores[i], coverage[i]) for i in scores if coverage[i] >= least}

    def _some_parts(self, parts: Sequence[str]) -> tuple[Scores, Scores]:
        found = [self._strength(Alternative((part,))) for part in parts]
        rarities = [self._rarity(len(one)) for one in found]
        scores: Scores = {}
        shares: Scores = {}
        for one, rarity in zip(found, rarities, strict=True):
            covered = rarity / sum(rarities)
            for i in one:
                scores[i] = scores.get(i, 0.0) + Way.SOME_PARTS.weight * covered * one[i]
                shares[i] = shares.get(i, 0.0) + covered
        return scores, shares

    def _finish(self, scores: Scores, words: QueryWords) -> Scores:
        finished = self._without_excluded(scores, words)
        for clause in words.optional:
            idea = self._find_idea(clause)
            for i in finished.keys() & idea.strengths.keys():
                finished[i] += ranking.OPTIONAL_FACTOR * (idea.rarity * idea.strengths[i])
        return {i: score * self._boost(i) for i, score in finished.items()}

    def _boost(self, entry_id: int) -> float:
        return ranking.boost(*self._boosted_by(entry_id))

    def _boosted_by(self, entry_id: int) -> tuple[int, int, float, int, bool]:
        document = self._documents[entry_id]
        return document.year, self._newest, document.completeness, document.reuses, document.unconfirmed

    def _without_excluded(self, scores: Scores, words: QueryWords) -> Scores:
        gone = {i for clause in words.excluded for way in clause.alternatives for i in self._strength(way)}
        return {i: score for i, score in scores.items() if i not in gone}

    def forms(self) -> set[str]:
        """All words, folded."""
        return {term[len(EXACT_MARK) :] for term in self.list_terms(EXACT_MARK)}


def add(numbers: Iterable[float]) -> float:
    """One after the other, as arrays are added; ``sum`` compensates rounding from Python 3.12 on."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def _complete_first(complete: Scores, partly: Scores) -> Scores:
    rest = {i: score for i, score in partly.items() if i not in complete}
    if complete and rest:
        factor = min(1.0, 0.99 * min(complete.values()) / max(rest.values()))
        rest = {i: factor * score for i, score in rest.items()}
    return {**complete, **rest}


def _contains(codes: list[int], wanted: list[int]) -> bool:
    last = len(codes) - len(wanted)
    return any(codes[start : start + len(wanted)] == wanted for start in range(last + 1))
