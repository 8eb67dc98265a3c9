"""A set of entry ids in few bytes: which entries a search has found before."""

import zlib
from array import array
from collections.abc import Collection

_TYPE = "q"


def pack(entry_ids: Collection[int]) -> bytes:
    """Ids in order, compressed: distances between neighbours repeat and take little room."""
    ordered = sorted(entry_ids)
    steps = [after - before for before, after in zip([0, *ordered], ordered, strict=False)]
    return zlib.compress(array(_TYPE, steps).tobytes(), 6)


def unpack(packed: bytes) -> set[int]:
    """The ids again."""
    steps = array(_TYPE)
    steps.frombytes(zlib.decompress(packed))
    found, last = set(), 0
    for step in steps:
        last += step
        found.add(last)
    return found
