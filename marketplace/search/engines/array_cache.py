"""Arrays that were asked for most recently, bounded by their bytes."""

import threading
from collections import OrderedDict
from typing import Any, Generic, TypeVar

from numpy.typing import NDArray

Key = TypeVar("Key")
Arrays = TypeVar("Arrays", bound=tuple[NDArray[Any], ...])

_ENTRY_OVERHEAD = 300


class ArrayCache(Generic[Key, Arrays]):
    """Drops what was not asked for the longest time; shared by all threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._entries: OrderedDict[Key, tuple[Arrays, int]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Key) -> Arrays | None:
        """What is kept under a key."""
        with self._lock:
            kept = self._entries.get(key)
            if kept is None:
                return None
            self._entries.move_to_end(key)
            return kept[0]

    def keep(self, key: Key, arrays: Arrays) -> None:
        """Keep arrays; from now on nobody can change them."""
        size = _ENTRY_OVERHEAD
        for array in arrays:
            array.flags.writeable = False
            size += array.nbytes
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = arrays, size
            self._bytes += size
            while self._bytes > self._limit and self._entries:
                _, (_, dropped) = self._entries.popitem(last=False)
                self._bytes -= dropped
