"""Texts that features above the search show on the page of an entry, such as answers to questions; found with it.

A feature registers where its texts come from, and notes the entry for the index (``indexing.note_changes``) whenever
they change.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

Source = Callable[[Collection[int]], Mapping[int, Sequence[str]]]
"""From ids of entries to plain texts by id; entries without any may be left out."""

_SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Let these texts be found from now on; registered twice it counts once."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def list_further(entry_ids: Collection[int]) -> dict[int, list[str]]:
    """All further texts of entries, by id."""
    found: dict[int, list[str]] = {}
    for source in _SOURCES:
        for entry_id, texts in source(entry_ids).items():
            found.setdefault(entry_id, []).extend(texts)
    return found
