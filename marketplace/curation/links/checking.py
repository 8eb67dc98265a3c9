"""Checks addresses politely: at night, a few in each run, a host at most once in a while, by however many jobs.

Whoever checks claims the host and the address first, in one short transaction, asks without any, and notes the result
in another. Where a job dies in between, the address is due again an hour later.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.clock import BERLIN
from marketplace.core.db import Database
from marketplace.core.safe_http import Answer, FetchError, Reason, SafeClient
from marketplace.curation.links.verdicts import (
    NIGHT,
    Health,
    LinkDecision,
    LinkState,
    Verdict,
    judge,
    needs_second_look,
    verdict_of_failure,
    verdict_of_status,
)
from marketplace.curation.models import WebHost, WebLink, WebLinkUse

LEASE = timedelta(hours=1)
BACK_OFF = timedelta(hours=1)
"""How long a host is left alone that wants to be asked later or has trouble."""

SECONDS_PER_RUN = 120
"""No new check begins after this; cron may start the next run."""

MAX_ETAG = 200

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Pace:
    """How fast a run may go."""

    limit: int
    """Addresses in one run."""
    pause: timedelta
    """Between two questions to the same host."""


@dataclass(frozen=True)
class Finding:
    """What a check showed."""

    verdict: Verdict
    answer: str
    """A status, or the name of a failure."""
    moved_to: str | None = None
    etag: str | None = None


def is_night(now: datetime) -> bool:
    """Whether addresses are checked at this hour."""
    return now.astimezone(BERLIN).hour in NIGHT


def check_due(database: Database, client: SafeClient, pace: Pace) -> int:
    """Check what is due, as much as one run may; returns the number of addresses."""
    began, number = time.monotonic(), 0
    while number < pace.limit and time.monotonic() - began < SECONDS_PER_RUN:
        link = _claim_next(database, pace)
        if link is None:
            break
        finding = look(client, link.address, link.etag)
        with database.unit_of_work():
            _note(link, finding)
        number += 1
    return number


def look(client: SafeClient, address: str, etag: str | None = None) -> Finding:
    """Ask for an address: with HEAD, and with GET where that is not answered well."""
    headers = {"If-None-Match": etag} if etag else {}
    try:
        answer = _head(client, address, headers)
        if answer is None or needs_second_look(answer.status):
            answer = client.fetch("GET", address, headers=headers)
    except FetchError as error:
        return Finding(verdict_of_failure(error.reason), error.reason.value)
    moved = answer.moved_for_good and answer.status < 400 and len(answer.address) <= 500
    tag = answer.headers.get("etag", "")
    return Finding(
        verdict_of_status(answer.status),
        str(answer.status),
        moved_to=answer.address if moved else None,
        etag=tag if 0 < len(tag) <= MAX_ETAG and tag.isascii() and tag.isprintable() else None,
    )


def _head(client: SafeClient, address: str, headers: dict[str, str]) -> Answer | None:
    try:
        return client.fetch("HEAD", address, headers=headers)
    except FetchError as error:
        if error.reason in (Reason.PROTOCOL, Reason.TIMEOUT):
            return None  # some servers know no HEAD and hang up, or wait
        raise


def _claim_next(database: Database, pace: Pace) -> WebLink | None:
    """The next address whose host may be asked, kept from all others; None if there is none just now."""
    while True:
        with database.reading() as session:
            link: WebLink | None = session.exec(_due(clock.now())).first()
        if link is None:
            return None
        with database.unit_of_work() as session:
            claimed = _claim_host(link.host, pace) and _claim_link(link)
            if not claimed:
                session.rollback()
        if claimed:
            return link


def _due(now: datetime) -> Any:
    wanted = (
        sa.select(col(WebLinkUse.link_id))
        .join(Entry, col(Entry.id) == col(WebLinkUse.entry_id))
        .where(
            col(WebLinkUse.link_id) == col(WebLink.id),
            col(Entry.status) == Status.PUBLISHED,
            sa.or_(col(WebLinkUse.decision).is_(None), col(WebLinkUse.decision) != LinkDecision.GONE.value),
        )
    )
    busy = sa.select(col(WebHost.host)).where(col(WebHost.host) == col(WebLink.host), col(WebHost.free_at) > now)
    return (
        select(WebLink)
        .where(col(WebLink.next_at) <= now, wanted.exists(), ~busy.exists())
        .order_by(col(WebLink.next_at), col(WebLink.id))
        .limit(1)
    )


def _claim_host(host: str, pace: Pace) -> bool:
    session, now = db.session(), clock.now()
    insert = _INSERT[session.get_bind().dialect.name](WebHost).values(host=host, free_at=now + pace.pause)
    claim = insert.on_conflict_do_update(
        index_elements=["host"], set_={"free_at": insert.excluded.free_at}, where=col(WebHost.free_at) <= now
    ).returning(col(WebHost.host))
    return bool(session.execute(claim).all())


def _claim_link(link: WebLink) -> bool:
    due = (col(WebLink.id) == link.id) & (col(WebLink.next_at) == link.next_at)
    claim = sa.update(WebLink).where(due).values(next_at=clock.now() + LEASE)
    return bool(db.session().execute(claim.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def _note(link: WebLink, finding: Finding) -> None:
    before = Health(LinkState(link.state), link.failures)
    after, pause = judge(before, finding.verdict)
    now = clock.now()
    values: dict[str, Any] = {
        "state": after.state.value,
        "failures": after.points,
        "answer": finding.answer,
        "checked_at": now,
        "next_at": now + pause,
        "since": link.since if _is_same_spell(before, after) else now,
        "etag": finding.etag,
    }
    if finding.verdict is Verdict.FINE:
        # A proposal from better days is all we have once an address is dead.
        values["moved_to"] = finding.moved_to
    session = db.session()
    session.execute(
        sa.update(WebLink)
        .where(col(WebLink.id) == link.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if finding.verdict in (Verdict.BUSY, Verdict.TROUBLE):
        host = sa.update(WebHost).where(col(WebHost.host) == link.host, col(WebHost.free_at) < now + BACK_OFF)
        session.execute(host.values(free_at=now + BACK_OFF).execution_options(synchronize_session=False))


def _is_same_spell(before: Health, after: Health) -> bool:
    """Whether the address has been so all the time; what is dead has been so since its first failure."""
    broken = (LinkState.FAILING, LinkState.DEAD)
    return before.state is after.state or (before.state in broken and after.state in broken)
