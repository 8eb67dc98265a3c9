"""Against which decisions the people behind an entry can object, and what becomes of it. Plain."""

from marketplace.catalogue.lifecycle import Status
from marketplace.core.labels import Label, Labelled


class ObjectionState(Labelled):
    """Where an objection stands."""

    OPEN = "offen", "Offen"
    GRANTED = "stattgegeben", "Dem Widerspruch wurde stattgegeben"
    REFUSED = "zurueckgewiesen", "Die Entscheidung bleibt"


AGAINST = frozenset({"entry.hold", "entry.archive", "entry.withdraw"})
"""Actions that take an entry from its readers."""

MAX_TEXT = 2000


def explain_refusal(status: Status, decision: str | None, *, is_own: bool, has_open: bool) -> str | None:
    """German sentence why nobody can object now; None if it is possible.

    ``decision`` is the action that brought the entry where it stands, ``is_own`` whether the organisation did it.
    """
    if status is Status.PUBLISHED or decision not in AGAINST:
        return Label("Der Eintrag ist veröffentlicht. Es gibt keine Entscheidung, der Sie widersprechen könnten.")
    if is_own:
        return Label("Das hat jemand aus Ihrer Organisation selbst getan. Dafür brauchen Sie keinen Widerspruch.")
    if has_open:
        return Label("Zu diesem Eintrag läuft schon ein Widerspruch. Sie hören, sobald darüber entschieden ist.")
    return None
