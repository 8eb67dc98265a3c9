"""What a question about an entry is, where it stands, and what may be done to it. Plain."""

from datetime import timedelta

from marketplace.core.labels import Label, Labelled

MAX_QUESTION, MAX_ANSWER, MAX_REASON = 2000, 6000, 1000
UNANSWERED_AFTER = timedelta(days=14)
"""When an open question becomes the task of a guide; at once where nobody of the organisation has an account."""
SHOWN_AT_ONCE = 5
"""Questions of an entry that are shown unfolded."""


class QuestionState(Labelled):
    """Where a question stands."""

    OPEN = "offen", "Wartet auf eine Antwort"
    PROPOSED = "vorgeschlagen", "Wartet auf die Zustimmung der anderen Seite"
    PUBLISHED = "veroeffentlicht", "Steht beim Eintrag"
    REFUSED = "abgelehnt", "Wird nicht veröffentlicht"
    WITHDRAWN = "zurueckgezogen", "Wurde wieder entfernt"


class Origin(Labelled):
    """Where a question came up."""

    DIRECT = "direkt", "direkt gestellt"
    REQUEST = "anfrage", "aus einer Anfrage zur Nachnutzung"


STEPS: dict[str, tuple[frozenset[QuestionState], QuestionState]] = {
    "answer": (frozenset({QuestionState.OPEN}), QuestionState.PUBLISHED),
    "agree": (frozenset({QuestionState.PROPOSED}), QuestionState.PUBLISHED),
    "refuse": (frozenset({QuestionState.PROPOSED, QuestionState.OPEN}), QuestionState.REFUSED),
    "withdraw": (
        frozenset({QuestionState.OPEN, QuestionState.PROPOSED, QuestionState.PUBLISHED}), QuestionState.WITHDRAWN,
    ),
}  # fmt: skip
"""From which states each step leads to which."""


def explain_refusal(step: str, state: QuestionState) -> str | None:
    """German sentence why a step cannot be done; None if it can."""
    return (
        None
        if state in STEPS[step][0]
        else Label("Inzwischen ist etwas geschehen. Die Frage steht auf: %(label)s.", label=state.label)
    )
