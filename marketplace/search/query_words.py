"""What somebody typed, read as clauses that engines evaluate. Every text has a reading; none is an error.

``"quoted words"`` must stand side by side, just these; ``-word`` must not be found. No other sign has a meaning.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from marketplace.search import german, questions, ranking
from marketplace.search.compounds import Expression, term_of_expression
from marketplace.search.lexicon import PLAIN, Lexicon
from marketplace.search.ranking import Way
from marketplace.search.synonyms import Relation, Synonym
from marketplace.search.weighing import EXACT_MARK

MAX_CLAUSES = 16
"""Words that are looked at; nobody types more, and each costs time."""

MAX_PHRASES = 6
"""Runs of several words that are looked for side by side, for which the words of entries are read. More of them count
as single words, or as nothing if they were to be excluded."""

MIN_PREFIX = 4
"""Letters that a term must have so that longer words beginning with it stand in for it."""

QUOTES = '"„“”»«‹›'
"""All of them quote, whichever way round; single ones are apostrophes too often."""

_MINUS = "-\u2010\u2011\u2212"
"""Also the hyphens and the minus that word processors make of it; a dash is none."""

_CHUNK = re.compile(
    rf"(?P<minus>(?<!\S)[{_MINUS}])?(?:[{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}]|(?P<word>[^\s{QUOTES}]+))"
)
_SENTENCE_PART = re.compile(r"[,.;:!?–]")
_MAX_SENTENCE = 300
"""Characters in which verbs with their particles are looked for."""

_WAYS = {
    Relation.SAME: Way.SAME, Relation.MEANT: Way.MEANT, Relation.RELATED: Way.RELATED, Relation.NARROWER: Way.NARROWER
}  # fmt: skip


@dataclass(frozen=True)
class Alternative:
    """One way to satisfy a clause: all terms must be found."""

    terms: tuple[str, ...]
    way: Way = Way.WORD
    exact: tuple[str, ...] = ()
    """For each term the one that stands only for the very form that was typed; that makes the document count more."""
    phrase: Expression = ()
    """Terms that must stand side by side in one field, in this order; None stands for any stop word."""

    @property
    def weight(self) -> float:
        """What it counts."""
        return self.way.weight


@dataclass(frozen=True)
class Clause:
    """One word or quoted phrase. One alternative is enough, the best one counts."""

    text: str
    """As it was typed."""
    alternatives: tuple[Alternative, ...]
    parts: tuple[str, ...] = ()
    """Terms of the parts, if it is a compound."""
    expansions: int = ranking.MAX_EXPANSIONS
    """How many longer words may stand in for it."""
    importance: float = 1.0
    """What it tells beside the other words of the query."""

    @property
    def is_phrase(self) -> bool:
        """Whether it must be found just as it is."""
        return bool(self.alternatives[0].phrase)

    @property
    def runs(self) -> int:
        """How many runs of several words it has that must stand side by side."""
        return sum(len(way.phrase) > 1 for way in self.alternatives)

    @property
    def prefix(self) -> str | None:
        """If no document has the word in any way, words that begin with this stand in for it; None if nothing may."""
        first = self.alternatives[0].terms
        return first[0] if not self.is_phrase and len(first) == 1 and len(first[0]) >= MIN_PREFIX else None


@dataclass(frozen=True)
class QueryWords:
    """The clauses of a query."""

    required: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    optional: tuple[Clause, ...] = ()
    """Words that only make a question of the others; who has them stands a little higher."""


@lru_cache(maxsize=1000)
def analyse_query(text: str, lexicon: Lexicon = PLAIN) -> QueryWords:
    """Read a query."""
    wanted: dict[object, Clause] = {}
    excluded: dict[object, Clause] = {}
    text, phrases = german.compose(text), 0
    infinitives = _find_infinitives(text)
    for match in _CHUNK.finditer(text):
        phrase, word = match["phrase"], match["word"]
        clauses = wanted if match["minus"] is None else excluded
        if phrase is not None:
            read = list(_read_phrase(phrase))
        else:
            read = list(_read_words(word, lexicon, infinitives) if clauses is wanted else _read_excluded(word))
        if any(clause.runs for clause in read):
            phrases += 1
            if phrases > MAX_PHRASES:
                read = list(_read_words(phrase, lexicon, infinitives)) if clauses is wanted else []
        for clause in read:
            clauses.setdefault((clause.alternatives[0].terms, clause.alternatives[0].phrase), clause)
        if len(wanted) + len(excluded) >= MAX_CLAUSES:
            break
    asked = list(wanted.values())[:MAX_CLAUSES]
    required = _without_fillers(asked, text, lexicon) or asked
    optional = tuple(clause for clause in asked if clause not in required)
    together = _with_neighbours(_with_importance(required, text), lexicon)
    return QueryWords(
        _with_expansions(together, len(asked)),
        tuple(excluded.values())[:MAX_CLAUSES],
        _with_expansions(optional, len(asked)),
    )


def _with_expansions(clauses: Sequence[Clause], words: int) -> tuple[Clause, ...]:
    number = ranking.expansions(words)
    return tuple(each if each.expansions == number else replace(each, expansions=number) for each in clauses)


def _find_infinitives(text: str) -> dict[str, str]:
    """Words that may be verbs whose particle stands at the end of their part of the sentence, and both as one."""
    found: dict[str, str] = {}
    for part in _SENTENCE_PART.split(text[:_MAX_SENTENCE]):
        *words, last = part.split() or [""]
        found |= {word: verb for word in words[:MAX_CLAUSES] if (verb := questions.infinitive_of(word, last))}
    return found


def _with_importance(clauses: Sequence[Clause], text: str) -> Sequence[Clause]:
    """The clauses of a sentence with the nouns before the other words: they say what it is about."""
    nouns = [clause.is_phrase or questions.is_noun(clause.text, text) for clause in clauses]
    if not any(nouns) or not questions.is_sentence(text):
        return clauses
    return [
        clause if is_noun else replace(clause, importance=ranking.IMPORTANCE_BESIDE_NOUNS)
        for clause, is_noun in zip(clauses, nouns, strict=True)
    ]


def _without_fillers(clauses: Sequence[Clause], text: str, lexicon: Lexicon) -> list[Clause]:
    """The clauses that say what is looked for. Menschen does in ältere Menschen, for these have synonyms together."""
    fillers = {
        clause.text
        for clause in clauses
        if questions.is_filler(clause.text, is_noun=questions.is_noun(clause.text, text))
    }
    if not fillers:
        return list(clauses)
    runs = (numbers for numbers, _ in _find_synonyms(clauses, lexicon) if len(numbers) > 1)
    together = {number for numbers in runs for number in numbers}
    return [
        clause
        for number, clause in enumerate(clauses)
        if number in together or clause.is_phrase or clause.text not in fillers
    ]


def _read_words(text: str, lexicon: Lexicon, infinitives: Mapping[str, str]) -> Iterator[Clause]:
    for parts, joined in german.find_words(text):
        clause = _read_word(tuple(parts), joined, lexicon)
        if clause is None:
            continue
        if (verb := infinitives.get(parts[0])) and joined is None and (term := german.term_of(verb)):
            clause = replace(clause, alternatives=(*clause.alternatives, Alternative((term,), Way.TOGETHER)))
        yield clause


@lru_cache(maxsize=5000)
def _read_word(parts: tuple[str, ...], joined: str | None, lexicon: Lexicon) -> Clause | None:
    """A word, or the parts of a hyphen compound and the whole; None for a stop word. Kept, for words come again."""
    ways = [way for words in (parts, [joined] if joined else []) for way in _as_typed(words)]
    if not ways:
        return None
    if joined is not None:
        return Clause(joined, tuple(ways))
    main = lexicon.dictionary.main_parts(parts[0])
    ways += [Alternative((term,), Way.FAMILY) for term in german.family_of(parts[0])]
    ways += [Alternative(main, Way.PARTS)] if main else []
    return Clause(parts[0], tuple(ways), main)


def _as_typed(words: Sequence[str]) -> Iterator[Alternative]:
    exact = {term: EXACT_MARK + german.fold_word(word) for word in words if (term := german.term_of(word))}
    if exact:
        yield Alternative(tuple(exact), exact=tuple(exact.values()))


def _read_excluded(text: str) -> Iterator[Clause]:
    """A word that must not be found excludes neither compounds with it nor synonyms."""
    for parts, joined in german.find_words(text):
        runs = [tuple(term for part in parts if (term := german.term_of(part)))]
        runs += [(term,)] if joined is not None and (term := german.term_of(joined)) else []
        if ways := tuple(Alternative(tuple(dict.fromkeys(run)), phrase=run) for run in runs if run):
            yield Clause(text, ways)


def _read_phrase(text: str) -> Iterator[Clause]:
    sequence = german.analyse(text).sequence
    while sequence and sequence[0] is None:
        sequence.pop(0)
    while sequence and sequence[-1] is None:
        sequence.pop()
    if sequence:
        terms = tuple(dict.fromkeys(term for term in sequence if term))
        yield Clause(text, (Alternative(terms, phrase=tuple(sequence)),))


def _with_neighbours(clauses: Sequence[Clause], lexicon: Lexicon) -> tuple[Clause, ...]:
    """The clauses with what they mean together: synonyms of words and of runs of words, and two words written as one.

    What stands in for several words stands in for each of them.
    """
    added: list[dict[Alternative, None]] = [{} for _ in clauses]
    for numbers, synonyms in _find_synonyms(clauses, lexicon):
        ways = dict.fromkeys(way for synonym in synonyms for way in _as_alternatives(synonym, lexicon))
        for number in numbers:
            added[number].update(ways)
    for number, (one, other) in enumerate(pairwise(clauses)):
        term = None if one.is_phrase or other.is_phrase else german.term_of(one.text + other.text)
        if term is not None:
            ways = {Alternative((term,), Way.TOGETHER): None}
            for synonym in lexicon.synonyms.find((term,)):
                ways.update(dict.fromkeys(_as_alternatives(synonym, lexicon)))
            added[number].update(ways)
            added[number + 1].update(ways)
    return tuple(
        replace(clause, alternatives=(*clause.alternatives, *ways)) if ways else clause
        for clause, ways in zip(clauses, added, strict=True)
    )


def _find_synonyms(clauses: Sequence[Clause], lexicon: Lexicon) -> Iterator[tuple[list[int], Sequence[Synonym]]]:
    """Runs of clauses that have synonyms, the longest first; a clause in a run of several is in no shorter one."""
    taken: set[int] = set()
    for length in range(min(lexicon.synonyms.longest, len(clauses)), 0, -1):
        for start in range(len(clauses) - length + 1):
            numbers = list(range(start, start + length))
            run = [clauses[number] for number in numbers]
            if taken.intersection(numbers) or any(clause.is_phrase for clause in run):
                continue
            synonyms = lexicon.synonyms.find(tuple(term for clause in run for term in clause.alternatives[0].terms))
            if not synonyms and length == 1:
                synonyms = _synonyms_of_family(run[0], lexicon)
            if synonyms:
                taken.update(numbers if length > 1 else ())
                yield numbers, synonyms


def _synonyms_of_family(clause: Clause, lexicon: Lexicon) -> Sequence[Synonym]:
    """Whoever types bezahlt means what the file says of bezahlen."""
    family = (way.terms for way in clause.alternatives if way.way is Way.FAMILY)
    return next((found for terms in family if (found := lexicon.synonyms.find(terms))), ())


def _as_alternatives(synonym: Synonym, lexicon: Lexicon) -> Iterable[Alternative]:
    way, sequence = _WAYS[synonym.relation], synonym.sequence
    if len(sequence) == 1 and sequence[0]:
        return [Alternative((sequence[0],), way)]
    if lexicon.dictionary.has_expression(sequence):
        return [Alternative((term_of_expression(sequence),), way)]
    # New in the file since the index was built: found all the same, only slower.
    return [Alternative(tuple(dict.fromkeys(term for term in sequence if term)), way, phrase=sequence)]
