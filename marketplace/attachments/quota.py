"""How much may be attached to one thing."""

from collections.abc import Collection

from marketplace.core.labels import Label

MAX_FILES = 20
MAX_TOTAL = 50 * 1024 * 1024
"""Bytes of all files of one thing together."""


def explain_excess(sizes: Collection[int], new: int) -> str | None:
    """German sentence why a file of ``new`` bytes finds no room beside those; None if it does."""
    if len(sizes) >= MAX_FILES:
        return Label(
            "Mehr als %(max_files)s Anlagen gehen nicht. Bitte entfernen Sie zuerst eine.", max_files=MAX_FILES
        )
    if sum(sizes) + new > MAX_TOTAL:
        return Label(
            "Alle Anlagen zusammen dürfen höchstens %(max_total)s MB haben. Bitte entfernen Sie zuerst "
            "eine oder verkleinern Sie die Datei.",
            max_total=MAX_TOTAL // (1024 * 1024),
        )
    return None
