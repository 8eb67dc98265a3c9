"""Where the postings of each term of a segment stand, as arrays in memory.

To look a term up in Whoosh's dictionary takes longer than to read its postings. Terms are known here by 64 bits of a
hash: of 300,000 terms two share them once in 400 million segments, and then one finds the documents of the other.
"""

from array import array
from hashlib import blake2b

import numpy as np

ENDING = ".ext"
"""Of the file that holds them."""

HASH_TYPE, OFFSET_TYPE, COUNT_TYPE = np.dtype("<u8"), np.dtype("<u8"), np.dtype("<u4")
_ROW_SIZE = HASH_TYPE.itemsize + OFFSET_TYPE.itemsize + COUNT_TYPE.itemsize


class Extents:
    """For each term where its postings begin, and how many it has."""

    def __init__(self, data: bytes) -> None:
        """``data`` is what ``ExtentsWriter`` gave: all hashes in order, then the offsets, then the numbers."""
        size = len(data) // _ROW_SIZE
        self._hashes = np.frombuffer(data, HASH_TYPE, size)
        self._offsets = np.frombuffer(data, OFFSET_TYPE, size, self._hashes.nbytes)
        self._counts = np.frombuffer(data, COUNT_TYPE, size, self._hashes.nbytes + self._offsets.nbytes)

    def find(self, term: str) -> tuple[int, int] | None:
        """Offset and number of the postings of a term, or None."""
        wanted = np.uint64(_hash_of(term.encode()))
        place = int(self._hashes.searchsorted(wanted))
        if place == len(self._hashes) or self._hashes[place] != wanted:
            return None
        return int(self._offsets[place]), int(self._counts[place])


class ExtentsWriter:
    """Collects the terms of a segment as they are written."""

    def __init__(self) -> None:
        self._hashes, self._offsets, self._counts = array("Q"), array("Q"), array("I")

    def add(self, term: bytes, offset: int, count: int) -> None:
        """Note a term."""
        self._hashes.append(_hash_of(term))
        self._offsets.append(offset)
        self._counts.append(count)

    def dumps(self) -> bytes:
        """All of them."""
        hashes = np.array(self._hashes, HASH_TYPE)
        order = np.argsort(hashes)
        columns = (hashes, np.array(self._offsets, OFFSET_TYPE), np.array(self._counts, COUNT_TYPE))
        return b"".join(column[order].tobytes() for column in columns)


def _hash_of(term: bytes) -> int:
    return int.from_bytes(blake2b(term, digest_size=HASH_TYPE.itemsize).digest(), "little")
