"""What lists show of an entry: gathered for many entries at once, with few questions to the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.funding import programme_status
from marketplace.catalogue.kinds import Kind, ProgrammeDetails
from marketplace.catalogue.models import Entry, EntryActionField, EntryParticipant, EntryState
from marketplace.catalogue.vocabulary import ActionField, ConfirmedBy, ProgrammeStatus
from marketplace.core import clock, db
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import State


@dataclass(frozen=True)
class EntryCard:
    """What a list shows of an entry."""

    entry_id: int
    kind: Kind
    slug: str
    title: str
    summary: str
    organisation: Organisation | None
    states: list[State]
    """Länder named in the entry, else of its organisation, else of the participants."""
    country: str | None
    """State in which it took place, if not Germany."""
    action_fields: list[ActionField]
    """The most important one first."""
    programme_status: ProgrammeStatus | None
    as_of: int
    published_at: datetime | None
    confirmed_at: datetime | None = None
    confirmed_by: ConfirmedBy | None = None
    unconfirmed_since: date | None = None
    """Day on which a confirmation was due that did not come."""
    confirmed_reuses: int = 0
    """How many organisations reuse it, confirmed by both sides."""

    @property
    def path(self) -> str:
        """Public address without the host."""
        return f"/{self.kind.path}/{self.slug}"

    @property
    def is_nationwide(self) -> bool:
        """Whether the entry holds for all of Germany: it belongs to no Land and to no other state."""
        return not self.states and not self.country


class Shown(Protocol):
    """What a card takes of an entry itself: a row of CARD_COLUMNS, or a whole entry."""

    id: int | None
    kind: str
    slug: str
    title: str
    summary: str
    organisation_id: int | None
    country: str | None
    details: dict[str, Any]
    as_of: int
    published_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    unconfirmed_since: date | None
    confirmed_reuses: int


# What stands on a card, and no long texts; of the details only those that tell whether one can still apply.
CARD_COLUMNS: tuple[Any, ...] = (
    *(getattr(Entry, name) for name in Shown.__annotations__ if name != "details"),
    sa.case((col(Entry.kind) == Kind.PROGRAMME, col(Entry.details))).label("details"),
)


_Lists = dict[tuple[str, int], list[str]]
"""Values of entries in their order, by the name of the list and the entry."""


def cards_of(entries: Iterable[Shown]) -> list[EntryCard]:
    """Cards of entries in the same order."""
    entries = list(entries)
    lists = _lists_of([entry.id or 0 for entry in entries])
    organisations = _organisations({entry.organisation_id for entry in entries if entry.organisation_id is not None})
    states = {entry.id: _own_states(entry, lists, organisations) for entry in entries}
    others = _states_of_participants([entry_id or 0 for entry_id, found in states.items() if not found])
    return [
        _card(
            entry,
            lists,
            organisations.get(entry.organisation_id or 0),
            states[entry.id] or others.get(entry.id or 0, []),
        )
        for entry in entries
    ]


def _status_of_programme(entry: Shown) -> ProgrammeStatus:
    """Whether one can apply today for the funding programme that an entry describes."""
    return programme_status(ProgrammeDetails.model_validate(entry.details), entry.as_of, clock.today())


def _card(entry: Shown, lists: _Lists, organisation: Organisation | None, states: list[State]) -> EntryCard:
    kind = Kind(entry.kind)
    fields = lists.get((_FIELDS, entry.id or 0), ())
    return EntryCard(
        entry_id=entry.id or 0,
        kind=kind,
        slug=entry.slug,
        title=entry.title,
        summary=entry.summary,
        organisation=organisation,
        states=states,
        country=entry.country,
        action_fields=[field for value in fields if (field := ActionField.find_value(value))],
        programme_status=_status_of_programme(entry) if kind is Kind.PROGRAMME else None,
        as_of=entry.as_of,
        published_at=entry.published_at,
        confirmed_at=entry.confirmed_at,
        confirmed_by=ConfirmedBy.find_value(entry.confirmed_by or ""),
        unconfirmed_since=entry.unconfirmed_since,
        confirmed_reuses=entry.confirmed_reuses,
    )


def _own_states(entry: Shown, lists: _Lists, organisations: Mapping[int, Organisation]) -> list[State]:
    named = [state for value in lists.get((_STATES, entry.id or 0), ()) if (state := State.find_value(value))]
    organisation = organisations.get(entry.organisation_id or 0)
    return named or ([organisation.state] if organisation and organisation.state else [])


def _lists_of(entry_ids: list[int]) -> _Lists:
    """The Länder and Handlungsfelder of entries."""
    found: _Lists = {}
    if entry_ids:
        for name, entry_id, value, _position in db.session().execute(_LISTS, {"ids": entry_ids}):
            found.setdefault((name, entry_id), []).append(value)
    return found


def _organisations(ids: set[int]) -> dict[int, Organisation]:
    if not ids:
        return {}
    found = db.session().exec(_ORGANISATIONS, params={"ids": sorted(ids)})
    return {organisation.id or 0: organisation for organisation in found}


def _states_of_participants(entry_ids: list[int]) -> dict[int, list[State]]:
    if not entry_ids:
        return {}
    found: dict[int, list[State]] = {}
    for entry_id, organisation in db.session().exec(_PARTICIPANTS, params={"ids": entry_ids}):
        states = found.setdefault(entry_id or 0, [])
        if organisation.state and organisation.state not in states:
            states.append(organisation.state)
    return found


_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_STATES, _FIELDS = "states", "fields"
_LISTS = sa.union_all(
    *(
        sa.select(sa.literal(name), table.entry_id, table.value, table.position).where(col(table.entry_id).in_(_IDS))  # type: ignore[call-overload]
        for name, table in ((_STATES, EntryState), (_FIELDS, EntryActionField))
    )
).order_by("position")
_ORGANISATIONS = select(Organisation).where(col(Organisation.id).in_(_IDS)).order_by(col(Organisation.id))
_PARTICIPANTS = (
    select(EntryParticipant.entry_id, Organisation)
    .join(Organisation, col(Organisation.id) == col(EntryParticipant.organisation_id))
    .where(col(EntryParticipant.entry_id).in_(_IDS))
    .order_by(col(EntryParticipant.entry_id), col(EntryParticipant.position))
)
