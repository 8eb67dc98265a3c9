"""Reads of curation: the questions behind a link, what readers are told about an entry, the tasks of guides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import Select
from sqlmodel import col, select

from marketplace.accounts.links import StaleLinkError
from marketplace.accounts.models import Account, Membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.completeness import Completeness, assess
from marketplace.catalogue.drafts.models import Draft, DraftEvent
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.catalogue.vocabulary import ConfirmedBy
from marketplace.core import clock, db
from marketplace.core.labels import Label
from marketplace.curation.desk import Remits, Task
from marketplace.curation.freshness import Answer
from marketplace.curation.models import Curation, ReviewQuestion, ReviewRequest
from marketplace.curation.recipients import recipients_of
from marketplace.curation.remits import entries_within
from marketplace.organisations.models import Organisation


@dataclass(frozen=True)
class AskedEntry:
    """One entry in a mail, and whether the question about it is still open."""

    question: ReviewQuestion
    entry: Entry
    is_open: bool
    speaks_as: ConfirmedBy
    answer: Answer | None


@dataclass(frozen=True)
class AskedMail:
    """What a link in a mail is for; open questions first."""

    entries: list[AskedEntry]

    @property
    def open(self) -> list[AskedEntry]:
        """What is still to be answered."""
        return [each for each in self.entries if each.is_open]

    @property
    def done(self) -> list[AskedEntry]:
        """What was answered, here or elsewhere."""
        return [each for each in self.entries if not each.is_open]


def get_asked(token: str) -> AskedMail:
    """The questions behind a link, without using it; raises StaleLinkError.

    The link works only for entries about which its address is still the one to ask.
    """
    statement = select(ReviewRequest).where(
        ReviewRequest.token_hash == hash_token(token), ReviewRequest.expires_at > clock.now()
    )
    request = db.session().exec(statement).first()
    if request is None:
        raise StaleLinkError
    rows = db.session().exec(
        select(ReviewQuestion, Entry, Curation)
        .join(Entry, col(Entry.id) == col(ReviewQuestion.entry_id))
        .join(Curation, col(Curation.entry_id) == col(Entry.id))
        .where(ReviewQuestion.request_id == request.id)
        .order_by(col(Curation.due), col(Entry.title), col(Entry.id))
    )
    known = list(rows.all())
    speakers = recipients_of([entry.id or 0 for _question, entry, _row in known])
    entries = []
    for question, entry, row in known:
        heard = [each for each in speakers[entry.id or 0] if each.hash == request.recipient_hash]
        if heard:
            entries.append(_asked(question, entry, row, heard[0].speaks_as))
    if not entries:
        raise StaleLinkError
    return AskedMail(entries)


def _asked(question: ReviewQuestion, entry: Entry, row: Curation, speaks_as: ConfirmedBy) -> AskedEntry:
    is_open = question.answer is None and question.round == row.round and entry.is_published and row.ended_note is None
    return AskedEntry(question, entry, is_open, speaks_as, Answer.find_value(question.answer or ""))


@dataclass(frozen=True)
class Looked:
    """That somebody looked at an entry: when, in what part, for which organisation."""

    at: datetime
    by: ConfirmedBy
    organisation: str | None


@dataclass(frozen=True)
class Standing:
    """How far the facts of an entry can be relied on, as its page says it."""

    confirmed: Looked | None
    """Who said last that the facts still hold."""
    reviewed: Looked | None
    """Who decided last that it may be published."""
    is_from_library: bool
    """Put together by the editors from published sources."""
    completeness: Completeness
    curation: Curation | None


def get_standing(entry: Entry) -> Standing:
    """What readers are told about who looked at an entry, when, and what is missing."""
    row = db.session().get(Curation, entry.id)
    by = ConfirmedBy.find_value(entry.confirmed_by or "")
    confirmed = None
    if entry.confirmed_at is not None and by is not None:
        organisation = db.session().get(Organisation, (row.confirmed_organisation_id if row else None) or 0)
        confirmed = Looked(entry.confirmed_at, by, organisation.name if organisation else None)
    return Standing(
        confirmed=confirmed,
        reviewed=_find_approval(entry),
        is_from_library=entry.library_path is not None and not entry.was_edited_on_site,
        completeness=assess(Kind(entry.kind), entry.details),
        curation=row,
    )


def _find_approval(entry: Entry) -> Looked | None:
    found = db.session().exec(_APPROVALS, params={"entry_id": entry.id}).first()
    if found is None:
        return None
    at, account = found
    is_site = account is not None and account.is_site_admin
    return Looked(at, ConfirmedBy.SITE if is_site else ConfirmedBy.GUIDE, _organisation_of(account))


_APPROVALS = (
    select(DraftEvent.at, Account)
    .join(Draft, col(Draft.id) == col(DraftEvent.draft_id))
    .outerjoin(Account, col(Account.id) == col(DraftEvent.account_id))
    .where(Draft.entry_id == sa.bindparam("entry_id"), DraftEvent.action == "draft.approve")
    .order_by(col(DraftEvent.at).desc(), col(DraftEvent.id).desc())
)


def _organisation_of(account: Account | None) -> str | None:
    """The organisation for which somebody works; the first by name, if there are several."""
    if account is None:
        return None
    statement = (
        select(Organisation.name)
        .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .where(Membership.account_id == account.id, Membership.status == MembershipStatus.CONFIRMED)
        .order_by(col(Organisation.search_name), col(Organisation.id))
    )
    return db.session().exec(statement).first()


def count_due(remits: Remits) -> int:
    """Number of entries at whose age a guide must look."""
    return int(db.session().scalar(_due(remits, sa.func.count())) or 0)


def list_due(remits: Remits, offset: int, limit: int) -> list[Task]:
    """These entries, what waits longest first; of those that came on one day the ones with the oldest facts."""
    statement = _due(remits, Entry, Curation).order_by(col(Curation.guide_since), col(Entry.as_of), col(Entry.id))
    return [
        Task(
            thing=f"entry:{entry.slug}",
            title=entry.title,
            since=row.guide_since,
            link=f"/eintraege/{entry.slug}/aktualitaet",
            note=Label("soll beendet sein: %(ended_note)s", ended_note=row.ended_note)
            if row.ended_note
            else Label("Stand %(as_of)s, nicht bestätigt", as_of=entry.as_of),
        )
        for entry, row in db.session().execute(statement.offset(offset).limit(limit))
    ]


def _due(remits: Remits, *columns: Any) -> Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Curation)
        .join(Entry, col(Entry.id) == col(Curation.entry_id))
        .where(col(Curation.guide_since).is_not(None), col(Entry.status) == Status.PUBLISHED, entries_within(remits))
    )
