"""What an index keeps of a document, ready to be stored: weighed terms, one row of numbers, its words as codes."""

import sys
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
import Stemmer  # type: ignore[import-not-found]  # compiled, has no stubs

from marketplace.search import compounds, german, ranking
from marketplace.search.compounds import Dictionary
from marketplace.search.facets import CLOSED_LISTS
from marketplace.search.port import Facet, SearchDocument
from marketplace.search.weighing import weigh
from marketplace.search.word_parts import BASE

RECORD_TYPE = np.dtype(
    [
        ("entry_id", "<i8"),
        ("published", "<i8"),
        ("changed", "<i8"),
        ("length", "<f8"),
        ("completeness", "<f8"),
        ("words", "<i8"),
        ("reuses", "<i4"),
        ("year", "<i4"),
        ("unconfirmed", "<i4"),
        ("facets", "<u4", (len(Facet),)),
    ]
)
"""What is kept of a document in one row; a facet is a set of bits, one for each value of its closed list."""

WORD_TYPE = np.dtype("<u4")

_BITS = {facet: {value: 1 << bit for bit, value in enumerate(CLOSED_LISTS[facet].values())} for facet in Facet}


@dataclass(frozen=True)
class IndexedDocument:
    """A document as it goes into an index."""

    weights: dict[str, float]
    """Below 0 where the term is no word on its own, only a part of words."""
    record: bytes
    """One row of RECORD_TYPE."""
    words: bytes
    """Codes of all words in order, of WORD_TYPE."""
    title: str
    """What to sort by."""


def prepare(document: SearchDocument, dictionary: Dictionary) -> IndexedDocument:
    """Analyse a document."""
    weighed = weigh(document, dictionary)
    row = np.zeros((), RECORD_TYPE)
    row["entry_id"], row["published"], row["changed"] = document.entry_id, document.published, document.changed
    row["length"], row["words"] = weighed.length, len(weighed.codes)
    row["year"], row["reuses"], row["completeness"] = document.year, document.reuses, document.completeness
    row["unconfirmed"] = document.unconfirmed
    row["facets"] = [_bits_of(document, facet) for facet in Facet]
    words = np.array(weighed.codes, WORD_TYPE).tobytes()
    parts_only = weighed.parts_only
    weights = {term: -weight if term in parts_only else weight for term, weight in weighed.weights.items()}
    return IndexedDocument(weights, row.tobytes(), words, german.sort_key(document.title))


@cache
def fingerprint() -> str:
    """Short name of everything the content of an index depends on; an index with another one must be built anew."""
    parts = (
        "4", german.VERSION, compounds.VERSION, BASE.digest, Stemmer.version(), ranking.TITLE_WEIGHT,
        ranking.SUMMARY_WEIGHT, ranking.SEARCH_WORDS_WEIGHT, ranking.BODY_WEIGHT, ranking.EXTRA_FACTOR,
        ranking.PART_FACTOR, RECORD_TYPE, _BITS, sys.byteorder,
    )  # fmt: skip
    return f"{zlib.crc32(repr(parts).encode()):08x}"


def _bits_of(document: SearchDocument, facet: Facet) -> int:
    bits = _BITS[facet]
    values = bits if facet is Facet.STATE and document.nationwide else document.facets.get(facet, ())
    return sum({bits[value] for value in values if value in bits})
