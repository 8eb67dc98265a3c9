"""Two people change the same draft: what goes together by itself, and what somebody has to choose. No database here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.drafts.typed import digest


@dataclass(frozen=True)
class Merge:
    """The values that result, and the keys that both sides changed differently."""

    values: dict[str, Any]
    conflicts: tuple[str, ...]


def merge(keys: Iterable[str], basis: Mapping[str, str], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merge:
    """Put my values of ``keys`` into theirs. ``basis`` has the marks of the values that I began from.

    Where both changed a field differently their value stays for now and the key is named as a conflict.
    """
    values, conflicts = dict(theirs), []
    for key in keys:
        before, ours, current = basis.get(key, ""), digest(mine.get(key)), digest(theirs.get(key))
        if ours in (current, before):
            continue
        if current != before:
            conflicts.append(key)
        elif mine.get(key):
            values[key] = mine[key]
        else:
            values.pop(key, None)
    return Merge(values, tuple(conflicts))
