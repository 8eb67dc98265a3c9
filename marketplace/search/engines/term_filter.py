"""Which terms an index may have, in a few bits for each: most questions for words that nobody wrote need no reading."""

import hashlib
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from typing import Protocol

BITS_PER_TERM = 16
"""With two bits set for each term, one in seventy that the index does not have is taken for one it may have."""

LEAST_BITS = 2**16


class Terms(Sized, Iterable[str], Protocol):
    """Terms that can be counted."""


@dataclass(frozen=True)
class TermFilter:
    """A Bloom filter. Never says no of a term that is there; terms can be added, which makes it less sharp."""

    bits: bytes
    """As many as a power of two."""

    @classmethod
    def of(cls, terms: Terms) -> "TermFilter":
        """A filter for terms."""
        size = max(LEAST_BITS, 1 << (BITS_PER_TERM * len(terms) - 1).bit_length()) if len(terms) else LEAST_BITS
        return cls(bytes(size // 8)).with_terms(terms)

    def with_terms(self, terms: Iterable[str]) -> "TermFilter":
        """This one with more terms."""
        bits = bytearray(self.bits)
        for term in terms:
            for place in self._places_of(term):
                bits[place >> 3] |= 1 << (place & 7)
        return TermFilter(bytes(bits))

    def may_have(self, term: str) -> bool:
        """Whether a term may be there."""
        return all(self.bits[place >> 3] >> (place & 7) & 1 for place in self._places_of(term))

    def _places_of(self, term: str) -> Iterator[int]:
        number = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")
        last = 8 * len(self.bits) - 1
        yield number & last
        yield number >> 32 & last
