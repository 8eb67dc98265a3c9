"""What pages and services read of the ledger. What is public has its own module (``showing.py``)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import Select
from sqlmodel import col, select

from marketplace.accounts.links import StaleLinkError
from marketplace.accounts.permissions import place_key
from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry, EntryActionField
from marketplace.core import clock, db
from marketplace.core.actor import Remit
from marketplace.core.errors import NotFoundError
from marketplace.core.labels import Label
from marketplace.curation.desk import Remits, Task
from marketplace.curation.remits import entries_within, places_within
from marketplace.ledger.models import Reuse, ReuseQuestion
from marketplace.ledger.permissions import Sides
from marketplace.ledger.recipients import recipients_of
from marketplace.ledger.rules import ACTIVE, Purpose, ReuseStage, Side
from marketplace.organisations.models import Organisation
from marketplace.reuse.models import ReuseRequest

REUSABLE = (Kind.SOLUTION, Kind.PROJECT)
"""Kinds of entries that somebody can reuse."""

WAIT_AFTER_REMINDER = timedelta(weeks=2)
"""How long a guide's reminder keeps a silent reuse from the desk."""

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{20,32}")
_ANSWERS = {Purpose.FIRST: ("confirm", "deny"), Purpose.RENEW: ("confirm", "stop")}


def get_reuse(public_id: str) -> Reuse:
    """The reuse with this address; raises NotFoundError."""
    statement = select(Reuse).where(Reuse.public_id == public_id)
    found = db.session().exec(statement).first() if _PUBLIC_ID.fullmatch(public_id) else None
    if found is None:
        raise NotFoundError("")
    return found


def find_between(entry: Entry, taker_id: int) -> Reuse | None:
    """What the ledger says about an entry and an organisation, in whatever state."""
    statement = select(Reuse).where(Reuse.entry_id == entry.id, Reuse.taker_id == taker_id)
    return db.session().exec(statement).first()


def entry_of(reuse: Reuse) -> Entry:
    """What is reused."""
    return db.session().get_one(Entry, reuse.entry_id)


def organisation_of(reuse: Reuse, side: Side) -> Organisation:
    """Who is a side."""
    return db.session().get_one(Organisation, reuse.organisation_id(side))


def via_of(reuse: Reuse) -> Reuse | None:
    """The reuse from which this one was taken, or None."""
    return db.session().get(Reuse, reuse.via_id) if reuse.via_id is not None else None


def request_id_of(reuse: Reuse) -> str | None:
    """Public id of the request from which a reuse came, or None if there is none any more."""
    request = db.session().get(ReuseRequest, reuse.request_id) if reuse.request_id is not None else None
    fits = request is not None and (request.entry_id, request.taker_id) == (reuse.entry_id, reuse.taker_id)
    return request.public_id if request is not None and fits else None


def sides_of(reuse: Reuse) -> Sides:
    """What permissions are asked about."""
    return sides_between(entry_of(reuse), reuse.giver_id, reuse.taker_id)


def sides_between(entry: Entry, giver_id: int, taker_id: int) -> Sides:
    """What permissions are asked about, also before there is a reuse."""
    places = db.session().exec(
        select(Organisation).where(col(Organisation.id).in_((giver_id, taker_id))).order_by(col(Organisation.id))
    )
    keys = tuple(key for place in places if (key := place_key(place)))
    return Sides(giver_id, taker_id, keys, frozenset(row.value for row in entry.action_fields))


def count_open_of(organisation_id: int, side: Side) -> int:
    """Number of reuses that an organisation declared and the other side has not confirmed."""
    own = Reuse.giver_id if side is Side.GIVER else Reuse.taker_id
    unconfirmed = Reuse.taker_confirmed_on if side is Side.GIVER else Reuse.giver_confirmed_on
    statement = select(sa.func.count()).where(
        own == organisation_id,
        Reuse.declared_by == side.value,
        col(unconfirmed).is_(None),
        col(Reuse.stage) != ReuseStage.STOPPED,
    )
    return db.session().exec(statement).one()


def list_reusers(entry: Entry) -> list[Organisation]:
    """Organisations that reuse an entry as evidence says today, by name."""
    counted = select(Reuse.taker_id).where(Reuse.entry_id == entry.id, col(Reuse.is_counted))
    statement = select(Organisation).where(col(Organisation.id).in_(counted), col(Organisation.dissolved_on).is_(None))
    return list(db.session().exec(statement.order_by(col(Organisation.search_name), col(Organisation.id))))


def list_possible_givers(entry: Entry) -> list[tuple[Reuse, Organisation]]:
    """Reuses of an entry that are confirmed: whoever runs one may have passed it on; by name."""
    statement = (
        select(Reuse, Organisation)
        .join(Organisation, col(Organisation.id) == col(Reuse.taker_id))
        .where(Reuse.entry_id == entry.id, col(Reuse.is_counted))
        .order_by(col(Organisation.search_name), col(Reuse.id))
    )
    return [(reuse, organisation) for reuse, organisation in db.session().exec(statement)]


@dataclass(frozen=True)
class OwnReuse:
    """A line of the list of one's own organisations."""

    reuse: Reuse
    entry: Entry
    other: Organisation
    own: Organisation
    side: Side

    @property
    def waits_for_us(self) -> bool:
        """Whether the own side has still to say something."""
        state = self.reuse.state
        return state.stage in ACTIVE and state.denied_by is None and state.confirmed_on(self.side) is None


def list_of_organisations(organisation_ids: Collection[int], side: Side) -> list[OwnReuse]:
    """Reuses that these organisations gave or took, what changed last first."""
    own = Reuse.giver_id if side is Side.GIVER else Reuse.taker_id
    statement = (
        select(Reuse, Entry)
        .join(Entry, col(Entry.id) == col(Reuse.entry_id))
        .where(col(own).in_(organisation_ids))
        .order_by(col(Reuse.updated_at).desc(), col(Reuse.id).desc())
        .limit(200)
    )
    rows = list(db.session().exec(statement))
    return [
        OwnReuse(reuse, entry, organisation_of(reuse, side.other), organisation_of(reuse, side), side)
        for reuse, entry in rows
    ]


@dataclass(frozen=True)
class Asked:
    """What the link in a mail is for."""

    question: ReuseQuestion
    reuse: Reuse
    entry: Entry
    giver: Organisation
    taker: Organisation
    is_open: bool

    @property
    def side(self) -> Side:
        """For which side the answer counts."""
        return Side(self.question.side)

    @property
    def purpose(self) -> Purpose:
        """What is asked."""
        return Purpose(self.question.purpose)

    @property
    def answers(self) -> tuple[str, ...]:
        """Acts by which it can be answered."""
        return _ANSWERS[self.purpose]


def get_asked(token: str) -> Asked:
    """The question behind a link, without using it; raises StaleLinkError.

    The link works only as long as its address is still one of those to be asked for that side.
    """
    statement = select(ReuseQuestion).where(
        ReuseQuestion.token_hash == hash_token(token), ReuseQuestion.expires_at > clock.now()
    )
    question = db.session().exec(statement).first()
    reuse = db.session().get(Reuse, question.reuse_id) if question else None
    if question is None or reuse is None:
        raise StaleLinkError
    if question.recipient_hash not in {each.hash for each in recipients_of(reuse, Side(question.side))}:
        raise StaleLinkError
    is_open = question.answer is None and question.round == reuse.round and reuse.state.stage in ACTIVE
    return Asked(
        question,
        reuse,
        entry_of(reuse),
        organisation_of(reuse, Side.GIVER),
        organisation_of(reuse, Side.TAKER),
        is_open,
    )


def has_answered(reuse: Reuse, side: Side, recipient_hash: str) -> bool:
    """Whether somebody with this address confirmed a side by the link of a mail."""
    statement = select(ReuseQuestion.id).where(
        ReuseQuestion.reuse_id == reuse.id,
        ReuseQuestion.side == side.value,
        ReuseQuestion.recipient_hash == recipient_hash,
        ReuseQuestion.answer == "confirm",
    )
    return db.session().exec(statement).first() is not None


def count_silent(remits: Remits) -> int:
    """Number of reuses about which nobody answers."""
    return int(db.session().scalar(_silent(remits, sa.func.count())) or 0)


def list_silent(remits: Remits, offset: int, limit: int) -> list[Task]:
    """The same reuses as tasks, the one that waits longest first."""
    statement = _silent(remits, Reuse, Entry, Organisation).order_by(col(Reuse.silent_from), col(Reuse.id))
    return [
        Task(
            thing=f"reuse:{reuse.public_id}",
            title=f"{entry.title}: {taker.name}",
            since=clock.start_of(reuse.silent_from),
            link=f"/nachnutzungen/{reuse.public_id}",
            note=Label("Nachnutzung nicht erneuert")
            if reuse.state.is_confirmed
            else Label("Nachnutzung nicht bestätigt"),
        )
        for reuse, entry, taker in db.session().execute(statement.offset(offset).limit(limit))
    ]


def _silent(remits: Remits, *columns: Any) -> Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Reuse)
        .join(Entry, col(Entry.id) == col(Reuse.entry_id))
        .join(Organisation, col(Organisation.id) == col(Reuse.taker_id))
        .where(col(Reuse.silent_from) <= clock.today(), within(remits))
    )


def within(remits: Remits) -> sa.ColumnElement[bool]:
    """Condition on ``Reuse`` joined with ``Entry``: one of both places, or the theme, falls into a remit."""
    return sa.or_(entries_within(remits), sa.false(), *(_taken_within(remit) for remit in remits if remit.area))


def _taken_within(remit: Remit) -> sa.ColumnElement[bool]:
    conditions: list[sa.ColumnElement[bool]] = [col(Reuse.taker_id).in_(places_within(remit.area))]
    if remit.action_field:
        about = select(EntryActionField.entry_id).where(EntryActionField.value == remit.action_field)
        conditions.append(col(Reuse.entry_id).in_(about))
    return sa.and_(*conditions)
