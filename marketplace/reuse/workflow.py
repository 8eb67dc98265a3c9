"""The way of a request from the first question to a solution in use: states, and the table of actions between them.

``service.act`` carries out every action of the table. Whatever happens to a request leaves an event of the same name.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.core.labels import Label, Labelled


class State(Labelled):
    """Where a request stands."""

    CHECKING = "in-pruefung", "Wird geprüft"
    REQUESTED = "angefragt", "Angefragt"
    TALKING = "im-austausch", "Im Austausch"
    AGREED = "vereinbart", "Vereinbart"
    ROLLING_OUT = "in-umsetzung", "In Umsetzung"
    LIVE = "im-betrieb", "Im Betrieb"
    RESTING = "ruht", "Ruht"
    DECLINED = "abgelehnt", "Abgelehnt"
    WITHDRAWN = "zurueckgezogen", "Zurückgezogen"


class Part(Labelled):
    """The part somebody plays in a request; stands in the timeline in place of a name."""

    TAKER = "nachnutzend", "Anfragende Seite"
    GIVER = "gebend", "Gebende Seite"
    COMPANION = "mitfragend", "Mitfragende Seite"
    GUIDE = "lotse", "Lotsin oder Lotse"
    SITE = "website", "Website"


@dataclass(frozen=True)
class Action:
    """A step: from which states, to which, by whom."""

    since: frozenset[State]
    to: State | None
    """None: the state stays as it is, or goes back to the one before the request was closed (``goes_back``)."""
    by: frozenset[Part]
    label: str
    """What the button says."""
    past: str
    """What the timeline says afterwards."""
    needs_note: bool = False
    """Whether the other side must be told why."""
    goes_back: bool = False
    """Whether this opens a closed request again; only for REOPENED_WITHIN."""

    @property
    def is_asked(self) -> bool:
        """Whether somebody is asked for words before it is done; the others are one button."""
        return self.needs_note or self.goes_back


REOPENED_WITHIN = timedelta(days=90)
"""How long after its end a request can be opened again."""

OPEN = frozenset({State.CHECKING, State.REQUESTED, State.TALKING, State.AGREED, State.ROLLING_OUT})
"""States in which something is still to come; of those an organisation has one request per solution."""

ENDED = frozenset(State) - OPEN


_TAKER, _GIVER, _GUIDE = frozenset({Part.TAKER}), frozenset({Part.GIVER}), frozenset({Part.GUIDE})
_SIDES = _TAKER | _GIVER


def _step(since: set[State], to: State, by: frozenset[Part], label: str, past: str, *, note: bool = True) -> Action:
    return Action(frozenset(since), to, by, label, past, needs_note=note)


def _stay(since: set[State], by: frozenset[Part], label: str, past: str, *, note: bool = False) -> Action:
    return Action(frozenset(since), None, by, label, past, needs_note=note)


def _back(since: State, by: frozenset[Part], label: str, past: str) -> Action:
    return Action(frozenset({since}), None, by, label, past, goes_back=True)


def _table() -> dict[str, Action]:
    # Those who ask along read and write; steps are the taking side's, as a reuse has one taking side in the ledger.
    checking, requested, talking, agreed = State.CHECKING, State.REQUESTED, State.TALKING, State.AGREED
    rolling_out, live, resting = State.ROLLING_OUT, State.LIVE, State.RESTING
    declined, withdrawn = State.DECLINED, State.WITHDRAWN
    begun = {talking, agreed, rolling_out}
    return {
        "request.forward": _step(
            {checking},
            requested,
            _GUIDE | {Part.SITE},
            Label("Weiterleiten"),
            Label("Geprüft und weitergeleitet"),
            note=False,
        ),
        "request.turn_down": _step(
            {checking}, declined, _GUIDE, Label("Nicht weiterleiten"), Label("Nicht weitergeleitet")
        ),
        "request.answer": _step({requested}, talking, _GIVER, Label("Antworten"), Label("Beantwortet")),
        "request.agree": _step({talking}, agreed, _SIDES, Label("Vereinbarung festhalten"), Label("Vereinbart")),
        "request.roll_out": _step(
            {agreed}, rolling_out, _SIDES, Label("Umsetzung beginnen"), Label("Umsetzung begonnen"), note=False
        ),
        "request.go_live": _step(
            {agreed, rolling_out}, live, _TAKER, Label("Läuft im Betrieb"), Label("In Betrieb genommen")
        ),
        "request.rest": _step(begun, resting, _SIDES, Label("Ruhen lassen"), Label("Ruht")),
        "request.decline": _step({requested, talking, agreed}, declined, _GIVER, Label("Ablehnen"), Label("Abgelehnt")),
        "request.withdraw": _step(
            {checking, requested} | begun, withdrawn, _TAKER, Label("Zurückziehen"), Label("Zurückgezogen")
        ),
        "request.nudge": _stay({requested, talking}, _GUIDE, Label("Nachhaken"), Label("Nachgehakt")),
        "request.propose": _stay(
            {requested}, _GUIDE, Label("Andere Kommune vorschlagen"), Label("Andere Kommune vorgeschlagen"), note=True
        ),
        "request.follow_proposal": _stay(
            {requested}, _TAKER, Label("Vorschlag annehmen"), Label("Vorschlag angenommen")
        ),
        "request.close": _step({requested} | begun, resting, _GUIDE, Label("Schließen"), Label("Geschlossen")),
        "request.resume": _back(resting, _SIDES | _GUIDE, Label("Wieder aufnehmen"), Label("Wieder aufgenommen")),
        "request.reconsider": _back(
            declined, _GIVER, Label("Doch wieder öffnen"), Label("Nach der Ablehnung wieder geöffnet")
        ),
        "request.renew": _back(
            withdrawn, _TAKER, Label("Wieder öffnen"), Label("Nach dem Zurückziehen wieder geöffnet")
        ),
    }


ACTIONS = _table()

OTHER_EVENTS = {
    "request.sent": Label("Anfrage gesendet"),
    "clock.reminded": Label("An die Antwort erinnert"),
    "clock.escalated": Label("Frist abgelaufen, Lotsin oder Lotse hinzugezogen"),
    "contact.disturbed": Label("Kontakt gestört: E-Mail kommt nicht an"),
    "contact.missing": Label("Niemand zu erreichen, Lotsin oder Lotse hinzugezogen"),
    "contact.restored": Label("Kontakt wieder in Ordnung"),
    "contact.shared": Label("Kontaktdaten geteilt"),
}
"""What stands in the timeline without being an action of the table."""


def target_of(name: str, state: State, before: State | None) -> State:
    """The state to which an action leads from ``state``; ``before`` is the one that the last end left."""
    action = ACTIONS[name]
    if action.goes_back:
        return before or State.TALKING
    return action.to or state


def actions_from(state: State, parts: frozenset[Part]) -> list[str]:
    """Names of the actions that these parts can do in a state, in the order of the table."""
    return [name for name, action in ACTIONS.items() if state in action.since and parts & action.by]


def is_blank(text: str) -> bool:
    """Whether nothing can be read in it, such as blanks and characters without width."""
    return not any(char.isprintable() and not char.isspace() for char in text)


def explain_refusal(
    name: str, state: State, note: str, *, ended_at: datetime | None = None, now: datetime | None = None
) -> str | None:
    """German sentence why an action cannot be done; None if it can."""
    action = ACTIONS[name]
    if state not in action.since:
        return Label(
            "„%(action)s“ ist nicht mehr möglich: Die Anfrage steht inzwischen auf „%(state)s“.",
            action=action.label,
            state=state.label,
        )
    if action.needs_note and is_blank(note):
        return Label("Bitte schreiben Sie einige Worte dazu. Die andere Seite liest sie.")
    if action.goes_back and ended_at is not None and now is not None and now > ended_at + REOPENED_WITHIN:
        return Label(
            "Nach %(days)s Tagen lässt sich eine Anfrage nicht mehr öffnen. Bitte stellen Sie eine neue.",
            days=REOPENED_WITHIN.days,
        )
    return None
