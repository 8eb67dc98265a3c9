"""From the first line of an entry to its end: states, and the table of actions that lead from one to the next."""

from dataclasses import dataclass
from enum import Enum

from marketplace.core.labels import Label, Labelled


class Status(Labelled):
    """Where an entry, or a draft of one, stands."""

    DRAFT = "entwurf", "Entwurf"
    IN_REVIEW = "in-pruefung", "In Prüfung"
    DECLINED = "abgelehnt", "Abgelehnt"
    PUBLISHED = "veroeffentlicht", "Veröffentlicht"
    HELD = "ausgeblendet", "Vorläufig ausgeblendet"
    ARCHIVED = "archiviert", "Archiviert"
    WITHDRAWN = "zurueckgezogen", "Zurückgezogen"
    MERGED = "zusammengefuehrt", "Mit einem anderen Eintrag zusammengeführt"


class Subject(Enum):
    """What an action is done to. A published entry can have a draft beside it; the two do not touch each other."""

    DRAFT = "draft"
    ENTRY = "entry"


@dataclass(frozen=True)
class Action:
    """A step of the workflow: to what, from which states, to which; who may is said in ``permissions.py``."""

    subject: Subject
    since: frozenset[Status]
    to: Status
    label: str
    """What the button says."""
    past: str
    """What the record says afterwards."""
    needs_note: bool = False
    """Whether it must be explained to the people on the other side."""


def _draft(since: set[Status], to: Status, label: str, past: str, *, needs_note: bool = False) -> Action:
    return Action(Subject.DRAFT, frozenset(since), to, label, past, needs_note)


def _entry(since: set[Status], to: Status, label: str, past: str, *, needs_note: bool = False) -> Action:
    return Action(Subject.ENTRY, frozenset(since), to, label, past, needs_note)


def _table() -> dict[str, Action]:
    draft, review, declined = Status.DRAFT, Status.IN_REVIEW, Status.DECLINED
    published, held, archived, withdrawn = Status.PUBLISHED, Status.HELD, Status.ARCHIVED, Status.WITHDRAWN
    merged = Status.MERGED
    return {
        "draft.submit": _draft({draft}, review, Label("Zur Prüfung einreichen"), Label("Zur Prüfung eingereicht")),
        "draft.recall": _draft({review}, draft, Label("Zurückholen"), Label("Aus der Prüfung zurückgeholt")),
        "draft.ask_back": _draft(
            {review}, draft, Label("Rückfrage stellen"), Label("Rückfrage gestellt"), needs_note=True
        ),
        "draft.approve": _draft({review}, published, Label("Veröffentlichen"), Label("Veröffentlicht")),
        "draft.decline": _draft({review}, declined, Label("Ablehnen"), Label("Abgelehnt"), needs_note=True),
        "draft.resume": _draft({declined}, draft, Label("Neu bearbeiten"), Label("Nach der Ablehnung neu begonnen")),
        "entry.hold": _entry(
            {published}, held, Label("Vorläufig ausblenden"), Label("Vorläufig ausgeblendet"), needs_note=True
        ),
        "entry.archive": _entry({published}, archived, Label("Archivieren"), Label("Archiviert"), needs_note=True),
        "entry.withdraw": _entry(
            {published, held, archived}, withdrawn, Label("Zurückziehen"), Label("Zurückgezogen"), needs_note=True
        ),
        "entry.reinstate": _entry(
            {held, archived, withdrawn, merged},
            published,
            Label("Wieder veröffentlichen"),
            Label("Wieder veröffentlicht"),
        ),
    }


ACTIONS = _table()
OPEN = frozenset({Status.DRAFT, Status.IN_REVIEW, Status.DECLINED})
"""States of a draft that somebody still works on or decides about."""


def actions_from(subject: Subject, status: Status) -> list[str]:
    """Names of the actions that are possible in a state, in the order of the table."""
    return [name for name, action in ACTIONS.items() if action.subject is subject and status in action.since]


def explain_refusal(name: str, status: Status, note: str) -> str | None:
    """German sentence why the action cannot be done in this state or without a note; None if it can."""
    action = ACTIONS[name]
    if status not in action.since:
        return Label(
            "„%(action)s“ ist nicht möglich: Der Zustand ist inzwischen „%(status)s“.",
            action=action.label,
            status=status.label,
        )
    if action.needs_note and not note.strip():
        return Label("Bitte geben Sie eine Begründung an.")
    return None
