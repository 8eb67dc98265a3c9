"""Reads of requests: one by its address, lists of an organisation, and what decisions need to know of them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account, MailDomain, Membership
from marketplace.accounts.permissions import place_key
from marketplace.accounts.roles import MembershipStatus
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.links import LinkRole
from marketplace.catalogue.models import Entry, EntryLink
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.clock import BERLIN
from marketplace.core.errors import NotFoundError
from marketplace.organisations.models import Organisation
from marketplace.reuse.companions import companions_of
from marketplace.reuse.deadlines import Absence, Deadlines, deadlines_of, find_absence
from marketplace.reuse.models import OrganisationAbsence, ReuseEvent, ReuseRequest
from marketplace.reuse.permissions import Sides
from marketplace.reuse.workflow import OPEN, State

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{20,32}")


@dataclass(frozen=True)
class Around:
    """A request with the entries and organisations that it is about."""

    request: ReuseRequest
    entry: Entry
    via: Entry | None
    taker: Organisation
    giver: Organisation | None

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.request.state)


@dataclass(frozen=True)
class Target:
    """An organisation that has the solution, and the project in which it uses it, if it is not its own."""

    organisation: Organisation
    via: Entry | None = None
    is_reuser: bool = False
    """Whether it is known to have it from the ledger of reuses alone."""


def is_public_id(text: str) -> bool:
    """Whether this can stand in an address of a request or a draft."""
    return bool(_PUBLIC_ID.fullmatch(text))


def get_request(public_id: str) -> ReuseRequest:
    """The request with this address; raises NotFoundError."""
    found = None
    if is_public_id(public_id):
        found = db.session().exec(select(ReuseRequest).where(ReuseRequest.public_id == public_id)).first()
    if found is None:
        raise NotFoundError("Diese Anfrage gibt es nicht oder nicht mehr.")
    return found


def find_by_token_hash(token_hash: str) -> ReuseRequest | None:
    """The request that the form with this token made, or None."""
    return db.session().exec(select(ReuseRequest).where(ReuseRequest.token_hash == token_hash)).first()


def find_open(entry_id: int, taker_id: int) -> ReuseRequest | None:
    """The open request of an organisation for a solution, or None."""
    statement = select(ReuseRequest).where(
        ReuseRequest.entry_id == entry_id, ReuseRequest.taker_id == taker_id, col(ReuseRequest.state).in_(OPEN)
    )
    return db.session().exec(statement).first()


def list_unanswered(giver_id: int) -> list[ReuseRequest]:
    """Requests that wait for the first answer of an organisation, the oldest first."""
    statement = select(ReuseRequest).where(ReuseRequest.giver_id == giver_id, ReuseRequest.state == State.REQUESTED)
    return list(db.session().exec(statement.order_by(col(ReuseRequest.id))))


def get_around(request: ReuseRequest) -> Around:
    """The request with what it is about."""
    session = db.session()
    return Around(
        request,
        session.get_one(Entry, request.entry_id),
        session.get(Entry, request.via_entry_id) if request.via_entry_id else None,
        session.get_one(Organisation, request.taker_id),
        session.get(Organisation, request.giver_id) if request.giver_id else None,
    )


def sides_of(request: ReuseRequest) -> Sides:
    """What permissions are asked about."""
    around = get_around(request)
    keys = {place_key(each) for each in (around.taker, around.giver) if each is not None}
    return Sides(
        taker_id=request.taker_id,
        giver_id=request.giver_id,
        keys=frozenset(keys),
        action_fields=stake_of_entry(around.entry).action_fields,
        is_forwarded=request.forwarded_at is not None,
        waiting_requester_id=_waiting_requester(request),
        companion_ids=companions_of(request),
    )


def _waiting_requester(request: ReuseRequest) -> int | None:
    """Who sent it and is no member yet; once it was forwarded, members alone take part."""
    if request.forwarded_at is not None:
        return None
    waiting = select(Membership.id).where(
        Membership.account_id == request.requester_id,
        Membership.organisation_id == request.taker_id,
        Membership.status != MembershipStatus.CONFIRMED,
    )
    return request.requester_id if db.session().exec(waiting).first() is not None else None


def list_targets(entry: Entry) -> list[Target]:
    """Organisations that have a solution: the one behind it, then those whose published projects use it."""
    session, found = db.session(), {}
    owner = session.get(Organisation, entry.organisation_id) if entry.organisation_id else None
    if owner is not None:
        found[owner.id] = Target(owner)
    statement = (
        select(Entry, Organisation)
        .join(EntryLink, col(EntryLink.source_id) == col(Entry.id))
        .join(Organisation, col(Organisation.id) == col(Entry.organisation_id))
        .where(
            EntryLink.target_id == entry.id,
            EntryLink.role == LinkRole.USES,
            Entry.status == Status.PUBLISHED,
            Entry.kind == Kind.PROJECT,
            col(Organisation.dissolved_on).is_(None),
        )
        .order_by(col(Organisation.search_name), col(Entry.id))
    )
    for project, organisation in session.exec(statement):
        found.setdefault(organisation.id, Target(organisation, project))
    return list(found.values())


def find_proposal(request: ReuseRequest) -> Target | None:
    """The other organisation that a guide proposes, or None."""
    session = db.session()
    if request.proposed_giver_id is None:
        return None
    via = session.get(Entry, request.proposed_via_id) if request.proposed_via_id else None
    return Target(session.get_one(Organisation, request.proposed_giver_id), via)


def list_used_solutions(project: Entry) -> list[Entry]:
    """Published solutions that a project uses, by title."""
    statement = (
        select(Entry)
        .join(EntryLink, col(EntryLink.target_id) == col(Entry.id))
        .where(
            EntryLink.source_id == project.id,
            EntryLink.role == LinkRole.USES,
            Entry.status == Status.PUBLISHED,
            Entry.kind == Kind.SOLUTION,
        )
        .order_by(col(Entry.title), col(Entry.id))
    )
    return list(db.session().exec(statement))


def list_absences(organisation_id: int | None) -> list[Absence]:
    """Days on which nobody of an organisation answers, by their beginning."""
    return [Absence(row.first_day, row.last_day) for row in list_announced(organisation_id)]


def list_announced(organisation_id: int | None, *, coming_only: bool = False) -> list[OrganisationAbsence]:
    """Absences as they were announced."""
    statement = select(OrganisationAbsence).where(OrganisationAbsence.organisation_id == organisation_id)
    if coming_only:
        statement = statement.where(OrganisationAbsence.last_day >= clock.today())
    return list(db.session().exec(statement.order_by(col(OrganisationAbsence.first_day), col(OrganisationAbsence.id))))


def find_deadlines(request: ReuseRequest, giver: Organisation | None) -> Deadlines | None:
    """When the giving side must have answered, or None where it owes no answer."""
    if request.waiting_since is None or giver is None:
        return None
    start = request.waiting_since.astimezone(BERLIN).date()
    return deadlines_of(start, giver.state, list_absences(giver.id))


def find_present_absence(organisation_id: int | None) -> Absence | None:
    """The absence of an organisation that holds today, or None."""
    return find_absence(clock.today(), list_absences(organisation_id)) if organisation_id else None


def list_events(request: ReuseRequest, *, after_revision: int = -1) -> list[ReuseEvent]:
    """The timeline, the oldest step first; on request only what happened since somebody looked."""
    statement = select(ReuseEvent).where(ReuseEvent.request_id == request.id, col(ReuseEvent.revision) > after_revision)
    return list(db.session().exec(statement.order_by(col(ReuseEvent.id))))


def map_organisations(ids: Collection[int | None]) -> dict[int | None, Organisation]:
    """Organisations by row number."""
    statement = select(Organisation).where(col(Organisation.id).in_([each for each in ids if each]))
    return {row.id: row for row in db.session().exec(statement.order_by(col(Organisation.id)))}


def is_trusted(account: Account, membership: Membership, organisation: Organisation) -> bool:
    """Whether a request of this person goes to the other side without a guide looking at it first.

    The membership must be confirmed, and the town hall be known: by its mail domain, or because a guide looked at an
    earlier request of it.
    """
    if membership.status != MembershipStatus.CONFIRMED:
        return False
    domain = select(MailDomain.domain).where(MailDomain.organisation_id == organisation.id)
    earlier = select(ReuseRequest.id).where(
        ReuseRequest.taker_id == organisation.id, col(ReuseRequest.forwarded_at).is_not(None)
    )
    return any(db.session().exec(statement).first() is not None for statement in (domain.limit(1), earlier.limit(1)))


def list_moments(*, of: sa.ColumnElement[bool], since: datetime) -> Sequence[datetime]:
    """When requests were sent, for limits."""
    statement = select(ReuseRequest.created_at).where(of, col(ReuseRequest.created_at) > since)
    return db.session().exec(statement.order_by(col(ReuseRequest.created_at))).all()


def list_memberships(actor: Actor) -> list[tuple[Membership, Organisation]]:
    """Organisations for which somebody can ask, confirmed ones first."""
    statement = (
        select(Membership, Organisation)
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(
            Membership.account_id == actor.account_id,
            col(Membership.status).in_([MembershipStatus.CONFIRMED, MembershipStatus.PENDING]),
            col(Organisation.dissolved_on).is_(None),
        )
        .order_by(col(Membership.status) != MembershipStatus.CONFIRMED, col(Organisation.search_name))
    )
    return [(membership, organisation) for membership, organisation in db.session().exec(statement)]
