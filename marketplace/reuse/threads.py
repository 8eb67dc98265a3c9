"""The thread of a request: pages of messages, what is new for somebody, lists of requests with their marks."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account, Membership
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.db import Database
from marketplace.core.errors import NotFoundError
from marketplace.notifications.models import Notice
from marketplace.organisations.models import Organisation
from marketplace.reuse.companions import is_accompanied
from marketplace.reuse.models import ReuseEvent, ReuseMessage, ReuseReading, ReuseRequest
from marketplace.reuse.notices import link_to
from marketplace.reuse.tasks import requests_within
from marketplace.reuse.workflow import ENDED, OPEN, Part, State

PAGE_SIZE = 25
ROWS_PER_PAGE = 20
FORMER = "Ehemaliges Konto"


@dataclass(frozen=True)
class Message:
    """A message as the thread shows it."""

    row: ReuseMessage
    name: str
    organisation: str
    is_own: bool
    is_new: bool

    @property
    def part(self) -> Part:
        """In which part it was written."""
        return Part(self.row.part)


@dataclass(frozen=True)
class ThreadPage:
    """Some messages of a thread, the oldest first."""

    messages: list[Message]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Row:
    """A request in a list."""

    request: ReuseRequest
    title: str
    taker: str
    giver: str
    """Names of the organisations; empty where nobody is asked yet."""
    is_given: bool
    """Whether it came to one's own organisation."""
    is_unread: bool
    is_unanswered: bool
    """Whether the other side wrote last and one's own owes an answer."""

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.request.state)


@dataclass(frozen=True)
class RowPage:
    """A page of requests."""

    rows: list[Row]
    page: int
    pages: int
    total: int


def read_thread(request: ReuseRequest, page: int | None, *, actor: Actor) -> ThreadPage:
    """A page of messages; the last one if none is named."""
    session, mine = db.session(), col(ReuseMessage.request_id) == request.id
    total = session.scalar(sa.select(sa.func.count()).select_from(ReuseMessage).where(mine)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = pages if page is None else min(max(1, page), pages)
    statement = (
        select(ReuseMessage, Account.name, Organisation.name)
        .outerjoin(Account, col(Account.id) == col(ReuseMessage.account_id))
        .outerjoin(Organisation, col(Organisation.id) == col(ReuseMessage.organisation_id))
        .where(mine)
        .order_by(col(ReuseMessage.id))
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    read = session.get(ReuseReading, (request.id, actor.account_id))
    seen = read.message_id if read else 0
    messages = [
        Message(
            row, name or FORMER, organisation or "", row.account_id == actor.account_id,
            is_new=(row.id or 0) > seen and row.account_id != actor.account_id,
        )
        for row, name, organisation in session.exec(statement)
    ]  # fmt: skip
    return ThreadPage(messages, page, pages, total)


def get_message(request: ReuseRequest, message_id: int) -> ReuseMessage:
    """A message of this request; raises NotFoundError."""
    found = db.session().get(ReuseMessage, message_id)
    if found is None or found.request_id != request.id:
        raise NotFoundError("")
    return found


def mark_read(database: Database, request: ReuseRequest, shown: ThreadPage, *, actor: Actor) -> None:
    """Note how far somebody has read, and that the notices about it have been seen.

    In a transaction of its own, as for the use of a session: it is noted by looking, and looking changes nothing else.
    """
    account_id, link = actor.account_id or 0, link_to(request)
    last = max((message.row.id or 0 for message in shown.messages), default=0)
    with database.unit_of_work() as session:
        event = session.scalar(sa.select(sa.func.max(ReuseEvent.id)).where(col(ReuseEvent.request_id) == request.id))
        read = session.get(ReuseReading, (request.id, account_id))
        if read is None:
            read = ReuseReading(request_id=request.id, account_id=account_id, read_at=clock.now())
            session.add(read)
        if last > read.message_id or (event or 0) > read.event_id:
            read.message_id, read.event_id = max(last, read.message_id), max(event or 0, read.event_id)
            read.read_at = clock.now()
        unread = (col(Notice.account_id) == account_id) & (col(Notice.link) == link) & col(Notice.read_at).is_(None)
        session.execute(sa.update(Notice).where(unread).values(read_at=clock.now()))


def find_kept_text(request: ReuseRequest, *, actor: Actor) -> str:
    """A message that was sent after the session had ended; empty if there is none."""
    read = db.session().get(ReuseReading, (request.id, actor.account_id))
    return read.kept_text if read else ""


def keep_text(request: ReuseRequest, text: str, *, account_id: int) -> None:
    """Keep a message for when its author has signed in again; an empty one forgets what was kept."""
    session = db.session()
    read = session.get(ReuseReading, (request.id, account_id))
    if read is None and text:
        read = ReuseReading(request_id=request.id, account_id=account_id, read_at=clock.now())
        session.add(read)
    if read is not None:
        read.kept_text = text
    session.flush()


def list_own(actor: Actor, *, ended: bool, page: int) -> RowPage:
    """Requests given and taken of one's organisations, those with news first, then the latest."""
    mine = sa.or_(
        col(ReuseRequest.taker_id).in_(actor.organisation_ids),
        is_accompanied(actor.organisation_ids),
        sa.and_(col(ReuseRequest.giver_id).in_(actor.organisation_ids), col(ReuseRequest.forwarded_at).is_not(None)),
        sa.and_(
            col(ReuseRequest.requester_id) == actor.account_id,
            col(ReuseRequest.forwarded_at).is_(None),
            col(ReuseRequest.taker_id).in_(
                select(Membership.organisation_id).where(Membership.account_id == actor.account_id)
            ),
        ),
    )
    return _list(mine, actor, ended=ended, page=page)


def list_guided(actor: Actor, *, page: int) -> RowPage:
    """Open requests within the remits of a guide."""
    return _list(requests_within(actor.remits), actor, ended=False, page=page)


def _list(mine: sa.ColumnElement[bool], actor: Actor, *, ended: bool, page: int) -> RowPage:
    session, wanted = db.session(), sa.and_(mine, col(ReuseRequest.state).in_(ENDED if ended else OPEN))
    total = session.scalar(sa.select(sa.func.count()).select_from(ReuseRequest).where(wanted)) or 0
    pages = max(1, -(-total // ROWS_PER_PAGE))
    page = min(max(1, page), pages)
    unread = _is_unread(actor)
    statement = (
        select(ReuseRequest, Entry.title, unread, _last_writer())
        .join(Entry, col(Entry.id) == col(ReuseRequest.entry_id))
        .where(wanted)
        .order_by(unread.desc(), col(ReuseRequest.updated_at).desc(), col(ReuseRequest.id).desc())
        .offset((page - 1) * ROWS_PER_PAGE)
        .limit(ROWS_PER_PAGE)
    )
    found = list(session.exec(statement))
    accompanied = _accompanied([request.id for request, *_more in found], actor)
    names = _names({org for request, *_more in found for org in (request.taker_id, request.giver_id) if org})
    rows = [
        _row(
            request,
            title,
            is_unread=bool(is_unread),
            last=last,
            names=names,
            actor=actor,
            is_along=request.id in accompanied,
        )
        for request, title, is_unread, last in found
    ]
    return RowPage(rows, page, pages, total)


def _row(
    request: ReuseRequest, title: str, *, is_unread: bool, last: str | None, names: dict[int, str], actor: Actor,
    is_along: bool,
) -> Row:  # fmt: skip
    is_taken = is_along or request.taker_id in actor.organisation_ids or request.requester_id == actor.account_id
    is_given = not is_taken and request.giver_id in actor.organisation_ids
    own = {Part.TAKER, Part.COMPANION} if is_taken else {Part.GIVER}
    waits = request.state == State.REQUESTED if is_given and last is None else last not in {None, *own}
    return Row(
        request, title, names.get(request.taker_id, ""), names.get(request.giver_id or 0, ""), is_given,
        is_unread, is_unanswered=bool(waits) and State(request.state) in OPEN and (is_taken or is_given),
    )  # fmt: skip


def _accompanied(ids: Collection[int | None], actor: Actor) -> set[int | None]:
    mine = select(ReuseRequest.id).where(col(ReuseRequest.id).in_(ids), is_accompanied(actor.organisation_ids))
    return set(db.session().exec(mine.order_by(col(ReuseRequest.id))))


def _names(ids: set[int]) -> dict[int, str]:
    statement = select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(ids))
    return {number or 0: name for number, name in db.session().exec(statement.order_by(col(Organisation.id)))}


def _last_writer() -> sa.ScalarSelect[str]:
    """In which part the last message was written."""
    return (
        sa.select(col(ReuseMessage.part))
        .where(col(ReuseMessage.request_id) == col(ReuseRequest.id))
        .order_by(col(ReuseMessage.id).desc())
        .limit(1)
        .scalar_subquery()
    )


def _is_unread(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether others wrote or did something that this person has not seen."""
    mine = (col(ReuseReading.request_id) == col(ReuseRequest.id)) & (col(ReuseReading.account_id) == actor.account_id)
    messages = sa.select(sa.func.coalesce(sa.func.max(ReuseReading.message_id), 0)).where(mine).scalar_subquery()
    events = sa.select(sa.func.coalesce(sa.func.max(ReuseReading.event_id), 0)).where(mine).scalar_subquery()
    return sa.or_(
        sa.exists().where(
            col(ReuseMessage.request_id) == col(ReuseRequest.id),
            col(ReuseMessage.id) > messages,
            sa.or_(col(ReuseMessage.account_id).is_(None), col(ReuseMessage.account_id) != actor.account_id),
        ),
        sa.exists().where(
            col(ReuseEvent.request_id) == col(ReuseRequest.id),
            col(ReuseEvent.id) > events,
            sa.or_(col(ReuseEvent.account_id).is_(None), col(ReuseEvent.account_id) != actor.account_id),
        ),
    )
