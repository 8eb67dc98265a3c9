"""Reads of notices and preferences."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account
from marketplace.core import db
from marketplace.core.errors import NotFoundError
from marketplace.notifications.kinds import DEFAULTS, Frequency, NoticeKind
from marketplace.notifications.models import Notice, NoticePreference

PAGE_SIZE = 20


@dataclass(frozen=True)
class NoticePage:
    """One page of somebody's notices."""

    rows: list[Notice]
    page: int
    pages: int
    total: int


def list_notices(account_id: int, page: int = 1) -> NoticePage:
    """Notices of a person, the newest first; a page that does not exist is the last one."""
    mine = col(Notice.account_id) == account_id
    total = db.session().scalar(sa.select(sa.func.count()).select_from(Notice).where(mine)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    newest = select(Notice).where(mine).order_by(col(Notice.created_at).desc(), col(Notice.id).desc())
    rows = db.session().exec(newest.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE))
    return NoticePage(list(rows), page, pages, total)


def count_unread(account_id: int) -> int:
    """How many notices a person has not read."""
    unread = (col(Notice.account_id) == account_id) & col(Notice.read_at).is_(None)
    return db.session().scalar(sa.select(sa.func.count()).select_from(Notice).where(unread)) or 0


def is_waiting(account_id: int, kind: NoticeKind, link: str) -> bool:
    """Whether a person has such a notice and has not read it yet."""
    same = (col(Notice.account_id) == account_id) & (col(Notice.kind) == kind.value) & (col(Notice.link) == link)
    return (
        db.session().execute(sa.select(col(Notice.id)).where(same, col(Notice.read_at).is_(None))).first() is not None
    )


def get_notice(notice_id: int) -> Notice:
    """A notice; raises NotFoundError."""
    notice = db.session().get(Notice, notice_id)
    if notice is None:
        raise NotFoundError("Diese Mitteilung gibt es nicht mehr.")
    return notice


def preferences(account_id: int) -> dict[NoticeKind, Frequency]:
    """What a person has chosen for each kind, or the default."""
    rows = db.session().exec(select(NoticePreference).where(col(NoticePreference.account_id) == account_id))
    chosen = {row.kind: Frequency.find_value(row.frequency) for row in rows}
    return {kind: chosen.get(kind.value) or DEFAULTS[kind] for kind in NoticeKind}


def list_accounts_waiting(frequency: Frequency, before: datetime) -> list[int]:
    """People for whom news has gathered for this digest."""
    waiting = (
        sa.select(col(Notice.account_id))
        .join(Account, col(Account.id) == col(Notice.account_id))
        .where(
            *_gathered(frequency, before), col(Account.confirmed_at).is_not(None), col(Account.disabled_at).is_(None)
        )
        .distinct()
    )
    return list(db.session().scalars(waiting.order_by(col(Notice.account_id))))


def list_gathered(account_id: int, frequency: Frequency, before: datetime) -> list[Notice]:
    """What has gathered for one person, the oldest first."""
    mine = select(Notice).where(col(Notice.account_id) == account_id, *_gathered(frequency, before))
    return list(db.session().exec(mine.order_by(col(Notice.created_at), col(Notice.id))))


def _gathered(frequency: Frequency, before: datetime) -> list[sa.ColumnElement[bool]]:
    """Not yet told by mail, and not yet seen on the site either."""
    return [
        col(Notice.frequency) == frequency.value,
        col(Notice.mailed_at).is_(None),
        col(Notice.read_at).is_(None),
        col(Notice.created_at) < before,
    ]


def find_reader(account_id: int) -> Account | None:
    """The account, if it can sign in: only then mail about notices makes sense."""
    account = db.session().get(Account, account_id)
    return account if account and account.can_sign_in else None
