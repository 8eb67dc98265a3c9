"""What followers of an entry hear: decided from what they have seen and what there is now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketplace.catalogue.lifecycle import Status
from marketplace.core.labels import in_german

MAX_TITLE = 100
MAX_NOTE = 120


@dataclass(frozen=True)
class EntryState:
    """An entry as far as its followers are concerned."""

    version: int
    status: str


def sentences(title: str, *, seen: EntryState, now: EntryState, note: str | None, lessons: Sequence[str]) -> list[str]:
    """German sentences about what is new, each of them a notice.

    ``note`` is what was written to a version that was published since, None if there was none; ``lessons`` are titles
    of experiences that were linked since.
    """
    title = _short(title, MAX_TITLE)
    told = [_of_state(title, seen, now, note)] if now.version > seen.version else []
    told += [
        in_german("Neue Erfahrung zu „%(title)s“: %(lesson)s", title=title, lesson=_short(name, 140))
        for name in lessons
    ]
    return [sentence for sentence in told if sentence]


def _of_state(title: str, seen: EntryState, now: EntryState, note: str | None) -> str:
    if now.status in _ENDS:
        return _ENDS[now.status](title) if seen.status != now.status else ""
    if now.status != Status.PUBLISHED:
        # Hidden for the time being: nothing is decided yet, and nothing can be read.
        return ""
    if seen.status in _ENDS:
        return in_german("Wieder veröffentlicht: %(title)s", title=title)
    if note is None:
        return ""
    if note:
        return in_german("Neue Fassung: %(title)s (%(note)s)", title=title, note=_short(note, MAX_NOTE))
    return in_german("Neue Fassung: %(title)s", title=title)


_ENDS: dict[str, Callable[[str], str]] = {
    Status.WITHDRAWN: lambda title: in_german("Zurückgezogen: %(title)s", title=title),
    Status.ARCHIVED: lambda title: in_german("Archiviert: %(title)s", title=title),
}


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
