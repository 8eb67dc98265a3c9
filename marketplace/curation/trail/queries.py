"""The record of an entry, or of all that concerns an organisation, as the people behind it read it, page by page."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account, GuideRemit, Membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.core.audit import AuditRecord
from marketplace.curation.duplicates.models import EntryPair
from marketplace.curation.reports.models import Report
from marketplace.curation.trail.rules import PER_PAGE, Part, Standing, detail_of, part_of, words_for
from marketplace.organisations.models import Organisation


@dataclass(frozen=True)
class Happening:
    """One act about an entry."""

    at: datetime
    words: str
    detail: str
    by: Part
    subject: str = ""
    """What it was about, as the record names it."""
    about: str = ""
    """Title of the entry, where the page is not about one."""


@dataclass(frozen=True)
class Trail:
    """A page of what happened, the newest first."""

    happenings: list[Happening]
    page: int
    pages: int


def read_trail(entry: Entry, page: int) -> Trail:
    """All that is recorded about an entry, its drafts, its reports and what may be the same; one page of it."""
    subjects = _subjects(col(Entry.id) == entry.id, col(Draft.entry_id) == entry.id)
    return _read(col(AuditRecord.subject).in_(sa.select(subjects.c.subject)), page, entry.organisation_id)


def read_trail_of_organisation(organisation: Organisation, page: int) -> Trail:
    """All that is recorded about the entries, drafts, members and invitations of an organisation; one page of it."""
    subjects = _subjects(col(Entry.organisation_id) == organisation.id, col(Draft.organisation_id) == organisation.id)
    of_members = sa.and_(
        # The bounds let the database look at memberships only.
        col(AuditRecord.subject) >= "membership:",
        col(AuditRecord.subject) < "membership;",
        col(AuditRecord.subject).endswith(f":organisation:{organisation.id}"),
    )
    concerns = sa.or_(
        col(AuditRecord.subject).in_(sa.select(subjects.c.subject)),
        col(AuditRecord.subject) == f"organisation:{organisation.key}",
        of_members,
    )
    trail = _read(concerns, page, organisation.id)
    shown = subjects.c.subject.in_([each.subject for each in trail.happenings])
    rows = db.session().execute(sa.select(subjects.c.subject, subjects.c.title).where(shown))
    titles = {row[0]: row[1] or "" for row in rows}
    return replace(trail, happenings=[replace(each, about=titles.get(each.subject, "")) for each in trail.happenings])


def _read(concerns: sa.ColumnElement[bool], page: int, organisation_id: int | None) -> Trail:
    number = int(db.session().scalar(sa.select(sa.func.count()).select_from(AuditRecord).where(concerns)) or 0)
    pages = max(1, math.ceil(number / PER_PAGE))
    page = min(max(page, 1), pages)
    statement = select(AuditRecord).where(concerns).order_by(col(AuditRecord.id).desc())
    records = list(db.session().exec(statement.offset((page - 1) * PER_PAGE).limit(PER_PAGE)))
    standings = _standings({record.actor for record in records}, organisation_id)
    return Trail([_happening(record, standings) for record in records], page, pages)


def _happening(record: AuditRecord, standings: dict[str, Standing]) -> Happening:
    by = part_of(record.action, record.actor, standings.get(record.actor))
    detail = detail_of(record.action, record.facts)
    return Happening(record.at, words_for(record.action), detail, by, subject=record.subject)


def _subjects(entries: sa.ColumnElement[bool], drafts: sa.ColumnElement[bool]) -> sa.Subquery:
    """How records name these entries and drafts, and reports and pairs of the entries; each with a title."""

    def named(kind: str, name: Any, title: Any) -> sa.Select[Any]:
        return sa.select((sa.literal(f"{kind}:") + name).label("subject"), title.label("title"))

    title, reported = col(Entry.title), col(Report.entry_id) == col(Entry.id)
    in_pair = sa.or_(col(EntryPair.first_id) == col(Entry.id), col(EntryPair.second_id) == col(Entry.id))
    return sa.union_all(
        named("entry", col(Entry.slug), title).where(entries),
        named("draft", col(Draft.public_id), col(Draft.fields)["titel"].as_string()).where(drafts),
        named("report", col(Report.public_id), title).join_from(Report, Entry, reported).where(entries),
        named("pair", sa.cast(col(EntryPair.id), sa.Text), title).join_from(EntryPair, Entry, in_pair).where(entries),
    ).subquery()


def _standings(references: Collection[str], organisation_id: int | None) -> dict[str, Standing]:
    """What the accounts among those who acted are today, by how the record names them."""
    ids = {int(text.removeprefix("account:")) for text in references if re.fullmatch(r"account:\d{1,9}", text)}
    session = db.session()
    accounts = session.exec(select(Account).where(col(Account.id).in_(ids)).order_by(col(Account.id)))
    remits = select(GuideRemit.account_id).where(col(GuideRemit.account_id).in_(ids))
    guides = set(session.exec(remits.order_by(col(GuideRemit.account_id))))
    memberships = select(Membership.account_id).where(
        col(Membership.account_id).in_(ids),
        col(Membership.organisation_id) == organisation_id,
        Membership.status == MembershipStatus.CONFIRMED,
    )
    members = set(session.exec(memberships.order_by(col(Membership.account_id))))
    return {
        f"account:{account.id}": Standing(account.is_site_admin, account.id in guides, account.id in members)
        for account in accounts
    }
