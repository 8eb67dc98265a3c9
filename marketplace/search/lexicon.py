"""What is known about words when texts and queries are read: parts of compounds, and synonyms. A value."""

from dataclasses import dataclass
from functools import lru_cache

from marketplace.search import compounds
from marketplace.search.compounds import Dictionary
from marketplace.search.synonyms import NONE, Synonyms


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The dictionary that an index was built with, and the synonyms at one moment."""

    dictionary: Dictionary = compounds.PLAIN
    synonyms: Synonyms = NONE


@lru_cache(maxsize=8)
def lexicon_of(dictionary: Dictionary, synonyms: Synonyms) -> Lexicon:
    """Always the same lexicon for the same two, so that readings of queries can be kept."""
    return Lexicon(dictionary, synonyms)


PLAIN = Lexicon()
"""The base list of compounds, no synonyms."""
