"""Synonyms of ``content/synonyme.yml``: words that find each other though they share no letter. Plain.

They are applied to queries only, so that the file can be edited without building the index anew. How a file is read and
what may be wrong with it stands in ``synonym_file.py``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import product

from marketplace.search import german
from marketplace.search.compounds import Expression
from marketplace.search.spelling import WordIndex

MAX_SYNONYMS = 24
"""Synonyms that one word of a query may bring; the nearest are taken."""

Key = tuple[str, ...]
"""Terms of a word or of several, without stop words."""


class Relation(Enum):
    """How near two words are, the nearest first. The value is the key in the file."""

    SAME = "gleich"
    MEANT = "meint"
    RELATED = "verwandt"
    NARROWER = "unterbegriffe"


@dataclass(frozen=True)
class Group:
    """One line of the file: words in a relation."""

    relation: Relation
    words: tuple[str, ...]
    heads: int = 1
    """Of narrower words the first one is the broader; of meant ones so many at the front are those of everyday."""

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """Which word finds which other. Who looks for the broader finds the narrower one, not the other way round."""
        is_mutual = self.relation is Relation.RELATED
        others = self.words if is_mutual else self.words[self.heads :]
        return product(self.words if is_mutual else self.words[: self.heads], others)


@dataclass(frozen=True)
class Synonym:
    """What stands in for a word: terms that stand side by side."""

    sequence: Expression
    relation: Relation


class Synonyms:
    """All groups, ready for look-up."""

    def __init__(self, groups: Iterable[Group] = ()) -> None:
        """Groups that are valid."""
        groups = list(groups)
        self._found = _look_ups(groups)
        self._written = {german.fold_word(word): word for group in groups for word in group.words if word.isalpha()}
        self.longest = max(map(len, self._found), default=0)
        """Terms of the longest word that has synonyms."""

    def find(self, terms: Key) -> Sequence[Synonym]:
        """What stands in for a word or several, the nearest first."""
        return self._found.get(terms, ())

    def words_like(self, form: str) -> dict[str, int]:
        """Single words of the file near a folded one, and how many letters apart; perhaps no entry has them."""
        return self._spelling.find(form)

    def written(self, form: str) -> str | None:
        """A single word of the file as it is written there."""
        return self._written.get(form)

    @cached_property
    def _spelling(self) -> WordIndex:
        return WordIndex((form, 1) for form in self._written)

    @property
    def expressions(self) -> set[Expression]:
        """What stands in for a word and has several words itself."""
        return {each.sequence for found in self._found.values() for each in found if len(each.sequence) > 1}


def terms_of(word: str) -> Key:
    """The terms of a word or of several."""
    return tuple(term for term in german.analyse(word).sequence if term)


def main_key(word: str) -> str:
    """The terms of a word run together: LoRa-WAN, LoRa WAN and LoRaWAN mean the same."""
    return "".join(terms_of(word))


def _look_ups(groups: list[Group]) -> dict[Key, list[Synonym]]:
    concepts = _Concepts()
    for group in groups:
        if group.relation is Relation.SAME:
            concepts.unite(group.words)
    pairs: dict[tuple[int, int], Relation] = {}
    for relation in (Relation.MEANT, Relation.RELATED, Relation.NARROWER):
        for group in groups:
            if group.relation is relation:
                for one, other in group.pairs:
                    pairs.setdefault((concepts.number_of(one), concepts.number_of(other)), relation)
    return concepts.look_ups(pairs)


class _Concepts:
    """Words that mean the same share a number."""

    def __init__(self) -> None:
        self._words: list[Sequence[str]] = []
        self._by_key: dict[str, int] = {}

    def unite(self, words: Sequence[str]) -> None:
        for word in words:
            self._by_key.setdefault(main_key(word), len(self._words))
        self._words.append(words)

    def number_of(self, word: str) -> int:
        if main_key(word) not in self._by_key:
            self.unite([word])
        return self._by_key[main_key(word)]

    def look_ups(self, pairs: Mapping[tuple[int, int], Relation]) -> dict[Key, list[Synonym]]:
        """What stands in for each word. ``pairs`` are of concepts, the nearer relations first."""
        near: defaultdict[int, list[Synonym]] = defaultdict(list)
        for (one, other), relation in pairs.items():
            near[one] += [each for word in self._words[other] for each in _ways_to_say(word, relation)]
        found: dict[Key, list[Synonym]] = {}
        for number, words in enumerate(self._words):
            same = [each for word in words for each in _ways_to_say(word, Relation.SAME)]
            for word in words:
                own = {each.sequence for each in _ways_to_say(word, Relation.SAME)}
                others = {each.sequence: each for each in reversed([*same, *near[number]]) if each.sequence not in own}
                kept = list(reversed(others.values()))[:MAX_SYNONYMS]
                for key in _keys_of(word) if kept else ():
                    found.setdefault(key, kept)
        return found


def _ways_to_say(word: str, relation: Relation) -> Iterator[Synonym]:
    analysis = german.analyse(word)
    sequence = analysis.sequence
    places = [place for place, term in enumerate(sequence) if term is not None]
    yield Synonym(tuple(sequence[places[0] : places[-1] + 1]), relation)
    if len(word.split()) == 1:
        yield from (Synonym((term,), relation) for term in analysis.extras)


def _keys_of(word: str) -> list[Key]:
    """All ways in which a query may have a word: in parts, and as one if it has a hyphen."""
    analysis = german.analyse(word)
    joined = [(term,) for term in analysis.extras] if len(word.split()) == 1 else []
    return [terms_of(word), *joined]


NONE = Synonyms()

SynonymSource = Callable[[], Synonyms]
"""Gives the synonyms as they are now."""


def no_synonyms() -> Synonyms:
    """None at all."""
    return NONE
