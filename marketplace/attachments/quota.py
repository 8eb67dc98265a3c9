"""How much may be attached to one thing."""

from collections.abc import Collection

MAX_FILES = 20
MAX_TOTAL = 50 * 1024 * 1024
"""Bytes of all files of one thing together."""


def explain_excess(sizes: Collection[int], new: int) -> str | None:
    """German sentence why a file of ``new`` bytes finds no room beside those; None if it does."""
    if len(sizes) >= MAX_FILES:
        return f"Mehr als {MAX_FILES} Anlagen gehen nicht. Bitte entfernen Sie zuerst eine."
    if sum(sizes) + new > MAX_TOTAL:
        return (
            f"Alle Anlagen zusammen dürfen höchstens {MAX_TOTAL // (1024 * 1024)} MB haben. Bitte entfernen Sie "
            "zuerst eine oder verkleinern Sie die Datei."
        )
    return None
