"""What a Gesuch is, how long it stands, and what may be done to it. Plain."""

from datetime import date, timedelta

from marketplace.core.labels import Label, Labelled

MAX_TITLE, MAX_TEXT, MAX_WORDS, MAX_NOTE, MAX_ANSWER, MAX_MESSAGE = 140, 4000, 120, 1000, 2000, 4000
MAX_TOGETHER = 3000
"""A shorter question than that of a single municipality: the names of the group are added."""
MOST_FIELDS = 5
FEWEST_WORDS = 30
"""Characters of the text: one word alone tells nobody what is needed."""

STANDS_FOR = timedelta(days=180)
"""How long a Gesuch stands before somebody must say that it still holds."""
WARNED_BEFORE = timedelta(days=14)
UNANSWERED_AFTER = timedelta(days=14)
"""When a Gesuch that nobody answered becomes the task of a guide."""
GROUP_FROM = 3
"""Municipalities that look for the same, from which on a guide can open a group."""
MOST_SEEKERS = 200


class NeedState(Labelled):
    """Where a Gesuch stands."""

    OPEN = "offen", "Offen"
    CLOSED = "geschlossen", "Geschlossen"
    HELD = "ausgeblendet", "Vorläufig ausgeblendet"
    WITHDRAWN = "zurueckgezogen", "Zurückgezogen"


class Closing(Labelled):
    """Why a Gesuch was closed."""

    FOUND = "gefunden", "Wir haben etwas gefunden"
    OWN_WAY = "selbst", "Wir lösen es selbst"
    DROPPED = "entfallen", "Wir brauchen es nicht mehr"


class Shown(Labelled):
    """Which ones the list shows."""

    OPEN = "offen", "offene"
    EXPIRED = "abgelaufen", "abgelaufene"
    CLOSED = "geschlossen", "geschlossene"


class Decision(Labelled):
    """What a guide may decide about a Gesuch; the value stands in addresses."""

    HOLD = "ausblenden", "Vorläufig ausblenden"
    WITHDRAW = "zurueckziehen", "Zurückziehen"
    REINSTATE = "wieder-zeigen", "Wieder zeigen"


DECISIONS: dict[Decision, tuple[frozenset[NeedState], NeedState]] = {
    Decision.HOLD: (frozenset({NeedState.OPEN, NeedState.CLOSED}), NeedState.HELD),
    Decision.WITHDRAW: (frozenset({NeedState.OPEN, NeedState.CLOSED, NeedState.HELD}), NeedState.WITHDRAWN),
    Decision.REINSTATE: (frozenset({NeedState.HELD, NeedState.WITHDRAWN}), NeedState.OPEN),
}
"""From which states each decision leads to which."""


def expiry(today: date, wanted_by: date | None) -> date:
    """Day after which a Gesuch that is published or prolonged today is no longer shown as open."""
    latest = today + STANDS_FOR
    return min(latest, wanted_by) if wanted_by and wanted_by > today else latest


def explain_decision(decision: Decision, state: NeedState, reason: str) -> str | None:
    """German sentence why a guide cannot decide this; None if it can be done."""
    since, _to = DECISIONS[decision]
    if state not in since:
        return Label("Das Gesuch ist inzwischen „%(label)s“.", label=state.label)
    if decision is not Decision.REINSTATE and not reason.strip():
        return Label("Bitte geben Sie einen Grund an. Die Kommune liest ihn und kann widersprechen.")
    return None


def explain_closing(closing: Closing, entry_slug: str, note: str) -> tuple[str, str] | None:
    """Field and German sentence about what is missing to close a Gesuch; None if nothing is."""
    if closing is Closing.FOUND and not entry_slug.strip() and not note.strip():
        return "entry", Label(
            "Bitte sagen Sie, was Sie gefunden haben: mit der Adresse des Eintrags oder in einem Satz."
        )
    if closing is Closing.OWN_WAY and not note.strip():
        return "note", Label("Bitte sagen Sie in einem Satz, wie Sie es lösen. Das hilft anderen, die dasselbe suchen.")
    return None


def explain_no_group(seekers: int, *, has_group: bool, is_open: bool) -> str | None:
    """German sentence why no group can be opened; None if one can."""
    if has_group:
        return Label("Für dieses Gesuch gibt es schon eine Gruppe.")
    if not is_open:
        return Label("Eine Gruppe gibt es nur zu einem offenen Gesuch.")
    if seekers < GROUP_FROM:
        return Label(
            "Eine Gruppe lässt sich ab %(group_from)s Kommunen eröffnen. Zurzeit suchen %(seekers)s.",
            group_from=GROUP_FROM,
            seekers=seekers,
        )
    return None


def slug_of_address(typed: str) -> str:
    """Slug of an entry that was typed or pasted as an address; what is no address stays as it is."""
    return typed.strip().split("?")[0].split("#")[0].rstrip("/").rpartition("/")[2][:80]
