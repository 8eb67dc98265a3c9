"""The record of an entry as the people behind it read it, page by page."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True)
class Happening:
    """One act about an entry."""

    at: datetime
    words: str
    detail: str
    by: Part


@dataclass(frozen=True)
class Trail:
    """A page of what happened, the newest first."""

    happenings: list[Happening]
    page: int
    pages: int


def read_trail(entry: Entry, page: int) -> Trail:
    """All that is recorded about an entry, its drafts, its reports and what may be the same; one page of it."""
    number = int(db.session().scalar(sa.select(sa.func.count()).where(_is_about(entry))) or 0)
    pages = max(1, math.ceil(number / PER_PAGE))
    page = min(max(page, 1), pages)
    statement = select(AuditRecord).where(_is_about(entry)).order_by(col(AuditRecord.id).desc())
    records = list(db.session().exec(statement.offset((page - 1) * PER_PAGE).limit(PER_PAGE)))
    standings = _standings({record.actor for record in records}, entry.organisation_id)
    return Trail([_happening(record, standings) for record in records], page, pages)


def _happening(record: AuditRecord, standings: dict[str, Standing]) -> Happening:
    by = part_of(record.action, record.actor, standings.get(record.actor))
    return Happening(record.at, words_for(record.action), detail_of(record.action, record.facts), by)


def _is_about(entry: Entry) -> sa.ColumnElement[bool]:
    in_pair = sa.or_(col(EntryPair.first_id) == entry.id, col(EntryPair.second_id) == entry.id)
    subjects = sa.union_all(
        sa.select(sa.literal(f"entry:{entry.slug}")),
        sa.select(sa.literal("draft:") + col(Draft.public_id)).where(col(Draft.entry_id) == entry.id),
        sa.select(sa.literal("report:") + col(Report.public_id)).where(col(Report.entry_id) == entry.id),
        sa.select(sa.literal("pair:") + sa.cast(col(EntryPair.id), sa.Text)).where(in_pair),
    )
    return col(AuditRecord.subject).in_(subjects)


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
