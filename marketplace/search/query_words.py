"""What somebody typed, read as clauses that engines evaluate. Every text has a reading; none is an error.

Words must all be found; ``"quoted words"`` must stand side by side; ``-word`` must not be found. No other sign has a
meaning.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from marketplace.search import german

MAX_CLAUSES = 16
"""Words that are looked at; nobody types more, and each costs time."""

MIN_PREFIX = 4
"""Letters that a term must have so that longer words beginning with it stand in for it."""

_QUOTES = '"„“”»«'
_CHUNK = re.compile(
    rf"(?P<minus>(?<!\S)-)?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<word>[^\s{_QUOTES}]+))"
)


@dataclass(frozen=True)
class Alternative:
    """One way to satisfy a clause: all terms must be found. ``weight`` scales what it adds to the score."""

    terms: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Clause:
    """One word or quoted phrase. One alternative is enough: the place for parts of compounds and synonyms."""

    alternatives: tuple[Alternative, ...]
    phrase: tuple[str | None, ...] = ()
    """Terms that must stand side by side in one field, in this order; None stands for any stop word."""

    @property
    def prefix(self) -> str | None:
        """If no document has the word itself, words that begin with this stand in for it; None if nothing may."""
        only = self.alternatives[0].terms
        usable = not self.phrase and len(self.alternatives) == 1 and len(only) == 1 and len(only[0]) >= MIN_PREFIX
        return only[0] if usable else None


@dataclass(frozen=True)
class QueryWords:
    """The clauses of a query."""

    required: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()

    @property
    def terms(self) -> frozenset[str]:
        """All terms that count as found, for highlighting."""
        return frozenset(term for clause in self.required for way in clause.alternatives for term in way.terms)

    def relaxed(self) -> tuple[Clause, ...]:
        """Each single word of the query as a clause of its own, for when not all can be found together."""
        terms = dict.fromkeys(term for clause in self.required for term in clause.alternatives[0].terms)
        return tuple(Clause((Alternative((term,)),)) for term in terms)


@lru_cache(maxsize=1000)
def analyse_query(text: str) -> QueryWords:
    """Read a query."""
    required: dict[Clause, None] = {}
    excluded: dict[Clause, None] = {}
    for match in _CHUNK.finditer(german.compose(text)):
        clauses = required if match["minus"] is None else excluded
        read = _read_phrase(match["phrase"]) if match["phrase"] is not None else _read_words(match["word"])
        clauses.update(dict.fromkeys(read))
        if len(required) + len(excluded) >= MAX_CLAUSES:
            break
    return QueryWords(tuple(required)[:MAX_CLAUSES], tuple(excluded)[:MAX_CLAUSES])


def _read_words(text: str) -> Iterator[Clause]:
    for parts, joined in german.find_words(text):
        ways = [tuple(term for part in parts if (term := german.term_of(part)))]
        if joined is not None and (term := german.term_of(joined)):
            ways.append((term,))
        if alternatives := tuple(Alternative(terms) for terms in ways if terms):
            yield Clause(alternatives)


def _read_phrase(text: str) -> Iterator[Clause]:
    sequence = german.analyse(text).sequence
    while sequence and sequence[0] is None:
        sequence.pop(0)
    while sequence and sequence[-1] is None:
        sequence.pop()
    terms = tuple(dict.fromkeys(term for term in sequence if term))
    if terms:
        yield Clause((Alternative(terms),), tuple(sequence) if len(sequence) > 1 else ())
